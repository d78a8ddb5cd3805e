"""
The trigger rules, one by one.
"""

from __future__ import annotations

import pytest

from flowkit.testing.simulation.instances import State
from flowkit.testing.simulation.trigger_rules import Counts, verdict


def counts(text: str) -> Counts:
    """Return the counts of instances: `s`ucceeded, `k` skipped, `f`ailed, `u`pstream failed, `.` not finished."""
    return Counts(
        len(text), text.count("s"), text.count("k"), text.count("f"), text.count("u"), text.count("r")
    )


@pytest.mark.parametrize(
    ("rule", "states", "state", "met"),
    [
        ("all_success", "ss", None, True),
        ("all_success", "s.", None, False),
        ("all_success", "kf", "upstream_failed", False),
        ("all_success", "sk", "skipped", False),
        ("all_failed", "fu", None, True),
        ("all_failed", "f.", None, False),
        ("all_failed", "fs", "skipped", False),
        ("all_done", "sfk", None, True),
        ("all_done", "sf.", None, False),
        ("all_done_min_one_success", "sfu", None, True),
        ("all_done_min_one_success", "ff", "upstream_failed", False),
        ("all_done_min_one_success", "sk", "skipped", False),
        ("one_success", "s..", None, True),
        ("one_success", "kk", "skipped", False),
        ("one_success", "kf", "upstream_failed", False),
        ("one_failed", "f.", None, True),
        ("one_failed", "ss", "skipped", False),
        ("one_done", "f.", None, True),
        ("one_done", "ku", "skipped", False),
        ("none_failed", "sk", None, True),
        ("none_failed", "kf", "upstream_failed", False),
        ("none_failed_min_one_success", "sk", None, True),
        ("none_failed_min_one_success", "kk", "skipped", False),
        ("none_failed_min_one_success", "u.", "upstream_failed", False),
        ("none_skipped", "sf", None, True),
        ("none_skipped", "k.", "skipped", False),
        ("all_skipped", "kk", None, True),
        ("all_skipped", "k.", None, False),
        ("all_skipped", "ks", "skipped", False),
    ],
)
def test_rules(rule: str, states: str, state: State | None, met: bool) -> None:
    """What each makes of the tasks before."""
    assert verdict(rule, counts(states), -1) == (state, met)


@pytest.mark.parametrize(
    ("setups", "succeeded", "skipped", "state", "met"),
    [
        (0, 0, 0, None, True),
        (1, 1, 0, None, True),
        (1, 0, 1, "skipped", False),
        (2, 0, 1, "upstream_failed", False),
    ],
)
def test_the_rule_of_teardowns(
    setups: int, succeeded: int, skipped: int, state: State | None, met: bool
) -> None:
    """They run if one of their setups succeeded."""
    given = Counts(3, 3, 0, 0, 0, 0, setups, succeeded, skipped)
    assert verdict("all_done_setup_success", given, -1) == (state, met)
