"""
A `PipelineSpec` → a DAG.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from inspect import iscoroutinefunction
from operator import is_
from pathlib import Path
from typing import Any, TypeVar

from airflow.sdk import DAG, TaskGroup, XComArg

from flowkit.airflow.arguments import ParamsOf
from flowkit.airflow.choices import ask_choosers
from flowkit.airflow.compat import AIRFLOW_VERSION, BACKOFF_IS_BOOL, LOSES_JOINS, missing, too_new
from flowkit.airflow.edges import compile_edges
from flowkit.airflow.groups import compile_group
from flowkit.airflow.lazy_imports import loaded
from flowkit.airflow.params import compile_params
from flowkit.airflow.references import item_of, mapped_group_id, reference_type
from flowkit.airflow.register_problems import rejected_by_airflow
from flowkit.airflow.schedules import compile_schedule
from flowkit.airflow.shortcuts import cheap_params, known_signatures
from flowkit.airflow.tasks import compile_defaults, compile_options, compile_task
from flowkit.base.call_site import SourceLocation
from flowkit.base.errors import PipelineError, problems_of
from flowkit.base.interruption import is_interruption
from flowkit.base.printable import printable
from flowkit.base.problems import Problem
from flowkit.base.record import evolve
from flowkit.model.calls import ItemRef, NativeCall, ParamsRef, PythonCall, Ref, Transform, inner_call
from flowkit.model.pipeline import GroupSpec, NodeSpec, PipelineSpec, TaskSpec

R = TypeVar("R")


class _ProblemCollector:
    """
    Collects what Airflow rejects: it checks a task only when the operator is constructed.
    """

    def __init__(self, dag_id: str) -> None:
        self.dag_id = dag_id
        self.problems: list[Problem] = []

    def attempt(self, make: Callable[[], R], what: str, location: SourceLocation) -> R | None:
        try:
            return make()
        except BaseException as error:
            if is_interruption(error):
                raise
            self.add(error, what, location)
            return None

    def add(self, error: BaseException, what: str, location: SourceLocation) -> None:
        if problems := problems_of(error):  # found by flowkit itself
            self.problems.extend(evolve(problem, dag_id=self.dag_id) for problem in problems)
        else:
            self.problems.append(rejected_by_airflow(error, what, location, self.dag_id))

    def raise_if_any(self) -> None:
        if self.problems:
            raise PipelineError(self.problems)


def compile_pipeline(spec: PipelineSpec, *, fileloc: str, configured: Mapping[str, Any] | None = None) -> DAG:
    """
    Return the DAG of *spec*.

    Args:
        spec: A pipeline without problems.

        fileloc: The user's file, which Airflow loads to get this DAG.

        configured: What `configured_defaults` returns, if there are many pipelines.

    Raises:
        PipelineError: If Airflow rejects something. It carries everything that Airflow rejects.
    """
    spec = loaded(spec)
    collector = _ProblemCollector(spec.dag_id)
    if missing(AIRFLOW_VERSION):
        collector.problems.extend(_too_new(spec))
    collector.raise_if_any()
    make = partial(_compile_dag, spec, fileloc, configured or {})
    dag = collector.attempt(make, "the pipeline", spec.location)
    if dag is None:
        raise PipelineError(collector.problems)
    # The spec holds the effective options of each task: Airflow must not apply the defaults a second time.
    defaults, dag.default_args = dag.default_args, {}
    nodes, order = _NodeCompiler(spec, dag, collector, defaults), _topological_order(spec)
    with known_signatures(spec), cheap_params(dag):
        nodes.compile(order)
    collector.raise_if_any()
    if not all(map(is_, order, spec.nodes)):
        _restore_source_order(spec, dag, nodes)
    # These run code of the operators, which may replace any method or property of Airflow's.
    collector.attempt(lambda: _connect(spec, dag, nodes), "the pipeline", spec.location)
    collector.raise_if_any()
    dag.default_args = defaults
    _write_group_defaults(spec, nodes.groups, collector)
    collector.attempt(lambda: _validate(dag, spec), "the pipeline", spec.location)
    collector.raise_if_any()
    return dag


def _too_new(spec: PipelineSpec) -> Iterator[Problem]:
    """
    Yield the options, settings and kinds of function that the installed Airflow does not support yet.
    """
    uses: list[tuple[str, str, Mapping[str, Any], SourceLocation]] = [
        ("the pipeline", "dag", spec.settings, spec.location)
    ]
    for node in spec.nodes:
        if isinstance(node, GroupSpec):
            uses.append((f"group {node.group_id!r}", "group", node.settings, node.location))
            continue
        call = inner_call(node.action)
        is_async = isinstance(call, PythonCall) and iscoroutinefunction(call.function)
        options = {**node.options, **({"an async function": True} if is_async else {})}
        uses.append((f"task {node.task_id!r}", "task", options, node.location))
    for what, kind, names, location in uses:
        for name, since in too_new(names, of=kind):
            user = what[0].upper() + what[1:]
            message = f"{user} uses {name}, which requires Airflow {since}; this is {AIRFLOW_VERSION}."
            yield Problem(
                "FK902", message, f"Remove it, or upgrade to Airflow {since}.", location, spec.dag_id
            )
    if BACKOFF_IS_BOOL:
        yield from _other_backoffs(spec)
    if LOSES_JOINS:
        yield from _lost_joins(spec)


def _other_backoffs(spec: PipelineSpec) -> Iterator[Problem]:
    for task in spec.tasks:
        if task.options.get("retry_exponential_backoff", 0) not in {0, 1, 2}:
            message = (
                f"Task {task.task_id!r} multiplies the delay between retries by a number other than 2, which requires "
                f"Airflow 3.2; this is {AIRFLOW_VERSION}."
            )
            hint = "Write retry_exponential_backoff=True, which doubles it, or upgrade to Airflow 3.2."
            yield Problem("FK902", message, hint, task.location, spec.dag_id)


def _lost_joins(spec: PipelineSpec) -> Iterator[Problem]:
    growing: set[str | None] = set()
    for group in spec.groups:  # a group comes before what it holds
        sources = tuple((group.mapped or {}).values())
        if group.parent_id in growing or any(isinstance(source, Ref | Transform) for source in sources):
            growing.add(group.group_id)
    for task in spec.tasks if growing else ():
        rule = task.options.get("trigger_rule")
        if task.group_id in growing and getattr(rule, "value", rule) == "none_failed_min_one_success":
            message = (
                f"Task {task.task_id!r} is in a group that is mapped over an output, and its trigger_rule is "
                f"'none_failed_min_one_success': in Airflow {AIRFLOW_VERSION}, tasks after the group would never run."
            )
            hint = "Use trigger_rule='none_failed', or upgrade to Airflow 3.3."
            yield Problem("FK902", message, hint, task.location, spec.dag_id)


def _compile_dag(spec: PipelineSpec, fileloc: str, configured: Mapping[str, Any]) -> DAG:
    settings = {**configured, **spec.settings}
    if settings.get("doc_md") is None:
        settings["doc_md"] = printable(
            f"Defined in `{_relative_location(spec.location, fileloc)}` with flowkit."
        )
    for name in ("tags", "owner_links", "dag_display_name"):
        if settings.get(name, ...) is None:  # Airflow's own defaults here are not None
            del settings[name]
    settings["params"] = compile_params(settings.get("params"))
    schedule = compile_schedule(settings.pop("schedule", None))
    defaults = {**compile_options(spec.defaults), **compile_defaults(spec.operator_defaults)}
    dag = DAG(spec.dag_id, schedule=schedule, default_args=defaults, auto_register=False, **settings)
    dag.fileloc = fileloc
    return dag


def _relative_location(location: SourceLocation, fileloc: str) -> str:
    return f"{_relative_file(location.file, fileloc)}:{location.line}"


@lru_cache(maxsize=64)  # a file may define thousands of pipelines
def _relative_file(file: str, fileloc: str) -> str:
    # Never the absolute path: it differs between machines, and with git bundles between commits.
    path, folder = Path(file), Path(fileloc).parent
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name


_valid_schedules: set[str | None] = set()
"""The schedules, as strings, that Airflow has already validated."""


def _validate(dag: Any, spec: PipelineSpec) -> None:
    """
    Let Airflow validate the schedule, the owner links and the setups, unless it has already validated their like.

    It parses a cron expression again for each DAG, which takes a tenth of a millisecond, and a DagBag validates all
    DAGs a second time anyway.
    """
    # Airflow puts the DAGs of a file into a set; there, an error would lose all of them.
    hash(dag)
    schedule = dag.schedule
    simple = (schedule is None or type(schedule) is str) and "owner_links" not in spec.settings
    # Of the operators, since their constructors may change it.
    has_setups = any(operator.is_setup is not False for operator in dag.task_dict.values())
    if simple and schedule in _valid_schedules and not has_setups:
        return
    dag.validate()
    if simple:
        _valid_schedules.add(schedule)


class _NodeCompiler:
    """
    Creates the TaskGroups and the operators of one DAG.
    """

    def __init__(
        self, spec: PipelineSpec, dag: DAG, collector: _ProblemCollector, defaults: Mapping[str, Any]
    ) -> None:
        self.spec = spec
        self.dag = dag
        self.collector = collector
        self.defaults = defaults
        self.groups: dict[str, TaskGroup] = {}
        self.operators: dict[str, Any] = {}
        self.natives: dict[str, Any] = {}
        """By task whose function makes operators and groups: the `NativeNode`."""

        self.mapped = {group.group_id: group for group in spec.groups if group.mapped is not None}

    def compile(self, nodes: list[NodeSpec]) -> None:
        for node in nodes:
            if node.uses and any(
                producer not in self.operators and producer not in self.natives for producer in node.uses
            ):
                continue  # a task whose output it uses was rejected, and reported
            parent_id = _parent_of(node)
            parent = self.dag.task_group if parent_id is None else self.groups.get(parent_id)
            if parent is None:
                continue  # so was the group around it
            if isinstance(node, GroupSpec):
                self._compile_group(node, parent)
            else:
                self._compile_task(node, parent)

    def _compile_group(self, group: GroupSpec, parent: TaskGroup) -> None:
        try:
            self.groups[group.group_id] = compile_group(
                group, self.dag, parent, partial(self._lookup, group.location, parent)
            )
        except BaseException as error:
            if is_interruption(error):
                raise
            self.collector.add(error, f"group {group.group_id!r}", group.location)

    def _compile_task(self, task: TaskSpec, parent: TaskGroup) -> None:
        action = task.action
        lookup = partial(self._lookup, task.location if action is None else action.location, parent)
        is_native = isinstance(action, NativeCall)
        if is_native:
            self.dag.default_args = dict(self.defaults)  # of what Airflow's own code makes
        made = self.natives if is_native else self.operators
        try:
            made[task.task_id] = compile_task(task, self.dag, parent, lookup)
        except BaseException as error:  # any operator of any provider may raise anything
            if is_interruption(error):
                raise
            self.collector.add(error, f"task {task.task_id!r}", task.location)
        finally:
            if is_native:
                self.dag.default_args = {}

    def _lookup(self, location: SourceLocation, parent: TaskGroup, ref: Ref | ItemRef | ParamsRef) -> Any:
        if isinstance(ref, ParamsRef):
            return ParamsOf(ref, self.spec.dag_id)
        if isinstance(ref, ItemRef):
            return item_of(ref, self.groups[ref.group_id], self.mapped[ref.group_id].set_defaults)
        if ref.task_id in self.natives:
            from flowkit.airflow.native import native_output

            return native_output(self.natives[ref.task_id], ref, parent, location)
        operator = self.operators[ref.task_id]
        kind: Any = reference_type(operator, parent) if self.mapped else XComArg
        return kind(operator) if ref.key is None else kind(operator, ref.key)


def _parent_of(node: NodeSpec) -> str | None:
    return node.parent_id if isinstance(node, GroupSpec) else node.group_id


def _id_of(node: NodeSpec) -> str:
    return node.group_id if isinstance(node, GroupSpec) else node.task_id


def _topological_order(spec: PipelineSpec) -> list[NodeSpec]:
    """
    Return the nodes in source order, but each after its group and after the tasks whose outputs it uses.
    """
    nodes: dict[str, NodeSpec] = {}
    ordered: dict[str, NodeSpec] = {}
    for node in spec.nodes:
        parent = _parent_of(node)
        if not node.uses and (parent is None or parent in ordered):
            ordered[_id_of(node)] = node  # the common case
            continue
        nodes = nodes or {_id_of(other): other for other in spec.nodes}
        waiting = [node]
        while waiting:
            parent = _parent_of(waiting[-1])
            needed = (*waiting[-1].uses, *(() if parent is None else (parent,)))
            missing = [other for other in needed if other not in ordered]
            if missing:
                waiting.append(nodes[missing[0]])
            else:
                done = waiting.pop()
                ordered[_id_of(done)] = done
    return list(ordered.values())


def _connect(spec: PipelineSpec, dag: DAG, nodes: _NodeCompiler) -> None:
    _mark_roles(spec, nodes.operators)
    compile_edges(spec, dag, nodes.operators, nodes.groups, nodes.natives)
    if nodes.mapped:
        made = [operator for native in nodes.natives.values() for operator in native.made]
        # In mapped groups that a function makes by hand, Airflow decides.
        own = [operator for operator in made if mapped_group_id(operator) in nodes.mapped]
        ask_choosers([*nodes.operators.values(), *own])
    if spec.operator_defaults or any(group.operator_defaults for group in spec.groups):
        from flowkit.airflow.constructors import keep_from_functions

        keep_from_functions(nodes.operators.values())


def _mark_roles(spec: PipelineSpec, operators: dict[str, Any]) -> None:
    for task in spec.tasks:
        if task.role == "setup":
            operators[task.task_id].as_setup()
        elif task.role == "teardown":
            operators[task.task_id].as_teardown(on_failure_fail_dagrun=task.on_failure_fail_dagrun)


def _restore_source_order(spec: PipelineSpec, dag: DAG, nodes: _NodeCompiler) -> None:
    # Groups and producers of data were created first; Airflow shows the nodes in the order in which it got them.
    order = {_id_of(node): number for number, node in enumerate(spec.nodes)}
    for task_id, native in nodes.natives.items():
        order.update({operator.task_id: order[task_id] for operator in native.made})
    for group in (dag.task_group, *nodes.groups.values()):
        children = sorted(group.children.items(), key=lambda item: order[item[0]])
        group.children.clear()
        group.children.update(children)
    tasks = sorted(dag.task_dict.items(), key=lambda item: order[item[0]])
    dag.task_dict.clear()
    dag.task_dict.update(tasks)


def _write_group_defaults(
    spec: PipelineSpec, groups: dict[str, TaskGroup], collector: _ProblemCollector
) -> None:
    # For display, as Airflow serializes the defaults of groups, and for the instances of mapped operators.
    for group in spec.groups:
        # A nested group inherits the defaults of the group around it, as in Airflow.
        inherited = {} if group.parent_id is None else groups[group.parent_id].default_args
        if inherited or group.defaults or group.operator_defaults:
            # Airflow makes a deep copy of whatever is assigned.
            own = {**compile_options(group.defaults), **compile_defaults(group.operator_defaults)}
            defaults = {**inherited, **own}
            write = partial(setattr, groups[group.group_id], "default_args", defaults)
            collector.attempt(write, f"the defaults of group {group.group_id!r}", group.location)
