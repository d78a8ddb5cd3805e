"""
Stubs for operators: which tasks need one, and what it is called with.
"""

from __future__ import annotations

from typing import Any

import pytest
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.providers.standard.operators.weekday import BranchDayOfWeekOperator

from flowkit import Pipeline, native, operator, over, python, task
from flowkit.testing import SimulationError, StubCall, execute, simulate

EMPTY: Any = EmptyOperator
"""Without the plugin, mypy asks for its `task_id`."""


def show(value: Any) -> str:
    return f"<{value}>"


def bash(command: str, **options: Any) -> Any:
    return task("bash", operator(BashOperator, bash_command=command), **options)


def used() -> Pipeline:
    count = bash("wc {{ ds }}")
    return Pipeline("p").then(count).task("use", python(show, count.output))


def test_a_function_gets_the_call() -> None:
    """The rendered arguments, and which task it is."""
    calls: list[StubCall] = []

    def stub(call: StubCall) -> int:
        calls.append(call)
        return len(call["bash_command"])

    run = simulate(used(), stubs={"bash": stub})
    assert run["use"].output == "<13>"
    (call,) = calls
    assert dict(call) == {"bash_command": "wc 2026-01-01"}
    assert (call.task_id, call.map_index, call.try_number) == ("bash", -1, 1)
    assert call.context["ds"] == "2026-01-01"


@pytest.mark.parametrize(("stub", "output"), [(7, "<7>"), (None, "<None>"), ([1], "<[1]>")])
def test_a_value_is_what_the_task_gives(stub: object, output: str) -> None:
    """After its way through XCom."""
    assert simulate(used(), stubs={"bash": stub})["use"].output == output


def test_an_exception_is_raised() -> None:
    """An object or a class; retries apply."""
    for stub in (ValueError("no"), ValueError):
        run = simulate(used(), stubs={BashOperator: stub})
        assert (run["bash"].state, run["use"].state) == ("failed", "upstream_failed")


def test_an_id_wins_over_a_class() -> None:
    """One stub for all operators of a class, another for one of them."""
    run = simulate(
        used().task("more", operator(BashOperator, bash_command="x")), stubs={BashOperator: 1, "more": 2}
    )
    assert (run["bash"].output, run["more"].output) == (1, 2)


def test_operators_without_a_stub_are_recorded() -> None:
    """Where nothing uses their result."""
    run = simulate(Pipeline("p").then(bash("echo {{ ds }}")).task("e", operator(EMPTY)))
    assert run["bash"].state == "success"
    assert run["bash"].output is None
    assert run["bash"].rendered == {"bash_command": "echo 2026-01-01"}


def test_tasks_that_need_a_stub_are_named_before_anything_runs() -> None:
    """All of them, with the reason."""
    ran: list[int] = []
    chooser = operator(
        BranchDayOfWeekOperator, follow_task_ids_if_true="a", follow_task_ids_if_false="b", week_day="Monday"
    )
    count = bash("x")
    pipeline = (
        Pipeline("p")
        .task("first", python(lambda: ran.append(1)))
        .then(count)
        .task("use", python(show, count.output))
        .task("choose", chooser)
        .then(task("a"), task("b", python(show, 1).by("virtualenv")))
        .task("hand", native(EMPTY, task_id="hand"))
    )
    with pytest.raises(SimulationError) as caught:
        simulate(pipeline)
    assert ran == []
    assert str(caught.value).splitlines() == [
        "4 tasks need a stub in pipeline 'p', such as simulate(…, stubs={'bash': …}):",
        "  bash: BashOperator gives a result that 'use' takes",
        "  choose: BranchDayOfWeekOperator chooses which tasks run",
        "  b: @task.virtualenv does not run in this process",
        "  hand: EmptyOperator() makes operators only when Airflow gets the pipeline",
    ]
    run = simulate(pipeline, stubs={"bash": 1, "choose": "b", "b": "made", "hand": None})
    assert (run["a"].state, run["b"].output) == ("skipped", "made")


def test_record_and_strict() -> None:
    """`None` for all, or a stub for all."""
    assert simulate(used(), operators="record")["use"].output == "<None>"
    with pytest.raises(SimulationError, match="bash: BashOperator is an operator"):
        simulate(Pipeline("p").then(bash("x")), operators="strict")
    simulate(Pipeline("p").task("e", operator(EMPTY)), operators="strict").assert_success()


def test_stubs_for_what_is_not_there() -> None:
    """With the nearest match."""
    with pytest.raises(SimulationError, match=r"no such task\. Did you mean 'bash'"):
        simulate(used(), stubs={"bahs": 1})
    with pytest.raises(SimulationError, match="There is a stub for EmptyOperator"):
        simulate(used(), stubs={EmptyOperator: 1})


def test_mapped_operators() -> None:
    """The stub is called for each instance."""
    mapped = task("each", operator(BashOperator, bash_command=over(["a", "b {{ ds }}"])))
    pipeline = Pipeline("p").then(mapped).task("use", python(show, mapped.output))
    run = simulate(pipeline, stubs={"each": lambda call: [call.map_index, call["bash_command"]]})
    assert run["each"].output == [[0, "a"], [1, "b 2026-01-01"]]


def test_functions_may_have_stubs() -> None:
    """Their arguments by name."""
    pipeline = Pipeline("p").task("show", python(show, "{{ ds }}"))
    run = simulate(pipeline, stubs={"show": dict})
    assert run["show"].output == {"value": "2026-01-01"}


def test_commands_of_functions() -> None:
    """`.by("bash")`: the function runs, its command is rendered and recorded, or goes to the stub."""

    def command(what: str) -> str:
        return f"echo {what} {{{{ ds }}}}"

    pipeline = Pipeline("p").task("say", python(command, "hi").by("bash"))
    assert simulate(pipeline)["say"].rendered["bash_command"] == "echo hi 2026-01-01"
    run = simulate(pipeline, stubs={"say": lambda call: call["bash_command"].upper()})
    assert run["say"].output == "ECHO HI 2026-01-01"


def test_execute_runs_the_real_operator() -> None:
    """With the rendered arguments."""
    run = simulate(Pipeline("p").then(bash("echo {{ ds }}")), stubs={"bash": execute})
    assert run["bash"].output == "2026-01-01"
