"""
A copy of a task is the task itself, and nothing that holds one can be pickled.
"""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import attrs
import pytest

from flowkit import Group, OutputUseError, Pipeline, branch, generate, python, task
from flowkit.builders.flow import label
from tests.resolve.locations import mark


def fn(*values: Any) -> Any:
    """What the tasks do."""


@attrs.frozen
class Config:
    after: Any
    options: dict[str, Any] = attrs.field(factory=dict)


A = task("a", python(fn))
OBJECTS: dict[str, Any] = {
    "task": A,
    "output": A.output,
    "node": A.node,
    "action": python(fn),
    "branch": branch(fn),
    "group": Group("g").then(A),
    "group_node": Group("g").then(A).node,
    "flow": A >> task("b"),
    "label": label("x"),
    "pipeline": Pipeline("p").then(A),
    "generated": generate(fn, []),
}


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
@pytest.mark.parametrize("value", OBJECTS.values(), ids=OBJECTS)
def test_a_copy_is_the_object_itself(copied: Callable[[Any], Any], value: Any) -> None:
    assert copied(value) is value


def test_a_configuration_can_be_copied_with_the_task_in_it() -> None:
    first = task("first", python(fn))
    config = copy.deepcopy(Config([first], {"rows": first.output, "path": f"/{first.output}"}))
    second = task("second", python(fn, config.options), after=config.after)
    spec = Pipeline("p").then(first).then(second).build()
    assert [made.task_id for made in spec.tasks] == ["first", "second"]
    assert len(spec.edges) == 1


def test_copies_in_a_list_stay_one_task() -> None:
    first = task("first", python(fn))
    same, output = copy.deepcopy([first, first.output])
    spec = Pipeline("p").then(same).then(task("second", python(fn, output))).build()
    assert [made.task_id for made in spec.tasks] == ["first", "second"]


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("value", OBJECTS.values(), ids=OBJECTS)
def test_pickling_is_refused(value: Any, protocol: int) -> None:
    here = mark()
    with pytest.raises(OutputUseError, match="was pickled") as caught:
        pickle.dumps(Config([value]), protocol)
    assert str(caught.value.problem.location) == here(2)


def test_the_message_says_what_to_do() -> None:
    with pytest.raises(OutputUseError) as caught:
        pickle.dumps(task("a"))
    assert str(caught.value).partition("FK008 ")[2] == (
        "A Task was pickled; a copy in another process would belong to no pipeline. "
        "Pickle what it is made from, such as its configuration, and build the pipeline where it is used."
    )
