"""
Generators that add metadata, operators without arguments, the keys of the context, and forms: as Airflow has them.
"""

from __future__ import annotations

import typing
from collections.abc import Generator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import attrs
import pytest

from flowkit import Form, Pipeline, PipelineError, RunContext, operator_of, python
from flowkit.base.airflow_versions import CONTEXT_KEYS
from tests import support


def compiled(pipeline: Pipeline) -> Any:
    """
    Return the DAG of *pipeline*.
    """
    from flowkit.airflow.compile import compile_pipeline

    return compile_pipeline(pipeline.build(), fileloc=__file__)


def notes() -> Iterator[Any]:
    yield from ()


def counted() -> Generator[Any, None, int]:
    yield
    return 1


def lost() -> Generator[Any, None, Path]:
    yield
    return Path()


def one_by_one() -> Iterator[int]:
    return iter([1])


def test_generators_return_what_their_return_gives() -> None:
    """
    Airflow takes what a generator yields for metadata of asset events; only what it returns goes into XCom.
    """
    spec = Pipeline("p").task("notes", python(notes)).task("counted", python(counted)).build()

    assert [one.task_id for one in spec.tasks] == ["notes", "counted"]
    for function in (lost, one_by_one):
        with pytest.raises(PipelineError, match=rf"FK307 {function.__name__}\(\) of task 'a' returns"):
            Pipeline("p").task("a", python(function)).build()


def test_an_operator_without_arguments_is_an_action() -> None:
    """
    `operator_of` makes the operator, with the options of the task; one that lacks an argument is a problem.
    """
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.providers.standard.operators.latest_only import LatestOnlyOperator

    latest = compiled(Pipeline("p").task("latest", operator_of(LatestOnlyOperator), retries=2)).get_task(
        "latest"
    )

    assert type(latest) is LatestOnlyOperator
    assert latest.retries == 2
    with pytest.raises(PipelineError, match="FK302 BashOperator is missing 'bash_command'"):
        Pipeline("p").task("bash", operator_of(BashOperator)).build()


def test_the_keys_of_the_context_are_those_of_airflow() -> None:
    """
    No key that Airflow does not know; and those of a task's memory, which came with Airflow 3.3.
    """
    keys = set(RunContext.__annotations__)

    assert keys <= CONTEXT_KEYS
    assert {"task_state_store", "asset_state_store", "partition_key", "partition_date"} <= keys
    assert typing.is_typeddict(RunContext)


@attrs.frozen
class Options:
    wait: Annotated[timedelta, Form(title="Wait")] = timedelta(minutes=15)
    size: Annotated[float | None, Form(choices=[1, None], labels={1: "One", None: "Any"})] = 1
    fixed: Annotated[str, Form(untyped=True, const="c")] = "c"


def test_a_form_is_stored_as_written_by_hand() -> None:
    """
    Durations, labels of choices that are no text, and constants: as `Param` has them.
    """
    from airflow.sdk import DAG, Param

    by_hand: Any = {
        "wait": Param("PT15M", type="string", format="duration", title="Wait"),
        "size": Param(1, type=["number", "null"], enum=[1, None], values_display={1: "One", None: "Any"}),
        "fixed": Param("c", const="c"),
    }
    ours = support.serialized(compiled(Pipeline("p", params=Options).task("a")))["dag"]

    assert ours["params"] == support.serialized(DAG("p", params=by_hand))["dag"]["params"]
