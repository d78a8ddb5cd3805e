"""
Classes of named fields behave like those of attrs.
"""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
import weakref
from typing import Any, ClassVar

import attrs
import pytest

from flowkit.base.record import evolve, field, record


@record
class Point:
    """A point with a name."""

    x: int
    y: int = 0
    tags: list[str] = field(factory=list)
    note: str = field(default="", eq=False)
    count: ClassVar[int] = 3

    @property
    def total(self) -> int:
        """The sum."""
        return self.x + self.y

    def kind(self) -> type[Any]:
        """Return the class."""
        return __class__  # type: ignore[name-defined,no-any-return]


@attrs.frozen
class Twin:
    """The same with attrs."""

    x: int
    y: int = 0
    tags: list[str] = attrs.field(factory=list)
    note: str = attrs.field(default="", eq=False)


@record(kw_only=True)
class Named:
    """All fields by name, in any order."""

    first: int = 1
    second: str


@record(eq=False, frozen=False)
class Counter:
    """Changes."""

    number: int = 0
    seen: list[int] = field(factory=list, init=False)


@record
class Converted:
    """What is given is converted."""

    name: str = field(converter=str)
    key: Any = field(default=None, eq=id)
    extra: Any = field(default=None, hash=False)


def test_the_constructor() -> None:
    """Positional and named arguments, defaults, and a list for each object."""
    one, other = Point(1), Point(2, y=3, tags=["a"])

    assert (one.x, one.y, one.tags, one.note) == (1, 0, [], "")
    assert (other.x, other.y, other.tags, other.total) == (2, 3, ["a"], 5)
    assert Point(1).tags is not one.tags
    assert (Point.count, one.kind()) == (3, Point)


UntypedPoint: Any = Point
UntypedNamed: Any = Named
UntypedCounter: Any = Counter


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (UntypedPoint, "missing 1 required positional argument: 'x'"),
        (lambda: UntypedPoint(1, z=2), "unexpected keyword argument 'z'"),
        (lambda: UntypedNamed(1, "a"), "takes 1 positional argument"),
        (UntypedNamed, "missing 1 required keyword-only argument: 'second'"),
        (lambda: UntypedCounter(seen=[1]), "unexpected keyword argument 'seen'"),
    ],
)
def test_wrong_arguments(make: Any, message: str) -> None:
    """As Python reports them, with the name of the class."""
    with pytest.raises(TypeError, match=message) as raised:
        make()

    assert "__init__()" in str(raised.value)


def test_objects_are_immutable() -> None:
    """Unless the class is not frozen."""
    point: Any = Point(1)

    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        point.x = 2
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        del point.x
    with pytest.raises(AttributeError):
        Counter().other = 1  # type: ignore[attr-defined]

    counter = Counter()
    counter.number += 1
    assert counter.number == 1


def test_equality_and_hash() -> None:
    """By the fields that are compared, and only with objects of the same class."""
    assert Point(1, note="a") == Point(1, note="b")
    assert Point(1) != Point(2)
    assert UntypedPoint(1) != Twin(1)
    assert Counter() != Counter()
    assert hash(Named(second="a")) == hash(Named(first=1, second="a"))
    with pytest.raises(TypeError, match="unhashable"):
        hash(Point(1))


def test_fields_that_are_compared_by_a_function_or_not_hashed() -> None:
    """As with attrs."""
    key: list[int] = []

    assert Converted("a", key) == Converted("a", key)
    assert Converted("a", key) != Converted("a", [])
    assert hash(Converted("a", key, [])) == hash(Converted("a", key, {}))
    assert Converted(3).name == "3"  # type: ignore[arg-type]


def test_text() -> None:
    """The same as that of attrs."""
    assert repr(Point(1, tags=["a"])) == repr(Twin(1, tags=["a"])).replace("Twin", "Point")


def test_copies() -> None:
    """Shallow, deep and pickled; and with changes."""
    point = Point(1, 2, ["a"])

    assert pickle.loads(pickle.dumps(point)) == copy.copy(point)  # noqa: S301 - its own
    assert copy.copy(point) == copy.deepcopy(point) == point
    assert copy.deepcopy(point).tags is not point.tags
    assert evolve(point, y=5) == Point(1, 5, ["a"])
    assert evolve(Twin(1), y=5) == Twin(1, 5)
    with pytest.raises(TypeError, match="z"):
        evolve(point, z=1)


def test_pickles_in_a_new_process() -> None:
    """Where no object has been made yet."""
    program = (
        "import pickle, sys; from tests.base.test_record import Point;"
        f"point = pickle.loads({pickle.dumps(Point(1, 2, ['a']))!r});"
        "assert (point.x, point.tags) == (1, ['a']) and point == Point(1, 2, ['a'])"
    )

    subprocess.run([sys.executable, "-c", program], check=True)


def test_functions_of_attrs_accept_them() -> None:
    """`has`, `fields`, `evolve` and `asdict`."""
    point: Any = Point(1, tags=["a"])

    assert attrs.has(Point)
    assert [one.name for one in attrs.fields(type(point))] == ["x", "y", "tags", "note"]
    assert [one.default for one in attrs.fields(type(point))][:2] == [attrs.NOTHING, 0]
    assert attrs.evolve(point, x=4) == UntypedPoint(4, tags=["a"])
    assert attrs.asdict(point) == attrs.asdict(Twin(1, tags=["a"]))


def test_no_dictionary_but_weak_references() -> None:
    """Objects are small."""
    point = Point(1)

    assert not hasattr(point, "__dict__")
    assert weakref.ref(point)() is point


def test_a_worker_generates_no_methods_at_import() -> None:
    """attrs is not asked to make classes of what it takes to start a task, but for the one that users inherit from."""
    program = (
        "import attr._make as make, attrs\n"
        "made = []\n"
        "build = make._ClassBuilder.build_class\n"
        "make._ClassBuilder.build_class = lambda self: (made.append(self._cls.__qualname__), build(self))[1]\n"
        "import flowkit.airflow.dags, flowkit.airflow.registrables\n"
        "import flowkit.resolve.resolve, flowkit.builders.pipeline\n"
        "print(*made)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)

    assert done.stdout.split() == ["Form"]
