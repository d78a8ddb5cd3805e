"""
Pipelines with pieces of hand-written Airflow, as Airflow runs them: data, choices and mapped groups.
"""

from __future__ import annotations

import pytest

from tests.airflow.test_mapped_groups import Run, run

__all__ = ["run"]  # the fixture

# `dag.test()` imports Airflow's API server, whose libraries warn.
pytestmark = pytest.mark.filterwarnings("ignore")

PIECES = """
from airflow.sdk import TaskGroup
from airflow.sdk import task as airflow_task
from airflow.sdk import task_group

from flowkit import native


@airflow_task
def tripled(n: int) -> int:
    return 3 * n

@task_group
def twice_tripled(n: int) -> Any:
    return tripled.override(task_id="again")(tripled(n))

def shell(name: str, text: Any) -> BashOperator:
    return BashOperator(task_id=name, bash_command="echo $TEXT", env={"TEXT": text})

def odd() -> bool:
    return True

def pieces() -> None:
    first = BashOperator(task_id="first", bash_command="echo first")
    first >> BashOperator(task_id="second", bash_command="echo second")

"""


def test_data_goes_in_and_out(run: Run) -> None:
    """
    Of `@task_group` functions and operators, as arguments and in templates.
    """
    state, states, values = run(
        PIECES
        + """
start = task("start", python(double, 2))
made = task("twice_tripled", native(twice_tripled, start.output))
echo = task("echo", native(shell, "echo", f"got {made.output}"))
register(
    Pipeline("p").then(start).then(made).then(echo)
    .then(task("show", python(same, f"{echo.output} and {made.output}")))
)
"""
    )
    assert state == "success", states
    assert values["twice_tripled.again[-1]"] == 36
    assert values["echo[-1]"] == "got 36"
    assert values["show[-1]"] == "got 36 and 36"


@pytest.mark.parametrize("chosen", ["one", "many"])
def test_a_branch_runs_the_piece_that_it_chose(run: Run, chosen: str) -> None:
    """
    An operator, or all of a group; the other is skipped as a whole, and the join runs.
    """
    state, states, _ = run(
        PIECES
        + f"""
def choose() -> Literal["one", "many"]:
    return "{chosen}"

one, many = task("one", native(shell, "one", "x")), task("many", native(pieces))
register(
    Pipeline("p").task("choose", branch(choose).to({{"one": one, "many": many}})).then(one, many)
    .task("joined", native(pieces))
)
"""
    )
    many = "success" if chosen == "many" else "skipped"
    assert state == "success"
    assert states == {
        "choose[-1]": "success",
        "one[-1]": "success" if chosen == "one" else "skipped",
        "many.first[-1]": many,
        "many.second[-1]": many,
        "joined.first[-1]": "success",
        "joined.second[-1]": "success",
    }


@pytest.mark.parametrize("over", ["[1, 2, 3]", "numbers.output"])
def test_in_a_mapped_group(run: Run, over: str) -> None:
    """
    It is made once, and gets the items, data of its own copy, and what a branch in the group chooses.
    """
    state, states, values = run(
        PIECES
        + f"""
def listed() -> list[int]:
    return [1, 2, 3]

def parity(n: int) -> Literal["odd", "even"]:
    return "odd" if n % 2 else "even"

def total(xs: Sequence[int]) -> int:
    return sum(xs)

def group(n: int) -> Group[Any]:
    made = task("twice_tripled", native(twice_tripled, n))
    odd, even = task("odd", native(shell, "odd", f"odd {{made.output}}")), task("even", native(pieces))
    choose = task("choose", branch(parity, n).to({{"odd": odd, "even": even}}))
    return Group("group").then(made).then(choose).then(odd, even).returns(made)

numbers = task("numbers", python(listed))
groups = each_group(group, over({over}))
register(
    Pipeline("p").then(numbers).then(groups)
    .then(task("total", python(total, groups.output), trigger_rule="none_failed"))
)
"""
    )
    assert state == "success", states
    assert [values[f"group.twice_tripled.again[{copy}]"] for copy in range(3)] == [9, 18, 27]
    assert [values.get(f"group.odd[{copy}]") for copy in range(3)] == ["odd 9", None, "odd 27"]
    assert [states[f"group.even.first[{copy}]"] for copy in range(3)] == ["skipped", "success", "skipped"]
    assert [states[f"group.even.second[{copy}]"] for copy in range(3)] == ["skipped", "success", "skipped"]
    assert values["total[-1]"] == 54


def test_what_the_function_maps_itself(run: Run) -> None:
    """
    `.expand(…)` over the output of a task of the pipeline; the results are a list.
    """
    state, states, values = run(
        PIECES
        + """
def listed() -> list[int]:
    return [1, 2]

def total(xs: Sequence[int]) -> int:
    return sum(xs)

@task_group
def inner(n: int) -> Any:
    return tripled(n)

numbers = task("numbers", python(listed))
mapped = task("tripled", native(tripled.expand, n=numbers.output))
group = task("inner", native(inner.expand, n=numbers.output))

def made(xs: Any) -> Any:
    tripled.override(task_id="made").expand(n=xs)

register(
    Pipeline("p").then(numbers).then(mapped, group, task("made", native(made, numbers.output)))
    .then(task("total", python(total, mapped.output)))
)
"""
    )
    assert state == "success", states
    assert values["total[-1]"] == 9
    assert states["inner.tripled[1]"] == states["made[1]"] == "success"
