"""
The arguments that the constructors of an operator take together, from the class and from its source alone.
"""

from __future__ import annotations

from typing import Any

import pytest

from flowkit.analysis.constructor_chain import Constructor, Link, joined
from flowkit.analysis.constructor_source import Init
from flowkit.analysis.operator_objects import links_of_class
from flowkit.analysis.operator_source import read_operator
from flowkit.rules.signatures import constructor_of
from tests.analysis import operator_shapes

PLAIN = "command mode"

SHAPES: dict[str, tuple[str, str, str]] = {
    # The own arguments, the required and the fixed ones.
    "Plain": (PLAIN, "command", ""),
    "Bare": ("", "", ""),
    "Fixes": ("table mode", "table", "command"),
    "FixesByName": ("table mode", "table", "command"),
    "FixesByOldSuper": ("table mode", "table", "command"),
    "FixesByDict": ("table mode", "table", "command"),
    "FixesOption": (PLAIN, "command", "retries"),
    "FixesId": (PLAIN, "command", "task_id"),
    "Inherits": ("table mode", "table", "command"),
    "Registered": ("table mode", "table", "command"),
    "Deeper": ("more table mode", "table", "command"),
    "Reopens": ("command table mode", "table", ""),
    "Leaves": ("table command mode", "command", ""),
    "Forwards": (PLAIN, "", ""),
    "Pops": ("table mode", "table", ""),
    "PopsThenFixes": (PLAIN, "", ""),
    "PopsSometimes": ("new table", "", ""),
    "PopsInExpression": ("new table", "", ""),
    "Deletes": ("table", "", ""),
    "Looks": (PLAIN, "", ""),
    "Needs": (PLAIN, "command mode", ""),
    "Defaults": (PLAIN, "", ""),
    "Overwrites": (PLAIN, "", ""),
    "Updates": (PLAIN, "", ""),
    "FixesSometimes": ("table command mode", "", ""),
    "ReturnsEarly": ("table command mode", "", ""),
    "Tries": (PLAIN, "", ""),
    "Closed": ("table", "table", ""),
    "ClosedWithOption": ("table retries", "", ""),
    "Unpacks": ("table mode", "table", ""),
    "UnpacksInherited": ("table mode size color", "table size", ""),
    "Grabs": (PLAIN, "command", ""),
    "PopsContext": ("mode", "", "command"),
    "Mixed": ("region command mode", "region command", ""),
    "MixedByHand": ("region command", "region command", "mode"),
    "MixedSilently": ("region command mode", "command", ""),
    "GivesByPosition": (PLAIN, "command", "region"),
    "Diamond": ("table mode", "table", "command"),
    "Renames": ("mode", "", "command"),
    "Copies": (PLAIN, "command", ""),
    "Variadic": ("mode", "", "command"),
}

OPEN: dict[str, tuple[str, str]] = {
    # What is known of the own arguments, and the required ones.
    "Swallows": ("table", "table"),
    "SwallowsKnown": ("table mode", "table"),
    "Helps": (PLAIN, ""),
    "Reassigns": (PLAIN, ""),
    "Loops": (PLAIN, ""),
    "Decorated": ("command other mode", ""),
    "Made": (PLAIN, ""),
}


def read(name: str) -> Constructor:
    source = read_operator(operator_shapes.__name__, name)
    assert source is not None
    assert source.is_operator
    return joined(source.links)


@pytest.mark.parametrize("name", SHAPES)
def test_what_the_constructors_do_is_known(name: str) -> None:
    """Arguments that a class sets itself are refused, those that it leaves to the caller are required."""
    own, required, fixed = (set(names.split()) for names in SHAPES[name])
    found = constructor_of(getattr(operator_shapes, name))

    assert (set(found.own), set(found.required), set(found.fixed)) == (own, required, fixed)
    assert not found.open
    assert all(map(found.accepts, own))
    assert not found.accepts("unknown")
    assert not any(map(found.accepts, fixed))


@pytest.mark.parametrize("name", OPEN)
def test_in_doubt_every_name_is_accepted(name: str) -> None:
    """Where something else may happen to the arguments, only those of the class's own signature are required."""
    own, required = (set(names.split()) for names in OPEN[name])
    found = constructor_of(getattr(operator_shapes, name))

    assert found.open
    assert found.accepts("unknown")
    assert not found.accepts("task_id")
    assert set(found.required) == required
    assert own <= set(found.own)


@pytest.mark.parametrize("name", [*SHAPES, *OPEN])
def test_the_source_shows_what_the_class_does(name: str) -> None:
    """One model: a lazily imported class gets the verdict of the class itself."""
    assert read(name) == constructor_of(getattr(operator_shapes, name))


@pytest.mark.parametrize(
    ("name", "is_open", "required"), [("Data", True, {"table"}), ("Conditional", False, {"other", "command"})]
)
def test_constructors_that_only_the_class_shows(name: str, is_open: bool, required: set[str]) -> None:
    """A dataclass, and a constructor that not every run defines, are imported."""
    assert read_operator(operator_shapes.__name__, name) is None
    found = constructor_of(getattr(operator_shapes, name))
    assert found.open is is_open
    assert found.required == required


def test_a_metaclass_may_change_the_arguments() -> None:
    """Nothing is required of such a class, and every name accepted."""
    operator: Any = operator_shapes.Meta("Operator", (operator_shapes.Plain,), {})
    found = constructor_of(operator)

    assert found.open
    assert not found.required


def test_a_class_without_source_is_open() -> None:
    """Code from a string has no source to read: only its signature counts."""
    namespace: dict[str, Any] = {"Plain": operator_shapes.Plain}
    exec(  # noqa: S102
        "class Made(Plain):\n    def __init__(self, *, table, **kwargs):\n        super().__init__(**kwargs)",
        namespace,
    )
    found = constructor_of(namespace["Made"])

    assert found.open
    assert found.required == {"table"}
    assert {"table", "command", "mode"} <= found.own


def test_a_file_that_changed_is_not_read(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines of another constructor say nothing about the one that was imported."""
    text = (
        "from tests.analysis.operator_base import BaseOperator\n\n\n"
        "class Made(BaseOperator):\n"
        "    def __init__(self, *, table, **kwargs):\n"
        "        super().__init__(**kwargs)\n"
    )
    file = tmp_path / "made_operator.py"
    file.write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    module: Any = __import__("made_operator")
    file.write_text(text.replace("table", "other"))

    found = constructor_of(module.Made)

    assert found.open
    assert found.required == {"table"}


def test_options_that_a_closed_constructor_takes() -> None:
    """Only those that it names."""
    closed = constructor_of(operator_shapes.Closed)
    named = constructor_of(operator_shapes.ClosedWithOption)

    assert closed.closed
    assert named.closed
    assert closed.options == frozenset()
    assert named.options == {"retries"}
    assert not constructor_of(operator_shapes.Plain).closed


@pytest.mark.parametrize(
    ("name", "keeps"),
    [("Plain", True), ("Fixes", True), ("Mixed", True), ("Swallows", False), ("Closed", False), ("Helps", False),
     ("FixesSometimes", False), ("Unpacks", False), ("Grabs", False), ("PopsContext", False)],
)  # fmt: skip
def test_whether_all_options_get_to_the_base(name: str, keeps: bool) -> None:
    """Operators that may lose some are created in the context of their DAG."""
    assert constructor_of(getattr(operator_shapes, name)).keeps_options is keeps


def test_the_arguments_that_default_args_fill() -> None:
    """Those in the signatures of all operators in the chain, also where one sets them itself; not those of mixins."""
    assert constructor_of(operator_shapes.Fixes).defaults == {"table", "command", "mode"}
    assert constructor_of(operator_shapes.Pops).defaults == frozenset()
    assert constructor_of(operator_shapes.Mixed).defaults == {"command", "mode"}


def test_what_an_unknown_base_takes_is_unknown() -> None:
    """A call of a class that is not among the bases accepts everything."""
    links = links_of_class(operator_shapes.FixesByName)
    found = joined([links[0], Link("Renamed", Init({"command": True}, takes_more=True))])

    assert found.open
    assert "command" in found.fixed
