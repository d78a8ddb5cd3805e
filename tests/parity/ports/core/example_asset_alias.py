"""
An alias stands for assets that are known only when a task runs, as an outlet and as a schedule.
"""

import pendulum
from airflow.sdk import Asset, AssetAlias

from flowkit import Pipeline, context, python
from flowkit.airflow.dags import register

BUCKET, ALIAS = Asset("s3://bucket/my-task"), AssetAlias("example-alias")
BASE = Pipeline("base", start_date=pendulum.datetime(2021, 1, 1, tz="UTC"), schedule=None, catchup=False)


def produce_asset_events() -> None:
    pass


def produce_asset_events_through_asset_alias() -> None:
    context()["outlet_events"][ALIAS].add(Asset("s3://bucket/my-task"))


def consume_asset_event() -> None:
    pass


def consume_asset_event_from_asset_alias() -> None:
    for event in context()["inlet_events"][ALIAS]:
        print(event)


register(
    BASE.named("asset_s3_bucket_producer")
    .settings(tags=["example", "producer", "asset"])
    .task("produce_asset_events", python(produce_asset_events), outlets=[BUCKET]),
    BASE.named("asset_alias_example_alias_producer")
    .settings(tags=["example", "producer", "asset-alias"])
    .task(
        "produce_asset_events_through_asset_alias",
        python(produce_asset_events_through_asset_alias),
        outlets=[ALIAS],
    ),
    BASE.named("asset_s3_bucket_consumer")
    .settings(schedule=[BUCKET], tags=["example", "consumer", "asset"])
    .task("consume_asset_event", python(consume_asset_event)),
    BASE.named("asset_alias_example_alias_consumer")
    .settings(schedule=[ALIAS], tags=["example", "consumer", "asset-alias"])
    .task(
        "consume_asset_event_from_asset_alias", python(consume_asset_event_from_asset_alias), inlets=[ALIAS]
    ),
)
