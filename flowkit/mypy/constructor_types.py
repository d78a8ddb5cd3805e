"""
The arguments of an operator as mypy knows its class: their names from the source of its constructors, their types from
mypy.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias, final

import attrs
from mypy.erasetype import erase_typevars
from mypy.nodes import (
    ARG_NAMED,
    ARG_NAMED_OPT,
    ARG_STAR2,
    ArgKind,
    Decorator,
    FuncDef,
    MypyFile,
    TypeInfo,
)
from mypy.plugin import CheckerPluginInterface
from mypy.types import AnyType, CallableType, Instance, Type, TypeOfAny, get_proper_type

from flowkit.analysis.class_order import UnclearError, is_plain
from flowkit.analysis.constructor_chain import SET_BY_FLOWKIT, TASK_OPTIONS, Constructor, Link, joined
from flowkit.analysis.constructor_source import UNCLEAR_INIT, BaseCall, Init
from flowkit.analysis.operator_source import own_init
from flowkit.analysis.sources import Source
from flowkit.base.record import evolve

Argument: TypeAlias = tuple[ArgKind, Type]
"""Whether it is required, and its type."""


@final
@attrs.frozen
class ConstructorChain:
    """
    The arguments of all constructors of an operator, from its own class up to Airflow's `BaseOperator`.
    """

    constructor: Constructor

    own: Mapping[str, Argument]
    """The arguments of the operator and its bases."""

    options: Mapping[str, Argument]
    """The options of every task, which belong in `task(…)`."""


def chain_of(info: TypeInfo, api: CheckerPluginInterface) -> ConstructorChain | None:
    """
    Return the arguments of the constructors of an operator; `None` if the types do not show them.
    """
    base = next((cls for cls in info.mro if _is_base(cls)), None)
    if base is None or info.fallback_to_any:
        return None
    classes = info.mro[: info.mro.index(base)]
    options = _options(base)
    constructor = joined([_link(cls, api) for cls in classes], TASK_OPTIONS | options.keys() - {"pod"})
    types: dict[str, Type] = {}
    for cls in classes:
        init = _constructor(cls)
        for name, _, annotation in _named(init) if init is not None else ():
            types.setdefault(name, annotation)
    any_type = AnyType(TypeOfAny.special_form)
    own = {
        # An argument with the name of an option can be passed to the task instead.
        name: (
            ARG_NAMED if name in constructor.required - options.keys() else ARG_NAMED_OPT,
            types.get(name, any_type),
        )
        for name in sorted(constructor.own, key=_order(types))
    }
    return ConstructorChain(constructor, own, options)


def _order(names: Mapping[str, object]) -> Any:
    places = {name: place for place, name in enumerate(names)}
    return lambda name: (places.get(name, len(places)), name)


_base_options: list[tuple[object, Mapping[str, Argument]]] = []
"""The last constructor of `BaseOperator`, and its arguments: all operators share it."""


def _options(base: TypeInfo) -> Mapping[str, Argument]:
    symbol = base.names.get("__init__")
    node = symbol.node if symbol else None
    written = node.type if isinstance(node, FuncDef) else None
    if written is not None and _base_options and _base_options[0][0] is written:
        return _base_options[0][1]
    init = _constructor(base)
    options = {name: (ARG_NAMED_OPT, annotation) for name, _, annotation in (_named(init) if init else ())}
    # flowkit's own option, unknown to Airflow.
    options["pod"] = (ARG_NAMED_OPT, AnyType(TypeOfAny.special_form))
    settable = {name: argument for name, argument in options.items() if name not in SET_BY_FLOWKIT}
    _base_options[:] = [(written, settable)]
    return settable


def _is_base(cls: TypeInfo) -> bool:
    return cls.name == "BaseOperator" and cls.module_name.split(".")[0] == "airflow"


def _link(cls: TypeInfo, api: CheckerPluginInterface) -> Link:
    return Link(_name(cls), _init(cls, api), any(map(_is_base, cls.mro)))


def _name(cls: TypeInfo) -> str:
    return cls.name.partition("@")[0]  # of a class within a function


def _init(cls: TypeInfo, api: CheckerPluginInterface) -> Init | None:
    """
    Return what the constructor of a class does, according to its source; if there is none, to its signature.
    """
    if cls.metadata.keys() & {"dataclass", "attrs"}:
        return UNCLEAR_INIT
    init = _constructor(cls)
    modules: Mapping[str, MypyFile] = getattr(api, "modules", {})
    file = modules.get(cls.module_name)
    node = _class_node(file.path, cls) if file is not None else None
    if node is None:
        return None if init is None else _from_signature(_name(cls), init)
    keys = None
    if isinstance(init, CallableType) and ARG_STAR2 not in init.arg_kinds:
        keys = {name: kind == ARG_NAMED for name, kind, _ in _named(init)}
    try:
        found = own_init(node, lambda _: (None, True))
        plain = is_plain(cls.module_name, node)
    except UnclearError:
        return UNCLEAR_INIT
    if not plain:
        return UNCLEAR_INIT
    if found is None or keys is None or not found.takes_more:
        return found
    # `**kwargs: Unpack[…]`, whose keys mypy gives as parameters.
    unpacked = {name: required for name, required in keys.items() if name not in found.parameters}
    return evolve(found, unpacked=unpacked)


def _from_signature(name: str, init: CallableType) -> Init:
    call = BaseCall(name, "", frozenset(), positional=0, passes_on=True, more=True, certain=True)
    return Init(
        {name: kind.is_required() for name, kind, _ in _named(init)},
        takes_more=ARG_STAR2 in init.arg_kinds,
        calls=(call,),
    )


def _class_node(path: str, cls: TypeInfo) -> ast.ClassDef | None:
    # Stubs that lie beside the source may be older than that: those of the provider common-sql lack arguments.
    source = Path(path).with_suffix(".py")
    try:
        classes = _classes(str(source), source.stat().st_mtime_ns)
    except OSError:
        return None
    found = classes.get(_name(cls), [])
    # mypy's cache has no lines; that of a class within a function is part of its name.
    line = int(cls.name.partition("@")[2] or cls.defn.line)
    found = found if line < 0 or path.endswith(".pyi") else [node for node in found if node.lineno == line]
    return found[0] if len(found) == 1 else None


@functools.lru_cache(maxsize=256)
def _classes(path: str, _changed: int) -> Mapping[str, list[ast.ClassDef]]:
    """
    Return the classes in a file, by their names.
    """
    classes: dict[str, list[ast.ClassDef]] = {}
    for node in ast.walk(Source(Path(path)).tree):
        if isinstance(node, ast.ClassDef):
            classes.setdefault(node.name, []).append(node)
    return classes


def _constructor(cls: TypeInfo) -> CallableType | None:
    symbol = cls.names.get("__init__")
    node = symbol.node if symbol else None
    if isinstance(node, Decorator):
        decorated = get_proper_type(node.var.type)
        return decorated.with_unpacked_kwargs() if isinstance(decorated, CallableType) else None
    if not isinstance(node, FuncDef):
        return None
    written = get_proper_type(node.type)
    if isinstance(written, CallableType):
        return written.with_unpacked_kwargs()
    any_type = AnyType(TypeOfAny.unannotated)
    return CallableType(
        [any_type for _ in node.arg_names],
        node.arg_kinds,
        node.arg_names,
        any_type,
        Instance(cls, []),
    )


def _named(init: CallableType) -> Iterator[tuple[str, ArgKind, Type]]:
    # The first one is `self`.
    for name, kind, annotation in list(zip(init.arg_names, init.arg_kinds, init.arg_types, strict=True))[1:]:
        if name is not None and not kind.is_star():
            # The call does not show the type arguments of a generic class.
            yield name, kind, erase_typevars(annotation)
