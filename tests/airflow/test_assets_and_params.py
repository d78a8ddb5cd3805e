"""
Functions that make assets, and single fields of params: as Airflow makes them, and as it runs them.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import attrs
import pytest

from flowkit import (
    Form,
    OutputUseError,
    Pipeline,
    PipelineError,
    RunContext,
    materialize,
    operator,
    params,
    python,
)
from tests import support
from tests.recorded import problem_of


@attrs.frozen
class Options:
    url: Annotated[str, Form(name="the-url")] = "https://example.org"
    day: date = date(2026, 1, 2)


@attrs.frozen
class Request:
    url: str


def show_all(*values: object) -> None: ...


def clean(self: object, context: RunContext, raw: object, limit: int = 3) -> None:
    pass


def compiled(pipeline: Pipeline) -> Any:
    from flowkit.airflow.compile import compile_pipeline

    return compile_pipeline(pipeline.build(), fileloc=__file__)


def comparable(dag: Any) -> dict[str, Any]:
    data: dict[str, Any] = support.serialized(dag)
    for name in ("fileloc", "relative_fileloc", "doc_md"):
        data["dag"].pop(name, None)
    return data


def test_materialize_is_stored_as_the_decorator_is() -> None:
    """The DAG of `materialize` is the one that `@asset` makes, with inlets from the names of the parameters."""
    from airflow.sdk import Asset
    from airflow.sdk.definitions._internal.contextmanager import DagContext
    from airflow.sdk.definitions.asset.decorators import asset

    DagContext.autoregistered_dags.clear()
    DagContext.current_autoregister_module_name = __name__
    try:
        asset(schedule="@daily", uri="s3://lake/clean", tags=["lake"])(clean)
        (original, _module) = DagContext.autoregistered_dags.pop()
    finally:
        DagContext.current_autoregister_module_name = None
        DagContext.autoregistered_dags.clear()
    port = materialize(Asset(name="clean", uri="s3://lake/clean"), clean, schedule="@daily", tags=["lake"])

    assert comparable(compiled(port)) == comparable(original)
    (made,) = compiled(port).tasks
    assert [inlet.name for inlet in made.inlets] == ["raw"]
    assert [outlet.name for outlet in made.outlets] == ["clean"]


def test_materialize_makes_several_assets() -> None:
    """Of several assets the function itself is what Airflow calls `self`; the defaults of the pipeline count."""
    from airflow.sdk import Asset

    pipeline = materialize([Asset("a"), Asset("b")], clean, catchup=True).defaults(retries=2).named("other")
    dag = compiled(pipeline)

    assert (dag.dag_id, dag.catchup) == ("other", True)
    (made,) = dag.tasks
    assert (made.task_id, made.retries, made._definition_name) == ("clean", 2, "clean")
    assert [outlet.name for outlet in made.outlets] == ["a", "b"]


def test_materialize_refuses_what_airflow_cannot_call() -> None:
    """A parameter without a name of its own, no asset, and what is no asset, are problems with a cure."""
    from airflow.sdk import Asset

    def loose(*rows: object) -> None:
        pass

    anything: Any = clean
    assert "'rows' cannot be passed by name" in problem_of(materialize(Asset("a"), loose)).message
    assert "got no asset" in problem_of(materialize([], clean)).message
    assert "takes assets, not function" in problem_of(materialize(anything, clean)).message


def test_a_field_of_params_is_stored_as_airflows_own_reference() -> None:
    """A field is written as a `DagParam` is, and resolved from the params of the run, with the type of the field."""
    from airflow.providers.standard.operators.bash import BashOperator

    dag = compiled(
        Pipeline("p", params=Options)
        .task("fetch", operator(BashOperator, bash_command=params(Options).url))
        .task("show", python(show_all, params(Options).day, [params(Options).url]))
    )
    stored = {task["__var"]["task_id"]: task["__var"] for task in comparable(dag)["dag"]["tasks"]}
    given = {"params": {"the-url": "https://example.com", "day": "2026-02-03"}}

    assert stored["fetch"]["bash_command"] == {
        "dag_id": "p",
        "name": "the-url",
        "default": "https://example.org",
    }
    assert dag.get_task("fetch").bash_command.resolve(given) == "https://example.com"
    day, (url,) = dag.get_task("show").op_args
    assert (day.resolve(given), url.resolve(given)) == (date(2026, 2, 3), "https://example.com")


def test_params_within_a_record() -> None:
    """Params, and a field of them, within an attrs value are filled in when the task runs."""
    dag = compiled(Pipeline("p", params=Options).task("t", python(show_all, Request(params(Options).url))))
    (argument,) = dag.get_task("t").op_args

    assert argument.resolve({"params": {"the-url": "u"}}) == Request("u")
    assert argument.serialize()["url"] == str(
        {"dag_id": "p", "name": "the-url", "default": "https://example.org"}
    )


def test_what_a_field_of_params_cannot_do() -> None:
    """An unknown field, an attribute of a field, and the params of another pipeline are found."""
    anything: Any = params(Options)

    with pytest.raises(OutputUseError, match="Did you mean 'url'"):
        _ = anything.ulr
    with pytest.raises(OutputUseError, match=r"params\(Options\).day was asked for the attribute 'year'"):
        _ = anything.day.year
    with pytest.raises(PipelineError, match="FK208"):
        Pipeline("p").task("t", python(show_all, params(Options).url)).build()
