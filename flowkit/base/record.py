"""
Classes of named fields that cost next to nothing when they are imported.

`attrs.frozen` generates the methods of a class at import, in half a millisecond, and a worker imports fifty classes to
start one task. Here, `__init__` is generated when the first object is made, and the other methods are the same
functions for all classes. Otherwise the classes behave like those of attrs, whose functions accept them.

For classes that a worker does not import, attrs is the better choice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from types import CellType, FunctionType
from typing import Any, Final, NamedTuple, NoReturn, TypeVar, overload

from typing_extensions import dataclass_transform

T = TypeVar("T")

NOTHING: Final = object()
"""There is no default."""

_FIELDS: Final = "__record_fields__"
_set: Final = object.__setattr__


class _Field(NamedTuple):
    default: Any = NOTHING
    factory: Callable[[], Any] | None = None
    init: bool = True
    eq: bool | Callable[[Any], Any] = True
    hash: bool | None = None
    converter: Callable[[Any], Any] | None = None

    @property
    def is_hashed(self) -> bool:
        return bool(self.eq) if self.hash is None else self.hash


def field(
    *,
    default: Any = NOTHING,
    factory: Callable[[], Any] | None = None,
    init: bool = True,
    eq: bool | Callable[[Any], Any] = True,
    hash: bool | None = None,  # noqa: A002 - as attrs calls it
    converter: Callable[[Any], Any] | None = None,
) -> Any:
    """
    Describe a field that is more than a name with a default.

    Args:
        default: The value of a field that is not given.

        factory: Makes that value, for each object.

        init: Whether the constructor takes it.

        eq: Whether the field is compared; or a function, whose results are compared.

        hash: Whether the field is hashed; by default, if it is compared.

        converter: What is given goes through this function.
    """
    return _Field(default, factory, init, eq, hash, converter)


@overload
def record(cls: type[T], /) -> type[T]: ...
@overload
def record(
    *, eq: bool = True, kw_only: bool = False, frozen: bool = True
) -> Callable[[type[T]], type[T]]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: Any = None, /, *, eq: bool = True, kw_only: bool = False, frozen: bool = True) -> Any:
    """
    Give a class a slot for each annotated attribute and a constructor that takes them, and make it immutable.

    Args:
        cls: The class. It must not inherit fields.

        eq: Whether objects are compared and hashed by their fields. Otherwise each is equal to itself alone.

        kw_only: Whether the constructor takes all fields by name.

        frozen: Whether objects are immutable.
    """
    if cls is None:
        return lambda decorated: _record(decorated, eq, kw_only, frozen)
    return _record(cls, eq, kw_only, frozen)


def _record(cls: Any, eq: bool, kw_only: bool, frozen: bool) -> Any:
    body = dict(vars(cls))
    fields: dict[str, _Field] = {}
    for name, annotation in body.get("__annotations__", {}).items():
        if not str(annotation).startswith("ClassVar"):
            given = body.pop(name, NOTHING)
            fields[name] = given if type(given) is _Field else _Field(given)
    for name in ("__dict__", "__weakref__"):
        body.pop(name, None)
    body["__slots__"] = (*fields, "__weakref__")
    body["__qualname__"] = cls.__qualname__
    methods = {**_METHODS, **(_FROZEN if frozen else {})}
    body.update({name: method for name, method in methods.items() if name not in body})
    if eq:
        body.update(_comparison(fields))
    body[_FIELDS] = fields
    body["__attrs_attrs__"] = _AttrsFields()
    made = type(cls)(cls.__name__, cls.__bases__, body)
    made.__init__ = _first_init(made, fields, kw_only)
    _move_cells(body, cls, made)
    return made


def _move_cells(body: Mapping[str, Any], before: type[Any], made: type[Any]) -> None:
    # `super()` finds the class of its method in a closure.
    for member in body.values():
        function = getattr(member, "fget", getattr(member, "__func__", member))
        for cell in getattr(function, "__closure__", None) or ():
            if isinstance(cell, CellType) and cell.cell_contents is before:
                cell.cell_contents = made


def _first_init(cls: Any, fields: Mapping[str, _Field], kw_only: bool) -> Callable[..., None]:
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807
        cls.__init__ = init = _init(cls, fields, kw_only)
        init(self, *args, **kwargs)

    return __init__


def _init(cls: Any, fields: Mapping[str, _Field], kw_only: bool) -> FunctionType:
    """
    Return the constructor, compiled from its source.
    """
    names: dict[str, Any] = {"_set": _set, "_nothing": NOTHING}
    parameters = ["self", "*"] if kw_only and any(one.init for one in fields.values()) else ["self"]
    lines = []
    for name, one in fields.items():
        value = name
        if one.converter is not None:
            names[f"_convert_{name}"] = one.converter
            value = f"_convert_{name}({name})"
        if one.factory is not None:
            names[f"_make_{name}"] = one.factory
            value = f"_make_{name}() if {name} is _nothing else {value}" if one.init else f"_make_{name}()"
        lines.append(f"    _set(self, {name!r}, {value})")
        if one.init and one.factory is not None:
            parameters.append(f"{name}=_nothing")
        elif one.init and one.default is not NOTHING:
            names[f"_default_{name}"] = one.default
            parameters.append(f"{name}=_default_{name}")
        elif one.init:
            parameters.append(name)
    source = f"def __init__({', '.join(parameters)}):\n" + "\n".join(lines or ["    pass"])
    exec(compile(source, f"<flowkit record {cls.__qualname__}>", "exec"), names)  # noqa: S102 - the source is ours
    made: FunctionType = names["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made


def _comparison(fields: Mapping[str, _Field]) -> dict[str, Any]:
    compared = _reader({name: one.eq for name, one in fields.items() if one.eq})
    hashed = _reader({name: one.eq for name, one in fields.items() if one.is_hashed})

    def __eq__(self: Any, other: Any) -> Any:  # noqa: N807
        return compared(self) == compared(other) if type(other) is type(self) else NotImplemented

    def __hash__(self: Any) -> int:  # noqa: N807
        return hash(hashed(self))

    return {"__eq__": __eq__, "__hash__": __hash__}


def _reader(fields: Mapping[str, bool | Callable[[Any], Any]]) -> Callable[[Any], Any]:
    """
    Return a function that returns what is compared of the *fields* of an object.
    """
    if not fields:
        return lambda _self: ()
    get = attrgetter(*fields)
    keys = {number: key for number, key in enumerate(fields.values()) if callable(key)}
    if not keys:
        return get

    def read(self: Any) -> Any:
        values = get(self) if len(fields) > 1 else (get(self),)
        return [keys[number](value) if number in keys else value for number, value in enumerate(values)]

    return lambda self: tuple(read(self))


def _no_change(_self: object, _name: str, *_value: object) -> NoReturn:
    from attrs.exceptions import FrozenInstanceError

    raise FrozenInstanceError


def _repr(self: Any) -> str:
    fields = ", ".join(
        f"{name}={getattr(self, name)!r}" for name in getattr(self, _FIELDS) if hasattr(self, name)
    )
    return f"{type(self).__qualname__.rsplit('>.', 1)[-1]}({fields})"


def _getstate(self: Any) -> dict[str, Any]:
    return {name: getattr(self, name) for name in getattr(self, _FIELDS) if hasattr(self, name)}


def _setstate(self: Any, state: Mapping[str, Any]) -> None:
    for name, value in state.items():
        _set(self, name, value)


_FROZEN: Final[Mapping[str, Any]] = {"__setattr__": _no_change, "__delattr__": _no_change}
_METHODS: Final[Mapping[str, Any]] = {
    "__repr__": _repr,
    "__getstate__": _getstate,
    "__setstate__": _setstate,
}
"""The methods of all classes, unless a class has its own."""


def evolve(value: T, /, **changes: Any) -> T:
    """
    Return a copy of *value*, an object of a class of this module or of attrs, with other values of some fields.
    """
    fields: Mapping[str, _Field] | None = getattr(value, _FIELDS, None)
    if fields is None:
        import attrs

        changed: T = attrs.evolve(value, **changes)  # type: ignore[misc]
        return changed
    given = {
        name: changes.pop(name) if name in changes else getattr(value, name)
        for name, one in fields.items()
        if one.init
    }
    return type(value)(**given, **changes)


class _AttrsFields:
    """
    What makes the functions of attrs accept a class: its fields as attrs describes them, made when they are asked for.
    """

    def __set_name__(self, owner: Any, name: str) -> None:
        self.owner, self.name = owner, name

    def __get__(self, _value: object, _cls: object) -> Any:
        import attrs

        described = {name: _as_attrs(one) for name, one in getattr(self.owner, _FIELDS).items()}
        fields = attrs.fields(attrs.make_class(self.owner.__name__, described))
        setattr(self.owner, self.name, fields)
        return fields


def _as_attrs(one: _Field) -> Any:
    import attrs

    default: Any = one.default if one.factory is None else attrs.Factory(one.factory)
    return attrs.field(
        default=attrs.NOTHING if default is NOTHING else default,
        init=one.init,
        eq=one.eq,
        hash=one.hash,
        converter=one.converter,
        kw_only=True,
    )
