"""
Mappings that go wrong in Airflow are problems of the spec.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import attrs
import pytest

import flowkit
from flowkit import Group, Pipeline, PipelineError, each, each_group, items, over, python, task

operator: Any = flowkit.operator  # the operators below are none to a type checker
each_kwargs: Any = flowkit.each_kwargs
each_group_kwargs: Any = flowkit.each_group_kwargs


class BaseOperator:
    """Stands in for Airflow's: flowkit knows operators by the name of their base."""

    template_fields: Any = ("value",)

    def __init__(self, *, task_id: str, retries: int = 0) -> None: ...


class SkipMixin:
    """Stands in for Airflow's."""


class Stop(BaseOperator, SkipMixin):
    """An operator that skips."""

    def __init__(self, value: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)


def numbers() -> list[int]:
    return [1, 2]


def prices() -> dict[str, int]:
    return {"a": 1}


def double(n: int) -> int:
    return 2 * n


def add(n: int, m: int) -> int:
    return n + m


def pick(n: int) -> str:
    return "a"


def work(n: int) -> Group[int]:
    doubled = task("double", python(double, n))
    return Group("work").then(doubled).returns(doubled)


def problems(pipeline: Pipeline) -> list[tuple[str, str]]:
    """
    Return the codes and messages of the problems of *pipeline*.
    """
    try:
        pipeline.build()
    except PipelineError as error:
        return [(problem.code, problem.message) for problem in error.problems]
    return []


def only_problem(pipeline: Pipeline) -> tuple[str, str]:
    """
    Return the one problem of *pipeline*.
    """
    (problem,) = problems(pipeline)
    return problem


@pytest.mark.parametrize(
    "action",
    [
        lambda n: each(add, n, over([1, 2])),
        lambda n: operator(Stop, value=over([n])),
        lambda n: each_kwargs(double, [{"n": 1}]),
    ],
)
def test_a_mapped_task_in_a_mapped_group(action: Callable[[Any], Any]) -> None:
    """
    Airflow refuses it; also deeper in the group.
    """

    def one(n: int) -> Group[None]:
        return Group("one").then(Group("inner").task("mapped", action(n)))

    code, message = problems(Pipeline("p").then(each_group(one, over([1]))))[0]
    assert (code, message) == (
        "FK209",
        "Task 'one.inner.mapped' is mapped, and so is the group 'one' around it, which Airflow does not support.",
    )


@pytest.mark.parametrize(
    "source",
    [
        lambda output: output,
        lambda output: items.map(double, output),
        lambda output: items.concat(output, items.filter(double, output)),
    ],
)
@pytest.mark.parametrize("of_group", [True, False])
def test_a_mapping_over_the_output_of_a_mapped_group(source: Callable[[Any], Any], of_group: bool) -> None:
    """
    By a task or another group, also through `items`.
    """
    group = each_group(work, over([1, 2]))
    found: Any = over(source(group.output))
    again = Group("again").task("t", python(double, 1))
    taker: Any = each_group(lambda n: again, found) if of_group else task("again", each(double, found))
    code, message = problems(Pipeline("p").then(group).then(taker))[0]
    assert code == "FK210"
    assert message == (
        f"{'Group' if of_group else 'Task'} 'again' is mapped over the output of task 'work.double' in the mapped "
        "group 'work'. Airflow cannot map over the results of several copies: each copy would fail."
    )


def test_what_may_be_done_with_the_output_of_a_mapped_group() -> None:
    """
    It may be an argument, changed by `items`, one item among others, and what a task between them returns.
    """

    def listed(xs: Sequence[int]) -> list[int]:
        return list(xs)

    group = each_group(work, over([1, 2]))
    between = task("between", python(listed, group.output))
    pipeline = (
        Pipeline("p")
        .then(group)
        .then(between, task("changed", python(sum, items.map(double, group.output))))
        .then(
            task("again", each(double, over(between.output))), task("one", each(listed, over([group.output])))
        )
    )
    assert problems(pipeline) == []


def test_an_item_of_the_mapped_group_around() -> None:
    """
    Airflow would give it the item of another copy.
    """

    def inner(n: int, m: int) -> Group[None]:
        return Group("inner").task("add", python(add, n, m))

    def outer(n: int) -> Group[None]:
        return Group("outer").then(each_group(inner, n, over([7, 8])))

    assert only_problem(Pipeline("p").then(each_group(outer, over([1, 2])))) == (
        "FK211",
        "Task 'outer.inner.add' in the mapped group 'outer.inner' takes an item of the mapped group 'outer' around it, "
        "and would get a wrong one.",
    )


@pytest.mark.parametrize("outwards", [True, False])
def test_an_output_between_nested_mapped_groups(outwards: bool) -> None:
    """
    From the inner group to the outer, and the other way.
    """

    def inner(m: int, more: Any) -> Group[int]:
        added = task("add", python(add, m, more))
        return Group("inner").then(added).returns(added)

    def outer(n: int) -> Group[None]:
        first = task("first", python(double, n))
        mapped = each_group(inner, over([7, 8]), 1 if outwards else first.output)
        return (
            Group("outer")
            .then(first)
            .then(mapped)
            .task("last", python(sum, mapped.output if outwards else []))
        )

    code, message = only_problem(Pipeline("p").then(each_group(outer, over([1, 2]))))
    assert code == "FK211"
    assert ("'outer.last'" if outwards else "'outer.inner.add'") in message


def test_nested_mapped_groups_without_data_between_them() -> None:
    """
    Each gets its own items; what is outside of both takes the results of all.
    """

    def inner(m: int) -> Group[int]:
        doubled = task("double", python(double, m))
        return Group("inner").then(doubled).returns(doubled)

    def outer(n: int) -> Group[Any]:
        mapped = each_group(inner, over([7, 8]))
        return Group("outer").task("double", python(double, n)).then(mapped).returns(mapped)

    mapped = each_group(outer, over([1, 2]))
    assert problems(Pipeline("p").then(mapped).task("total", python(sum, mapped.output))) == []


@pytest.mark.parametrize(
    "action",
    [
        each(pick, over([1, 2])).by("branch"),
        each(double, over([1, 2])).by("short_circuit"),
        operator(Stop, value=over([1, 2])),
    ],
)
def test_a_mapped_choice(action: Any) -> None:
    """
    It skips nothing.
    """
    assert only_problem(Pipeline("p").task("pick", action).task("a")) == (
        "FK212",
        "Task 'pick' is a mapped branch or short circuit, which would skip nothing: the tasks after it belong to none "
        "of its instances.",
    )


def test_concatenated_outputs_after_another_argument() -> None:
    """
    Alone and as the first argument they are fine.
    """
    xs = task("xs", python(numbers))
    both: Any = items.concat(xs.output, xs.output)
    good = (
        Pipeline("p")
        .then(xs)
        .then(task("one", each(double, over(both))), task("first", each(add, over(both), over([1]))))
    )
    assert problems(good) == []
    assert only_problem(
        Pipeline("p").then(xs).task("last", each(add, over([1]), over(items.map(double, both))))
    ) == (
        "FK216",
        "Task 'last' is mapped over items.concat(…) after another argument. Airflow computes a wrong length for it "
        "there, and some of the instances would fail.",
    )


@pytest.mark.parametrize("mapped_group", [True, False])
def test_the_rule_always(mapped_group: bool) -> None:
    """
    Airflow refuses it where items are waited for.
    """
    xs = task("xs", python(numbers))

    def one(n: int) -> Group[None]:
        return Group("one").defaults(trigger_rule="always").task("t", python(double, n))

    pipeline = Pipeline("p").then(xs)
    if mapped_group:
        pipeline = pipeline.then(each_group(one, over(xs.output)))
    else:
        pipeline = pipeline.task("t", each(double, over(xs.output)), trigger_rule="always")
    code, message = only_problem(pipeline)
    assert code == "FK217"
    assert message.endswith(
        "and has trigger_rule='always', which Airflow refuses: it would start before there are items."
    )
    assert problems(Pipeline("p").task("t", each(double, over([1])), trigger_rule="always")) == []


@pytest.mark.parametrize("kind", ["map", "filter", "zip"])
def test_items_of_a_mapping(kind: str) -> None:
    """
    Airflow looks them up by number.
    """
    found = task("prices", python(prices))
    source: Any = (
        items.zip(found.output, found.output) if kind == "zip" else getattr(items, kind)(pick, found.output)
    )
    pipeline = Pipeline("p").then(found).task("t", each(double, over(source)))
    code, message = problems(pipeline)[0]
    assert (code, message) == (
        "FK218",
        f"Task 't' is mapped over items.{kind}(…) of the output of task 'prices', which is a mapping. Airflow would "
        "look up its items by number, and fail.",
    )
    whole: Any = over(found.output)
    assert problems(Pipeline("p").then(found).task("t", each(lambda pair: pair, whole))) == []


@pytest.mark.parametrize(
    "word", [python, lambda fn, n: each(fn, over([n])), lambda fn, n: each_kwargs(fn, [{"n": n}])]
)
def test_a_function_that_makes_a_group_is_not_for_a_task(word: Any) -> None:
    """
    It would run when the pipeline runs.
    """
    with pytest.raises(PipelineError) as caught:
        Pipeline("p").task("t", word(work, 1)).build()
    (problem,) = caught.value.problems
    assert problem.code == "FK307"
    assert problem.message == (
        "work() of task 't' returns Group, a part of a pipeline, which must exist before the pipeline runs."
    )
    assert "each_group_kwargs(fn, [{…}])" in (problem.hint or "")


def upstream(pipeline: Pipeline) -> dict[str, tuple[str, ...]]:
    """
    Return what each task waits for.
    """
    return {spec.task_id: spec.upstream for spec in pipeline.build().tasks}


def test_a_task_with_an_item_waits_for_what_the_group_is_mapped_over() -> None:
    """
    As in Airflow, which finds the outputs among the arguments; in lists, records and by field, too.
    """

    @attrs.frozen
    class Box:
        content: Any

    def unpack(box: Box) -> int:
        return 1

    def one(n: Any, m: Any) -> Group[None]:
        return (
            Group("one")
            .task("first", python(double, 1))
            .task("second", python(unpack, Box([n])))
            .task("third", python(double, 1))
            .task("fourth", python(add, 1, m))
        )

    xs, ys = task("xs", python(numbers)), task("ys", python(numbers))
    found: Sequence[Any] = items.map(double, ys.output)
    built = Pipeline("p").add(xs, ys, each_group(one, over(xs.output), over(found)))
    assert upstream(built) == {
        "xs": (),
        "ys": (),
        "one.first": ("xs", "ys"),
        "one.second": ("xs", "ys", "one.first"),
        "one.third": ("one.second",),
        "one.fourth": ("xs", "ys", "one.third"),
    }
    edges = {(edge.upstream, edge.downstream) for edge in built.build().edges}
    assert {("xs", "one.second"), ("ys", "one.fourth")} <= edges
    assert ("xs", "one.first") not in edges


def test_the_results_of_a_mapped_group_are_no_text() -> None:
    """What each copy returns is not what the task outside maps over: only that is reported."""

    def text(value: Any) -> str:
        return str(value)

    def one(n: Any) -> Group[str]:
        named = task("name", python(text, n))
        return Group("one").then(named).returns(named)

    group = each_group(one, over([1, 2]))
    pipeline = Pipeline("p").then(group).task("tell", each(text, over(group.output)))
    [problem] = problems(pipeline)
    assert "FK210" in problem
