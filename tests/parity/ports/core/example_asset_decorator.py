"""
DAGs of one function that makes an asset: the names of its parameters say which assets it reads.
"""

import pendulum
from airflow.sdk import Asset

from flowkit import Pipeline, RunContext, materialize, python
from flowkit.airflow.dags import register

FIRST = Asset(name="asset1_producer", uri="s3://bucket/asset1_producer")
SECOND = Asset(name="asset2_producer", uri="s3://bucket/object")


def asset1_producer() -> None:
    pass


def asset2_producer(self: Asset, context: RunContext, asset1_producer: Asset) -> None:
    print(self)
    print(context["inlet_events"][asset1_producer])


def process_nothing() -> None:
    pass


register(
    materialize(FIRST, asset1_producer),
    materialize(SECOND, asset2_producer),
    Pipeline(
        "consumes_asset_decorator",
        schedule=FIRST | SECOND,
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        catchup=False,
        tags=["example", "consumes", "asset-scheduled"],
    ).task("process_nothing", python(process_nothing), outlets=[Asset(name="process_nothing")]),
)
