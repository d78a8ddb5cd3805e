"""
DAGs that run when assets change: one of them, all of them, either of two, or at a time as well.
"""

import pendulum
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import Asset, AssetOrTimeSchedule, CronTriggerTimetable

from flowkit import Pipeline, Schedule, operator
from flowkit.airflow.dags import register

FIRST = Asset("s3://dag1/output_1.txt", extra={"hi": "bye"})
SECOND = Asset("s3://dag2/output_1.txt", extra={"hi": "bye"})
THIRD = Asset("s3://dag3/output_3.txt", extra={"hi": "bye"})
OTHER = Asset("s3://consuming_2_task/asset_other_unknown.txt")


def updating(dag_id: str, task_id: str, outlet: Asset, schedule: Schedule, *tags: str) -> Pipeline:
    return Pipeline(
        dag_id,
        catchup=False,
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        schedule=schedule,
        tags=["example", *tags],
    ).task(task_id, operator(BashOperator, bash_command="sleep 5"), outlets=[outlet])


def conditional(name: str, schedule: Schedule, outlet: Asset = OTHER, *tags: str) -> Pipeline:
    return updating(name, name, outlet, schedule, *tags)


register(
    updating("asset_produces_1", "producing_task_1", FIRST, "@daily", "produces", "asset-scheduled"),
    updating("asset_produces_2", "producing_task_2", SECOND, None, "produces", "asset-scheduled"),
    updating(
        "asset_consumes_1",
        "consuming_1",
        Asset("s3://consuming_1_task/asset_other.txt"),
        [FIRST],
        "consumes",
        "asset-scheduled",
    ),
    updating("asset_consumes_1_and_2", "consuming_2", OTHER, [FIRST, SECOND], "consumes", "asset-scheduled"),
    updating(
        "asset_consumes_1_never_scheduled",
        "consuming_3",
        OTHER,
        [FIRST, Asset("s3://unrelated/this-asset-doesnt-get-triggered")],
        "consumes",
        "asset-scheduled",
    ),
    updating(
        "asset_consumes_unknown_never_scheduled",
        "unrelated_task",
        Asset("s3://unrelated_task/asset_other_unknown.txt"),
        [Asset("s3://unrelated/asset3.txt"), Asset("s3://unrelated/asset_other_unknown.txt")],
        "asset-scheduled",
    ),
    conditional("consume_1_and_2_with_asset_expressions", FIRST & SECOND),
    conditional("consume_1_or_2_with_asset_expressions", FIRST | SECOND),
    conditional("consume_1_or_both_2_and_3_with_asset_expressions", FIRST | (SECOND & THIRD)),
    conditional(
        "conditional_asset_and_time_based_timetable",
        AssetOrTimeSchedule(
            timetable=CronTriggerTimetable("0 1 * * 3", timezone="UTC"), assets=FIRST & SECOND
        ),
        Asset("s3://asset_time_based/asset_other_unknown.txt"),
        "asset-time-based-timetable",
    ),
)
