"""
Operators that are constructed quickly are the same as those that Airflow constructs.
"""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, BaseOperator
from airflow.serialization.serialized_objects import DagSerialization

from flowkit.airflow import quick_constructor
from flowkit.airflow.quick_constructor import SWITCH, WARM_UP, construct, is_on, quick_class
from tests.airflow.operator_classes import attempt, good_call, operator_classes

_OF_DAG = frozenset({"_dag", "task_group", "_log"})
"""Attributes that belong to the DAG that an operator is in."""


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(SWITCH, "always")
    is_on.cache_clear()
    yield
    is_on.cache_clear()


def _state(operator: Any) -> dict[str, Any]:
    state = {name: value for name, value in vars(operator).items() if name not in _OF_DAG}
    noted = state["_BaseOperator__init_kwargs"]
    return {**state, **{f"noted {name}": noted[name] for name in noted if name != "dag"}}


def _differences(one: dict[str, Any], other: dict[str, Any]) -> set[str]:
    return {name for name in one.keys() | other.keys() if not _same(one.get(name, ...), other.get(name, ...))}


def _same(one: Any, other: Any) -> bool:
    try:
        return type(one) is type(other) and (bool(one == other) or repr(one) == repr(other))
    except Exception:  # noqa: BLE001 - a value may refuse to be compared
        return False


def _stored(operator: Any) -> Any:
    try:
        return DagSerialization.to_dict(operator.dag)["dag"]["tasks"]
    except Exception as error:  # noqa: BLE001 - a good value for a constructor need not be one that can be stored
        return str(error)


def test_every_operator_of_every_provider() -> None:
    """
    Same attributes, same notes of arguments, same serialized form; except for what differs between two plain calls.
    """
    classes = [*operator_classes()]
    calls = {operator: call for operator in classes if (call := good_call(operator, operator)) is not None}
    quick = {operator for operator in calls if quick_class(operator) is not None}
    wrong: list[tuple[str, object]] = []
    for operator in quick:
        made = attempt(lambda operator=operator, **kwargs: construct(operator, kwargs), calls[operator])
        if type(made) is not operator:
            wrong.append((operator.__qualname__, made))
            continue
        one, other = (attempt(operator, calls[operator]) for _ in range(2))
        own = _differences(_state(one), _state(other))
        wrong.extend((operator.__qualname__, name) for name in _differences(_state(one), _state(made)) - own)
        if _stored(one) == _stored(other) != _stored(made):
            wrong.append((operator.__qualname__, "serialized"))

    assert wrong == []
    assert len(calls) >= 0.8 * len(classes)
    assert len(quick) >= 0.9 * len(calls)


class Base(BaseOperator):
    """An operator with a template field."""

    template_fields = ("command",)

    def __init__(self, *, command: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.command = command


class Reassigns(Base):
    """Sets again what its base has taken."""

    def __init__(self, *, command: str, retries: int = 3, **kwargs: Any) -> None:
        super().__init__(command=command, retries=retries, pool="p", **kwargs)
        self.command = command.upper()
        self.pool = "q"
        self.retries = "5"  # type: ignore[assignment]


class SetsBefore(Base):
    """Sets attributes before it calls its base."""

    def __init__(self, *, command: str, **kwargs: Any) -> None:
        self.command = command
        self.retry_delay = 30  # type: ignore[assignment]
        super().__init__(command=f"{command}!", retry_delay=60, **kwargs)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"retries": "2"},
        {"retry_delay": 3},
        {"pool_slots": 2},
        {"default_args": {"owner": "me", "retries": 7}},
    ],
    ids=str,
)
@pytest.mark.parametrize("operator", [Base, Reassigns, SetsBefore, BashOperator])
def test_the_same_attributes_and_notes(operator: Any, options: dict[str, Any]) -> None:
    """
    Airflow notes the arguments of each constructor, and follows assignments to them.
    """
    argument = "bash_command" if operator is BashOperator else "command"
    given = {argument: "x", "task_id": "t", **options}
    if operator is SetsBefore and "retry_delay" in options:
        given.pop("retry_delay")

    assert _differences(_state(operator(**given)), _state(construct(operator, given))) == set()


def test_the_same_connections() -> None:
    """
    An output in a template field connects the tasks; assignments afterwards are converted, and connect as well.
    """
    dag = DAG("d", schedule=None)
    first = construct(Base, {"task_id": "first", "command": "x", "dag": dag})
    second = construct(Base, {"task_id": "second", "command": first.output, "dag": dag})
    third = construct(Base, {"task_id": "third", "command": "", "dag": dag})

    third.command = second.output
    third.retries = "4"

    assert second.upstream_task_ids == {"first"}
    assert third.upstream_task_ids == {"second"}
    assert third.retries == 4


def test_the_same_error() -> None:
    """What a constructor raises is passed on."""
    given: dict[str, Any] = {"task_id": "t", "bash_command": "x", "bash": 1}

    with pytest.raises(TypeError) as plain:
        BashOperator(**given)
    with pytest.raises(TypeError) as quick:
        construct(BashOperator, given)

    assert str(quick.value) == str(plain.value)


def _asks_for_its_class(self: Any, **kwargs: Any) -> None:
    BaseOperator.__init__(self, **kwargs)
    self.kind = type(self)


def _in_a_nested_function(self: Any, **kwargs: Any) -> None:
    BaseOperator.__init__(self, **kwargs)

    def kind() -> type[Any]:
        return self.__class__  # type: ignore[no-any-return]

    self.kind = kind()


@pytest.mark.parametrize(
    "body",
    [
        {"__setattr__": object.__setattr__},
        {"__getattr__": lambda _self, name: name},
        {"__slots__": ("one",)},
        {"__init_subclass__": classmethod(lambda cls: None)},
        {"__new__": lambda cls, **kwargs: object.__new__(cls)},
        {"__init__": _asks_for_its_class},
        {"__init__": _in_a_nested_function},
        {"_convert_size": lambda self, value: value, "size": property(lambda self: 1)},
    ],
    ids=lambda body: next(iter(body)),
)
def test_classes_that_get_the_plain_call(body: dict[str, Any]) -> None:
    """A class that could tell the difference, also as the base of another one."""
    metaclass: Any = type(BaseOperator)
    odd = metaclass("Odd", (BaseOperator,), {"__module__": __name__, **body})
    child = metaclass("Child", (odd,), {"__module__": __name__})

    assert quick_class(odd) is None
    assert quick_class(child) is None


def test_another_metaclass_gets_the_plain_call() -> None:
    """Its `__call__` may do anything."""

    class Meta(type(BaseOperator)):  # type: ignore[misc]
        pass

    class Odd(BaseOperator, metaclass=Meta):
        pass

    assert quick_class(Odd) is None
    assert type(construct(Odd, {"task_id": "t"})) is Odd


def test_what_is_no_class() -> None:
    """A function is called."""
    assert construct(dict, {"a": 1}) == {"a": 1}
    assert construct(lambda a: a, {"a": 1}) == 1


def test_classes_are_not_kept_alive() -> None:
    """A DAG file that defines operators can be loaded again and again."""

    def define() -> weakref.ref[type[Base]]:
        class Own(Base):
            pass

        construct(Own, {"task_id": "t", "command": "x"})
        return weakref.ref(Own)

    own = define()
    gc.collect()

    assert own() is None


def test_warm_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first operators of a class are constructed plainly, since making the subclass takes time."""
    monkeypatch.delenv(SWITCH)

    class Own(Base):
        pass

    assert is_on()
    made: list[Callable[..., Any]] = []
    monkeypatch.setattr(quick_constructor, "quick_class", made.append)
    for number in range(WARM_UP):
        construct(Own, {"task_id": f"t{number}", "command": "x"})
    assert made == []

    construct(Own, {"task_id": "last", "command": "x"})
    assert made == [Own]


def test_it_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """By an environment variable."""
    monkeypatch.setenv(SWITCH, "0")
    is_on.cache_clear()

    class Own(Base):
        pass

    for number in range(WARM_UP + 1):
        assert type(construct(Own, {"task_id": f"t{number}", "command": "x"})) is Own

    assert vars(Own)["_flowkit_quick_class"] is None


def _calls_more(self: Any, key: str, value: Any) -> None:
    self.track(key)
    object.__setattr__(self, key, value)


def _converts_twice(self: Any, key: str, value: Any) -> None:
    if converter := getattr(self, f"_convert_{key}", None):
        value = str(converter(value))
    object.__setattr__(self, key, value)


@pytest.mark.parametrize("setter", [_calls_more, _converts_twice, None])
def test_another_airflow_switches_it_off(monkeypatch: pytest.MonkeyPatch, setter: Any) -> None:
    """A `BaseOperator` that sets attributes in another way."""
    assert is_on()
    is_on.cache_clear()
    monkeypatch.setattr(BaseOperator, "__setattr__", setter)

    assert not is_on()
