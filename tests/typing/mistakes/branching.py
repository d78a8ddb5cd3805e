"""
Mistakes in branches, setups, teardowns, params and the context.
"""

from __future__ import annotations

import attrs

from flowkit import Form, Pipeline, branch, branches, context, params, python, setup, task, teardown
from tests.typing import steps

work, rest = task("work"), task("rest")
number = task("number", python(steps.double, 2))


@attrs.frozen
class Options:
    """
    The params of a pipeline.
    """

    rows: int = 10


# The keys are those that the function returns.
branch(steps.day).to({"weekday": work, "wekend": rest})  # rejected: wekend
branch(steps.day).to({"weekday": work, 3: rest})  # rejected: Literal[3]
branch(steps.day).to({"weekday": work, "weekend": None})  # rejected: None
branch(steps.day).to({"weekday": work, "weekend": 3})  # rejected: int
branch(steps.day).to([work, rest])  # rejected: to
branch(steps.day).to(weekday=work)  # rejected
branch(steps.days, 1)  # rejected, pyright at length: branch
branch(steps.double, 2)  # rejected: branch
branch(steps.day, 1)  # rejected
branches(steps.days, "a").to({"weekday": work})  # rejected: int
branches(steps.days, 1).to({"workday": work})  # rejected: workday
branches(steps.double, 1)  # rejected, pyright at length: branches
branches(steps.day)  # rejected, pyright at length: branches
branches(steps.shout, "a")  # rejected, pyright at length: branches
task("choose", branch(steps.day))  # rejected, pyright at length: Branching

# Setups and teardowns take the options of tasks.
setup("s", retires=3)  # rejected: retires; mypy: retries
setup("s", steps.double)  # rejected: Action
setup("s", setups=work)  # rejected: setups
teardown("t", setup=work)  # rejected: setup
teardown("t", setups=3)  # rejected: setups
teardown("t", setups=work, on_failure_fail_dagrun="no")  # rejected: on_failure_fail_dagrun
Pipeline("p").teardown("t", retires=3)  # rejected: retires; mypy: retries
Pipeline("p").setup(3)  # rejected: setup
python(steps.names_of, setup("s", python(steps.double, 2)).output)  # rejected: Sequence[Row]

# Params and the context have types.
params(Options(3))  # rejected: Options
python(steps.double, params(Options).row)  # rejected: row
python(steps.double, params(Options))  # rejected: Options
context()["rum_id"]  # rejected: rum_id
python(steps.double, context()["run_id"])  # rejected: str
Form(titel="Rows")  # rejected: titel; mypy: title
Form(minimum="1")  # rejected: minimum
python(steps.double, 2).bye("virtualenv")  # rejected: bye
