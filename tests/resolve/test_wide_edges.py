"""
The hint at links that make very many edges.
"""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from flowkit import Group, Pipeline, chain, setup, task, teardown
from flowkit.resolve.wide_edges import wide_edges
from tests.resolve.locations import mark


def _group(name: str, count: int) -> Group:
    return Group(name).then(*[task(f"t{number}") for number in range(count)])


def _hints(pipeline: Pipeline) -> list[str]:
    return [str(hint) for hint in wide_edges(pipeline.build())]


def test_fk520_two_groups() -> None:
    """It names both, and the numbers; one task between them is the cure."""
    here = mark()
    extract, load = Group("extract"), Group("load")
    extract = extract.then(*[task(f"t{number}") for number in range(50)])
    load = load.then(*[task(f"t{number}") for number in range(40)])

    assert _hints(Pipeline("p").then(extract).then(load)) == [
        f"{here(1)}: FK520 Group 'load' waits for group 'extract' edge by edge: 2,000 edges from 50 tasks to 40, all "
        "of which Airflow reads, stores and looks through. Put one task between them that does nothing, such as "
        '.task("joined").'
    ]
    assert _hints(Pipeline("p").then(extract).task("joined").then(load)) == []


def test_links_of_tasks_and_arrows() -> None:
    """What makes the edges does not matter: links, lists beside arrows, or groups and tasks together."""
    tasks = [task(f"b{number}") for number in range(40)]
    found = [
        *_hints(Pipeline("p").then(*[task(f"a{number}") for number in range(40)]).then(*tasks)),
        *_hints(Pipeline("p").add(_group("g", 40) >> tasks)),
        *_hints(Pipeline("p").add(chain(_group("g", 40), tasks))),
        *_hints(Pipeline("p").then(_group("g", 20), _group("h", 20)).then(_group("i", 40), task("last"))),
        *_hints(Pipeline("p").then(_group("g", 40)).then(Group("outer").then(_group("inner", 40)).task("z"))),
    ]

    assert [text.partition("FK520 ")[2].partition(", all")[0] for text in found] == [
        "A link of 40 tasks ('b0'…) waits for a link of 40 tasks ('a0'…) edge by edge: 1,600 edges from 40 tasks to 40",
        "A link of 40 tasks ('b0'…) waits for group 'g' edge by edge: 1,600 edges from 40 tasks to 40",
        "A link of 40 tasks ('b0'…) waits for group 'g' edge by edge: 1,600 edges from 40 tasks to 40",
        "Group 'i' with task 'last' waits for a link of 2 groups ('g', 'h'…) edge by edge: 1,640 edges from 40 tasks "
        "to 41",
        "Group 'outer' waits for group 'g' edge by edge: 1,600 edges from 40 tasks to 40",
    ]


@settings(max_examples=30)
@given(st.integers(25, 40), st.integers(25, 40), st.booleans())
def test_it_counts_what_there_is(leaves: int, roots: int, torn_down: bool) -> None:
    """The hint comes with more than 1,000 edges, no sooner, and the number is that of the spec."""
    first, second = _group("first", leaves), _group("second", roots)
    if torn_down:
        up = setup("up")
        first = first.add(teardown("down", setups=up)).add(up)
    spec = Pipeline("p").then(first).then(second).build()
    count = sum(len(one.upstream) for one in spec.tasks if one.group_id == "second")
    hints = wide_edges(spec)

    assert [f"{count:,} edges" in hint.message for hint in hints] == [True] * (count > 1_000)
