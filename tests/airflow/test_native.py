"""
What hand-written Airflow makes is the same in a pipeline as in a hand-written DAG.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from flowkit import (
    Group,
    Pipeline,
    Task,
    branch,
    native,
    python,
    setup,
    task,
    teardown,
)
from tests.airflow.test_compile import comparable, compiled, problems

START = datetime(2026, 1, 1)
DEFAULTS: dict[str, Any] = {"owner": "me", "retries": 3, "retry_delay": timedelta(seconds=5)}


def numbers() -> list[int]:
    return [1, 2]


def one_number() -> int:
    return 1


def show(value: object) -> None: ...


def by_hand(make: Callable[[], Any]) -> dict[str, Any]:
    """
    Return the serialized form of `start >> make() >> end`, written by hand.
    """
    from airflow.providers.standard.operators.empty import EmptyOperator
    from airflow.sdk import DAG

    with DAG("twin", schedule="@daily", start_date=START, default_args=DEFAULTS) as dag:
        start = EmptyOperator(task_id="start")
        made = make()
        start >> made >> EmptyOperator(task_id="end")
    return comparable(dag)


def with_flowkit(node: Task[Any]) -> dict[str, Any]:
    """
    Return the serialized form of the same with flowkit.
    """
    pipeline = Pipeline("twin", schedule="@daily", start_date=START).defaults(**DEFAULTS)
    return comparable(compiled(pipeline.task("start").then(node).task("end")))


def edges(dag: Any) -> set[tuple[str, str]]:
    """
    Return the edges between the tasks of *dag*.
    """
    return {(above, task.task_id) for task in dag.tasks for above in task.upstream_task_ids}


def test_an_operator_factory_is_the_task_itself() -> None:
    """
    An operator of the task's id takes the place of the task.
    """
    from tests.airflow.native_pieces import make_load

    ours = with_flowkit(task("load", native(make_load, "load", table="t")))
    assert ours == by_hand(lambda: make_load("load", table="t"))


def test_code_with_a_group_is_that_group() -> None:
    """
    A group of the task's id takes the place of the task, with all that is in it.
    """
    from tests.airflow.native_pieces import make_group

    assert with_flowkit(task("checks", native(make_group))) == by_hand(make_group)


def test_loose_tasks_are_in_a_group_of_the_tasks_id() -> None:
    """
    What else the function makes is in a group: ids of tasks in different places do not clash.
    """
    from airflow.sdk import TaskGroup

    from tests.airflow.native_pieces import make_loose

    def hand() -> TaskGroup:
        with TaskGroup("loose") as group:
            make_loose()
        return group

    assert with_flowkit(task("loose", native(make_loose))) == by_hand(hand)


def test_an_operator_of_another_id_is_in_a_group() -> None:
    """
    The id that the function gives is kept, within that of the task.
    """
    from tests.airflow.native_pieces import make_load

    dag = compiled(Pipeline("p").task("a").task("b", native(make_load, "load", table="t")).task("c"))
    assert edges(dag) == {("a", "b.load"), ("b.load", "c")}


def test_a_subclass_of_task_group_in_a_group_with_defaults() -> None:
    """
    The defaults of the pipeline and of the groups reach what is made, as `default_args` do.
    """
    from airflow.providers.standard.operators.empty import EmptyOperator
    from airflow.sdk import DAG, TaskGroup

    from tests.airflow.native_pieces import Quality

    inner = (
        Group("outer")
        .defaults(pool="small", retries=7)
        .task("before")
        .then(task("q", native(Quality, "q", ("x",))))
    )
    ours = Pipeline("twin", schedule="@daily", start_date=START).defaults(**DEFAULTS).then(inner).task("end")
    with DAG("twin", schedule="@daily", start_date=START, default_args=DEFAULTS) as hand:
        small: Any = {"pool": "small", "retries": 7}
        with TaskGroup("outer", default_args=small) as outer:
            EmptyOperator(task_id="before") >> Quality("q", ("x",))
        outer >> EmptyOperator(task_id="end")
    assert comparable(compiled(ours)) == comparable(hand)


@pytest.mark.parametrize("name", ["map_group", "map_operator"])
def test_what_the_function_maps(name: str) -> None:
    """
    Mapped groups and operators are Airflow's own.
    """
    from tests.airflow import native_pieces

    make = getattr(native_pieces, name)
    node_id = "per_item" if name == "map_group" else "mapped"
    assert with_flowkit(task(node_id, native(make))) == by_hand(make)


def test_a_decorated_group_takes_and_returns_data() -> None:
    """
    Outputs go in as Airflow's references, and what the function returns comes out.
    """
    from airflow.sdk import DAG
    from airflow.sdk import task as airflow_task

    from tests.airflow.native_pieces import doubled

    one = task("one", python(one_number))
    group = task("doubled", native(doubled, one.output))
    ours = compiled(Pipeline("twin").then(one).then(group).then(task("show", python(show, group.output))))
    with DAG("twin") as hand:
        number = airflow_task(task_id="one", multiple_outputs=False)(one_number)()
        airflow_task(task_id="show")(show)(doubled(number))  # type: ignore[arg-type]
    assert edges(ours) == edges(hand)
    stored = {task["__var"]["task_id"]: task["__var"] for task in comparable(ours)["dag"]["tasks"]}
    by_hand_stored = {task["__var"]["task_id"]: task["__var"] for task in comparable(hand)["dag"]["tasks"]}
    assert stored == by_hand_stored


def test_a_decorated_function_is_a_task_of_airflows() -> None:
    """
    `@task` functions are called as in Airflow; its context need not be given.
    """
    from airflow.sdk import task as airflow_task

    @airflow_task
    def dated(n: int, ds: Any) -> str:
        return f"{ds} {n}"

    made = task("dated", native(dated, 2))  # type: ignore[call-arg]
    dag = compiled(Pipeline("p").then(made).then(task("show", python(show, made.output))))
    assert edges(dag) == {("dated", "show")}


def test_options_are_default_args_and_what_the_function_sets_wins() -> None:
    """
    Options of the pipeline, the group and the task are defaults of what is made, the nearest first.
    """
    from tests.airflow.native_pieces import make_load

    made = task("load", native(make_load, "load", table="t"), pool="big", priority_weight=5)
    group = Group("g").defaults(pool="small", queue="q").then(made)
    load = compiled(Pipeline("p").defaults(retries=9, owner="me").then(group)).task_dict["g.load"]
    assert (load.retries, load.pool, load.queue, load.owner, load.priority_weight) == (1, "big", "q", "me", 5)


def test_the_function_sees_the_defaults_of_the_dag() -> None:
    """
    Factories that read `default_args` of the DAG find those of the pipeline.
    """
    from airflow.providers.standard.operators.bash import BashOperator

    seen: list[Any] = []

    def make() -> None:
        made: Any = BashOperator(task_id="x", bash_command="true")
        seen.append(dict(made.dag.default_args))

    compiled(Pipeline("p").defaults(owner="me").task("x", native(make)))
    assert seen == [{"owner": "me"}]


def test_own_trigger_rules_are_about_what_the_task_waits_for() -> None:
    """
    They are set on the first operators, unless the function has set a rule; those after them keep theirs.
    """
    from airflow.providers.standard.operators.bash import BashOperator

    def make() -> None:
        first = BashOperator(task_id="first", bash_command="true")
        own = BashOperator(task_id="own", bash_command="true", trigger_rule="one_failed")
        mapped: Any = BashOperator.partial(task_id="mapped").expand(bash_command=["true"])
        [first, own, mapped] >> BashOperator(task_id="last", bash_command="true")

    dag = compiled(Pipeline("p").task("a").task("n", native(make), trigger_rule="all_done"))
    rules = {
        name.removeprefix("n."): str(operator.trigger_rule.value) for name, operator in dag.task_dict.items()
    }
    assert rules == {
        "a": "all_success",
        "first": "all_done",
        "own": "one_failed",
        "mapped": "all_done",
        "last": "all_success",
    }


def test_record_are_filled_and_other_arguments_arrive_as_they_are() -> None:
    """
    Outputs become references within containers and records; everything else is the same object.
    """
    import attrs
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.sdk import XComArg

    @attrs.frozen
    class Source:
        name: str
        rows: Any

    class Odd:
        pass

    got: list[Any] = []

    def make(source: Source, odd: Odd, texts: list[Any], *, plain: dict[str, int]) -> None:
        got.extend([source, odd, texts, plain])
        BashOperator(task_id="x", bash_command=texts[0])

    odd, plain = Odd(), {"a": 1}
    rows = task("rows", python(numbers))
    action = native(make, Source("s", rows.output), odd, [f"echo {rows.output}", rows.output], plain=plain)
    dag = compiled(Pipeline("p").then(rows).then(task("x", action)))
    source, *others = got
    assert isinstance(source, Source)
    assert isinstance(source.rows, XComArg)
    assert others[0] is odd
    assert others[2] is plain
    assert "xcom_pull" in others[1][0]
    assert isinstance(others[1][1], XComArg)
    assert edges(dag) == {("rows", "x")}


def test_params_and_items_go_in() -> None:
    """
    Params of the run, and the items of a mapped group, are references that template fields resolve.
    """
    from flowkit import each_group, over
    from tests.airflow.native_pieces import make_load

    def group(table: str) -> Group[Any]:
        return Group("each").then(task("load", native(make_load, "load", table=table)))

    dag = compiled(Pipeline("p").then(each_group(group, over(["a", "b"]))))
    assert dag.task_dict["each.load"].get_closest_mapped_task_group().group_id == "each"


def test_the_output_outside_of_a_mapped_group_is_a_list() -> None:
    """
    What stands in a flowkit group that is mapped gives the results of all copies.
    """
    from flowkit import each_group, over
    from flowkit.airflow.references import Gathered, OfThisCopy
    from tests.airflow.native_pieces import double

    def group(n: int) -> Group[Any]:
        made = task("double", native(double, n))
        return Group("each").then(made).then(task("show", python(show, made.output))).returns(made)

    each = each_group(group, over([1, 2]))
    dag = compiled(Pipeline("p").then(each).then(task("all", python(show, each.output))))
    assert type(dag.task_dict["each.show"].op_args[0]) is OfThisCopy
    assert type(dag.task_dict["all"].op_args[0]) is Gathered


def test_a_branch_leads_to_it() -> None:
    """
    A native piece is the target of a key, by its id in Airflow: that of an operator, or of a group.
    """
    from typing import Literal

    from tests.airflow.native_pieces import make_group, make_load

    def choose() -> Literal["one", "many"]:
        return "one"

    one, many = task("load", native(make_load, "load", table="t")), task("checks", native(make_group))
    choice = task("choose", branch(choose).to({"one": one, "many": many}))
    dag = compiled(Pipeline("p").then(choice).then(one, many).task("end"))
    assert dag.task_dict["choose"].python_callable() in {"load", "checks"}
    assert {edge for edge in edges(dag) if "choose" in edge} == {
        ("choose", "load"),
        ("choose", "checks.first"),
    }
    assert dag.task_dict["end"].trigger_rule == "none_failed_min_one_success"


def test_a_join_may_be_made_by_hand() -> None:
    """
    A piece that follows both ways of a branch gets the rule for joins on its first operators.
    """
    from typing import Literal

    from tests.airflow.native_pieces import make_group

    def choose() -> Literal["a", "b"]:
        return "a"

    a, b = task("a"), task("b")
    pipeline = Pipeline("p").task("choose", branch(choose).to({"a": a, "b": b})).then(a, b)
    dag = compiled(pipeline.task("checks", native(make_group)))
    assert dag.task_dict["checks.first"].trigger_rule == "none_failed_min_one_success"
    assert dag.task_dict["checks.inner.second"].trigger_rule == "all_success"
    # Here its function may set the rule, which flowkit does not know.
    assert compiled(pipeline.add(task("own", native(make_group), after=[a, b]))) is not None


def test_arrows_and_after_wait_for_the_whole_piece() -> None:
    """
    What comes before joins its roots, what comes after its leaves; collapsed groups have one arrow.
    """
    from tests.airflow.native_pieces import make_loose

    made = task("loose", native(make_loose))
    dag = compiled(Pipeline("p").then(task("a") >> made >> task("b")).task("c", after=made))
    assert edges(dag) == {
        ("a", "loose.left"),
        ("a", "loose.right"),
        ("loose.left", "loose.joined"),
        ("loose.right", "loose.joined"),
        ("loose.joined", "b"),
        ("loose.joined", "c"),
    }
    group = dag.task_group.children["loose"]
    assert (group.upstream_task_ids, group.downstream_task_ids) == ({"a"}, {"b", "c"})


def test_two_pieces_after_each_other() -> None:
    """
    The leaves of one lead to the roots of the other.
    """
    from tests.airflow.native_pieces import make_group, make_loose

    dag = compiled(Pipeline("p").task("checks", native(make_group)).task("loose", native(make_loose)))
    assert {("checks.third", "loose.left"), ("checks.third", "loose.right")} <= edges(dag)


def test_between_a_setup_and_its_teardown() -> None:
    """
    The leaves of a piece lead to a teardown.
    """
    from tests.airflow.native_pieces import make_loose

    first = setup("up")
    pipeline = (
        Pipeline("p").then(first).task("loose", native(make_loose)).then(teardown("down", setups=first))
    )
    assert {("up", "loose.left"), ("up", "down"), ("loose.joined", "down")} <= edges(compiled(pipeline))


def test_tasks_are_in_source_order_though_producers_are_made_first() -> None:
    """
    Airflow shows tasks in the order in which they are written.
    """
    from tests.airflow.native_pieces import make_loose

    late = task("late", python(numbers))
    pipeline = (
        Pipeline("p").task("loose", native(make_loose)).add(task("use", python(show, late.output))).then(late)
    )
    dag = compiled(pipeline)
    assert list(dag.task_dict) == ["loose.left", "loose.right", "loose.joined", "use", "late"]
    assert list(dag.task_group.children) == ["loose", "use", "late"]


def test_ids_that_only_operators_have() -> None:
    """
    Airflow takes dots in the ids of operators, not in those of groups.
    """
    from tests.airflow.native_pieces import make_load, make_loose

    dotted = task("a.b", native(make_load, "a.b", table="t"))
    dag = compiled(Pipeline("p").task("flowkit-native").then(Group("g").then(dotted)).task("end"))
    assert edges(dag) == {("flowkit-native", "g.a.b"), ("g.a.b", "end")}
    assert list(dag.task_group.children) == ["flowkit-native", "g", "end"]
    (problem,) = problems(Pipeline("p").task("a.b", native(make_loose)))
    assert problem.startswith(
        "FK904 Task 'a.b': make_loose() makes operators or groups of other ids, and Airflow takes no group of this id "
        "around them: The key 'a.b' has to be made of alphanumeric characters, dashes"
    )
