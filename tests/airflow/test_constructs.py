"""
Mapping, branching, setup and teardown, params and context: as Airflow makes them, and as it runs them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import pytest

from flowkit import (
    Group,
    Pipeline,
    PipelineError,
    branch,
    branches,
    each,
    each_group,
    each_kwargs,
    items,
    operator,
    over,
    python,
    setup,
    task,
    teardown,
)
from tests import support


def numbers() -> list[int]:
    return [1, 2, 3]


def letters() -> list[str]:
    return ["a", "b"]


def add(x: int, by: int = 1) -> int:
    return x + by


def total(xs: Sequence[int]) -> int:
    return sum(xs)


def double(x: int) -> int:
    return 2 * x


def is_odd(x: int) -> bool:
    return x % 2 == 1


def pair(both: tuple[int, str]) -> str:
    return f"{both[0]}{both[1]}"


def choose(word: str) -> Literal["left", "right", "none"]:
    return "left" if word == "l" else "none"


def compiled(pipeline: Pipeline) -> Any:
    """
    Return the DAG of *pipeline*.
    """
    from flowkit.airflow.compile import compile_pipeline

    return compile_pipeline(pipeline.build(), fileloc=__file__)


def comparable(dag: Any) -> dict[str, Any]:
    """
    Return the serialized form without what differs by where a DAG was written.
    """
    data: dict[str, Any] = support.serialized(dag)
    for name in ("fileloc", "relative_fileloc", "doc_md"):
        data["dag"].pop(name, None)
    data["dag"]["tasks"].sort(key=lambda task: str(task["__var"]["task_id"]))
    return data


def upstream(pipeline: Pipeline) -> dict[str, tuple[str, ...]]:
    """
    Return what each task waits for.
    """
    return {task.task_id: task.upstream for task in pipeline.build().tasks}


def codes(pipeline: Pipeline) -> list[tuple[str, str]]:
    """
    Return the problems of *pipeline*.
    """
    with pytest.raises(PipelineError) as caught:
        pipeline.build()
    return [(problem.code, problem.message) for problem in caught.value.problems]


def test_mapped_tasks_are_stored_as_handwritten_ones() -> None:
    """
    One argument, several, fixed ones beside them, transformed outputs, operators and sets of arguments.
    """
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.sdk import DAG
    from airflow.sdk import task as airflow_task

    xs, ls = task("numbers", python(numbers)), task("letters", python(letters))
    ours = Pipeline("mapped").add(
        xs,
        ls,
        task("fixed", each(add, over(xs.output), by=3)),
        task("cross", each(add, x=over(xs.output), by=over([10, 20]))),
        task("pairs", each(pair, over.zip(xs.output, ls.output)), map_index_template="{{ task.task_id }}"),
        task("doubled", each(add, over(items.map(double, xs.output)))),
        task(
            "bash", operator(BashOperator, bash_command=over(["true", "echo 1"]), env={"A": "1"}), retries=2
        ),
        task(
            "sets", each_kwargs(BashOperator, [{"bash_command": "true"}, {"bash_command": "echo", "env": {}}])
        ),
        task("function_sets", each_kwargs(add, [{"x": 1}, {"x": 2, "by": 5}])),
    )

    with DAG("mapped") as hand:
        first = airflow_task(task_id="numbers", multiple_outputs=False)(numbers)()
        second = airflow_task(task_id="letters", multiple_outputs=False)(letters)()
        airflow_task(task_id="fixed")(add).partial(by=3).expand(x=first)
        airflow_task(task_id="cross")(add).expand(x=first, by=[10, 20])
        airflow_task(task_id="pairs", map_index_template="{{ task.task_id }}")(pair).expand(
            both=first.zip(second)
        )
        airflow_task(task_id="doubled")(add).expand(x=first.map(double))

        BashOperator.partial(task_id="bash", retries=2, env={"A": "1"}).expand(
            bash_command=["true", "echo 1"]
        )
        BashOperator.partial(task_id="sets").expand_kwargs(
            [{"bash_command": "true"}, {"bash_command": "echo", "env": {}}]
        )
        airflow_task(task_id="function_sets")(add).expand_kwargs([{"x": 1}, {"x": 2, "by": 5}])

    assert comparable(hand) == comparable(compiled(ours))


def test_a_mapped_group_is_stored_as_a_handwritten_one() -> None:
    """
    The function of the group is called once, with references for the mapped arguments.
    """
    from airflow.sdk import DAG, task_group
    from airflow.sdk import task as airflow_task

    def per_number(x: int, by: int) -> Group[int]:
        added = task("add", python(add, x, by=by))
        return Group("per_number").then(added).returns(added)

    xs = task("numbers", python(numbers))
    mapped = each_group(per_number, over(xs.output), by=5)
    ours = Pipeline("groups").then(xs).then(mapped).task("total", python(total, mapped.output))

    with DAG("groups") as hand:

        @task_group(group_id="per_number")
        def by_hand(x: Any, by: int) -> Any:
            return airflow_task(task_id="add")(add)(x, by=by)

        first = airflow_task(task_id="numbers", multiple_outputs=False)(numbers)()
        result: Any = by_hand.partial(by=5).expand(x=first)
        airflow_task(task_id="total")(total)(result)

    ours_stored, hand_stored = comparable(compiled(ours)), comparable(hand)
    # `mapped >> total`, which the chain of links says, is more than what the data says by itself.
    for stored in (ours_stored, hand_stored):
        stored["dag"]["task_group"]["children"]["per_number"][1].pop("downstream_task_ids")
        stored["dag"]["task_group"]["children"]["per_number"][1].pop("upstream_task_ids")
    assert hand_stored == ours_stored


def test_a_branch_leads_by_key_into_nested_groups() -> None:
    """
    Full ids are flowkit's business: the function returns keys.
    """
    left = task("left")
    inner = Group("inner").then(left)
    pipeline = (
        Pipeline("p")
        .then(Group("outer").then(inner).task("right", trigger_rule="none_failed"))
        .add(task("choose", branch(choose, "l").to({"left": left, "right": "outer.right", "none": ()})))
    )
    operator_ = compiled(pipeline).get_task("choose")
    assert operator_.downstream_task_ids == {"outer.inner.left", "outer.right"}
    assert operator_.python_callable("l") == "outer.inner.left"
    assert operator_.python_callable("x") == []
    assert operator_.python_callable.__name__ == "choose"


def test_several_ways_can_be_chosen() -> None:
    """
    `branches` takes a function that returns a list of keys.
    """

    def several() -> list[Literal["a", "b"]]:
        return ["a", "b"]

    a, b = task("a"), task("b")
    dag = compiled(Pipeline("p").task("choose", branches(several).to({"a": a, "b": b})))
    assert dag.get_task("choose").python_callable() == ["a", "b"]


def test_a_target_that_nothing_places_stands_beside_the_branch() -> None:
    """
    The next link follows the targets.
    """
    a, b = task("a"), task("b")
    pipeline = (
        Pipeline("p").task("choose", branch(choose, "l").to({"left": a, "right": b, "none": ()})).task("join")
    )
    assert upstream(pipeline) == {"choose": (), "a": ("choose",), "b": ("choose",), "join": ("a", "b")}


def test_missing_and_unknown_keys_of_a_branch_are_problems() -> None:
    """
    The annotation of the function says which keys there are.
    """
    routes: Any = {"left": task("a"), "rigth": task("b"), "none": ()}
    assert codes(Pipeline("p").task("choose", branch(choose, "l").to(routes))) == [
        ("FK306", "choose() can return 'right', for which the branch has no entry."),
        ("FK306", "The branch has the key 'rigth', which choose() cannot return."),
    ]


def test_a_teardown_ends_no_link() -> None:
    """
    What comes next follows what the teardown followed.
    """
    pipeline = Pipeline("p").setup("s").task("w").teardown("t", setups="s").task("next")
    assert upstream(pipeline) == {"s": (), "w": ("s",), "t": ("s", "w"), "next": ("w",)}


def test_the_leaves_of_a_group_pass_its_teardowns_by() -> None:
    """
    As Airflow's groups do.
    """
    make = setup("make")
    group = Group("g").then(make).task("work").then(teardown("drop", setups=make))
    pipeline = Pipeline("p").then(group).task("next")
    assert upstream(pipeline)["next"] == ("g.work",)


def test_setups_and_teardowns_are_stored_as_handwritten_ones() -> None:
    """
    With their roles, their trigger rule, and whether a failed teardown fails the run.
    """
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.sdk import DAG

    ours = (
        Pipeline("st")
        .task("make", operator(BashOperator, bash_command="true"))
        .task("work", operator(BashOperator, bash_command="true"))
        .teardown(
            "drop", operator(BashOperator, bash_command="true"), setups="make", on_failure_fail_dagrun=True
        )
    )
    with DAG("st") as hand:
        make = BashOperator(task_id="make", bash_command="true")
        work = BashOperator(task_id="work", bash_command="true")
        drop = BashOperator(task_id="drop", bash_command="true")
        make >> work >> drop.as_teardown(setups=make, on_failure_fail_dagrun=True)
    assert comparable(hand) == comparable(compiled(ours))


def test_over_in_the_wrong_place_is_a_problem() -> None:
    """
    Airflow maps whole arguments, of mapped calls only.
    """
    xs = task("xs", python(numbers))
    assert codes(Pipeline("p").then(xs).task("a", python(add, over(xs.output))))[0] == (
        "FK206",
        "Task 'a' gives argument 1 of add an over(…), which is not mapped there.",
    )


def test_the_item_of_a_mapped_group_stays_in_it() -> None:
    """
    Outside there is no item.
    """
    kept: list[Any] = []

    def leak(x: int) -> Group[None]:
        kept.append(x)
        return Group("g").task("a", python(double, x))

    mapped = each_group(leak, over([1, 2]))
    assert codes(Pipeline("p").then(mapped).task("b", python(double, kept[0])))[0] == (
        "FK207",
        "Task 'b' gives argument 1 of double the item 'x' of a mapped group, but is not in that group.",
    )


def test_another_decorator_performs_the_call() -> None:
    """
    Whatever an installed provider registers.
    """
    pipeline = (
        Pipeline("p")
        .task("venv", python(add, 1).by("virtualenv", requirements=["attrs"]))
        .task("skip", python(is_odd, 1).by("short_circuit"))
    )
    dag = compiled(pipeline)
    assert dag.get_task("venv").requirements == ["attrs"]
    assert dag.get_task("skip").operator_name == "@task.short_circuit"


PIPELINE = '''
"""Everything that only a run can show."""
import json
import os
from pathlib import Path
from typing import Annotated, Any, Literal, Sequence

import attrs

from flowkit import (
    Form, Group, Pipeline, branch, context, each, each_group, items, over, params, python, python_async, task,
)
from flowkit.airflow.dags import register


@attrs.frozen
class Options:
    count: Annotated[int, Form(title="How many", minimum=1)] = 3
    mode: Literal["fast", "slow"] = "fast"


def numbers(options: Options) -> list[int]:
    return list(range(options.count))

def double(x: int) -> int:
    return 2 * x

def is_odd(x: int) -> bool:
    return x % 2 == 1

def add(x: int, by: int = 0) -> int:
    return x + by

async def later(x: int) -> int:
    return x + 100

@attrs.frozen
class Box:
    content: Any

def unpack(box: Box) -> int:
    return 2 * box.content

def total(box: Box) -> int:
    return sum(box.content)

def per(x: int) -> Group[int]:
    doubled = task("double", python(unpack, Box(x)))
    return Group("per").then(doubled).returns(doubled)

def choose(options: Options) -> Literal["fast", "slow"]:
    return options.mode

def show(
    added: Sequence[int], odd: Sequence[int], zipped: Sequence[int], grouped: Sequence[int], waited: int, boxed: int
) -> None:
    seen = {
        "added": list(added), "odd": list(odd), "zipped": list(zipped), "grouped": list(grouped),
        "waited": waited, "boxed": boxed,
        "dag": context()["dag"].dag_id, "task": context()["ti"].task_id,
    }
    Path(os.environ["SEEN"]).write_text(json.dumps(seen))

def first_of(both: tuple[int, int]) -> int:
    return both[0] * 10 + both[1]

xs = task("xs", python(numbers, params(Options)))
added = task("added", each(add, over(xs.output), by=10))
odd = task("odd", each(add, over(items.filter(is_odd, items.map(add, xs.output)))))
zipped = task("zipped", each(first_of, over.zip(xs.output, xs.output)))
grouped = each_group(per, over(xs.output))
waited = task("waited", python_async(later, 5))
boxed = task("boxed", python(total, Box(items.map(double, xs.output))))
register(
    Pipeline("constructs", params=Options).add(
        xs, added, odd, zipped, grouped, waited, boxed,
        task(
            "show",
            python(
                show, added.output, odd.output, zipped.output, grouped.output, waited.output, boxed.output
            ),
            trigger_rule="none_failed",
        ),
        task("choose", branch(choose, params(Options)).to({"fast": task("quick"), "slow": task("long")})),
    )
)
'''


@pytest.mark.skipif(version("apache-airflow") < "3.2", reason="Airflow 3.1 runs no async functions")
@pytest.mark.filterwarnings("ignore")  # `dag.test()` imports Airflow's API server, whose libraries warn
def test_airflow_runs_them(
    airflow_home: Path, airflow_db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Mapped results, filters, zips, groups, branches, params, async functions and the context, in one run.
    """
    seen = tmp_path / "seen.json"
    monkeypatch.setenv("SEEN", str(seen))
    file = airflow_home / "dags" / "constructs.py"
    file.write_text(PIPELINE)
    bag = support.load_dags(file)
    assert not bag.import_errors, bag.import_errors
    stored = json.dumps(support.serialized(bag.dags["constructs"]))
    assert "<item x of group per>" in stored
    assert " at 0x" not in stored
    run = bag.dags["constructs"].test(run_conf={"count": 4})
    states = {ti.task_id: str(ti.state) for ti in run.get_task_instances() if ti.map_index < 0}
    assert states["quick"] == "success"
    assert states["long"] == "skipped"
    assert json.loads(seen.read_text()) == {
        "added": [10, 11, 12, 13],
        "odd": [1, 3],
        "zipped": [0, 11, 22, 33],
        "grouped": [0, 2, 4, 6],
        "waited": 105,
        "boxed": 12,
        "dag": "constructs",
        "task": "show",
    }
