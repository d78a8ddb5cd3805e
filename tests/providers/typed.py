"""
What mypy, with flowkit's plugin, finds in a call: one run over a file that holds all of them.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.providers.trials import Trial
from tests.support import ROOT

# The types of other libraries make no difference to the arguments of operators, and would take a long time.
_SETTINGS = """
[mypy]
strict = True
plugins = flowkit.mypy
python_version = 3.11
namespace_packages = True
follow_imports = skip
[mypy-airflow.*,cosmos.*,flowkit.*,tests.*]
follow_imports = silent
# Cosmos has annotations, but does not say so.
follow_untyped_imports = True
"""
_HEAD = """from datetime import datetime
from typing import Any

from flowkit import Pipeline, operator

value: Any = None


def check(*_: object) -> None: ...


"""
_PER_FILE = 4000


def find(trials: Sequence[Trial], folder: Path) -> list[tuple[str, ...]]:
    """
    Return the messages of mypy for each trial.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mypy.ini").write_text(_SETTINGS, encoding="utf-8")
    places: dict[tuple[str, int], int] = {}
    for start in range(0, len(trials), _PER_FILE):
        name = f"calls_{start // _PER_FILE}.py"
        lines = list(_lines(trials[start : start + _PER_FILE]))
        first = next(number for number, line in enumerate(lines, 1) if line.startswith("    check("))
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        places |= {
            (name, first + index): start + index for index in range(min(_PER_FILE, len(trials) - start))
        }
    messages: list[list[str]] = [[] for _ in trials]
    for file, line, text in _run(folder):
        messages[places[file, line]].append(text)
    return [tuple(found) for found in messages]


def _lines(trials: Sequence[Trial]) -> Iterator[str]:
    aliases: dict[str, str] = {}
    for trial in trials:
        aliases.setdefault(trial.path, f"{trial.path.partition(':')[2]}{len(aliases)}")
    for path, alias in aliases.items():
        module, _, name = path.partition(":")
        yield f"from {module} import {name} as {alias}"
    yield from _HEAD.splitlines()
    yield "def calls() -> None:"
    for trial in trials:
        made = f"operator({aliases[trial.path]}{_given(trial.arguments)})"
        if trial.options:
            made = f'Pipeline("p").task("t", {made}{_given(trial.options)})'
        yield f"    check({made})"


def _given(names: Sequence[str]) -> str:
    return "".join(f", {name}=value" for name in names)


def _run(folder: Path) -> Iterator[tuple[str, int, str]]:
    command = [sys.executable, "-m", "mypy", "--config-file", "mypy.ini", "--output", "json", "."]
    environment = {**os.environ, "MYPYPATH": str(ROOT)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in {0, 1} or done.stderr:
        raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
    for line in done.stdout.splitlines():
        found = json.loads(line)
        if found["severity"] == "error":
            yield found["file"], found["line"], re.sub(r"\s+", " ", found["message"])
