"""
What Airflow 3.1 and 3.2 would never run after a mapped group.
"""

from __future__ import annotations

from typing import Any

import pytest

from flowkit import Group, Pipeline, PipelineError, each_group, over, python, task
from flowkit.airflow import compile as compiling
from flowkit.airflow.compile import compile_pipeline


def numbers() -> list[int]:
    return [1]


def double(n: int) -> int:
    return 2 * n


def pipeline(source: Any, rule: Any) -> Pipeline:
    """
    Return a pipeline with a task in a group within a mapped group.
    """

    def one(n: int) -> Group[None]:
        inner = Group("inner").defaults(trigger_rule=rule).task("join", python(double, n))
        return Group("one").task("first").then(inner)

    xs = task("xs", python(numbers))
    return Pipeline("p").then(xs).then(each_group(one, over(xs.output if source is None else source)))


@pytest.fixture(autouse=True)
def airflow_3_1(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Let flowkit take the installed Airflow for 3.1.
    """
    monkeypatch.setattr(compiling, "AIRFLOW_VERSION", "3.1.8")
    monkeypatch.setattr(compiling, "LOSES_JOINS", True)


def test_a_join_in_a_group_over_an_output_is_a_problem() -> None:
    """
    With the versions, and the rule that works.
    """
    spec = pipeline(None, "none_failed_min_one_success").build()
    with pytest.raises(PipelineError) as caught:
        compile_pipeline(spec, fileloc=__file__)
    (problem,) = caught.value.problems
    assert (problem.code, problem.message, problem.hint) == (
        "FK902",
        "Task 'one.inner.join' is in a group that is mapped over an output, and its trigger_rule is "
        "'none_failed_min_one_success': in Airflow 3.1.8, tasks after the group would never run.",
        "Use trigger_rule='none_failed', or upgrade to Airflow 3.3.",
    )


@pytest.mark.parametrize(("source", "rule"), [([1, 2], "none_failed_min_one_success"), (None, "none_failed")])
def test_joins_that_work(source: Any, rule: str) -> None:
    """
    Over a list, and with another rule.
    """
    assert len(compile_pipeline(pipeline(source, rule).build(), fileloc=__file__).tasks) > 1
