"""
Tests of `flowkit.resolve.missing_outputs`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypedDict, TypeVar

import attrs
import pytest

from flowkit import (
    Group,
    Pipeline,
    Task,
    branch,
    branches,
    each,
    each_group,
    items,
    over,
    python,
    setup,
    task,
    teardown,
)
from flowkit.resolve.missing_outputs import missing_outputs

T = TypeVar("T")


def day() -> Literal["a", "b"]:
    """Choose."""
    return "a"


def several() -> list[Literal["a", "b"]]:
    """Choose several."""
    return ["a"]


def ok() -> bool:
    """Decide whether to go on."""
    return True


def one() -> int:
    """Return a number."""
    return 1


def needs(x: int, y: int) -> None:
    """Take two numbers."""


def needs_second(x: int | None, y: int) -> None:
    """Take one number, or two."""


def told(pipeline: Pipeline) -> list[str]:
    """Return the warnings without their lines."""
    return [f"{problem.code} {problem.message}" for problem in missing_outputs(pipeline.build())]


def joined(function: Callable[..., Any], **options: Any) -> Pipeline:
    """Return a pipeline whose last task takes the outputs of both ways of a branch."""
    a, b = task("a", python(one)), task("b", python(one))
    choose = task("choose", branch(day).to({"a": a, "b": b}))
    return Pipeline("p").then(choose).then(a, b).task("join", python(function, a.output, b.output), **options)


def test_an_output_that_the_other_way_lacks() -> None:
    """Each parameter that does not take None is named, with the key that leads past its task."""
    assert told(joined(needs)) == [
        "FK220 Task 'join' gives the output of 'a' to 'x' of needs(), which does not take None. If day() of 'choose' "
        "returns 'b', 'a' is skipped and needs() gets None.",
        "FK220 Task 'join' gives the output of 'b' to 'y' of needs(), which does not take None. If day() of 'choose' "
        "returns 'a', 'b' is skipped and needs() gets None.",
    ]
    assert [text[:60] for text in told(joined(needs_second))] == [
        "FK220 Task 'join' gives the output of 'b' to 'y' of needs_se"
    ]


def unannotated(x, y):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Say nothing about the types."""


def any_of(x: Any, y: object) -> None:
    """Take anything."""


def unknown(x: Unknown, y: Unknown) -> None:  # type: ignore[name-defined]  # noqa: F821
    """Have an annotation that Python cannot evaluate."""


def generic(x: T, y: T) -> None:
    """Take anything of one type."""


def optional(x: int | None, y: Literal["z"] | None) -> None:
    """Take None."""


@pytest.mark.parametrize("function", [unannotated, any_of, unknown, generic, optional])
def test_functions_that_take_none(function: Callable[..., Any]) -> None:
    """Without a clear annotation, nothing is reported."""
    assert told(joined(function)) == []


def test_literals_and_containers_do_not_take_none() -> None:
    """They are annotations like others."""

    def function(x: Literal["z"], y: list[int]) -> None: ...

    assert len(told(joined(function))) == 2


def test_a_task_that_is_skipped_too_gets_no_none() -> None:
    """With `all_success`, the task does not run when its producer is skipped."""
    a = task("a", python(one))
    choose = task("choose", branch(day).to({"a": a, "b": ()}))
    assert told(Pipeline("p").then(choose).task("next", python(needs, a.output, 1))) == []
    # The same with another rule: what comes before is skipped with it.
    late = task("late", python(needs, a.output, 1), trigger_rule="one_success")
    assert told(Pipeline("p").then(choose).then(late)) == []


def test_a_short_circuit_and_several_keys() -> None:
    """Both may skip the producer."""
    a = task("a", python(one))
    stop = python(ok).by("short_circuit", ignore_downstream_trigger_rules=False)
    use = task("use", python(needs, a.output, 1), trigger_rule="none_failed")
    assert "If 'stop' stops, 'a' is skipped" in told(Pipeline("p").task("stop", stop).then(a).then(use))[0]

    all_after = python(ok).by("short_circuit")
    assert told(Pipeline("p").task("stop", all_after).then(a).then(use)) == []

    a = task("a", python(one))
    choose = task("choose", branches(several).to({"a": a, "b": task("b")}))
    use = task("use", python(needs, a.output, 1), trigger_rule="none_failed")
    assert told(Pipeline("p").then(choose).then(use)) == []  # with both keys there is an output


def numbers() -> list[int]:
    """Return numbers."""
    return [1]


def double(n: int, plus: int = 0) -> int:
    """Take numbers."""
    return n


def total(ns: Sequence[int]) -> int:
    """Take several numbers."""
    return sum(ns)


@attrs.frozen
class Job:
    """A record."""

    number: int
    maybe: int | None


class Data(TypedDict):
    """Data by key."""

    number: int


def takes_job(job: Job) -> None:
    """Take a record."""


def takes_many(*numbers: int, **named: int) -> None:
    """Take any number of numbers."""


def takes_dict(x: dict[str, list[int]]) -> None:
    """Take nested data."""


def takes_data(x: Data) -> None:
    """Take data by key."""


def takes_pair(x: tuple[int | None, int]) -> None:
    """Take a pair."""


NEVER_NEEDED = (
    *("all_done", "all_failed", "one_failed", "one_done", "one_success", "always", "none_skipped"),
    *("all_done_min_one_success", "all_skipped"),
)


@pytest.mark.parametrize("rule", NEVER_NEEDED)
def test_rules_under_which_the_giver_need_not_succeed(rule: Any) -> None:
    """The task runs after a failure, or does not wait."""
    a = task("a", python(one))
    late = task("late", python(double, a.output), trigger_rule=rule)
    assert told(Pipeline("p").then(a).then(late)) == (
        []
        if rule in {"one_success", "all_done_min_one_success"}  # the only task before it must succeed
        else [
            "FK220 Task 'late' gives the output of 'a' to 'n' of double(), which does not take None. With "
            f"trigger_rule={rule!r}, 'late' may run although 'a' has not succeeded, and double() gets None then."
        ]
    )
    late = task("late", python(double, a.output), trigger_rule=rule)
    assert len(told(Pipeline("p").then(a, task("b")).then(late))) == 1


@pytest.mark.parametrize("rule", ["all_success", "none_failed", "none_failed_min_one_success"])
def test_rules_under_which_the_giver_has_succeeded(rule: Any) -> None:
    """Nothing skips it here."""
    a = task("a", python(one))
    late = task("late", python(double, a.output), trigger_rule=rule)
    assert told(Pipeline("p").then(a, task("b")).then(late)) == []


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (lambda a: python(takes_job, Job(a, 1)), True),
        (lambda a: python(takes_job, Job(1, a)), None),
        (lambda a: python(takes_many, 1, a), False),
        (lambda a: python(takes_many, x=a), False),
        (lambda a: python(takes_dict, {"k": [a]}), True),
        (lambda a: python(takes_data, {"number": a}), True),
        (lambda a: python(takes_pair, (a, 1)), None),
        (lambda a: python(takes_pair, (1, a)), True),
        (lambda a: python(double, 1, plus=a["k"]), False),
        (lambda a: each(double, over([1]), plus=a), False),
        (lambda a: branch(lambda x: "k", a).to({"k": ()}), None),
    ],
)
def test_where_outputs_may_stand(make: Callable[[Any], Any], path: bool | None) -> None:
    """In records, containers, keys and mapped tasks: the annotation of that place counts."""
    a: Task[Any] = task("a", python(one))
    warnings = told(Pipeline("p").then(a).task("late", make(a.output), trigger_rule="all_done"))
    assert len(warnings) == (path is not None)
    assert all(("which does not take None there." in warning) == path for warning in warnings)


def test_a_list_of_results_is_never_none() -> None:
    """Of mapped tasks, and of mapped groups outside of them; inside, a task takes that of its own copy."""

    def group(n: int) -> Group[int]:
        inside = task("inside", python(double, n))
        late = task("late", python(double, inside.output), trigger_rule="all_done")
        return Group("g").then(inside).then(late).returns(late)

    mapped, g = task("mapped", each(double, over([1]))), each_group(group, over([1, 2]))
    first, second = task("first", python(total, mapped.output)), task("second", python(total, g.output))
    pipeline = Pipeline("p").defaults(trigger_rule="all_done").then(mapped, g).then(first, second)
    assert [warning[:61] for warning in told(pipeline)] == [
        "FK220 Task 'g.late' gives the output of 'g.inside' to 'n' of "
    ]


def test_a_giver_that_stores_nothing() -> None:
    """By its options, or those that it inherits; whatever the rule."""
    a = task("a", python(one), do_xcom_push=False)
    use = task("use", python(double, a.output))
    assert told(Pipeline("p").then(a).then(use)) == [
        "FK220 Task 'use' gives the output of 'a' to 'n' of double(), which does not take None. 'a' has "
        "do_xcom_push=False, so double() gets None."
    ]
    mapped = task("mapped", each(double, over([1])), do_xcom_push=False)
    assert told(Pipeline("p").then(mapped).task("use", python(total, mapped.output))) == [
        "FK220 Task 'use' gives the output of 'mapped' to 'ns' of total(). 'mapped' has do_xcom_push=False, so total() "
        "gets an empty list."
    ]
    a = task("a", python(one), do_xcom_push=True)
    use = task("use", python(double, a.output))
    assert told(Pipeline("p").defaults(do_xcom_push=False).then(a).then(use)) == []


def test_a_key_of_what_is_missing() -> None:
    """It is None, too; but where Airflow does not store the keys, the task fails, whatever the annotation."""
    data: Task[Any] = task("data", python(one))
    use: Task[Any] = task("use", python(double, data.output["k"]), trigger_rule="all_done")
    assert told(Pipeline("p").then(data).then(use)) == [
        "FK220 Task 'use' gives the key 'k' of the output of 'data' to 'n' of double(), which does not take None. "
        "With trigger_rule='all_done', 'use' may run although 'data' has not succeeded, and double() gets None then."
    ]
    use = task("use", python(optional, data.output["k"], None), trigger_rule="all_done")
    assert told(Pipeline("p").then(data).then(use)) == []

    data = task("data", python(one), multiple_outputs=False)
    use = task("use", python(optional, data.output["k"], None))
    assert told(Pipeline("p").then(data).then(use)) == [
        "FK220 Task 'use' gives the key 'k' of the output of 'data' to 'x' of optional(). 'data' has "
        "multiple_outputs=False, so Airflow finds no value for the key, and the task fails."
    ]
    whole = task("whole", python(optional, data.output, None))
    assert told(Pipeline("p").then(data, whole)) == []


def test_a_teardown_runs_after_failures() -> None:
    """Its only setup has succeeded."""
    up, work = setup("up", python(one)), task("work", python(one))
    down = teardown("down", python(double, up.output, work.output), setups=up)
    (warning,) = told(Pipeline("p").then(up).then(work).then(down))
    assert warning.endswith("A teardown also runs if 'work' has failed, and double() gets None then.")

    other = setup("other", python(one))
    down = teardown("down", python(double, up.output), setups=[up, other])
    assert len(told(Pipeline("p").then(up, other).then(task("use")).then(down))) == 1


def plus_one(n: int) -> int:
    """Add one."""
    return n + 1


def mapping_of(source: Any, rule: Any = "all_success", second: bool = False) -> Pipeline:
    """Return a pipeline whose last task takes what a task below a mapped one returns."""
    xs, other = task("xs", python(numbers)), task("other")
    mapped = task("mapped", each(double, over(source(xs))))
    added = task("added", python(total, mapped.output), trigger_rule=rule)
    use = task("use", python(double, added.output), trigger_rule="none_failed")
    pipeline = Pipeline("p").then(xs, other).then(mapped)
    return (pipeline.then(added) if not second else pipeline.add(mapped >> added, other >> added)).then(use)


@pytest.mark.parametrize("source", [lambda xs: xs.output, lambda xs: items.map(plus_one, xs.output)])
def test_a_mapped_task_without_items(source: Any) -> None:
    """It is skipped, and so is what comes after it."""
    (warning,) = told(mapping_of(source))
    assert warning.endswith(
        "If 'mapped' is mapped over no items, 'added' is skipped with it and double() gets None."
    )


def test_what_runs_without_items() -> None:
    """Over a list that is written there are items; other rules do not skip."""
    assert told(mapping_of(lambda _: [1, 2])) == []
    assert told(mapping_of(lambda xs: xs.output, "none_failed")) == []
    assert told(mapping_of(lambda xs: xs.output, "none_failed_min_one_success", second=True)) == []


def test_a_mapped_group_without_items() -> None:
    """The same for what comes after the group."""

    def group(n: int) -> Group[int]:
        inside = task("inside", python(double, n))
        return Group("g").then(inside).then(task("late", python(double, inside.output))).returns(inside)

    xs = task("xs", python(numbers))
    g = each_group(group, over(xs.output))
    added = task("added", python(total, g.output))
    use = task("use", python(double, added.output), trigger_rule="none_failed")
    (warning,) = told(Pipeline("p").then(xs).then(g).then(added).then(use))
    assert "If 'g.inside' is mapped over no items" in warning or "If 'g.late' is mapped" in warning
