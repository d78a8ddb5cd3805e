"""
Tests of `flowkit.resolve.outcomes`, against runs of all worlds.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowkit import Action, Group, Pipeline, branch, branches, each_group, over, python, setup, task, teardown
from flowkit.model.options import TriggerRuleName
from flowkit.model.pipeline import PipelineSpec
from flowkit.resolve import resolve
from flowkit.resolve.outcomes import Outcomes
from flowkit.resolve.worlds import NONE

RULES: list[TriggerRuleName] = [
    "all_success",
    "none_failed",
    "none_failed_min_one_success",
    "one_success",
    "all_done",
    "all_done_min_one_success",
    "none_skipped",
    "one_done",
    "always",
]


def key() -> str:
    """Choose."""
    return "a"


def keys() -> list[str]:
    """Choose several."""
    return ["a"]


def ok() -> bool:
    """Decide whether to go on."""
    return True


@st.composite
def pipelines(draw: st.DrawFn, rules: Sequence[TriggerRuleName] = RULES) -> Pipeline:
    """Return a pipeline of branches, short circuits and plain tasks with any trigger rules."""
    count = draw(st.integers(3, 8))
    kinds = [draw(st.sampled_from(["task", "task", "branch", "short", "short_direct"])) for _ in range(count)]
    edges = [
        (upper, lower) for lower in range(count) for upper in range(lower) if draw(st.integers(0, 2)) == 0
    ]
    pipeline = Pipeline("p")
    for number in range(count):
        below = [f"t{lower}" for upper, lower in edges if upper == number]
        after = [f"t{upper}" for upper, lower in edges if lower == number]
        rule = draw(st.sampled_from(rules))
        action: Action[Any] | None = None
        if kinds[number] == "branch" and below:
            targets = {
                name: [node for node in below if draw(st.booleans())]
                for name in ("a", "b", "c")[: draw(st.integers(1, 3))]
            }
            action = branch(key).to(targets)
        elif kinds[number].startswith("short"):
            action = python(ok).by("short_circuit", ignore_downstream_trigger_rules=kinds[number] == "short")
        made = task(f"t{number}", action, after=after, trigger_rule=rule)
        pipeline = pipeline.add(made)
    return pipeline


def run(outcomes: Outcomes, world: dict[int, str | None]) -> list[str]:
    """
    Return the state of each task if the choosers have these outcomes (`None`: they fail), and nothing else fails.
    """
    states: list[str] = []
    skipped: set[int] = set()
    for number, rule in enumerate(outcomes.rules):
        above = [states[other] for other in outcomes.upstream[number]]
        state = "skipped" if number in skipped else _decided(rule, above)
        chooser = outcomes.choosers.get(number)
        if state == "success" and chooser is not None:
            if world[number] is None:
                state = "failed"
            else:
                below = set(outcomes.downstream[number])
                skipped |= below - chooser.kept[world[number]]
                if chooser.skips_all and world[number] == "stop":
                    waiting = list(below)
                    while waiting:
                        skipped.add(waiting[-1])
                        waiting.extend(outcomes.downstream[waiting.pop()])
        states.append(state)
    return states


def _decided(rule: str, above: list[str]) -> str:
    failed = any(state in {"failed", "upstream_failed"} for state in above)
    skips, successes = "skipped" in above, "success" in above
    if not above or rule in {"always", "all_done"}:
        return "success"
    if rule == "all_success":
        return "upstream_failed" if failed else "skipped" if skips else "success"
    if rule == "none_failed":
        return "upstream_failed" if failed else "success"
    if rule == "none_failed_min_one_success":
        return "upstream_failed" if failed else "success" if successes else "skipped"
    if rule == "one_success":
        return "success" if successes else "skipped" if set(above) == {"skipped"} else "upstream_failed"
    if rule == "all_done_min_one_success":
        return "skipped" if skips else "success" if successes else "upstream_failed"
    if rule == "none_skipped":
        return "skipped" if skips else "success"
    return "success" if successes or "failed" in above else "skipped"  # one_done


def every_world(outcomes: Outcomes) -> Iterator[dict[int, str | None]]:
    """Return each combination of outcomes."""
    domains = [sorted(domain, key=str) for domain in outcomes.domains.values()]
    for combination in itertools.product(*domains):
        yield dict(zip(outcomes.domains, combination, strict=True))


def spec_of(pipeline: Pipeline) -> PipelineSpec:
    """Return the spec of a pipeline even if branches keep tasks from running."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resolve, "with_joins", lambda spec, *_: spec)
        return pipeline.build()


@settings(deadline=None, max_examples=150)
@given(pipelines())
def test_what_runs_in_some_world_can_run(pipeline: Pipeline) -> None:
    """No task that runs in a world is said not to run there: there are no false alarms."""
    spec = spec_of(pipeline)
    outcomes = Outcomes(spec)
    ran: set[int] = set()
    for world in every_world(outcomes):
        states = run(outcomes, world)
        # A chooser that did not run has no outcome.
        real = {number: world[number] if states[number] == "success" else None for number in outcomes.domains}
        for number, state in enumerate(states):
            if state in {"success", "failed"}:
                ran.add(number)
                assert any(
                    all(real[chooser] in allowed for chooser, allowed in box.items())
                    for box in outcomes.worlds[number]
                ), (spec.tasks[number].task_id, real, outcomes.worlds[number])


@settings(deadline=None, max_examples=150)
@given(pipelines(rules=["all_success", "all_success", "none_failed_min_one_success"]))
def test_what_cannot_run_is_known(pipeline: Pipeline) -> None:
    """With the rules that pipelines with branches nearly always have, each task that never runs is found."""
    spec = spec_of(pipeline)
    outcomes = Outcomes(spec)
    states = [run(outcomes, world) for world in every_world(outcomes)]
    ran = {number for world in states for number, state in enumerate(world) if state in {"success", "failed"}}

    graph = [
        (task.task_id, task.upstream, outcomes.rules[number], outcomes.worlds[number])
        for number, task in enumerate(outcomes.tasks)
    ]
    assert {number for number, worlds in enumerate(outcomes.worlds) if worlds != NONE} == ran, (
        graph,
        outcomes.choosers,
    )


def worlds_of(pipeline: Pipeline) -> dict[str, object]:
    """Return where each task can run."""
    spec = spec_of(pipeline)
    outcomes = Outcomes(spec)
    return {task.task_id: outcomes.worlds[number] for number, task in enumerate(outcomes.tasks)}


def test_several_keys_do_not_exclude_each_other() -> None:
    """After `branches`, a task that waits for all ways can run."""
    pipeline = Pipeline("p").task("choose", branches(keys).to({"a": task("a"), "b": task("b")})).task("join")

    assert worlds_of(pipeline)["join"] == ({0: frozenset({"*"})},)


def test_a_skipped_setup_skips_what_it_is_for() -> None:
    """As in Airflow, a task between a setup and its teardown runs only if the setup did, whatever its trigger rule."""
    up = setup("up")
    wait, job, down = task("wait"), task("job", trigger_rule="one_success"), teardown("down", setups=up)
    pick = task("pick", branch(key).to({"cluster": up, "existing": job}))
    worlds = worlds_of(Pipeline("p").then(pick).add(up >> wait >> job >> down))

    assert worlds["job"] == ({0: frozenset({"cluster"})},)


def test_copies_of_a_mapped_group_have_outcomes_of_their_own() -> None:
    """What follows a mapped group waits for all copies: they may choose different ways."""

    def copy(_item: int) -> Group[None]:
        a, b = task("a"), task("b")
        return Group("g").task("choose", branch(key).to({"a": a, "b": b}))

    assert worlds_of(Pipeline("p").then(each_group(copy, over([1, 2]))).task("after"))["after"] == ({},)
