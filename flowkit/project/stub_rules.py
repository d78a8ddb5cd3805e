"""
The rule for stubs: they have to fit the installed providers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from flowkit.base.call_site import SourceLocation
from flowkit.base.problems import Problem
from flowkit.project.root import project_root
from flowkit.stubs.stub_folder import FOLDER, StaleStub, stale_stubs


def stale_stub_problems(paths: Iterable[Path]) -> Iterator[Problem]:
    """
    Yield a warning for each distribution that has another version than stubs of the projects of *paths* name.
    """
    by_change: dict[tuple[str, str, str | None] | None, list[StaleStub]] = {}
    for root in dict.fromkeys(project_root(path) for path in paths):
        for stub in stale_stubs(root / FOLDER):
            for change in stub.versions or (None,):
                by_change.setdefault(change, []).append(stub)
    for change, stubs in by_change.items():
        yield Problem(
            "FK523",
            _message(change, len(stubs)),
            "Run `flowkit stubs`.",
            SourceLocation(str(stubs[0].path), 1),
        )


def _message(change: tuple[str, str, str | None] | None, count: int) -> str:
    what = "This stub was" if count == 1 else f"This stub, and {count - 1} more, were"
    if change is None:
        return f"{what} written by another version of flowkit, so it may lack what type checkers need."
    name, written, installed = change
    now = f"{installed} is installed" if installed is not None else "it is no longer installed"
    return (
        f"{what} written for {name} {written}, but {now}: editors and type checkers may see arguments that its "
        "operators do not have."
    )
