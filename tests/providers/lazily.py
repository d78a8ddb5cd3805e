"""
What flowkit finds in a call when it only reads the source of the operator.

Runs in a process of its own, in which nothing has imported the operators: `python -m tests.providers.lazily FILE`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import attrs

from flowkit import Pipeline, PipelineError, operator
from flowkit.base.call_site import SourceLocation
from flowkit.base.lazy_names import Import, LazyImport
from flowkit.model.collection import collecting
from tests.providers.trials import Trial
from tests.support import ROOT

ABOUT_NAMES = frozenset({"FK301", "FK302", "FK303", "FK311"})
"""The codes of problems with the names of arguments. The values are others than those of the trials."""


@attrs.frozen
class Read:
    """
    What was found in a call without importing its operator.
    """

    codes: tuple[str, ...]

    was_imported: bool
    """Whether the operator was imported after all, as its source is not clear."""


def read(trials: Sequence[Trial]) -> list[Read]:
    """
    Check the same calls in a process that has not imported the operators.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "calls.json")
        calls = [(trial.path, trial.arguments, trial.options) for trial in trials]
        file.write_text(json.dumps(calls), encoding="utf-8")
        command = [sys.executable, "-m", "tests.providers.lazily", str(file)]
        subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        data = json.loads(file.read_text(encoding="utf-8"))
    imported = set(data["imported"])
    return [
        Read(tuple(codes), trial.path in imported) for trial, codes in zip(trials, data["codes"], strict=True)
    ]


def _main(file: Path) -> None:
    found: list[list[str]] = []
    imported: list[str] = []
    with collecting("dags/example.py", "example"):
        for path, calls in groupby(json.loads(file.read_text(encoding="utf-8")), key=lambda call: call[0]):
            module, _, name = path.partition(":")
            before = module in sys.modules
            stand_in: Any = LazyImport(Import(module, name, SourceLocation("dags/example.py", 1)))
            found += [_codes(stand_in, arguments, options) for _, arguments, options in calls]
            if not before and module in sys.modules:
                imported.append(path)
    file.write_text(json.dumps({"codes": found, "imported": imported}), encoding="utf-8")


def _codes(stand_in: Any, arguments: Iterable[str], options: Iterable[str]) -> list[str]:
    action = operator(stand_in, **dict.fromkeys(arguments, "x"))
    made: Any = Pipeline("p", schedule=None)
    try:
        made.task("t", action, **dict.fromkeys(options, "x")).build()
    except PipelineError as error:
        return sorted({problem.code for problem in error.problems})
    return []


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
