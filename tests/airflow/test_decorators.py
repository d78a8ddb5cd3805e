"""
Outputs among the arguments of decorators, and arguments of operators that Airflow does not render.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import attrs
import pytest
from airflow.sdk import BaseOperator, PokeReturnValue

from flowkit import Pipeline, PipelineError, each, operator, over, python, task
from flowkit.model.collection import collecting
from tests import support


@attrs.frozen
class Limits:
    rows: int


class Keeper(BaseOperator):
    """
    Keeps its arguments; renders one of them.
    """

    template_fields: Collection[str] = ("shown",)

    def __init__(self, *, kept: Any = None, shown: Any = None, item: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kept = kept
        self.shown = shown
        self.item = item


def show_all(*values: object) -> None: ...


def show_all_of(value: object) -> str:
    return str(value)


def stats() -> dict[str, str]:
    return {"rows": "3"}


def show() -> str:
    return "echo $ROWS"


def described() -> Any:
    return "echo '{}'"


class Reader:
    def __call__(self, text: str) -> str:
        return text


def ready() -> PokeReturnValue:
    return PokeReturnValue(is_done=True)


def compiled(pipeline: Pipeline) -> Any:
    from flowkit.airflow.compile import compile_pipeline

    return compile_pipeline(pipeline.build(), fileloc=__file__)


def stored_task(dag: Any, task_id: str) -> dict[str, Any]:
    tasks = [one["__var"] for one in support.serialized(dag)["dag"]["tasks"]]
    found: dict[str, Any] = next(one for one in tasks if one["task_id"] == task_id)
    return found


def test_output_in_a_decorator() -> None:
    """An output among the arguments of a decorator makes an edge, and is rendered when the task runs."""
    given = task("stats", python(stats))
    shown = python(show).by("bash", env={"ROWS": given.output["rows"]}, append_env=True)
    dag = compiled(Pipeline("p").then(given).add(task("show", shown)))

    assert dag.task_dict["show"].upstream_task_ids == {"stats"}
    rows = dag.task_dict["show"].env["ROWS"]
    assert str(rows) == "{{ task_instance.xcom_pull(task_ids='stats', dag_id='p', key='rows') }}"
    assert stored_task(dag, "stats")["multiple_outputs"] is True


def test_output_of_a_decorator_by_key() -> None:
    """A decorator that knows no `multiple_outputs` of its own passes it on when a key is used."""
    given = task("stats", python(described).by("bash"))
    dag = compiled(Pipeline("p").then(given).task("use", python(show_all, given.output["rows"])))

    assert dag.task_dict["stats"].multiple_outputs is True


def test_output_where_a_decorator_renders_nothing() -> None:
    """An argument that Airflow does not render would get a reference: that is a problem with a name."""
    given = task("stats", python(stats))
    shown = python(show).by("bash", append_env=given.output)
    with pytest.raises(PipelineError) as caught:
        compiled(Pipeline("p").then(given).task("show", shown))

    (problem,) = caught.value.problems
    assert problem.code == "FK901"
    assert "task 'show'" in problem.message
    assert "@task.bash does not render append_env" in problem.message


@pytest.mark.parametrize(
    ("name", "argument", "code"),
    [
        ("virtual_env", "requirements", "FK308"),
        ("docker", "image", "FK308"),
        ("run_if", "condition", "FK308"),
        ("virtualenv", "requirments", "FK301"),
        ("sensor", "poke_intervall", "FK301"),
        ("bash", "op_args", "FK303"),
    ],
)
@pytest.mark.parametrize("mapped", [False, True])
def test_a_decorator_that_is_not_there(name: str, argument: str, code: str, mapped: bool) -> None:
    """A name or an argument that nobody has is the same problem for flowkit's commands and in Airflow."""
    action = each(show_all_of, over([1, 2])) if mapped else python(show_all_of, 1)
    pipeline = Pipeline("p").task("show", action.by(name, **{argument: []}))
    with pytest.raises(PipelineError) as late:
        compiled(pipeline)
    with collecting("etl.py", "etl"), pytest.raises(PipelineError) as early:
        pipeline.build()

    (problem,) = late.value.problems
    assert problem.code == code
    assert early.value.problems == (problem,)


def test_foreign_output_in_a_decorator() -> None:
    """The output of a task that is not in the pipeline is found there, too."""
    given = task("stats", python(stats))
    with pytest.raises(PipelineError) as caught:
        Pipeline("p").task("show", python(show).by("bash", env={"ROWS": given.output["rows"]})).build()

    assert [problem.code for problem in caught.value.problems] == ["FK201"]


def test_object_in_a_decorator() -> None:
    """What Airflow does not store needs no stable form."""
    reader = Reader()
    dag = compiled(Pipeline("p").task("show", python(show).by("bash", output_processor=reader)))

    assert dag.task_dict["show"].output_processor is reader


def test_sensor_with_an_annotation() -> None:
    """The annotation of a sensor's function is not taken for several outputs."""
    dag = compiled(Pipeline("p").task("wait", python(ready).by("sensor", mode="reschedule")))

    assert dag.task_dict["wait"].reschedule is True
    assert dag.task_dict["wait"].multiple_outputs is False


def test_arguments_that_are_not_rendered() -> None:
    """An operator gets at once what Airflow would never replace; what Airflow renders is stored in a stable form."""
    kept, days = Limits(3), {"sat", "sun"}
    dag = compiled(
        Pipeline("p")
        .task("a", operator(Keeper, kept=kept, shown=Limits(4)))
        .task("b", operator(Keeper, kept=days))
        .task("c", operator(Keeper, kept=kept, item=over([1, 2])))
    )

    assert dag.task_dict["a"].kept is kept
    assert dag.task_dict["b"].kept is days
    assert dag.task_dict["c"].partial_kwargs["kept"] is kept
    assert stored_task(dag, "a")["shown"] == {"__type__": "Limits", "rows": 4}


def test_a_list_of_tasks_and_flows_before_an_arrow() -> None:
    """Both checkers take a list that holds tasks and flows, on either side of an arrow."""
    a, b, c, d = (task(name) for name in "abcd")
    pipeline = Pipeline("p").add([a, b >> c] >> d)
    other = Pipeline("p").add([a, c << b] << d)

    assert {one.task_id: one.upstream for one in pipeline.build().tasks}["d"] == ("a", "c")
    assert {one.task_id: one.upstream for one in other.build().tasks}["a"] == ("d",)
