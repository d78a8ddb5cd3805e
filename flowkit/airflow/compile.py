"""
A `PipelineSpec` → a DAG.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from airflow.sdk import DAG, BaseOperator, TaskGroup, XComArg

from flowkit.airflow.edges import compile_edges
from flowkit.airflow.groups import compile_group
from flowkit.airflow.schedules import compile_schedule
from flowkit.airflow.tasks import compile_options, compile_task
from flowkit.errors import PipelineError, Place, Problem
from flowkit.spec.action import Ref
from flowkit.spec.pipeline import GroupSpec, PipelineSpec, TaskSpec

R = TypeVar("R")


class _Refusals:
    """
    Collects what Airflow refuses: its checks of single tasks are only run by making them.
    """

    def __init__(self, dag_id: str) -> None:
        self.dag_id = dag_id
        self.problems: list[Problem] = []

    def attempt(self, make: Callable[[], R], what: str, place: Place) -> R | None:
        try:
            return make()
        except Exception as error:  # noqa: BLE001 - any operator of any provider may raise anything
            text = " ".join(str(error).split()) or type(error).__name__
            message = f"Airflow refuses {what}: {text.rstrip('.')}."
            cure = f"It raised {type(error).__name__}; correct what it names."
            self.problems.append(Problem("FK901", message, cure, place, self.dag_id))
            return None


def compile_pipeline(spec: PipelineSpec, *, fileloc: str) -> DAG:
    """
    Return the DAG of *spec*.

    Args:
        spec: A pipeline without problems.

        fileloc: The user's file, which Airflow loads to get this DAG.

    Raises:
        PipelineError: If Airflow refuses something. It carries everything that Airflow refuses.
    """
    refusals = _Refusals(spec.dag_id)
    dag = refusals.attempt(lambda: _compile_dag(spec, fileloc), "the pipeline", spec.place)
    if dag is None:
        raise PipelineError(refusals.problems)

    # Tasks get their options from the spec, and groups none: Airflow would apply them a second time, in its own way.
    defaults, dag.default_args = dag.default_args, {}
    groups, operators = _compile_nodes(spec, dag, refusals)
    if refusals.problems:
        raise PipelineError(refusals.problems)
    compile_edges(spec, dag, operators, groups)
    dag.default_args = defaults
    _write_group_defaults(spec, groups)
    refusals.attempt(dag.validate, "the pipeline", spec.place)
    if refusals.problems:
        raise PipelineError(refusals.problems)
    return dag


def _compile_dag(spec: PipelineSpec, fileloc: str) -> DAG:
    settings = dict(spec.settings)
    if settings.get("doc_md") is None:
        settings["doc_md"] = f"Defined in `{_told(spec.place, fileloc)}` with flowkit."
    for name in ("tags", "owner_links", "dag_display_name"):
        if settings.get(name, ...) is None:  # Airflow's own defaults here are not None
            del settings[name]
    if isinstance(settings.get("params"), Mapping):
        settings["params"] = dict(settings["params"])  # Airflow takes its own class or a dict
    schedule = compile_schedule(settings.pop("schedule", None))
    defaults = compile_options(spec.defaults)
    dag = DAG(spec.dag_id, schedule=schedule, default_args=defaults, auto_register=False, **settings)
    dag.fileloc = fileloc
    return dag


def _told(place: Place, fileloc: str) -> str:
    # Never the whole path: it differs between machines, and with git bundles between commits.
    file, home = Path(place.file), Path(fileloc).parent
    name = file.relative_to(home).as_posix() if file.is_relative_to(home) else file.name
    return f"{name}:{place.line}"


def _compile_nodes(
    spec: PipelineSpec, dag: DAG, refusals: _Refusals
) -> tuple[dict[str, TaskGroup], dict[str, BaseOperator]]:
    groups: dict[str, TaskGroup] = {}
    operators: dict[str, BaseOperator] = {}

    def parent(group_id: str | None) -> TaskGroup:
        return dag.task_group if group_id is None else groups[group_id]

    def lookup(ref: Ref) -> XComArg:
        operator: Any = operators[ref.task_id]
        return XComArg(operator) if ref.key is None else XComArg(operator, ref.key)

    for group in spec.groups:
        made = refusals.attempt(
            lambda group=group: compile_group(group, dag, parent(group.parent_id)),  # type: ignore[misc]
            f"group {group.group_id!r}",
            group.place,
        )
        if made is None:
            return groups, operators
        groups[group.group_id] = made
    for task in _givers_first(spec):
        if any(giver not in operators for giver in task.uses):
            continue  # the task that it takes data from was refused, and is reported
        operator = refusals.attempt(
            lambda task=task: compile_task(task, dag, parent(task.group_id), lookup),  # type: ignore[misc]
            f"task {task.task_id!r}",
            task.place,
        )
        if operator is not None:
            operators[task.task_id] = operator
    if len(operators) == len(spec.tasks):
        _sort_as_written(spec, dag, groups)
    return groups, operators


def _givers_first(spec: PipelineSpec) -> list[TaskSpec]:
    """
    Return the tasks in the order of the source, but each after those whose outputs it takes.
    """
    tasks = {task.task_id: task for task in spec.tasks}
    ordered: dict[str, TaskSpec] = {}
    for task in spec.tasks:
        waiting = [task]
        while waiting:
            missing = [giver for giver in waiting[-1].uses if giver not in ordered]
            if missing:
                waiting.append(tasks[missing[0]])
            else:
                done = waiting.pop()
                ordered[done.task_id] = done
    return list(ordered.values())


def _sort_as_written(spec: PipelineSpec, dag: DAG, groups: dict[str, TaskGroup]) -> None:
    # Groups and givers of data were made first; the graph and its order belong to the author.
    order = {
        node.group_id if isinstance(node, GroupSpec) else node.task_id: number
        for number, node in enumerate(spec.nodes)
    }
    for group in (dag.task_group, *groups.values()):
        children = sorted(group.children.items(), key=lambda item: order[item[0]])
        group.children.clear()
        group.children.update(children)
    tasks = sorted(dag.task_dict.items(), key=lambda item: order[item[0]])
    dag.task_dict.clear()
    dag.task_dict.update(tasks)


def _write_group_defaults(spec: PipelineSpec, groups: dict[str, TaskGroup]) -> None:
    # Airflow serializes the defaults, and people read them there.
    for group in spec.groups:
        # As Airflow does it: a group inside a group has the defaults of both.
        inherited = {} if group.parent_id is None else groups[group.parent_id].default_args
        groups[group.group_id].default_args = {**inherited, **compile_options(group.defaults)}
