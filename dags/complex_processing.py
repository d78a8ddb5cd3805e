"""
Orders in, what they come to out: a pipeline of two groups, written by hand.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from flowkit import Group, Pipeline, python, task
from flowkit.airflow.dags import register
from warehouse.steps import calculate_metrics, clean_data, fetch_api, validate_json

# Data between tasks needs a name: what exchanges data is named first, and placed in the chain below.
fetched = task("fetch_api", python(fetch_api, "orders"), execution_timeout=timedelta(minutes=5))
valid = task("validate_json", python(validate_json, "orders", fetched.output))
clean = task("clean_data", python(clean_data, "orders", valid.output))
metrics = task("calculate_metrics", python(calculate_metrics, clean.output))

register(
    Pipeline(
        "complex_processing",
        schedule="@daily",
        start_date=datetime(2026, 1, 1),
        catchup=False,
        tags=["example"],
    )
    .defaults(owner="data-platform", retries=2, retry_delay=timedelta(minutes=1))
    .task("start")
    .then(Group("ingestion_layer", tooltip="What the shop sends").then(fetched).then(valid))
    .then(Group("transformation_layer", tooltip="What it comes to").then(clean).then(metrics))
    .task("end")
)
