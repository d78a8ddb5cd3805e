"""
### BranchDayOfWeekOperator

This example demonstrates how to use the BranchDayOfWeekOperator to choose downstream tasks based on the day
of the week. It shows both a single-day branch and a weekend branch using the WeekDay enum.
"""

import pendulum
from airflow.providers.standard.operators.weekday import BranchDayOfWeekOperator
from airflow.providers.standard.utils.weekday import WeekDay

from flowkit import Pipeline, operator, task
from flowkit.airflow.dags import register

monday = operator(
    BranchDayOfWeekOperator,
    follow_task_ids_if_true="branch_true",
    follow_task_ids_if_false="branch_false",
    week_day="Monday",
)
weekend = operator(
    BranchDayOfWeekOperator,
    follow_task_ids_if_true="branch_weekend",
    follow_task_ids_if_false="branch_mid_week",
    week_day={WeekDay.SATURDAY, WeekDay.SUNDAY},
)

register(
    Pipeline(
        "example_weekday_branch_operator",
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        catchup=False,
        tags=["example"],
        schedule="@daily",
        doc_md=__doc__,
    )
    .task("make_choice", monday)
    .then(task("branch_true"), task("branch_false"))
    .task("make_weekend_choice", weekend, after="branch_false")
    .then(task("branch_weekend"), task("branch_mid_week"))
)
