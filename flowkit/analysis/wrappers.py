"""
What is left to give of a function's arguments when a wrapper supplies some of them.

`inspect.signature` believes `__wrapped__`: it shows the parameters of the innermost function, also those that a wrapper
made with `functools.wraps` fills in itself, and so does Airflow. The source of the wrapper shows how it calls the
function: `fn(connect(), *args, **kwargs)` supplies the first argument.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import inspect
import textwrap
from collections.abc import Iterator, Mapping
from types import CodeType, FunctionType, MethodType
from typing import Any, Final, final

import attrs

from flowkit.base.airflow_versions import CONTEXT_KEYS

_MAX_DEPTH: Final = 20
# Wrappers in these packages pass all arguments on, though in ways that their source does not show.
_TRANSPARENT: Final = frozenset(
    {"asyncio", "backoff", "contextlib", "decorator", "functools", "retry", "tenacity", "wrapt"}
)
_PARAMETER: Final = inspect.Parameter
_POSITIONAL: Final = (_PARAMETER.POSITIONAL_ONLY, _PARAMETER.POSITIONAL_OR_KEYWORD)


class _UnclearError(Exception):
    """
    The source does not show which arguments are left.
    """


@final
@attrs.frozen
class _Passing:
    """
    How a wrapper calls the function that it wraps.
    """

    positional: int
    """How many arguments it gives before `*args`."""

    named: frozenset[str]
    """The arguments that it gives by name."""

    args: bool
    """Whether it passes `*args` on."""

    kwargs: bool
    """Whether it passes `**kwargs` on."""


@final
@attrs.frozen
class _Wrapper:
    """
    What the source of a wrapper shows.
    """

    passing: _Passing

    optional: frozenset[str]
    """The arguments that it puts into `kwargs`."""

    popped: Mapping[str, bool]
    """The arguments that it takes out of `kwargs`, and whether each is required."""


def signature_left(function: Any) -> inspect.Signature | None:
    """
    Return the signature of what is left to give; `None` where that is not clear.

    Raises:
        Exception: Whatever the attributes of a callable object raise.
    """
    try:
        return _left(function, 0)
    except _UnclearError:
        return None


def _left(function: Any, depth: int) -> inspect.Signature:
    kind = type(function)
    if depth > _MAX_DEPTH:
        raise _UnclearError
    if isinstance(function, functools.partial):
        return _left_of_partial(function, depth)
    if kind is MethodType:
        return _without_first(_left(function.__func__, depth + 1))
    if kind is staticmethod:
        return _left(function.__func__, depth + 1)
    attributes = getattr(function, "__dict__", {})
    if "__signature__" in attributes:
        return inspect.signature(function)
    if kind is FunctionType:
        if "__wrapped__" not in attributes:
            return inspect.signature(function)
        return _left_of_wrapper(function, function, None, depth)
    call = inspect.getattr_static(kind, "__call__", None)
    if isinstance(function, type) or type(call) is not FunctionType:
        wrapped = attributes.get("__wrapped__")
        return inspect.signature(function) if wrapped is None else _left(wrapped, depth + 1)
    if "__wrapped__" in attributes:
        return _left_of_wrapper(function, call, function, depth)
    return _without_first(_left(call, depth + 1))


def _left_of_partial(function: functools.partial[Any], depth: int) -> inspect.Signature:
    def stand_in() -> None: ...

    stand_in.__signature__ = _left(function.func, depth + 1)  # type: ignore[attr-defined]
    signature = inspect.signature(functools.partial(stand_in, *function.args, **function.keywords))
    # Airflow would pass its own value of a context key, over the one in the partial.
    given = function.keywords.keys() & CONTEXT_KEYS
    left = [p for p in signature.parameters.values() if p.name not in given]
    return signature.replace(parameters=left)


def _without_first(signature: inspect.Signature) -> inspect.Signature:
    parameters = list(signature.parameters.values())
    if parameters and parameters[0].kind in _POSITIONAL:
        return signature.replace(parameters=parameters[1:])
    return signature


def _left_of_wrapper(outer: Any, function: FunctionType, owner: object, depth: int) -> inspect.Signature:
    """
    Return what is left of a wrapper.

    Args:
        outer: The function or the object that has `__wrapped__`.

        function: What runs when it is called.

        owner: The object whose method *function* is; `None` if it is no method.

        depth: How many wrappers are around it.
    """
    own = inspect.signature(function, follow_wrapped=False)
    own = own if owner is None else _without_first(own)
    inner = _left(outer.__wrapped__, depth + 1)
    kinds = {parameter.kind for parameter in own.parameters.values()}
    if _PARAMETER.VAR_POSITIONAL not in kinds and _PARAMETER.VAR_KEYWORD not in kinds:
        return own
    if str(function.__globals__.get("__name__")).partition(".")[0] in _TRANSPARENT:
        return inner
    references = frozenset(_references(function, outer.__wrapped__, owner))
    try:
        return _joined(own, inner, _read(function.__code__, references))
    except ValueError:  # parameters in an order that Python does not allow
        raise _UnclearError from None


def _references(function: FunctionType, wrapped: object, owner: object) -> Iterator[str]:
    """
    Yield the expressions that mean the wrapped function in the source of a wrapper: `fn`, `self.fn`.
    """
    names: dict[str, object] = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        with contextlib.suppress(ValueError):  # it may be empty still
            names[name] = cell.cell_contents
    if owner is not None and function.__code__.co_varnames:
        names[function.__code__.co_varnames[0]] = owner
    for name, value in names.items():
        if value is wrapped:
            yield name
        attributes = getattr(value, "__dict__", {})
        yield from (f"{name}.{key}" for key in attributes if attributes[key] is wrapped)


@functools.lru_cache(maxsize=256)
def _read(code: CodeType, references: frozenset[str]) -> _Wrapper:
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(code)))
    except (OSError, SyntaxError, ValueError, TypeError):
        raise _UnclearError from None
    node = tree.body[0] if tree.body else None
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.name != code.co_name:
        raise _UnclearError
    args = node.args.vararg.arg if node.args.vararg else ""
    kwargs = node.args.kwarg.arg if node.args.kwarg else ""
    calls: set[_Passing] = set()
    optional: set[str] = set()
    popped: dict[str, bool] = {}
    for inner in (inner for statement in node.body for inner in ast.walk(statement)):
        _refuse_rebinding(inner, {args, kwargs, *references} - {""})
        if isinstance(inner, ast.Call) and ast.unparse(inner.func) in references:
            calls.add(_passing(inner, args, kwargs))
        elif kwargs:
            _note_change(inner, kwargs, optional, popped)
    if len(calls) != 1:
        raise _UnclearError
    return _Wrapper(calls.pop(), frozenset(optional), popped)


def _refuse_rebinding(node: ast.AST, names: set[str]) -> None:
    if isinstance(node, ast.Name) and node.id in names and not isinstance(node.ctx, ast.Load):
        raise _UnclearError
    if isinstance(node, ast.arg) and node.arg in names:
        raise _UnclearError


def _passing(call: ast.Call, args: str, kwargs: str) -> _Passing:
    positional, passes_args = 0, False
    for argument in call.args:
        if passes_args:
            raise _UnclearError  # what comes after `*args` has no fixed position
        if not isinstance(argument, ast.Starred):
            positional += 1
        elif args and _is_name(argument.value, args):
            passes_args = True
        else:
            raise _UnclearError
    named: set[str] = set()
    passes_kwargs = False
    for keyword in call.keywords:
        if keyword.arg is not None:
            named.add(keyword.arg)
        elif kwargs and _is_name(keyword.value, kwargs):
            passes_kwargs = True
        else:
            raise _UnclearError
    return _Passing(positional, frozenset(named), passes_args, passes_kwargs)


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _note_change(node: ast.AST, kwargs: str, optional: set[str], popped: dict[str, bool]) -> None:
    """
    Note what a wrapper puts into its `kwargs`, and takes out of them.
    """
    if isinstance(node, ast.Subscript) and _is_name(node.value, kwargs):
        if not isinstance(node.ctx, ast.Load):
            optional.add(_text(node.slice))
        return
    method = node.func if isinstance(node, ast.Call) else None
    if not isinstance(node, ast.Call) or not isinstance(method, ast.Attribute):
        return
    if not _is_name(method.value, kwargs):
        return
    if method.attr == "setdefault" and node.args:
        optional.add(_text(node.args[0]))
    elif method.attr == "pop" and node.args:
        name = _text(node.args[0])
        popped[name] = popped.get(name, True) and len(node.args) == 1
    elif method.attr == "update" and not node.args and all(keyword.arg for keyword in node.keywords):
        optional.update(str(keyword.arg) for keyword in node.keywords)
    elif method.attr in {"update", "clear", "popitem"}:
        raise _UnclearError


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise _UnclearError


def _joined(own: inspect.Signature, inner: inspect.Signature, wrapper: _Wrapper) -> inspect.Signature:
    """
    Return the wrapper's own parameters, and those of the wrapped function that it does not supply.
    """
    passing = wrapper.passing
    outer = [p for p in own.parameters.values() if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    taken = {p.name for p in outer} | passing.named | wrapper.popped.keys()
    parameters = [*outer, *_inner_left(inner, wrapper, taken)]
    parameters += [
        _PARAMETER(name, _PARAMETER.KEYWORD_ONLY, default=_PARAMETER.empty if required else None)
        for name, required in wrapper.popped.items()
        if name not in own.parameters
    ]
    kept = {p.kind for p in inner.parameters.values()}
    for parameter in own.parameters.values():
        passes = passing.args if parameter.kind is parameter.VAR_POSITIONAL else passing.kwargs
        # What is not passed on may be anything.
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD) and (
            not passes or parameter.kind in kept
        ):
            parameters.append(parameter)
    unique = {p.name: p for p in parameters}
    ordered = sorted(unique.values(), key=lambda parameter: parameter.kind)
    return inspect.Signature(ordered, return_annotation=inner.return_annotation)


def _inner_left(inner: inspect.Signature, wrapper: _Wrapper, taken: set[str]) -> Iterator[inspect.Parameter]:
    passing = wrapper.passing
    position, by_name_only = 0, not passing.args
    for parameter in inner.parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if parameter.kind in _POSITIONAL:
            position += 1
            if position <= passing.positional:
                continue
        if parameter.name in taken:
            by_name_only = by_name_only or parameter.name in passing.named
            continue
        if parameter.name in wrapper.optional:
            by_name_only = True
            if parameter.name not in CONTEXT_KEYS:  # which Airflow would pass
                yield parameter.replace(kind=parameter.KEYWORD_ONLY, default=None)
        elif parameter.kind is not parameter.KEYWORD_ONLY and not by_name_only:
            yield parameter if passing.kwargs else parameter.replace(kind=parameter.POSITIONAL_ONLY)
        elif passing.kwargs and parameter.kind is not parameter.POSITIONAL_ONLY:
            yield parameter.replace(kind=parameter.KEYWORD_ONLY)
