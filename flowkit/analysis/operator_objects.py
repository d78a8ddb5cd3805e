"""
The constructors of an operator whose class is at hand.
"""

from __future__ import annotations

import ast
import inspect
import linecache
import typing
import weakref
from collections.abc import Callable, Mapping
from types import CodeType, FunctionType
from typing import Any, Final, get_origin

from typing_extensions import NotRequired, ReadOnly, Required, Unpack, get_type_hints

from flowkit.analysis.constructor_chain import SET_BY_FLOWKIT, TASK_OPTIONS, Link
from flowkit.analysis.constructor_source import UNCLEAR_INIT, Init, init_of
from flowkit.base.operator_classes import is_operator_class

_UNPACK: Final[set[Any]] = {Unpack, getattr(typing, "Unpack", Unpack)}
_QUALIFIERS: Final[Mapping[Any, bool | None]] = {Required: True, NotRequired: False, ReadOnly: None}
"""By qualifier of a key in a `TypedDict`: whether the key is required."""

_options: weakref.WeakKeyDictionary[type[Any], frozenset[str]] = weakref.WeakKeyDictionary()
_inits: weakref.WeakKeyDictionary[Callable[..., Any], Init] = weakref.WeakKeyDictionary()


def links_of_class(operator: type[Any]) -> tuple[Link, ...]:
    """
    Return the classes of an operator and their constructors, without `BaseOperator`.
    """
    links: list[Link] = []
    if type(operator).__call__ is not type.__call__:  # a metaclass may give the constructor other arguments
        links.append(Link("", UNCLEAR_INIT))
    for cls in operator.__mro__:
        if cls is object or cls.__name__ == "BaseOperator":
            break
        links.append(Link(cls.__name__, _own_init(cls), is_operator_class(cls)))
    return tuple(links)


def options_of_class(operator: type[Any]) -> frozenset[str]:
    """
    Return the options of every task; the `BaseOperator` of a newer Airflow may have more than flowkit knows.
    """
    base = next((cls for cls in operator.__mro__ if cls.__name__ == "BaseOperator"), None)
    if base is None or "__init__" not in base.__dict__:
        return TASK_OPTIONS
    if base not in _options:
        _options[base] = (
            TASK_OPTIONS | _from_signature(base.__dict__["__init__"]).parameters.keys() - SET_BY_FLOWKIT
        )
    return _options[base]


def _own_init(cls: type[Any]) -> Init | None:
    if not _has_plain_new(cls):
        return UNCLEAR_INIT
    init = cls.__dict__.get("__init__")
    if init is None:
        return None
    try:
        if init not in _inits:
            _inits[init] = _read(init, cls.__name__)
        return _inits[init]
    except TypeError:  # an unhashable object, or one without weak references
        return UNCLEAR_INIT


def _has_plain_new(cls: type[Any]) -> bool:
    new = cls.__dict__.get("__new__")
    # The decorators `deprecated` add one, which passes all arguments on.
    module = getattr(getattr(new, "__func__", new), "__globals__", {}).get("__name__", "")
    return new is None or str(module).partition(".")[0] in {"warnings", "typing_extensions", "deprecated"}


def _read(init: Any, class_name: str) -> Init:
    function = without_wrapper(init)
    node = _node_of(function)
    if node is None:
        return _from_signature(init)
    unpacked, clear = _unpacked_keys(function, node)
    return init_of(node, class_name, unpacked, clear=clear)


def without_wrapper(init: Any) -> Any:
    """
    Return the constructor that Airflow has wrapped: once for each class that inherits it past a mixin.
    """
    while (
        isinstance(init, FunctionType)
        and init.__code__.co_name == "apply_defaults"
        and init.__globals__.get("__name__", "").startswith("airflow.")
        and "__wrapped__" in init.__dict__
    ):
        init = init.__dict__["__wrapped__"]
    return init


def _from_signature(init: Any) -> Init:
    """
    Return a constructor whose source is not at hand: it may do anything with its `**kwargs`.
    """
    try:
        signature = inspect.signature(init)
    except Exception:  # noqa: BLE001 - Python knows none, or an attribute of the callable object raises
        return UNCLEAR_INIT
    parameters = list(signature.parameters.values())[1:]
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    function = without_wrapper(init)
    is_plain = getattr(function, "__name__", "") == "__init__" and not hasattr(function, "__wrapped__")
    required = {
        parameter.name: is_plain and parameter.default is parameter.empty
        for parameter in parameters
        if parameter.kind in named
    }
    return Init(required, takes_more=True, clear=False)


def _node_of(function: Any) -> ast.FunctionDef | None:
    """
    Return the syntax tree of a constructor; `None` if it is not that of a plain function in a file.
    """
    if not isinstance(function, FunctionType) or hasattr(function, "__wrapped__"):
        return None
    code = function.__code__
    if code.co_name != "__init__" or code.co_filename.startswith("<"):
        return None
    try:
        linecache.checkcache(code.co_filename)
        lines = linecache.getlines(code.co_filename, function.__globals__)
        node = _parsed(lines[code.co_firstlineno - 1 :], _last_line(code) - code.co_firstlineno + 1)
    except (SyntaxError, ValueError, OSError, RecursionError, MemoryError):
        return None
    return node if node is not None and _names(node) == _names_in(code) else None


def _last_line(code: CodeType) -> int:
    lines = [line for _, _, line in code.co_lines() if line is not None]
    nested = [_last_line(constant) for constant in code.co_consts if isinstance(constant, CodeType)]
    return max([*lines, *nested, code.co_firstlineno])


def _parsed(lines: list[str], certain: int) -> ast.FunctionDef | None:
    """
    Return the function that begins with the first of *lines*, of which the first *certain* ones belong to it.
    """
    if not lines:
        return None
    indent = len(lines[0]) - len(lines[0].lstrip())
    end = certain
    # Closing brackets have no code.
    while end < len(lines) and (
        not lines[end].strip()
        or len(lines[end]) - len(lines[end].lstrip()) > indent
        or lines[end].lstrip().startswith((")", "]", "}"))
    ):
        end += 1
    text = "".join(lines[:end])
    body = ast.parse(f"if 1:\n{text}" if indent else text).body
    first = body[0].body[0] if indent and isinstance(body[0], ast.If) else body[0]
    return first if isinstance(first, ast.FunctionDef) else None


def _names(node: ast.FunctionDef) -> tuple[str, ...]:
    args = node.args
    rest = [arg for arg in (args.vararg, args.kwarg) if arg is not None]
    return tuple(arg.arg for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs, *rest))


def _names_in(code: CodeType) -> tuple[str, ...]:
    # A file that changed since it was imported has another function in that line.
    count = code.co_argcount + code.co_kwonlyargcount
    count += bool(code.co_flags & inspect.CO_VARARGS) + bool(code.co_flags & inspect.CO_VARKEYWORDS)
    return code.co_varnames[:count]


def _unpacked_keys(function: FunctionType, node: ast.FunctionDef) -> tuple[Mapping[str, bool] | None, bool]:
    kwarg = node.args.kwarg
    if kwarg is None or kwarg.annotation is None or "Unpack" not in ast.dump(kwarg.annotation):
        return None, True
    try:
        annotation = get_type_hints(_only(function, kwarg.arg), include_extras=True)[kwarg.arg]
        if get_origin(annotation) not in _UNPACK:
            return None, True
        return _keys_of(annotation.__args__[0]), True
    except Exception:  # noqa: BLE001 - an annotation is evaluated, which may raise anything
        return None, False


def _only(function: FunctionType, name: str) -> FunctionType:
    copy = FunctionType(function.__code__, function.__globals__, closure=function.__closure__)
    copy.__annotations__ = {name: function.__annotations__[name]}
    return copy


def _keys_of(typed_dict: Any) -> dict[str, bool]:
    keys = {name: name in typed_dict.__required_keys__ for name in typed_dict.__annotations__}
    for name, hint in get_type_hints(typed_dict, include_extras=True).items():
        inner: Any = hint
        while (qualifier := get_origin(inner)) in _QUALIFIERS:
            required = _QUALIFIERS[qualifier]
            keys[name] = keys[name] if required is None else required
            inner = inner.__args__[0]
    return keys
