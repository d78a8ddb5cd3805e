"""
What the function of `native` cannot do, and that it harms no other pipeline.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from flowkit import Group, Pipeline, PipelineError, Task, native, python, task
from tests import support
from tests.airflow.test_compile import compiled, problems
from tests.airflow.test_isolation import parsed


def show(value: object) -> None: ...


def found(make: Any, *args: Any, **options: Any) -> list[str]:
    """
    Return the problems of a pipeline whose second task is what *make* makes.
    """
    return problems(Pipeline("p").task("a").task("n", native(make, *args), **options))


def test_a_function_that_makes_nothing() -> None:
    """
    A chain would be torn there.
    """
    from airflow.sdk import TaskGroup

    (problem,) = found(lambda: None)
    assert problem.startswith("FK904 Task 'n': <lambda>() makes no operators.")
    assert found(lambda: TaskGroup("empty"))[0].startswith("FK904 Task 'n': <lambda>() makes no operators.")


def test_a_function_of_flowkits_own() -> None:
    """
    Groups and tasks of flowkit are placed without it.
    """
    (problem,) = found(lambda: Group("g").task("x"))
    assert problem.endswith("What it returns is flowkit's: place that with .then(…), without native().")


def test_a_dag_of_its_own() -> None:
    """
    It is refused, and not registered either.
    """
    from airflow.sdk import DAG, dag
    from airflow.sdk.definitions._internal.contextmanager import DagContext

    from tests.airflow.native_pieces import makes_dag

    @dag
    def decorated() -> Any: ...

    DagContext.current_autoregister_module_name = __name__
    try:
        for make in (makes_dag, decorated):
            (problem,) = found(make)
            assert "makes or opens a DAG" in problem
        assert "makes no operators. Leave out the DAG" in found(lambda: DAG("other"))[0]
        assert not DagContext.autoregistered_dags
    finally:
        DagContext.current_autoregister_module_name = None


def test_tasks_put_elsewhere() -> None:
    """
    With `dag=` or `task_group=`, they would be outside of the place that the pipeline has for them.
    """
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.sdk import DAG, TaskGroup

    other = DAG("other")

    def in_root() -> None:
        BashOperator(task_id="here", bash_command="true")
        top: Any = BashOperator(task_id="here2", bash_command="true")
        BashOperator(task_id="root", bash_command="true", task_group=top.dag.task_group)

    def in_other() -> None:
        BashOperator(task_id="there", bash_command="true", dag=other)

    def group_in_root() -> None:
        here: Any = BashOperator(task_id="here", bash_command="true")
        TaskGroup("stray", parent_group=here.dag.task_group)

    assert "puts 'root' outside" in found(in_root)[0]
    assert "puts 'n.there' outside" in found(in_other)[0]
    assert "puts 'stray', 'stray.downstream_join_id'" in found(group_in_root)[0]


def test_edges_to_other_tasks() -> None:
    """
    Edges are the pipeline's own business; from an output that it got, a function may draw one.
    """
    from airflow.providers.standard.operators.bash import BashOperator

    def reaches() -> None:
        own: Any = BashOperator(task_id="own", bash_command="true")
        own.dag.task_dict["a"] >> own

    def goes_on(value: Any) -> None:
        BashOperator(task_id="own", bash_command="true") >> value.operator

    def takes(value: Any) -> None:
        value.operator >> BashOperator(task_id="own", bash_command="true")

    assert "connects 'n.own' with 'a', which it did not make" in found(reaches)[0]
    one = task("one", python(show, 1))
    assert (
        "connects 'n.own' with 'one'"
        in problems(Pipeline("p").then(one).task("n", native(goes_on, one.output)))[0]
    )
    assert compiled(Pipeline("p").then(one).task("n", native(takes, one.output)))


def test_the_id_and_something_beside_it() -> None:
    """
    Which of them would be the task?
    """
    from airflow.providers.standard.operators.bash import BashOperator

    def both() -> None:
        BashOperator(task_id="n", bash_command="true")
        BashOperator(task_id="other", bash_command="true")

    assert "makes 'n', which is the id of the task, and 'n.other' beside it" in found(both)[0]


@pytest.mark.parametrize(
    "error", [ValueError("no table"), SystemExit(3), KeyboardInterrupt(), GeneratorExit()]
)
def test_an_error_in_the_function(error: BaseException) -> None:
    """
    It is a problem at its line, whatever is raised.
    """
    from airflow.sdk.definitions._internal.contextmanager import DagContext, TaskGroupContext

    def fails() -> None:
        DagContext.push(None)  # type: ignore[arg-type]
        raise error

    (problem,) = found(fails)
    text = f": {error}" if str(error) else ""
    assert (
        problem
        == f"FK904 Task 'n': fails() raised {type(error).__name__}{text}. Fix the function, or its arguments."
    )
    assert not DagContext.active
    assert not TaskGroupContext.active


def test_ids_that_are_in_use() -> None:
    """
    Airflow numbers the calls of one `@task` function, but one of them has the id of the task.
    """
    from airflow.providers.standard.operators.bash import BashOperator

    from tests.airflow.native_pieces import double

    def thrice() -> None:
        double(1)
        double(2)
        double(3)

    def taken() -> None:
        BashOperator(task_id="same", bash_command="true")
        BashOperator(task_id="same", bash_command="true")

    compiled(Pipeline("p").task("n", native(thrice)))
    hint = "Ids are unique in a DAG, and 'double' is that of the task itself here: choose other ids."
    assert problems(Pipeline("p").task("double", native(thrice)))[0].endswith(hint)
    assert "taken() raised DuplicateTaskIdFound" in found(taken)[0]


def test_other_problems_of_the_pipeline_are_reported_too() -> None:
    """
    A failing function hides nothing.
    """
    assert len(problems(Pipeline("p").task("x", native(lambda: None)).task("y", native(lambda: None)))) == 2


def test_an_output_that_nothing_gives() -> None:
    """
    The problem is that of the task which takes it.
    """
    from tests.airflow.native_pieces import make_loose

    made = task("loose", native(make_loose))
    with pytest.raises(PipelineError) as caught:
        compiled(Pipeline("p").then(made).task("show", python(show, made.output)))
    (problem,) = caught.value.problems
    assert problem.message == (
        "The output of task 'loose' is used, but make_loose() made 3 operators and returned neither an operator nor an "
        "output."
    )
    assert problem.location is not None
    assert problem.location.file == __file__


def test_outputs_that_are_not_its_own() -> None:
    """
    Transformed outputs have no keys, and those of tasks elsewhere are not in the pipeline.
    """
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.sdk import DAG

    elsewhere = BashOperator(task_id="elsewhere", bash_command="true", dag=DAG("other"))

    def transformed() -> Any:
        made: Any = BashOperator(task_id="x", bash_command="true")
        return made.output.map(str)

    def of_another() -> Any:
        BashOperator(task_id="x", bash_command="true")
        return elsewhere.output

    def used(made: Task[Any], value: Any) -> str:
        return problems(Pipeline("p").then(made).task("show", python(show, value)))[0]

    made = task("n", native(transformed))
    assert "returned transformed outputs, which have no keys" in used(made, made.output["a"])
    assert "only one output" not in str(
        compiled(Pipeline("p").then(made).task("show", python(show, made.output)))
    )
    made = task("n", native(of_another))
    assert "returned the output of a task that it did not make" in used(made, made.output)


def test_keys_of_outputs() -> None:
    """
    A key is one of a mapping that the function returns, or of what its task returns.
    """
    from airflow.providers.standard.operators.bash import BashOperator

    def several() -> dict[str, Any]:
        return {name: BashOperator(task_id=name, bash_command="true").output for name in ("a", "b")}

    def one() -> Any:
        return BashOperator(task_id="one", bash_command="true").output

    made, single = task("n", native(several)), task("one", native(one))
    shown = [
        task("s1", python(show, made.output["b"])),
        task("s2", python(show, single.output["k"])),
        task("s3", python(show, f"{single.output} and {single.output['k']}")),
    ]
    dag = compiled(Pipeline("p").then(made, single).then(*shown))
    first, second, third = (dag.task_dict[name].op_args[0] for name in ("s1", "s2", "s3"))
    assert (first.operator.task_id, first.key) == ("n.b", "return_value")
    assert (second.operator.task_id, second.key) == ("one", "k")
    assert "task_ids='one', dag_id='p', key='k'" in third


def test_arguments_that_do_not_fit_a_lazily_imported_function(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The signature is compared when Airflow needs the function.
    """
    (tmp_path / "pieces_imported_late.py").write_text("def make(a): ...\n")
    (tmp_path / "piece_in_file.py").write_text(LAZY)
    monkeypatch.syspath_prepend(str(tmp_path))
    pipeline = import_module("piece_in_file").pipeline
    assert pipeline.build().task("n").action is not None
    assert "pieces_imported_late" not in sys.modules
    assert problems(pipeline) == [
        "FK304 native(make, …) does not match the function's signature: missing a required argument: 'a'. Fix the "
        "arguments."
    ]


LAZY = """
from flowkit import Pipeline, lazy_imports, native

with lazy_imports():
    from pieces_imported_late import make

pipeline = Pipeline("p").task("n", native(make, b=1))
"""

FILE = '''
"""Airflow DAGs."""
import os
from datetime import datetime

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

from flowkit import Pipeline, native
from flowkit.airflow.dags import register

class OwnError(BaseException): ...

def fails(error):
    with DAG("stray"):
        BashOperator(task_id="in_stray", bash_command="true")
        raise error

def makes_dag():
    with DAG("stray2"):
        BashOperator(task_id="in_stray", bash_command="true")

def late():
    with open(os.environ["CALLED"], "a") as called:
        called.write("called ")
    return BashOperator(task_id="n", bash_command="true")

def named(dag_id, fn, *args):
    return Pipeline(dag_id, start_date=datetime(2026, 1, 1)).task("a").task("n", native(fn, *args)).task("z")

register(
    named("good1", late),
    named("bad1", fails, ValueError("a surrogate: \\\\ud800")),
    named("bad2", fails, SystemExit(1)),
    named("bad3", fails, OwnError()),
    named("bad4", makes_dag),
    named("bad5", lambda: BashOperator(task_id="n", bash_command="true", env={"a": float("nan")})),
    named("good2", late),
)
'''


def test_an_error_is_that_of_its_pipeline_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    In the process that parses files for the scheduler, the pipelines beside it live.
    """
    file = tmp_path / "pieces.py"
    file.write_text(FILE)
    monkeypatch.setenv("CALLED", str(tmp_path / "called"))
    result = parsed(file)
    assert {str(dag.dag_id) for dag in result.serialized_dags} == {"good1", "good2"}
    errors = {name.rpartition("::")[2]: text for name, text in result.import_errors.items()}
    assert sorted(errors) == ["bad1", "bad2", "bad3", "bad4", "bad5"]
    assert all("FK904" in errors[name] for name in ("bad1", "bad2", "bad3", "bad4"))
    assert "task 'n'" in errors["bad5"]
    assert "pieces.py:" in errors["bad5"]


@pytest.mark.parametrize("task_id", ["a", "n", "z"])
def test_a_worker_builds_the_piece_of_its_own_dag_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, task_id: str
) -> None:
    """
    A task before, in and after the piece sees the same DAG: what it skips, and whom it waits for, depend on it.
    """
    from airflow.sdk.definitions._internal.contextmanager import DagContext
    from airflow.sdk.definitions.context import Context  # noqa: F401  # the import that parsing begins with

    file = tmp_path / "pieces.py"
    file.write_text(FILE)
    monkeypatch.setenv("CALLED", str(tmp_path / "called"))
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", "good1")
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_TASK_ID", task_id)
    bag = support.load_dags(file)
    assert list(bag.dags) == ["good1"]
    assert not bag.import_errors
    assert sorted(bag.dags["good1"].task_dict) == ["a", "n", "z"]
    assert (tmp_path / "called").read_text() == "called "
    assert not DagContext.active


def test_an_unknown_executor_is_reported_at_the_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Made ids lead to the task that made them.
    """
    from flowkit.airflow.native import locations_by_task
    from tests.airflow.native_pieces import make_group, make_load

    pipeline = (
        Pipeline("p")
        .task("a")
        .task("checks", native(make_group))
        .group("g")
        .task("load", native(make_load, "other", table="t"))
        .end()
    )
    spec = pipeline.build()
    places = locations_by_task(spec, compiled(pipeline))
    assert places["checks.inner.second"] == places["checks.first"] == spec.task("checks").location
    assert places["g.load.other"] == spec.task("g.load").location
    dag: Any = compiled(pipeline)
    dag.task_dict["checks.first"].task_group = 3
    assert locations_by_task(spec, dag)["checks.first"] == spec.location
