"""
Nothing that an author builds can be changed afterwards.
"""

from __future__ import annotations

from typing import Any

import pytest

from flowkit import Group, Pipeline, branch, generate, label, python, task


def choose() -> str:
    return "a"


@pytest.mark.parametrize(
    ("thing", "name"),
    [
        (task("a"), "_node"),
        (Group("g"), "_head"),
        (Pipeline("p"), "_head"),
        (Pipeline("p").group("g"), "_head"),
        (task("a") >> task("b"), "heads"),
        (label("x"), "text"),
        (task("a") >> label("x"), "_text"),
        (python(choose), "call"),
        (branch(choose), "_call"),
        (generate(Pipeline, ["p"]), "_configs"),
    ],
)
def test_what_is_built_is_immutable(thing: Any, name: str) -> None:
    """
    Neither its own attributes nor new ones can be assigned to or deleted, and the message says what to do.
    """
    before = getattr(thing, name)
    for assigned in (name, "new_name"):
        with pytest.raises(AttributeError, match=r"is immutable: .* use what they return"):
            setattr(thing, assigned, 1)
        with pytest.raises(AttributeError, match="is immutable"):
            delattr(thing, assigned)
    assert getattr(thing, name) is before
