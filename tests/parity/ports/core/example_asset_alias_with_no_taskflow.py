"""
An alias stands for assets that are known only when a task runs: the same with Airflow's `PythonOperator`.
"""

import pendulum
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import Asset, AssetAlias

from flowkit import Pipeline, context, operator
from flowkit.airflow.dags import register

BUCKET, ALIAS = Asset("s3://bucket/my-task-with-no-taskflow"), AssetAlias("example-alias-no-taskflow")
BASE = Pipeline("base", start_date=pendulum.datetime(2021, 1, 1, tz="UTC"), schedule=None, catchup=False)


def produce_asset_events() -> None:
    pass


def produce_asset_events_through_asset_alias_with_no_taskflow() -> None:
    context()["outlet_events"][ALIAS].add(Asset("s3://bucket/my-task"))


def consume_asset_event() -> None:
    pass


def consume_asset_event_from_asset_alias() -> None:
    for event in context()["inlet_events"][ALIAS]:
        print(event)


register(
    BASE.named("asset_s3_bucket_producer_with_no_taskflow")
    .settings(tags=["example", "producer", "asset"])
    .task(
        "produce_asset_events",
        operator(PythonOperator, python_callable=produce_asset_events),
        outlets=[BUCKET],
    ),
    BASE.named("asset_alias_example_alias_producer_with_no_taskflow")
    .settings(tags=["example", "producer", "asset-alias"])
    .task(
        "produce_asset_events_through_asset_alias_with_no_taskflow",
        operator(PythonOperator, python_callable=produce_asset_events_through_asset_alias_with_no_taskflow),
        outlets=[ALIAS],
    ),
    BASE.named("asset_s3_bucket_consumer_with_no_taskflow")
    .settings(schedule=[BUCKET], tags=["example", "consumer", "asset"])
    .task("consume_asset_event", operator(PythonOperator, python_callable=consume_asset_event)),
    BASE.named("asset_alias_example_alias_consumer_with_no_taskflow")
    .settings(schedule=[ALIAS], tags=["example", "consumer", "asset-alias"])
    .task(
        "consume_asset_event_from_asset_alias",
        operator(PythonOperator, python_callable=consume_asset_event_from_asset_alias),
        inlets=[ALIAS],
    ),
)
