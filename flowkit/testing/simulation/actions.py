"""
What each task of a pipeline does in a simulation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, TypeAlias, final

import attrs

from flowkit.base.lazy_names import import_of, is_lazy, name_of, real
from flowkit.base.record import evolve
from flowkit.model.calls import AssetCall, NativeCall, OperatorCall, PythonCall, SingleCall, inner_call
from flowkit.model.pipeline import TaskSpec
from flowkit.rules.callables import callable_of
from flowkit.testing.simulation.simulation_error import SimulationError
from flowkit.testing.simulation.task_graph import TaskGraph
from flowkit.testing.simulation.task_stubs import NO_STUB, Stub, Stubs

Kind: TypeAlias = Literal[
    "nothing",
    "function",
    "branch",
    "short_circuit",
    "sensor",
    "command",
    "latest_only",
    "asset",
    "operator",
    "native",
]
Operators: TypeAlias = Literal["auto", "record", "strict"]

_STANDARD: Final = "airflow.providers.standard."
_OPERATORS: Final[Mapping[str, Kind]] = {
    f"{_STANDARD}operators.empty.EmptyOperator": "nothing",
    f"{_STANDARD}operators.latest_only.LatestOnlyOperator": "latest_only",
    f"{_STANDARD}operators.python.PythonOperator": "function",
    f"{_STANDARD}operators.python.BranchPythonOperator": "branch",
    f"{_STANDARD}operators.python.ShortCircuitOperator": "short_circuit",
    f"{_STANDARD}sensors.python.PythonSensor": "sensor",
}
"""The operators that are simulated: these classes only, since a subclass may do anything."""

_DECORATORS: Final[Mapping[str, Kind]] = {
    "python": "function",
    "branch": "branch",
    "short_circuit": "short_circuit",
    "sensor": "sensor",
    "bash": "command",
}
"""The decorators, `.by(…)`, whose functions run in a test."""

_BRANCHES: Final = ("BranchMixIn", "BaseBranchOperator")
_CHOOSING: Final = frozenset({"branch", "short_circuit", "latest_only"})


@final
@attrs.frozen
class Action:
    """
    What a task does.
    """

    kind: Kind
    call: SingleCall | None
    stub: Stub = NO_STUB

    @property
    def has_stub(self) -> bool:
        """
        Whether the test gives a stub for it.
        """
        return self.stub is not NO_STUB

    @property
    def chooses(self) -> bool:
        """
        Whether it decides which of the tasks after it run.
        """
        return self.kind in _CHOOSING

    @property
    def function(self) -> Callable[..., Any]:
        """
        The function that it calls.
        """
        call: Any = self.call
        given = call.kwargs["python_callable"] if isinstance(call, OperatorCall) else call.function
        function: Callable[..., Any] = real(given)
        return function

    @property
    def arguments(self) -> Mapping[str, Any]:
        """
        The arguments of its operator or its decorator.
        """
        call = self.call
        if isinstance(call, OperatorCall):
            return call.kwargs
        if isinstance(call, PythonCall) and call.decorator is not None:
            return call.decorator.kwargs
        return {}


def actions_of(graph: TaskGraph, stubs: Stubs, operators: Operators) -> dict[str, Action]:
    """
    Return what each task does.

    Raises:
        SimulationError: If tasks need a stub and have none; it names all of them.
    """
    actions = {task_id: _action(task, stubs.of(task)) for task_id, task in graph.tasks.items()}
    missing = [
        f"  {task_id}: {reason}"
        for task_id, action in actions.items()
        if (reason := _missing_stub(graph, task_id, action, operators)) is not None
    ]
    if missing:
        count = "1 task needs" if len(missing) == 1 else f"{len(missing)} tasks need"
        example = f"stubs={{{missing[0].partition(':')[0].strip()!r}: …}}"
        lines = "\n".join(missing)
        msg = f"{count} a stub in pipeline {graph.spec.dag_id!r}, such as simulate(…, {example}):\n{lines}"
        raise SimulationError(msg)
    return actions


def _action(task: TaskSpec, stub: Stub) -> Action:
    call = inner_call(task.action)
    kind = _kind(call)
    if isinstance(call, PythonCall | AssetCall) and not is_lazy(call.function):
        call = evolve(call, function=callable_of(call, task.action))
    return Action(kind, call, stub)


def _kind(call: SingleCall | None) -> Kind:
    if call is None:
        return "nothing"
    if isinstance(call, AssetCall | NativeCall):
        return "asset" if isinstance(call, AssetCall) else "native"
    if isinstance(call, OperatorCall):
        return _operator_kind(call)
    if call.routes is not None:
        return "branch"
    return "function" if call.decorator is None else _DECORATORS.get(call.decorator.name, "operator")


def _operator_kind(call: OperatorCall) -> Kind:
    kind = call.operator
    path = import_of(kind).path if is_lazy(kind) else f"{kind.__module__}.{kind.__qualname__}"
    known = _OPERATORS.get(path)
    if known is not None:
        return known
    bases = () if is_lazy(kind) else [base.__name__ for base in kind.__mro__]
    name = name_of(kind)
    # Of a lazily imported class, only the name is known.
    if "Branch" in name or any(base in _BRANCHES for base in bases):
        return "branch"
    return "short_circuit" if "ShortCircuit" in name or "ShortCircuitOperator" in bases else "operator"


def runs_function(action: Action) -> bool:
    """
    Return whether a task's own function runs in the test.
    """
    call = action.call
    if action.has_stub or action.kind in {"nothing", "operator", "latest_only", "native"}:
        return False
    return not isinstance(call, OperatorCall) or "python_callable" in call.kwargs


def _missing_stub(graph: TaskGraph, task_id: str, action: Action, operators: Operators) -> str | None:
    """
    Return why a task needs a stub; `None` if it does not, or has one.
    """
    call = action.call
    if action.has_stub or call is None or (runs_function(action) and action.kind != "command"):
        return None
    if isinstance(call, OperatorCall) and action.kind in {"nothing", "latest_only"}:
        return None
    is_function = isinstance(call, PythonCall)
    decorator = call.decorator.name if isinstance(call, PythonCall) and call.decorator is not None else ""
    what = f"@task.{decorator}" if is_function else call.name
    if is_function and action.kind == "operator":
        return f"{what} does not run in this process"
    if action.chooses:
        return f"{what} chooses which tasks run"
    if operators == "record":
        return None
    if isinstance(call, NativeCall):
        return f"{what}() makes operators only when Airflow gets the pipeline"
    if operators == "strict":
        return f"{what} is an operator"
    takers = [other for other, task in graph.tasks.items() if task_id in task.uses]
    takers += [group.group_id for group in graph.groups.values() if task_id in group.uses]
    if takers:
        more = "" if len(takers) == 1 else f" and {len(takers) - 1} more"
        return f"{what} gives a result that {takers[0]!r} takes{more}"
    return None
