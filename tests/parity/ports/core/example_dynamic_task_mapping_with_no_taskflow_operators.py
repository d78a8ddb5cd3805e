"""
An operator that is made once for each item, and one that takes what all of these give.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from airflow.sdk import BaseOperator

from flowkit import Pipeline, operator, over, task
from flowkit.airflow.dags import register


class AddOneOperator(BaseOperator):
    def __init__(self, value: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.value = value

    def execute(self, context: object) -> int:
        return self.value + 1


class SumItOperator(BaseOperator):
    template_fields = ("values",)

    def __init__(self, values: Iterable[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.values = values

    def execute(self, context: object) -> int:
        total = sum(self.values)
        print(f"Total was {total}")
        return total


added = task("add_one", operator(AddOneOperator, value=over([1, 2, 3])))

register(
    Pipeline(
        "example_dynamic_task_mapping_with_no_taskflow_operators",
        schedule=None,
        start_date=datetime(2022, 3, 4),
        catchup=False,
        tags=["example"],
    )
    .then(added)
    .task("sum_it", operator(SumItOperator, values=added.output))
)
