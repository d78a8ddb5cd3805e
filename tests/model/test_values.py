"""
The one recursion over argument values.
"""

from __future__ import annotations

import ast
from collections import OrderedDict, UserDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any, NamedTuple

import attrs
import pytest

import flowkit
from flowkit.model.values import INSIDE, MAX_DEPTH, ContainerKind, fold, map_values, walk


class Point(NamedTuple):
    """A named tuple."""

    x: Any
    y: Any


@attrs.frozen
class Conf:
    """A frozen attrs class that would refuse other values."""

    size: Any = attrs.field(validator=attrs.validators.instance_of(int))


@dataclass(frozen=True)
class Data:
    """A frozen dataclass."""

    size: Any


class MyList(list[Any]):
    """A list of somebody's own."""


CONTAINERS: list[tuple[Any, Any]] = [
    ({"a": 1, 2: "b"}, {"a": 10, 2: "b"}),
    (OrderedDict(a=1), {"a": 10}),
    (MappingProxyType({"a": 1}), {"a": 10}),
    (UserDict({"a": 1}), {"a": 10}),
    ([1, "b"], [10, "b"]),
    (MyList([1]), [10]),
    ((1, "b"), (10, "b")),
    (Point(1, "b"), Point(10, "b")),
    ({1, 2}, {10, 2}),
    (frozenset({1}), frozenset({10})),
    (Data(1), Data(10)),
    (Conf(1), Conf(10)),
    (SimpleNamespace(a=1), SimpleNamespace(a=10)),
    ([{"a": (1, Data({1}))}], [{"a": (10, Data({10}))}]),
]


@pytest.mark.parametrize(("value", "expected"), CONTAINERS, ids=lambda value: type(value).__name__)
def test_a_map_rebuilds_each_kind_of_container(value: Any, expected: Any) -> None:
    """What changes is rebuilt, with plain types in place of subclasses."""
    changed = map_values(value, lambda item: 10 if item == 1 else INSIDE)

    assert expected == changed
    assert type(expected) is type(changed)


@pytest.mark.parametrize("value", [value for value, _ in CONTAINERS], ids=lambda value: type(value).__name__)
def test_a_map_that_changes_nothing_returns_the_same_object(value: Any) -> None:
    """Nothing is copied without need."""
    assert map_values(value, lambda _item: INSIDE) is value


def test_a_changed_value_skips_validators() -> None:
    """The author's own call has passed them, with a placeholder in the field."""
    assert map_values(Conf(1), lambda item: "text" if item == 1 else INSIDE).size == "text"


def test_a_container_within_itself_is_a_leaf() -> None:
    """It has no end; two uses of one container are no such case."""
    endless: list[Any] = [1]
    endless.append({"again": endless})
    shared = [1]

    assert map_values(endless, lambda _item: INSIDE) is endless
    assert [1, endless] == [leaf for _, leaf in walk(endless, lambda _item: False)]
    assert map_values([shared, shared], lambda item: 10 if item == 1 else INSIDE) == [[10], [10]]


def test_the_depth_is_limited() -> None:
    """What lies deeper than the limit is neither changed nor visited, and can be reported."""
    deep: Any = 1
    for _ in range(MAX_DEPTH + 1):
        deep = [deep]
    failures: list[Any] = []

    def note(value: Any, error: BaseException | None) -> Any:
        failures.append((value, error))
        return value

    fold(deep, lambda _item: INSIDE, lambda value, _contents, _items: value, note)

    assert failures == [([1], None)]
    assert [leaf for _, leaf in walk(deep, lambda _item: False)] == [[1]]
    assert map_values(deep, lambda item: 10 if item == 1 else INSIDE) is deep


class Failing(Mapping[str, Any]):
    """A mapping that cannot be read."""

    def __getitem__(self, key: str) -> Any:
        raise KeyError(key)

    def __iter__(self) -> Any:
        raise RuntimeError("no")

    def __len__(self) -> int:
        return 1


def test_a_container_that_fails_is_reported_or_raises() -> None:
    """A user's own container may do anything when it is read."""
    failing = Failing()

    with pytest.raises(RuntimeError, match="no"):
        map_values([failing], lambda _item: INSIDE)
    assert (
        fold(
            failing,
            lambda _item: INSIDE,
            lambda value, _contents, _items: value,
            lambda _value, error: type(error).__name__,
        )
        == "RuntimeError"
    )


def test_a_walk_gives_the_path_to_each_leaf() -> None:
    """By kind of container, since each is written in its own way."""
    value = {"a": [Point(1, Conf(2))], "b": {3}}
    m, n = ContainerKind.MAPPING, ContainerKind.NAMED_TUPLE

    assert [
        (((m, "a"), (ContainerKind.LIST, 0), (n, 0)), 1),
        (((m, "a"), (ContainerKind.LIST, 0), (n, 1), (ContainerKind.FIELDS, "size")), 2),
        (((m, "b"), (ContainerKind.SET, 0)), 3),
    ] == list(walk(value, lambda _item: False))
    assert [((), value)] == list(walk(value, lambda _item: True))


OTHER_RECURSIONS = {
    ("base/sensitive.py", "_text_of_name"): "the levels of a name",
    ("base/sensitive.py", "_texts_in"): "a secret",
    ("base/sensitive.py", "without_digests"): "a plan as JSON",
    ("mypy/mapped_calls.py", "_walk"): "a syntax tree",
    ("model/params.py", "_typed"): "follows an annotation",
    ("report/json_patch.py", "same"): "two plans as JSON",
    ("report/json_patch.py", "patch"): "two plans as JSON",
    ("report/schedule_text.py", "schedule_text"): "a plan as JSON",
    ("report/schedule_text.py", "_asset"): "a plan as JSON",
    ("report/value_text.py", "_text"): "a plan as JSON",
    ("testing/plan_files.py", "_without_sources"): "a plan as JSON",
    ("testing/simulation/xcom_values.py", "read"): "a value as Airflow's XCom stores it",
    ("testing/simulation/xcom_values.py", "write"): "a value as Airflow's XCom stores it",
}
"""The functions that recurse over something else than argument values, and over what."""

_CONTAINERS = {"Mapping", "dict", "list", "tuple", "set", "frozenset", "Sequence"}


def test_no_second_recursion_over_argument_values() -> None:
    """A function that tests for containers and calls itself has a rule of its own for them."""
    root = Path(flowkit.__file__).parent
    recursions = {
        (file.relative_to(root).as_posix(), node.name)
        for file in root.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and _recurses_over_containers(node)
    }

    assert set(OTHER_RECURSIONS) == recursions


def _recurses_over_containers(function: ast.FunctionDef) -> bool:
    names = [
        getattr(node.func, "id", getattr(node.func, "attr", ""))
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
    ]
    tested = {
        name.id
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "isinstance"
        for name in ast.walk(node.args[1])
        if isinstance(name, ast.Name)
    }
    return function.name in names and not tested.isdisjoint(_CONTAINERS)
