"""
Mistakes in groups as values.
"""

from __future__ import annotations

from flowkit import Group, Pipeline, python, task
from tests.typing.steps import Row, count, double, names_of, read

rows = task("rows", python(read, "rows.json"))
number = task("number", python(double, 2))
group = Group("g").then(number)


def wrong_output() -> Group[str]:
    """
    The annotation promises another type.
    """
    return Group("g").then(number).returns(number)  # rejected: str


def no_output() -> Group[int]:
    """
    The annotation promises an output, but nothing is returned.
    """
    return Group("g").then(number)  # rejected: int


def still_open() -> Group[None]:
    """
    The group within is not closed.
    """
    return Group("g").group("inner").task("a")  # rejected: OpenGroup


def takes_rows(given: list[Row]) -> Group[list[str]]:
    """
    A shared group that takes data.
    """
    names = task("names", python(names_of, given))
    return Group("names").then(names).returns(names)


takes_rows(number.output)  # rejected: takes_rows
takes_rows(rows)  # rejected: takes_rows
python(count, takes_rows(rows.output))  # rejected: Group[list[str]]
python(double, takes_rows(rows.output).output)  # rejected: list[str]
python(double, group.output)  # rejected: None
group.returns(number.output)  # rejected
group.returns("number")  # rejected
group.returns(Pipeline("p"))  # rejected
group.returns()  # rejected
group.schedule("@daily")  # rejected: schedule
group.settings(tooltip="x")  # rejected: settings
group.output = 3  # rejected: output
