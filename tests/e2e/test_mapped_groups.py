"""
Choices and results of mapped groups under a real scheduler, which expands groups while the run goes on.
"""

from __future__ import annotations

import pytest

from tests.e2e.airflow_server import AirflowServer, StartAirflow

pytestmark = pytest.mark.e2e

FILE = '''
"""Airflow DAGs with mapped groups."""
from collections.abc import Sequence
from typing import Any, Literal

from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Group, Pipeline, branch, each_group, operator, over, python, task
from flowkit.airflow.dags import register


def numbers() -> list[int]:
    return [0, 1, 2]

def one_number() -> list[int]:
    return [7]

def parity(n: int) -> Literal["odd", "even"]:
    return "odd" if n % 2 else "even"

def odd(n: int) -> str:
    return f"odd {n}"

def even(n: int) -> str:
    return f"even {n}"

def merge(a: str | None, b: str | None) -> str:
    return a or b or "nothing"

def is_positive(n: int) -> bool:
    return n > 0

def double(n: int) -> int:
    return 2 * n

def listed(found: Sequence[Any]) -> list[Any]:
    return list(found)

def choice(n: int) -> Group[str]:
    a, b = task("odd", python(odd, n)), task("even", python(even, n))
    choose = task("choose", branch(parity, n).to({"odd": a, "even": b}))
    joined = task("merge", python(merge, a.output, b.output), trigger_rule="none_failed_min_one_success")
    return Group("choice").then(choose).then(a, b).then(joined).returns(joined)

def check(n: int) -> Group[int]:
    used = task("use", python(double, n))
    late = task("late", python(double, n), trigger_rule="all_done")
    return Group("check").task("ok", python(is_positive, n).by("short_circuit")).then(used).then(late).returns(used)

def work(n: int) -> Group[int]:
    doubled = task("double", python(double, n))
    return Group("work").then(doubled).returns(doubled)

def pipeline(dag_id: str, items: Any) -> Pipeline:
    given = task("numbers", python(numbers))
    choices = each_group(choice, over(given.output if items is None else items))
    checks = each_group(check, over(given.output if items is None else items))
    return (
        Pipeline(dag_id).then(given).then(choices, checks)
        .then(
            task("choices", python(listed, choices.output), trigger_rule="none_failed"),
            task("checks", python(listed, checks.output), trigger_rule="none_failed"),
        )
    )

one = task("one", python(one_number))
works = each_group(work, over(one.output))
register(
    pipeline("over_output", None),
    pipeline("over_list", [0, 1, 2]),
    Pipeline("one_item").then(one).then(works).then(
        task("listed", python(listed, works.output)),
        task("text", operator(BashOperator, bash_command=f"echo '{works.output}'")),
    ),
)
'''


@pytest.fixture(scope="module")
def airflow(start_airflow: StartAirflow) -> AirflowServer:
    """
    An Airflow with the file above.
    """
    server = start_airflow(settings={"AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "5"})
    server.write("mapped.py", FILE)
    server.wait_for(lambda: {"over_output", "over_list", "one_item"} <= set(server.dags()), "the DAGs")
    return server


def results(airflow: AirflowServer, dag_id: str, run_id: str) -> dict[str, object]:
    """
    Return what the tasks of a run that are not mapped have returned.
    """
    found = {}
    for task_id in ("choices", "checks", "listed", "text"):
        path = f"dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/xcomEntries/return_value"
        answer = airflow.client.get(path, params={"deserialize": "false", "stringify": "false"})
        if answer.status_code == 200:
            found[task_id] = answer.json()["value"]
    return found


def skipped(airflow: AirflowServer, dag_id: str, run_id: str) -> set[str]:
    """
    Return the instances of a run that were skipped.
    """
    sql = "SELECT task_id, map_index FROM task_instance WHERE dag_id = :dag AND run_id = :run AND state = 'skipped'"
    return {f"{row['task_id']}[{row['map_index']}]" for row in airflow.rows(sql, dag=dag_id, run=run_id)}


@pytest.mark.parametrize("dag_id", ["over_output", "over_list"])
def test_choices_hold_in_their_own_copy(airflow: AirflowServer, dag_id: str) -> None:
    """
    Of a branch and of a short circuit, over an output and over a list.
    """
    run_id = airflow.trigger(dag_id)
    assert airflow.wait_for_run(dag_id, run_id, timeout=240) == "success"
    assert results(airflow, dag_id, run_id) == {"choices": ["even 0", "odd 1", "even 2"], "checks": [2, 4]}
    assert skipped(airflow, dag_id, run_id) == {
        *("choice.odd[0]", "choice.even[1]", "choice.odd[2]"),
        *("check.use[0]", "check.late[0]"),
    }


def test_one_result_is_a_sequence(airflow: AirflowServer) -> None:
    """
    For functions and in texts.
    """
    run_id = airflow.trigger("one_item")
    assert airflow.wait_for_run("one_item", run_id) == "success"
    assert results(airflow, "one_item", run_id) == {"listed": [14], "text": "[14]"}
