"""
Mistakes with pieces of hand-written Airflow.
"""

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import TaskGroup

from flowkit import Pipeline, native, python, task
from tests.typing import steps


def make_load(name: str, *, table: str) -> BashOperator:
    return BashOperator(task_id=name, bash_command=f"load {table}")


class Quality(TaskGroup):
    def __init__(self, group_id: str, rules: int = 1) -> None:
        super().__init__(group_id)


names = task("names", python(steps.names_of, []))

# The arguments do not fit the function or the class.
native(make_load, "load")  # rejected: table
native(make_load, "load", tabel="t")  # rejected: tabel
native(make_load, "load", table=3)  # rejected: str
native(make_load, names.output, table="t")  # rejected: list[str]
native(Quality)  # rejected: group_id
native(Quality, "quality", rules="unique")  # rejected: int
native(Quality, "quality", rule=1)  # rejected: rule
native(make_load, "load", table="t", pool="big")  # rejected: pool

# The function is passed, not what it makes.
native(Quality("quality"))  # rejected: native
native()  # rejected

# What Airflow makes is not an action.
task("load", Quality("quality"))  # rejected: Action
task("load", make_load)  # rejected: Action
Pipeline("p").then(Quality("quality"))  # rejected: Quality
