"""
Noting something on the events of an asset: by yielding, through the context, and in a hook of an operator.
"""

from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import Asset, Context, Metadata

from flowkit import Pipeline, context, operator, python
from flowkit.airflow.dags import register

asset = Asset(uri="s3://output/1.txt", name="test-asset")
daily = Pipeline(
    "asset_with_extra_by_yield",
    schedule="@daily",
    start_date=datetime(1970, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    tags=["example", "produces"],
)


def asset_with_extra_by_yield() -> Iterator[Metadata]:
    yield Metadata(asset, {"hi": "bye"})


def asset_with_extra_by_context() -> None:
    context()["outlet_events"][asset].extra = {"hi": "bye"}


def _asset_with_extra_from_classic_operator_post_execute(_: Context, result: Any) -> None:
    context()["outlet_events"][asset].extra = {"hi": "bye"}


register(
    daily.task("asset_with_extra_by_yield", python(asset_with_extra_by_yield), outlets=[asset]),
    daily.named("asset_with_extra_by_context").task(
        "asset_with_extra_by_context", python(asset_with_extra_by_context), outlets=[asset]
    ),
    daily.named("asset_with_extra_from_classic_operator").task(
        "asset_with_extra_from_classic_operator",
        operator(BashOperator, bash_command=":"),
        outlets=[asset],
        post_execute=_asset_with_extra_from_classic_operator_post_execute,
    ),
)
