"""
Good uses of `each`, `each_group`, `over` and `items`: results are sequences, arguments are single items.
"""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import assert_type

from flowkit import Action, Group, Task, each, each_group, each_kwargs, items, over, python, task
from flowkit.draft.placeholders import Items, Over
from tests.typing import steps
from tests.typing.steps import Row
from tests.typing.twins import arguments, function, kind, mapped, refers, returned_by


def scale(number: int, by: float) -> float:
    """
    Take one item, and what is the same for all.
    """
    return number * by


def describe(pair: tuple[str, int]) -> str:
    """
    Take a pair.
    """
    return f"{pair[0]}: {pair[1]}"


numbers = task("numbers", python(steps.append_to, [1, 2]))


def test_each() -> None:
    """A mapped task takes one item, and gives a sequence of results."""
    scaled = each(scale, over(numbers.output), by=3)
    placed = task("scale", scaled)

    assert_type(scaled, Action[Sequence[float]])
    assert kind(scaled) is Action
    assert function(scaled) is scale
    assert arguments(scaled) == [3]
    assert refers(mapped(scaled)["number"], to=numbers)
    assert_type(placed, Task[Sequence[float]])
    assert kind(placed) is Task
    assert_type(placed.output, Sequence[float])
    assert refers(placed.output, to=placed)


def test_results_of_each_are_taken_whole() -> None:
    """A task that takes a sequence takes the results of a mapped one."""
    scaled = task("scale", each(scale, over(numbers.output), over([0.5, 2.0])))
    summed = task("sum", python(steps.total, scaled.output))

    assert_type(scaled, Task[Sequence[float]])
    assert set(mapped(scaled)) == {"number", "by"}
    assert_type(summed, Task[float])
    assert refers(arguments(summed)[0], to=scaled)


def test_over() -> None:
    """`over` has the type of one item: of a list its element, of a mapping a pair, of a zip a tuple."""
    one = over([1, 2])
    pair = over({"a": 1})
    both = over.zip(numbers.output, numbers.output)
    described = each(describe, over({"a": 1}))

    assert_type(one, int)
    assert kind(one) is Over
    assert_type(pair, tuple[str, int])
    assert kind(pair) is Over
    assert_type(both, tuple[int, int])
    assert kind(both) is Over
    assert_type(described, Action[Sequence[str]])
    assert mapped(described) == {"pair": {"a": 1}}


def test_items() -> None:
    """`items` changes outputs before a task takes them, and gives sequences."""
    doubled = items.map(steps.double, numbers.output)
    kept = items.filter(bool, numbers.output)
    joined = items.concat(numbers.output, numbers.output)
    zipped = items.zip(numbers.output, numbers.output)

    assert_type(doubled, Sequence[int])
    assert kind(doubled) is Items
    assert_type(kept, Sequence[int])
    assert kind(kept) is Items
    assert_type(joined, Sequence[int])
    assert kind(joined) is Items
    assert_type(zipped, Sequence[tuple[int, int]])
    assert kind(zipped) is Items


def count_layer(path: str, suffix: str = "") -> Group[int]:
    """
    A group for one item.
    """
    rows = task("read", python(steps.read, path))
    counted = task("count", python(steps.count, rows.output))
    return Group("count_layer").then(rows).then(counted).returns(counted)


def test_each_group() -> None:
    """A mapped group gives a sequence of what the group returns."""
    counted = each_group(count_layer, over(["a.json", "b.json"]), suffix="x")

    assert_type(counted, Group[Sequence[int]])
    assert kind(counted) is Group
    assert_type(counted.output, Sequence[int])
    assert kind(counted.output).__name__ == "Output"
    assert getattr(returned_by(counted), "id", None) == "count"


def test_each_kwargs() -> None:
    """`each_kwargs` has no types: what it returns stands everywhere."""
    rows = task("rows", each_kwargs(steps.read, [{"path": "a"}, {"path": "b"}]))
    first: Task[Sequence[list[Row]]] = rows

    assert_type(first.output, Sequence[list[Row]])
    assert refers(first.output, to=rows)
