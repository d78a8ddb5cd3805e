"""
What `flowkit check` says of outputs that may be missing, and of dropped items, on real Airflow.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flowkit.base.parsing_context import clear_parsing_context
from flowkit.project.checking import check_files
from tests import support

# `dag.test()` imports Airflow's API server, whose libraries warn.
pytestmark = pytest.mark.filterwarnings("ignore")

FILE = '''
"""A pipeline of Airflow."""
from collections.abc import Sequence
from typing import Any

from flowkit import Group, Pipeline, each, each_group, items, over, python, setup, task
from flowkit.airflow.dags import register

seen: dict[str, Any] = {}


def one() -> int:
    return 1

def fails() -> int:
    raise RuntimeError

def nothing() -> list[int]:
    return []

def total(ns: Sequence[int]) -> int:
    return sum(ns)

def numbers() -> list[int]:
    return [1, 2, 3]

def is_odd(n: int) -> bool:
    return n % 2 == 1

def double(n: int) -> int:
    return 2 * n

def rows() -> dict[str, int]:
    return {"rows": 1}

def note(where: str, value: int) -> str:
    seen[where] = value
    return where

def note_list(where: str, values: Sequence[int]) -> None:
    seen[where] = list(values)

def note_each(n: int, where: str, value: int) -> None:
    seen[where] = value

def inside(n: int) -> Group[str]:
    failed = task("failed", python(fails))
    after = task("after", python(note, "copy", failed.output), trigger_rule="all_done")
    return Group("inside").then(failed).then(after).returns(after)


failed, first = task("failed", python(fails)), task("first", python(one))
late = task("late", python(one), after=task("between", after=first))
empty, silent = task("empty", python(nothing)), task("silent", python(one), do_xcom_push=False)
counted = task("counted", each(note, "item", over(empty.output)))
summed = task("summed", python(total, counted.output))
keyed = task("keyed", python(rows), multiple_outputs=False)
numbers_given = task("numbers", python(numbers))
odd = task("odd", each(double, over(items.filter(is_odd, numbers_given.output))))
up = setup("up", python(one))
used = task("used", python(fails))
pipeline = (
    Pipeline("missing")
    .add(failed, first, empty, silent, keyed, late, counted, summed)
    .add(task("all_done", python(note, "all_done", failed.output), trigger_rule="all_done"))
    .add(task("in_list", python(note_list, "in_list", [failed.output, 1]), trigger_rule="all_done"))
    .add(task("fixed", each(note_each, over([1]), "fixed", failed.output), trigger_rule="all_done"))
    .add(task("none_skipped", python(note, "none_skipped", failed.output), trigger_rule="none_skipped"))
    .add(task("early", python(note, "early", late.output), after=first, trigger_rule="one_success"))
    .add(task("always", python(note, "always", late.output), trigger_rule="always"))
    .add(task("no_items", python(note, "no_items", summed.output), trigger_rule="none_failed"))
    .add(task("no_xcom", python(note, "no_xcom", silent.output)))
    .add(task("no_key", python(note, "no_key", keyed.output["rows"])))
    .add(each_group(inside, over([1])))
    .add(numbers_given, odd)
    .add(task("skipped", python(total, odd.output)))
    .add(task("filtered", python(note_list, "filtered", odd.output), trigger_rule="none_failed"))
    .group("cluster", after=())
    .then(up)
    .then(used)
    .teardown("down", python(note, "down", used.output), setups=up)
    .end()
)
register(pipeline)
'''
EXPECTED = (
    *("all_done", "fixed", "none_skipped", "early", "always"),
    *("no_items", "no_xcom", "copy", "down"),
)


def test_what_is_reported_is_none(airflow_home: Path, airflow_db: Path) -> None:
    """Each of the tasks is in one warning, and gets `None`; the one that takes a key fails."""
    clear_parsing_context()
    file = airflow_home / "dags" / "missing.py"
    file.write_text(FILE)
    problems = check_files([file], lambda *_: None, dags=file.parent).problems
    bag = support.load_dags(file)
    done = bag.dags["missing"].test()
    states = {ti.task_id: str(ti.state) for ti in done.get_task_instances()}
    file.unlink()
    always: Any = bag.dags["missing"].get_task("always")
    seen = always.python_callable.__globals__["seen"]

    assert {problem.code for problem in problems} == {"FK125", "FK220"}
    assert len(problems) == len(EXPECTED) + 3
    assert states["skipped"] == "skipped"
    assert states["no_key"] == "failed"
    assert seen == {**dict.fromkeys(EXPECTED), "in_list": [None, 1], "filtered": [2, 6]}
