"""
Tasks, and a group, that are made once for each item.
"""

from collections.abc import Iterable
from datetime import datetime

from flowkit import Group, Pipeline, each, each_group, over, python, task
from flowkit.airflow.dags import register

BASE = Pipeline("base", schedule=None, start_date=datetime(2022, 3, 4), catchup=False, tags=["example"])


def add_one(x: int) -> int:
    return x + 1


def sum_it(values: Iterable[int]) -> None:
    print(f"Total was {sum(values)}")


def get_nums() -> list[int]:
    return [1, 2, 3]


def times_2(num: int) -> int:
    return num * 2


def add_10(num: int) -> int:
    return num + 10


def add_1(num: int) -> int:
    return num + 1


def mul_2(num: int) -> int:
    return num * 2


def op(num: int) -> Group[int]:
    added = task("add_1", python(add_1, num))
    doubled = task("mul_2", python(mul_2, added.output))
    return Group("op").then(added, doubled).returns(doubled)


added = task("add_one", each(add_one, x=over([1, 2, 3])))
nums = task("get_nums", python(get_nums))
doubled = task("times_2", each(times_2, over(nums.output)))

register(
    BASE.named("example_dynamic_task_mapping").then(added).task("sum_it", python(sum_it, added.output)),
    BASE.named("example_task_mapping_second_order")
    .then(nums)
    .then(doubled)
    .task("add_10", each(add_10, over(doubled.output))),
    BASE.named("example_task_group_mapping").then(each_group(op, over([1, 2, 3]))),
)
