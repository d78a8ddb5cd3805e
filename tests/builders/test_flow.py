"""
Arrows, labels and `chain`: which edges they make, and what is said when they cannot.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import flowkit
from flowkit import Flow, Group, OutputUseError, Pipeline, Task, label, python, task
from tests.recorded import problem_of
from tests.resolve.locations import mark

chain: Any = flowkit.chain  # no checker would let pass what is refused here


def fn(*values: Any) -> Any:
    """What the tasks do."""


A, B, C, D = (task(name, python(fn)) for name in "abcd")
OUTPUT: Any = A.output
SIDE_BY_SIDE: list[Flow | Task[Any]] = [A >> B, C]


def _edges(*flows: Flow) -> list[str]:
    """The edges as the spec has them, with their labels."""
    spec = Pipeline("p").add(*flows).build()
    return [f"{edge.upstream}{edge.downstream}{edge.label or ''}" for edge in spec.edges]


GOOD: list[tuple[Callable[[], Flow], list[str]]] = [
    (lambda: A >> B, ["ab"]),
    (lambda: B << A, ["ab"]),
    (lambda: A >> B >> C, ["ab", "bc"]),
    (lambda: C << B << A, ["bc", "ab"]),
    (lambda: A >> [B, C] >> D, ["ab", "ac", "bd", "cd"]),
    (lambda: [A, B] >> C, ["ac", "bc"]),
    (lambda: [C, D] << A, ["ac", "ad"]),
    (lambda: D << [B, C] << A, ["bd", "cd", "ab", "ac"]),
    (lambda: A >> (B, C), ["ab", "ac"]),
    (lambda: A >> B << C, ["ab", "ca"]),
    (lambda: (A >> B) >> (C >> D), ["ab", "cd", "bc"]),
    (lambda: A >> [B >> C, D], ["bc", "ab", "ad"]),
    (lambda: SIDE_BY_SIDE >> D, ["ab", "bd", "cd"]),
    (lambda: A >> label("!") >> B >> C, ["ab!", "bc"]),
    (lambda: A >> B >> label("!") >> C, ["ab", "bc!"]),
    (lambda: B << label("!") << A, ["ab!"]),
    (lambda: A >> label("!") >> [B, C], ["ab!", "ac!"]),
    (lambda: chain(A, B, C), ["ab", "bc"]),
    (lambda: chain(A, [B, C], D), ["ab", "ac", "bd", "cd"]),
    (lambda: chain([A, B], [C, D]), ["ac", "bd"]),
    (lambda: chain([A], [B, C]), ["ab", "ac"]),
    (lambda: chain(A, label("!"), B), ["ab!"]),
    (lambda: chain([A, B], label("!"), [C, D]), ["ac!", "bd!"]),
    (lambda: chain(A, B >> C, D), ["bc", "ab", "cd"]),
]


@pytest.mark.parametrize(("make", "edges"), GOOD)
def test_arrows_make_edges(make: Callable[[], Flow], edges: list[str]) -> None:
    """An arrow leads from the end of what stands before it to the beginning of what comes after."""
    assert _edges(make()) == edges


def test_arrows_name_what_stands_elsewhere() -> None:
    """A task that another link places stands there; the arrow adds the edge, and nothing else."""
    spec = Pipeline("p").then(A).then(Group("g").then(B)).add(A >> label("direct") >> C, B >> C).build()

    assert [node.id for node in spec.nodes] == ["a", "g", "b", "c"]
    assert {one.task_id: one.upstream for one in spec.tasks} == {"a": (), "g.b": ("a",), "c": ("a", "g.b")}
    assert [(edge.upstream, edge.downstream, edge.label) for edge in spec.edges] == [
        ("a", "c", "direct"),
        ("g.b", "c", None),
        ("a", "g", None),
    ]


def test_a_label_stays_when_the_edge_is_written_again() -> None:
    """Of two arrows between the same nodes the one with a label counts."""
    assert _edges(A >> B, A >> label("!") >> B, A >> B) == ["ab!"]


def test_a_flow_can_be_used_again() -> None:
    """A flow is a value: what is made of it does not change it."""
    start = A >> B
    left, right = start >> C, start >> D

    assert [node.id for node in start.nodes] == ["a", "b"]
    assert _edges(left) == ["ab", "bc"]
    assert _edges(right) == ["ab", "bd"]
    assert repr(left) == "<Flow of 2 arrows: a, b, c>"


def test_a_flow_of_thousands() -> None:
    """A long loop of arrows is no recursion."""
    flow: Task[Any] | Flow = task("t0")
    for number in range(1, 5000):
        flow = flow >> task(f"t{number}")

    assert len(_edges(*[flow] if isinstance(flow, Flow) else [])) == 4999


NODES_CURE = "Create a task with task(…) and a group with Group(…)."
BAD: list[tuple[Callable[[Any], object], str]] = [
    (lambda a: a >> "b", "not str. To wait for a task by its id, use after=."),
    (lambda a: a >> ["b"], "not str. To wait for a task by its id, use after=."),
    (lambda a: "b" >> a, "not str. To wait for a task by its id, use after=."),
    (lambda a: a << 3, f"not int. {NODES_CURE}"),
    (lambda a: None >> a, f"not NoneType. {NODES_CURE}"),
    (lambda a: a >> b"b", f"not bytes. {NODES_CURE}"),
    (lambda a: a >> Pipeline("q"), f"not Pipeline. {NODES_CURE}"),
    (lambda a: a >> Pipeline("q").group("g"), f"not OpenGroup. {NODES_CURE}"),
    (lambda a: a >> {B, C}, "not a set. Write a list: the order of a set differs between processes."),
    (lambda a: a >> [[B], C], "not lists of lists. Write one list: [a, b, c]."),
]


@pytest.mark.parametrize(("make", "message"), BAD)
def test_what_arrows_do_not_connect(make: Callable[[Any], object], message: str) -> None:
    """Everything but tasks, groups, flows and lists of them is refused, with a way out."""
    caught = problem_of(make(A))

    assert caught.code == "FK008"
    assert str(caught).endswith(f": FK008 An arrow connects tasks, groups and lists of them, {message}")


REFUSED: list[tuple[Callable[[], object], str]] = [
    (
        lambda: A >> [],
        "An arrow connects an empty list. Add the arrow only if the list is not empty.",
    ),
    (
        lambda: [] >> A,
        "An arrow connects an empty list. Add the arrow only if the list is not empty.",
    ),
    (
        lambda: A >> label("x") << B,
        "The arrows before and after a label point in opposite directions. "
        "Write a >> label(…) >> b, or b << label(…) << a.",
    ),
    (chain, "chain() needs at least two links. Write chain(a, [b, c], d)."),
    (lambda: chain(A), "chain() needs at least two links. Write chain(a, [b, c], d)."),
    (
        lambda: chain(A, label("x")),
        "chain() needs at least two links. Write chain(a, [b, c], d).",
    ),
    (
        lambda: chain([A, B], [C, D, A]),
        "chain() got a list of 2 followed by a list of 3: it connects lists pairwise. "
        "Use lists of the same length, or put one node between them.",
    ),
    *(
        (
            make,
            'chain() got a label that is not between two links. Write chain(a, label("text"), b).',
        )
        for make in (
            lambda: chain(label("x"), A, B),
            lambda: chain(A, B, label("x")),
            lambda: chain(A, label("x"), label("y"), B),
        )
    ),
    (lambda: label(3), 'label() takes the text of an edge, not int. Write a >> label("text") >> b.'),  # type: ignore[arg-type]
    (
        lambda: label(f"{OUTPUT}"),
        "label() got the output of a task, which does not exist when the pipeline is built. "
        "Write plain text.",
    ),
]


@pytest.mark.parametrize(("make", "message"), REFUSED)
def test_what_is_refused(make: Callable[[], object], message: str) -> None:
    """The call that is wrong raises, and says what to write."""
    caught = problem_of(make())

    assert str(caught).split(": ", 1)[1] == f"FK008 {message}"


def test_outputs_have_no_arrows() -> None:
    """Tasks are connected, not their outputs, on either side of the arrow."""
    here = mark()
    right = problem_of(B >> OUTPUT)
    with pytest.raises(OutputUseError) as left:
        _ = OUTPUT >> B

    assert str(right) == (
        f"{here(1)}: FK007 The output of task 'a' was connected with an arrow. "
        "Connect the task itself, without `.output`."
    )
    assert str(left.value) == (
        f"{here(3)}: FK007 The output of task 'a' was used in a calculation; the value exists only when the task has "
        "run. To order tasks, connect the tasks, not their outputs: a >> b."
    )
