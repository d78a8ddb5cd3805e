"""
Stubs: what stands for operators, and for anything else that a test should not run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias, final

import attrs

from flowkit.base.lazy_names import identity, is_lazy, real
from flowkit.base.suggestions import did_you_mean
from flowkit.model.calls import OperatorCall, inner_call
from flowkit.model.pipeline import TaskSpec
from flowkit.testing.simulation.simulation_error import SimulationError
from flowkit.testing.simulation.task_graph import TaskGraph

NO_STUB: Final[Any] = object()


@final
@attrs.frozen
class StubCall(Mapping[str, Any]):
    """
    What a stub is called with: the arguments of the task, as a mapping, and which task it is.
    """

    task_id: str
    """The id of the task, with those of its groups."""

    arguments: Mapping[str, Any]
    """The arguments, with templates rendered and outputs in place."""

    context: Mapping[str, Any] = attrs.field(repr=False)
    """Airflow's context."""

    map_index: int = -1
    """The number of the instance; -1 for a task that is not mapped."""

    try_number: int = 1

    operator: Any = attrs.field(default=None, repr=False)
    """The class of the operator; `None` for a function."""

    options: Mapping[str, Any] = attrs.field(factory=dict, repr=False)
    """The options of the task."""

    def __getitem__(self, name: str) -> Any:
        return self.arguments[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.arguments)

    def __len__(self) -> int:
        return len(self.arguments)


Stub: TypeAlias = "Callable[[StubCall], Any] | BaseException | object"
"""A function of the call, an exception to raise, or the value that the task gives."""


def execute(call: StubCall) -> Any:
    """
    A stub that constructs the real operator and runs it in the test. It requires Airflow and the operator's provider.

    Raises:
        SimulationError: If the task is not an operator.
    """
    if call.operator is None:
        msg = f"Task {call.task_id!r} is not an operator, so `execute` cannot run it."
        raise SimulationError(msg)
    operator = real(call.operator)(task_id=call.task_id, **call.arguments)
    context: Any = call.context
    operator.pre_execute(context)
    result = operator.execute(context)
    operator.post_execute(context, result)
    return result


def result_of(stub: Stub, call: StubCall) -> Any:
    """
    Return what *stub* gives for *call*.

    Raises:
        BaseException: The stub, if it is an exception, or what it raises.
    """
    if isinstance(stub, BaseException):
        raise stub
    if isinstance(stub, type) and issubclass(stub, BaseException):
        raise stub
    return stub(call) if callable(stub) else stub


@final
class Stubs:
    """
    The stubs of a test, by task.

    Raises:
        SimulationError: If there is one for a task, or a class of operators, that the pipeline does not have.
    """

    def __init__(self, graph: TaskGraph, stubs: Mapping[str | type[Any], Stub]) -> None:
        self._by_id = {key: stub for key, stub in stubs.items() if isinstance(key, str)}
        self._by_class = [(key, stub) for key, stub in stubs.items() if not isinstance(key, str)]
        for task_id in self._by_id:
            if task_id not in graph.tasks:
                hint = did_you_mean(task_id, list(graph.tasks))
                msg = f"There is a stub for {task_id!r}, but pipeline {graph.spec.dag_id!r} has no such task. {hint}"
                raise SimulationError(msg.rstrip())
        for kind, _stub in self._by_class:
            if not any(_is_of(task, kind) for task in graph.tasks.values()):
                name = getattr(kind, "__name__", repr(kind))
                msg = f"There is a stub for {name}, but pipeline {graph.spec.dag_id!r} has no such operator."
                raise SimulationError(msg)

    def of(self, task: TaskSpec) -> Stub:
        """
        Return the stub for a task, that for its id before that for its class; `NO_STUB` if there is none.
        """
        if task.task_id in self._by_id:
            return self._by_id[task.task_id]
        return next((stub for kind, stub in self._by_class if _is_of(task, kind)), NO_STUB)


def _is_of(task: TaskSpec, kind: Any) -> bool:
    call = inner_call(task.action)
    if not isinstance(call, OperatorCall):
        return False
    if identity(call.operator) == identity(kind):
        return True
    if is_lazy(call.operator) or is_lazy(kind) or not isinstance(kind, type):
        return False
    return isinstance(call.operator, type) and issubclass(call.operator, kind)
