"""
The table of the documentation says what is true.
"""

from __future__ import annotations

import pytest

from tests.parity import table
from tests.parity.examples import DIFFERENT, FOLDERS, LONGER, NOT_PORTED, examples, other_version
from tests.parity.table import Row, code_lines

# Ports use what Airflow deprecates.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """
    What is true now.
    """
    return table.rows()


@pytest.mark.skipif(
    any(map(other_version, FOLDERS)),
    reason="the page shows the examples of other releases than the installed ones",
)
def test_the_page_holds_the_table(rows: list[Row]) -> None:
    """When this fails, `python -m tests.parity.table` writes the page anew."""
    assert table.written() == table.table(rows)


def test_no_example_is_missing(rows: list[Row]) -> None:
    """Each file of the folders has a row, or a reason."""
    files = {file.name for folder in FOLDERS.values() for file in folder.glob("*.py")} - {"__init__.py"}

    assert len(files) > 50
    assert {row.file for row in rows} | set(NOT_PORTED) == files
    assert len(rows) == len(examples())
    assert all(row.pipelines for row in rows)


def test_nearly_all_are_identical(rows: list[Row]) -> None:
    """At least 95 of 100 DAGs; and a DAG that is said to differ is one of those that there are."""
    pipelines = [name for row in rows for name in row.pipelines]

    assert len(pipelines) == len(set(pipelines))
    assert set(pipelines) >= set(DIFFERENT)
    assert len(DIFFERENT) <= 0.05 * len(pipelines)


def test_ports_are_no_longer_than_the_originals(rows: list[Row]) -> None:
    """In total; and one that is longer by more than a quarter says why."""
    assert sum(row.port for row in rows) <= sum(row.original for row in rows)
    assert {row.file.removesuffix(".py") for row in rows if row.is_longer} == set(LONGER)


def test_lines_of_code_are_counted() -> None:
    """Without blanks, comments and docstrings; texts that are values count line by line."""
    source = '''"""
A docstring.
"""

import os  # one

# No code.
TEXT = """
two and three, of which one is blank

"""


def f(
    x: int,
) -> None:
    """A docstring."""
    print(f"{x}",
          os)
'''
    assert code_lines(source) == 1 + 3 + 3 + 2


def test_a_row_says_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """A DAG that differs is named, and so is the reason for a long port."""
    monkeypatch.setitem(DIFFERENT, "b", "Airflow forgets it")
    monkeypatch.setitem(LONGER, "some", "types")
    row = Row("core", "some.py", ("a", "b"), original=4, port=6)

    assert row.shown() == "| `some` | `core/some.py` | 2 | `b`: Airflow forgets it | 4 | 6 | 1.50: types |"
    assert row.is_longer
    assert not Row("core", "some.py", ("a",), original=4, port=5).is_longer
