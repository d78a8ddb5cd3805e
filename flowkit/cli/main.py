"""
The command line: `flowkit run`, `list`, `check`, `show` and `diff`.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from flowkit.airflow.local_home import clear_parsing_context
from flowkit.cli import _report, check, deploy, dev, diff, run, show
from flowkit.cli import list as list_
from flowkit.errors import FlowkitError


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the command that *arguments* ask for, and return its exit code.

    0: all went well. 1: a run failed, or something is broken. 2: the command was used in a wrong way.
    """
    # Inside a task of Airflow this stands in the environment, and would hide all pipelines but one.
    clear_parsing_context()
    args = _parser().parse_args(arguments)
    try:
        code: int = args.command(args)
    except FlowkitError as error:
        _report.error(str(error))
        return _report.FAILED
    except KeyboardInterrupt:
        _report.error("Stopped.")
        return _report.STOPPED
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="flowkit", description="Airflow pipelines as typed Python.")
    parser.add_argument("--version", action="version", version=f"flowkit {_version()}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    run.add_to(commands)
    list_.add_to(commands)
    check.add_to(commands)
    show.add_to(commands)
    diff.add_to(commands)
    dev.add_to(commands)
    deploy.add_to(commands)
    return parser


def _version() -> str:
    try:
        return version("airflow-flowkit")
    except PackageNotFoundError:
        return "(not installed)"


if __name__ == "__main__":
    raise SystemExit(main())
