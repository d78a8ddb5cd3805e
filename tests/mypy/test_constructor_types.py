"""
The plugin's verdict about each operator is that of flowkit itself.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from flowkit.rules.signatures import constructor_of
from tests.analysis import operator_shapes
from tests.analysis.test_constructor_chain import OPEN, SHAPES
from tests.mypy.running import run_mypy

pytestmark = pytest.mark.e2e

_BASE = "from tests.analysis.operator_base import BaseOperator"


def _calls(name: str) -> dict[str, str]:
    """By call: what its message contains; an empty text, if it is right."""
    known = constructor_of(getattr(operator_shapes, name))
    values = {name: "0" if name in {"size", "more"} else '"x"' for name in known.own | known.fixed.keys()}
    values["new"] = "True"

    def call(*names: str) -> str:
        return f"operator({', '.join([name, *(f'{name}={values.get(name, 0)}' for name in names)])})"

    needed = sorted(known.required)
    calls = {call(*needed): ""}
    for argument in needed:
        calls[call(*(other for other in needed if other != argument))] = f'"{argument}"'
    for argument in sorted(known.own - known.required - known.options):
        calls[call(*needed, argument)] = ""
    for argument in sorted(known.fixed.keys() - {"task_id"}):
        calls[call(*needed, argument)] = f"{argument!r}, which it sets"
    calls[call(*needed, "xyz")] = "" if known.open else '"xyz"'
    return calls


def test_the_plugin_agrees(tmp_path: Path, cache: Path) -> None:
    """Of each shape: the required arguments, each missing one, each other one, fixed ones and unknown ones."""
    text = Path(operator_shapes.__file__).read_text(encoding="utf-8")
    start, _, _ = text.partition("class Meta(type)")
    shapes = tmp_path / "airflow_shapes.py"
    shapes.write_text(start.replace(_BASE, "from airflow.sdk import BaseOperator"), encoding="utf-8")
    names = sorted((SHAPES.keys() | OPEN.keys()) - {"Registered", "ClosedWithOption"})
    expected = [(name, call, found) for name in names for call, found in _calls(name).items()]
    head = f"from flowkit import operator\nfrom airflow_shapes import {', '.join(names)}\n"
    user = tmp_path / "calls.py"
    user.write_text(head + "\n".join(call for _, call, _ in expected) + "\n", encoding="utf-8")

    messages: dict[int, str] = {}
    for one in run_mypy(str(shapes), str(user), cache=cache):
        if Path(one["file"]).name == user.name:
            messages[one["line"]] = messages.get(one["line"], "") + one["message"]

    assert len(expected) > 150
    wrong = [
        (call, found, messages.get(line, ""))
        for line, (_, call, found) in enumerate(expected, 3)
        if (found not in messages.get(line, "") if found else line in messages)
    ]
    assert wrong == []
