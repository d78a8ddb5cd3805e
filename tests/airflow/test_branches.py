"""
Branches as Airflow runs them: the joins that get a trigger rule run, and what is reported does happen.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from flowkit.base.parsing_context import clear_parsing_context
from flowkit.resolve import resolve
from flowkit.resolve.outcomes import Outcomes
from flowkit.resolve.worlds import NONE
from tests import support

States: TypeAlias = dict[str, str]
Run: TypeAlias = Callable[[str, str], States]

# `dag.test()` imports Airflow's API server, whose libraries warn.
pytestmark = pytest.mark.filterwarnings("ignore")

HEAD = """
from typing import Literal

from flowkit import Group, Pipeline, branch, python, setup, task, teardown
from flowkit.airflow.dags import register


def key() -> Literal["a", "b"]:
    return "KEY"


def one() -> int:
    return 1


def is_none(x: int, y: int) -> str:
    return f"{x} {y}"


"""

CHAIN = """
register(
    Pipeline("p").task("choose", branch(key).to({"a": Group("g").task("a"), "b": task("b")})).task("join").task("end")
)
"""
ARROWS = """
a, b, join = task("a"), task("b"), task("join")
choose = task("choose", branch(key).to({"a": a, "b": b}))
register(Pipeline("p").then(choose).add([a, b] >> join))
"""
TARGET = """
register(Pipeline("p").task("choose", branch(key).to({"a": "work", "b": "join"})).task("work").task("join"))
"""
SETUP = """
up, wait, job = setup("up"), task("wait"), task("job", trigger_rule="one_success")
pick = task("pick", branch(key).to({"a": up, "b": job}))
register(Pipeline("p").then(pick).add(up >> wait >> job >> teardown("down", setups=up)))
"""

_numbers = itertools.count(1)


@pytest.fixture
def run(airflow_home: Path, airflow_db: Path) -> Run:
    """
    A function that runs the pipeline `p` of a file, whose branch returns a key, and returns the states of its tasks.
    """

    def run(text: str, key: str) -> States:
        clear_parsing_context()  # Airflow 3.1 leaves that of the run before
        dag_id = f"branches_{next(_numbers)}"
        file = airflow_home / "dags" / f"{dag_id}.py"
        file.write_text(HEAD.replace("KEY", key) + text.replace('Pipeline("p")', f'Pipeline("{dag_id}")'))
        bag = support.load_dags(file)
        assert not bag.import_errors, bag.import_errors
        done = bag.dags[dag_id].test()
        file.unlink()
        return {ti.task_id: str(ti.state) for ti in done.get_task_instances()}

    return run


@pytest.mark.parametrize(("key", "ran", "skipped"), [("a", "g.a", "b"), ("b", "b", "g.a")])
def test_the_join_of_a_chain_runs_after_whichever_way_ran(run: Run, key: str, ran: str, skipped: str) -> None:
    """And so does what follows it."""
    states = run(CHAIN, key)

    assert states == {
        "choose": "success",
        ran: "success",
        skipped: "skipped",
        "join": "success",
        "end": "success",
    }


@pytest.mark.parametrize("text", [ARROWS, TARGET, SETUP])
@pytest.mark.parametrize("key", ["a", "b"])
def test_airflow_skips_what_is_said_not_to_run(
    run: Run, monkeypatch: pytest.MonkeyPatch, text: str, key: str
) -> None:
    """For each key, Airflow runs the tasks that can run according to flowkit, and no others."""
    known: list[Outcomes] = []

    def without_problems(spec: Any, *_: object) -> Any:
        known.append(Outcomes(spec))
        return spec

    monkeypatch.setattr(resolve, "with_joins", without_problems)
    states = run(text, key)

    outcomes = known[0]
    [branch] = outcomes.choosers
    for number, task in enumerate(outcomes.tasks):
        runs = outcomes.both(outcomes.worlds[number], outcomes.when(branch, key)) != NONE
        if task.role != "teardown":
            assert states[task.task_id] == ("success" if runs else "skipped"), task.task_id
