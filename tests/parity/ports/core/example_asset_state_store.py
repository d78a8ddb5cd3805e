"""
Example Dag that demonstrates using AIP-103 asset state store to track a watermark across DAG runs.
The producer reads the last watermark, processes only new records, then
advances the watermark. The consumer is triggered by the asset event and
reads asset state store to understand what the producer just loaded.

Asset state store persists on the asset across runs — unlike task state store which is
scoped to a single task instance. This replaces the common pattern of
storing watermarks in Airflow Variables, which have no asset-level scoping.
"""

import random
from datetime import datetime, timezone

from airflow.sdk import Asset

from flowkit import Pipeline, context, python
from flowkit.airflow.dags import register

ORDERS = Asset(name="orders/daily", uri="s3://warehouse/orders/daily")
BASE = Pipeline("base", start_date=datetime(2026, 1, 1), catchup=False, tags=["example", "asset-state-store"])


def load() -> int:
    state = context()["asset_state_store"][ORDERS]
    watermark = state.get("watermark", default="2026-01-01T00:00:00+00:00")
    row_count, now = random.randint(100, 5_000), datetime.now(tz=timezone.utc).isoformat()
    runs = state.get("total_runs", default=0)
    state.set("watermark", now)
    state.set("total_runs", runs + 1 if isinstance(runs, int) else 1)
    state.set(
        "last_run_summary", {"rows_loaded": row_count, "prev_watermark": watermark, "completed_at": now}
    )
    print(f"Loaded {row_count} records. Watermark advanced to {now}.")
    return row_count


def consume() -> None:
    state = context()["asset_state_store"][ORDERS]
    summary = state.get("last_run_summary")
    rows = summary.get("rows_loaded", "?") if isinstance(summary, dict) else "?"
    print(
        f"Processing {rows} rows up to watermark {state.get('watermark')}. "
        f"Total runs so far: {state.get('total_runs')}."
    )


register(
    BASE.named("example_asset_state_store_producer")
    .settings(schedule=None, doc_md=__doc__)
    .task("load", python(load), inlets=[ORDERS], outlets=[ORDERS]),
    BASE.named("example_asset_state_store_consumer")
    .settings(schedule=[ORDERS])
    .task("consume", python(consume), inlets=[ORDERS]),
)
