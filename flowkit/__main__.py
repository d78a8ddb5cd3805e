"""
Makes `python -m flowkit` the same as `flowkit`.
"""

from __future__ import annotations

from flowkit.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
