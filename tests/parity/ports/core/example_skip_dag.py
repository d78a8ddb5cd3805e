"""
What becomes of a join when one task before it is skipped, under two trigger rules.
"""

from datetime import timedelta
from typing import Any

import pendulum
from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowSkipException

from flowkit import Flow, Pipeline, operator_of, task
from flowkit.airflow.dags import register
from flowkit.model.options import TriggerRuleName


class EmptySkipOperator(BaseOperator):
    ui_color = "#e8b7e4"

    def execute(self, context: Any) -> None:
        raise AirflowSkipException


def test_pipeline(suffix: str, trigger_rule: TriggerRuleName) -> Flow:
    skip = task(f"skip_operator_{suffix}", operator_of(EmptySkipOperator))
    always_true = task(f"always_true_{suffix}")
    return [skip, always_true] >> task(trigger_rule, trigger_rule=trigger_rule) >> task(f"final_{suffix}")


register(
    Pipeline(
        "example_skip_dag",
        schedule=timedelta(days=1),
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        catchup=False,
        tags=["example"],
    ).add(test_pipeline("1", "all_success"), test_pipeline("2", "one_success"))
)
