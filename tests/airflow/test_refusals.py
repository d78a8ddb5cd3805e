"""
Everything that Airflow's Task SDK refuses while a DAG is built, and what finds it before.

The first test compares the tables below with the `raise` statements in Airflow's source, so that a new version of
Airflow cannot refuse more without being noticed.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import airflow
import attrs
import pytest
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.sensors.filesystem import FileSensor
from airflow.sdk import Asset, Param

from flowkit import (
    Group,
    Pipeline,
    PipelineError,
    each,
    each_group,
    operator,
    over,
    python,
    setup,
    task,
    teardown,
)

ANY: Any = operator  # type checkers find many of these mistakes


def numbers() -> list[int]:
    """Return numbers."""
    return [1]


def double(n: int) -> int:
    """Take a number."""
    return n


def reserved(n: int, ds: str = "today") -> int:
    """Have a parameter with the name of a context key, and another default."""
    return n


def build(pipeline: Any) -> None:
    """Build a pipeline."""
    pipeline.build()


def one(action: Any = None, **settings: Any) -> None:
    """Build a pipeline of one task."""
    build(Pipeline("p", **settings).task("a", action))


def options(**given: Any) -> None:
    """Build a pipeline of one task with options."""
    build(Pipeline("p").task("a", **given))


def after_setup() -> None:
    """Build a task with a rule of its own after a setup."""
    build(Pipeline("p").then(setup("up")).task("a", trigger_rule="none_failed").teardown("down", setups="up"))


def long_ids() -> None:
    """Build a task whose id is too long with those of its groups."""
    build(Pipeline("p").then(Group("g" * 150).then(Group("h" * 150).task("a"))))


def cycle() -> None:
    """Build tasks that wait for each other."""
    a, b = task("a"), task("b")
    build(Pipeline("p").add(a >> b, b >> a))


def nested(rule: str = "all_success") -> None:
    """Build a mapped task in a mapped group."""

    def group(n: int) -> Group[None]:
        action: Any = each(double, over([1, 2])) if rule == "all_success" else python(double, n)
        return Group("g").then(task("a", action, trigger_rule=rule))  # type: ignore[arg-type]

    given = task("given", python(numbers))
    build(Pipeline("p").then(given).then(each_group(group, over(given.output))))


def always() -> None:
    """Build a task that is mapped over an output, and does not wait for it."""
    given = task("given", python(numbers))
    mapped = task("a", each(double, over(given.output)), trigger_rule="always")
    build(Pipeline("p").then(given).then(mapped))


DAG, GROUP, PARAM, MAPPED = (
    "definitions/dag.py",
    "definitions/taskgroup.py",
    "definitions/param.py",
    "definitions/mappedoperator.py",
)
NODE, EXPAND, OPERATOR, SENSOR, DECORATOR = (
    "definitions/_internal/node.py",
    "definitions/_internal/expandinput.py",
    "bases/operator.py",
    "bases/sensor.py",
    "bases/decorator.py",
)
DAILY: Any = {"schedule": "@daily"}

FOUND: dict[tuple[str, str], list[tuple[str, Callable[[], None]]]] = {
    (DAG, "_create_timetable"): [("FK003", lambda: one(schedule="daily"))],
    (DAG, "DAG.__attrs_post_init__"): [("FK122", lambda: one(schedule="@continuous", max_active_runs=2))],
    (DAG, "DAG._validate_max_active_runs"): [("FK122", lambda: one(schedule="@continuous"))],
    (DAG, "DAG._validate_params"): [
        ("FK114", lambda: one(params={"n": Param(type="integer")}, **DAILY)),
        ("FK114", lambda: one(params={"n": Param("x", type="integer")}, **DAILY)),
        ("FK114", lambda: one(params={"n": Param(None, type="integer")}, **DAILY)),
        ("FK114", lambda: one(params=attrs.make_class("Options", {"n": attrs.field(type=int)}), **DAILY)),
    ],
    (DAG, "DAG._validate_catchup"): [
        ("FK122", lambda: one(catchup=True, **DAILY)),
        ("FK122", lambda: one(catchup=True, schedule=[Asset("x")])),
    ],
    (DAG, "DAG._validate_tags"): [("FK006", lambda: one(tags=["x" * 101]))],
    (DAG, "DAG._validate_allowed_run_types"): [
        ("FK122", lambda: one(allowed_run_types=["manual"], **DAILY)),
        ("FK122", lambda: one(allowed_run_types=["manual"], schedule=[Asset("x")])),
        ("FK122", lambda: one(allowed_run_types=["scheduled"])),
    ],
    (DAG, "DAG._default_timetable"): [("FK003", lambda: one(schedule=["x"]))],
    (DAG, "DAG.validate_setup_teardown"): [("FK117", after_setup)],
    (DAG, "DAG.add_task"): [
        ("FK101", lambda: build(Pipeline("p").task("a").task("a"))),
        ("FK101", lambda: build(Pipeline("p").then(Group("g").task("upstream_join_id")))),
    ],
    (DAG, "DAG.check_cycle._check_adjacent_tasks"): [("FK103", cycle)],
    (DAG, "DAG._validate_owner_links"): [("FK006", lambda: one(owner_links={"me": "example"}))],
    (GROUP, "TaskGroup._check_for_group_id_collisions"): [
        ("FK101", lambda: build(Pipeline("p").then(Group("g").task("a")).then(Group("g").task("a"))))
    ],
    (GROUP, "TaskGroup.add"): [("FK101", lambda: build(Pipeline("p").task("g").then(Group("g").task("a"))))],
    (GROUP, "TaskGroup._sweep_projection"): [("FK103", cycle)],
    (GROUP, "TaskGroup._sort_via_pass_numbering"): [("FK103", cycle)],
    (GROUP, "MappedTaskGroup.__iter__"): [("FK217", lambda: nested("always"))],
    (PARAM, "Param._check_json"): [("FK006", lambda: one(params={"day": datetime(2026, 1, 1)}))],
    (MAPPED, "validate_mapping_kwargs"): [
        ("FK301", lambda: one(ANY(BashOperator, bash_comand=over(["a"])))),
        ("FK008", lambda: one(each(double, over(3)))),  # type: ignore[call-overload]
    ],
    (MAPPED, "MappedOperator.__attrs_post_init__"): [("FK209", nested)],
    ("definitions/operator_resources.py", "Resource.__init__"): [
        ("FK006", lambda: options(resources={"cpus": -1}))
    ],
    (NODE, "validate_key"): [("FK001", long_ids), ("FK001", lambda: build(Pipeline("a b").task("a")))],
    (NODE, "validate_group_key"): [("FK001", lambda: build(Pipeline("p").then(Group("a b").task("a"))))],
    ("definitions/_internal/types.py", "validate_instance_args"): [
        ("FK006", lambda: options(owner=3)),
        ("FK006", lambda: options(queue=3)),
    ],
    (OPERATOR, "parse_retries"): [("FK006", lambda: options(retries="x"))],
    (OPERATOR, "partial"): [("FK006", lambda: options(pool_slots=0))],
    (OPERATOR, "BaseOperatorMeta._apply_defaults.apply_defaults"): [
        ("FK302", lambda: one(ANY(BashOperator)))
    ],
    (OPERATOR, "BaseOperator.__init__"): [
        ("FK301", lambda: one(ANY(BashOperator, bash_command="", comand=""))),
        ("FK006", lambda: options(execution_timeout=3)),
        ("FK006", lambda: options(pool_slots=0)),
        ("FK006", lambda: options(trigger_rule="all_succes")),
    ],
    (OPERATOR, "BaseOperator._convert_retries"): [("FK006", lambda: options(retries="x"))],
    (OPERATOR, "BaseOperator._convert_is_setup"): [
        ("FK113", lambda: build(Pipeline("p").then(teardown("a")).add(teardown("b", setups="a"))))
    ],
    (SENSOR, "BaseSensorOperator.__init__"): [
        ("FK310", lambda: one(ANY(FileSensor, filepath="x", soft_fail=True, never_fail=True)))
    ],
    (SENSOR, "BaseSensorOperator._coerce_poke_interval"): [
        ("FK310", lambda: one(ANY(FileSensor, filepath="x", poke_interval="1m")))
    ],
    (SENSOR, "BaseSensorOperator._coerce_timeout"): [
        ("FK310", lambda: one(ANY(FileSensor, filepath="x", timeout="1h")))
    ],
    (SENSOR, "BaseSensorOperator._coerce_max_wait"): [
        ("FK310", lambda: one(ANY(FileSensor, filepath="x", max_wait=-1)))
    ],
    (SENSOR, "BaseSensorOperator._validate_input_values"): [
        ("FK310", lambda: one(ANY(FileSensor, filepath="x", mode="reschedul"))),
        ("FK310", lambda: one(ANY(FileSensor, filepath="x", timeout=timedelta(-1)))),
    ],
    (DECORATOR, "DecoratedOperator.__init__"): [
        ("FK305", lambda: one(python(reserved, 1))),
        ("FK304", lambda: one(ANY and python(double))),  # type: ignore[call-arg]
    ],
    (DECORATOR, "ExpandableFactory._validate_arg_names"): [
        ("FK304", lambda: one(each(double, m=over([1]))))  # type: ignore[call-arg]
    ],
    (DECORATOR, "_TaskDecorator.expand"): [("FK217", always)],
    (DECORATOR, "_TaskDecorator._expand"): [("FK006", lambda: options(pool_slots=0))],
    ("definitions/timetables/_cron.py", "CronMixin.validate"): [
        ("FK003", lambda: one(schedule="61 * * * *"))
    ],
    ("definitions/timetables/_delta.py", "DeltaMixin.validate"): [
        ("FK003", lambda: one(schedule=timedelta(0)))
    ],
}
"""By file and function of Airflow's Task SDK: pipelines that it refuses there, with the code of the problem."""

USER = "the user's own call raises: the file is not loaded (FK501)"
RUN = "raised when a task runs, or by the scheduler"
WIRING = "flowkit makes the call itself, and never like this"

NOT_FOUND: dict[tuple[str, str], str] = {
    **dict.fromkeys(
        [
            (DAG, "DAG.tasks"),
            (DAG, "DAG.get_task"),
            (DAG, "DAG.__getitem__"),
            (DAG, "DAG.add_result"),
            (DAG, "_all_after_dag_id_to_kw_only"),
            (GROUP, "TaskGroup._validate_dag"),
            (GROUP, "TaskGroup._remove"),
            (GROUP, "TaskGroup.update_relative"),
            (GROUP, "TaskGroup.__getitem__"),
            (GROUP, "TaskGroup.iter_tasks"),
            (MAPPED, "ensure_xcomarg_return_value"),
            (MAPPED, "prevent_duplicates"),
            (MAPPED, "OperatorPartial.expand"),
            (MAPPED, "OperatorPartial.expand_kwargs"),
            ("definitions/edges.py", "EdgeModifier._save_nodes"),
            (NODE, "DAGNode.roots"),
            (NODE, "DAGNode.leaves"),
            (NODE, "DAGNode._set_relatives"),
            (NODE, "DAGNode.serialize_for_task_group"),
            (EXPAND, "MappedArgument._validate_input"),
            (OPERATOR, "_get_parent_defaults"),
            (OPERATOR, "get_merged_defaults"),
            (OPERATOR, "_PartialDescriptor.__get__.partial"),
            (OPERATOR, "BaseOperator.dag"),
            (OPERATOR, "BaseOperator._convert__dag"),
            (OPERATOR, "BaseOperator._convert_is_teardown"),
            (DECORATOR, "_TaskDecorator.__attrs_post_init__"),
            (DECORATOR, "_TaskDecorator.__call__"),
            (DECORATOR, "_TaskDecorator._validate_arg_names"),
            (DECORATOR, "_TaskDecorator.expand_kwargs"),
            (DECORATOR, "task_decorator_factory"),
        ],
        WIRING,
    ),
    **dict.fromkeys(
        [
            (OPERATOR, "BaseOperator.__gt__"),
            (OPERATOR, "BaseOperator.__lt__"),
            (OPERATOR, "chain"),
            (OPERATOR, "chain_linear"),
            (SENSOR, "poke_mode_only.decorate"),
            ("definitions/timetables/trigger.py", "MultipleCronTriggerTimetable.__init__"),
            ("definitions/timetables/trigger.py", "CronPartitionTimetable.__init__"),
            (PARAM, "ParamsDict.__setitem__"),
        ],
        USER,
    ),
    **dict.fromkeys(
        [
            (DAG, "DAG.test"),
            (PARAM, "Param.resolve"),
            (PARAM, "Param.deserialize"),
            (PARAM, "ParamsDict.validate"),
            (PARAM, "ParamsDict.deserialize"),
            (PARAM, "DagParam.resolve"),
            (PARAM, "DagParam.deserialize"),
            (EXPAND, "DictOfListsExpandInput._get_map_lengths"),
            (EXPAND, "DictOfListsExpandInput._expand_mapped_field._find_index_for_this_field"),
            (EXPAND, "DictOfListsExpandInput._expand_mapped_field"),
            (EXPAND, "DictOfListsExpandInput.resolve"),
            (EXPAND, "ListOfDictsExpandInput.resolve"),
            (OPERATOR, "event_loop"),
            (OPERATOR, "ExecutorSafeguard.decorator.wrapper"),
            (OPERATOR, "BaseOperator.execute"),
            (OPERATOR, "BaseOperator.defer"),
            (OPERATOR, "BaseOperator.resume_execution"),
            (OPERATOR, "BaseOperator.dry_run"),
            (OPERATOR, "BaseAsyncOperator.aexecute"),
            (SENSOR, "BaseSensorOperator.poke"),
            (SENSOR, "BaseSensorOperator.execute"),
            (SENSOR, "BaseSensorOperator.resume_execution"),
            (DECORATOR, "KeywordParameters.determine"),
            (DECORATOR, "DecoratedMappedOperator._expand_mapped_kwargs"),
        ],
        RUN,
    ),
    (
        OPERATOR,
        "BaseOperator._validate_start_from_trigger_kwargs",
    ): "depends on the operator's own code: FK901",
    (SENSOR, "poke_mode_only.decorate.mode_setter"): "found as a mode that the sensor lacks: FK310",
}
"""By file and function: why nothing finds it before Airflow, or need not."""


def raising(file: str) -> Iterator[tuple[str, str]]:
    """Return the functions of a file of Airflow's Task SDK that raise something."""
    spec = find_spec("airflow.sdk")
    assert spec is not None
    assert spec.origin is not None
    tree = ast.parse((Path(spec.origin).parent / file).read_text(encoding="utf-8"))

    def walk(node: ast.AST, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield from walk(child, (*names, child.name))
                continue
            if isinstance(child, ast.Raise) and child.exc is not None:
                yield file, ".".join(names)
            yield from walk(child, names)

    return walk(tree, ())


@pytest.mark.skipif(not airflow.__version__.startswith("3.3."), reason="the tables are those of Airflow 3.3")
def test_the_tables_have_all_that_airflow_raises() -> None:
    """Each function that raises is either shown to be found, or says why not."""
    files = {file for file, _ in (*FOUND, *NOT_FOUND)}

    assert {one for file in files for one in raising(file)} == {*FOUND, *NOT_FOUND}
    assert not FOUND.keys() & NOT_FOUND.keys()


@pytest.mark.parametrize(
    ("code", "make"),
    [
        pytest.param(code, make, id=f"{function}-{number}")
        for (_, function), examples in FOUND.items()
        for number, (code, make) in enumerate(examples)
    ],
)
def test_what_airflow_refuses_is_found_before(code: str, make: Callable[[], None]) -> None:
    """Building the pipeline, as `flowkit check` does, gives the problem."""
    with pytest.raises(PipelineError) as caught:
        make()
    assert code in {problem.code for problem in caught.value.problems}
    assert all(problem.hint for problem in caught.value.problems)
