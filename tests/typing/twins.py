"""
Run-time twins of `assert_type`: what an expression is when the code runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowkit import Action, Group, Task
from flowkit.draft.output import Output
from flowkit.model.calls import AssetCall, Call, EachCall, NativeCall, OperatorCall, PythonCall


def kind(value: object) -> type[object]:
    """
    Return the class of *value*; `isinstance` in a test would narrow the type that the test is about.
    """
    return type(value)


def refers(value: object, to: Task[Any], key: str | None = None) -> bool:
    """
    Return whether *value* is the output of a task, or the given key of it.
    """
    return isinstance(value, Output) and value.task is to.node and value.key == key


def arguments(action: Action[Any] | Task[Any]) -> list[object]:
    """
    Return what an action hands over to each of its calls, positional arguments first.
    """
    call = _single_call(action)
    positional = call.args if isinstance(call, PythonCall | NativeCall) else ()
    return [*positional, *call.kwargs.values()]


def function(action: Action[Any] | Task[Any]) -> object:
    """
    Return what an action calls.
    """
    call = _single_call(action)
    return call.function if isinstance(call, PythonCall | NativeCall) else call.operator


def mapped(action: Action[Any] | Task[Any]) -> Mapping[str, object]:
    """
    Return what an action is mapped over, by argument.
    """
    call = _call(action)
    assert isinstance(call, EachCall)
    return call.mapped


def routes(action: Action[Any] | Task[Any]) -> Mapping[str, object]:
    """
    Return where a branch leads, by key.
    """
    call = _call(action)
    assert isinstance(call, PythonCall)
    assert call.routes is not None
    return call.routes


def returned_by(group: Group[Any]) -> object:
    """
    Return the task whose output is the output of a group.
    """
    return group.node.returned


def _call(action: Action[Any] | Task[Any]) -> Call:
    call = action.node.action if isinstance(action, Task) else action.call
    assert call is not None
    return call


def _single_call(action: Action[Any] | Task[Any]) -> PythonCall | OperatorCall | NativeCall:
    call = _call(action)
    assert not isinstance(call, AssetCall)
    return call.call if isinstance(call, EachCall) else call
