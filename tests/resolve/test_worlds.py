"""
Tests of `flowkit.resolve.worlds`, against lists of all worlds.
"""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from flowkit.resolve.worlds import ALL, NONE, Domains, Outcome, Worlds, both, either, others, worlds_with

DOMAINS = Domains(
    {
        0: frozenset({"a", "b", None}),
        1: frozenset({"x", "y", None}),
        2: frozenset({"go", "stop", None}),
    }
)
EVERY = [dict(zip(DOMAINS, outcomes, strict=True)) for outcomes in itertools.product(*DOMAINS.values())]


def members(worlds: Worlds) -> list[dict[int, Outcome]]:
    """Return the worlds in a set, one by one."""
    return [
        world
        for world in EVERY
        if any(all(world[chooser] in outcomes for chooser, outcomes in box.items()) for box in worlds)
    ]


@st.composite
def some_worlds(draw: st.DrawFn, depth: int = 3) -> Worlds:
    """Return a set that is made with all operations."""
    if depth == 0 or draw(st.booleans()):
        chooser = draw(st.sampled_from(sorted(DOMAINS)))
        outcomes = draw(st.sets(st.sampled_from(sorted(DOMAINS[chooser], key=str))))
        return worlds_with(chooser, outcomes, DOMAINS)
    one, other = draw(some_worlds(depth - 1)), draw(some_worlds(depth - 1))
    return both(one, other, DOMAINS) if draw(st.booleans()) else either([one, other], DOMAINS)


@given(some_worlds(), some_worlds())
def test_sets_are_exact(first: Worlds, second: Worlds) -> None:
    """Intersections and unions hold exactly the worlds that they should."""
    together = [world for world in members(first) if world in members(second)]
    one = [world for world in EVERY if world in members(first) or world in members(second)]

    assert members(both(first, second, DOMAINS)) == together
    assert members(either([first, second], DOMAINS)) == one
    assert members(others(first, DOMAINS)) == [world for world in EVERY if world not in members(first)]
    assert (both(first, second, DOMAINS) == NONE) == (not together)


def test_all_outcomes_are_no_condition() -> None:
    """The full set has one form, by which it is recognized."""
    parts = [worlds_with(0, {outcome}, DOMAINS) for outcome in DOMAINS[0]]

    assert worlds_with(0, DOMAINS[0], DOMAINS) is ALL
    assert either(parts, DOMAINS) == ALL
    assert worlds_with(0, (), DOMAINS) == NONE


def test_many_boxes_become_one_around_them() -> None:
    """Then there are too many worlds, never too few."""
    domains = Domains({number: frozenset({"a", "b", None}) for number in range(60)})
    pairs = [
        both(worlds_with(number, {"a"}, domains), worlds_with(number + 1, {"b"}, domains), domains)
        for number in range(0, 60, 2)
    ]

    assert len(either(pairs[:10], domains)) == 10
    assert not domains.rounded
    assert either(pairs, domains) == ALL
    assert domains.rounded
