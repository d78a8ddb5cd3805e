"""
Reading what other tasks noted on the events of an asset, in a function and in a template.
"""

from datetime import datetime, timezone

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import Asset

from flowkit import Pipeline, context, operator, python
from flowkit.airflow.dags import register

asset = Asset("s3://output/1.txt")
daily = Pipeline(
    "read_asset_event",
    schedule="@daily",
    start_date=datetime(1970, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    tags=["example", "consumes"],
)
last_extra = "{{ inlet_events.for_asset(uri='s3://output/1.txt')[-1].extra | tojson }}"


def read_asset_event() -> None:
    for event in context()["inlet_events"][asset][:-2]:
        print((event.extra or {})["hi"])


register(
    daily.task("read_asset_event", python(read_asset_event), inlets=[asset]),
    daily.named("read_asset_event_from_classic").task(
        "read_asset_event_from_classic",
        operator(BashOperator, bash_command=f"echo '{last_extra}'"),
        inlets=[asset],
    ),
)
