"""
Python's garbage collector, and when it is in the way.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """
    Pause the garbage collector as long as the `with` block lasts, and leave it as it was.

    For flowkit's own work only, never around functions of users: what such a block makes is needed until its end. The
    collector would look through all of it again and again as it grows, and find nothing: of 20,000 tasks each would
    cost a fifth more than each of 1,000.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
