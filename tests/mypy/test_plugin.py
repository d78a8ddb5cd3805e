"""
What mypy says with the plugin. `cases/good.py` holds what it accepts, `cases/bad.py` what it refuses, and why.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mypy.running import FOLDER, run_mypy
from tests.support import ROOT
from tests.typing.cases import LONGEST

CASES = FOLDER / "cases"
GOOD, BAD = CASES / "good.py", CASES / "bad.py"

MARK = "  # says: "
EXPECTED = {
    number: text.partition(MARK)[2]
    for number, text in enumerate(BAD.read_text(encoding="utf-8").splitlines(), 1)
    if MARK in text
}
"""By line: the words that the message has to hold."""


@pytest.fixture(scope="session")
def messages(cache: Path) -> dict[str, dict[int, list[str]]]:
    """
    What mypy says, by file and by line.
    """
    found: dict[str, dict[int, list[str]]] = {GOOD.name: {}, BAD.name: {}}
    for one in run_mypy(str(CASES), cache=cache):
        found[Path(one["file"]).name].setdefault(one["line"], []).append(one["message"])
    return found


def test_good_uses_are_accepted(messages: dict[str, dict[int, list[str]]]) -> None:
    """Inherited arguments, operators without a constructor, mapped options and complete branches are no errors."""
    assert messages[GOOD.name] == {}


@pytest.mark.parametrize("line", EXPECTED)
def test_mistakes_are_found(line: int, messages: dict[str, dict[int, list[str]]]) -> None:
    """The line is refused once, in words that help, and that can be read at a glance."""
    found = messages[BAD.name].get(line, [])

    assert len(found) == 1
    assert EXPECTED[line] in found[0]
    assert len(found[0]) < LONGEST


def test_nothing_else_is_said(messages: dict[str, dict[int, list[str]]]) -> None:
    """There is no message beside those of the marked lines."""
    assert len(EXPECTED) > 25
    assert set(messages[BAD.name]) == set(EXPECTED)


def test_a_changed_base_is_noticed(tmp_path: Path, cache: Path) -> None:
    """mypy's cache does not hide that a class further up takes another argument now."""
    base, user = tmp_path / "base_operators.py", tmp_path / "dag_file.py"
    source = """
from typing import Any
from airflow.sdk import BaseOperator

class Base(BaseOperator):
    def __init__(self, *, {name}: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
"""
    (tmp_path / "own_operators.py").write_text(
        "import base_operators\n\nclass Own(base_operators.Base): ...\n", encoding="utf-8"
    )
    user.write_text(
        "from flowkit import operator\nfrom own_operators import Own\n\noperator(Own, table='a')\n",
        encoding="utf-8",
    )

    base.write_text(source.format(name="table"), encoding="utf-8")
    before = run_mypy(*map(str, sorted(tmp_path.glob("*.py"))), cache=cache)
    base.write_text(source.format(name="tables"), encoding="utf-8")
    after = run_mypy(*map(str, sorted(tmp_path.glob("*.py"))), cache=cache)

    assert before == []
    assert [one["message"] for one in after] == [
        'Unexpected keyword argument "table" for "Own"; did you mean "tables"?'
    ]


def test_the_plugin_runs_without_airflow() -> None:
    """mypy starts as fast with the plugin as without: it loads no module of Airflow."""
    program = "import sys, flowkit.mypy; print([n for n in sys.modules if n.split('.')[0] == 'airflow'])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert done.stdout.strip() == "[]"


def test_flowkit_runs_without_mypy() -> None:
    """flowkit itself does not need the extra."""
    program = "import sys, flowkit.cli.main; print([n for n in sys.modules if 'mypy' in n])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert done.stdout.strip() == "[]"


def test_the_documentation_shows_what_mypy_says(tmp_path: Path, cache: Path) -> None:
    """The page has a file with mistakes, and the messages of mypy about it, to the letter."""
    page = (ROOT / "docs" / "type-checkers.md").read_text(encoding="utf-8")
    source = re.search(r'```python title="dags/nightly\.py"\n(.+?)```', page, re.DOTALL)
    shown = re.search(r"```console\n\$ mypy dags/nightly\.py\n(.+?)```", page, re.DOTALL)
    assert source
    assert shown
    path = tmp_path / "nightly.py"
    path.write_text(source[1], encoding="utf-8")

    said = [
        f"dags/nightly.py:{one['line']}: error: {one['message']}  [{one['code']}]"
        for one in run_mypy(str(path), cache=cache)
    ]

    assert [*said, f"Found {len(said)} errors in 1 file (checked 1 source file)"] == shown[1].splitlines()
