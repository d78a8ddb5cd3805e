"""
Two ingestion pipelines out of one manifest.

`SOURCES` says *what* to run, one typed value for each pipeline; the functions below it say *how*. One more
line in the manifest is one more pipeline.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import attrs
from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Group, Pipeline, Pod, Schedule, cron, generate, operator, python, task
from flowkit.airflow.dags import register
from warehouse.steps import clean_data, fetch_api, validate_json, write_table
from warehouse.tables import Record


@attrs.frozen
class Source:
    """
    One table to fill.
    """

    id: str
    table: str
    schedule: Schedule
    cpu: str


SOURCES = (
    Source("user_ingestion", "raw_users", "@hourly", "500m"),
    Source("transaction_processing", "raw_transactions", cron("*/15 * * * *"), "1000m"),
)


def ingestion_layer(table: str) -> Group[list[Record]]:
    """
    Raw in, checked records out. Shared by all pipelines of the manifest.
    """
    fetched = task("fetch_api", python(fetch_api, table))
    valid = task("validate_json", python(validate_json, table, fetched.output))
    return (
        Group("ingestion_layer", tooltip="Raw in, checked records out")
        .then(fetched)
        .then(valid)
        .returns(valid)
    )


def transformation_layer(table: str, records: Sequence[Record]) -> Group[int]:
    """
    Checked records in, the number of rows in the table out.
    """
    clean = task("clean_data", python(clean_data, table, records))
    written = task("write_table", python(write_table, table, clean.output))
    return (
        Group("transformation_layer", tooltip="Records in, a table out")
        .then(clean)
        .then(written)
        .returns(written)
    )


def ingest(source: Source) -> Pipeline:
    """
    The pipeline of one source.
    """
    records = ingestion_layer(source.table)
    rows = transformation_layer(source.table, records.output)
    return (
        Pipeline(
            f"dynamic_{source.id}",
            schedule=source.schedule,
            start_date=datetime(2026, 1, 1),
            catchup=False,
            tags=["example", source.table],
        )
        .defaults(owner="data-platform", retries=3, pod=Pod(cpu=source.cpu))
        .task("start")
        .then(records)
        .then(rows)
        .task(
            "announce", operator(BashOperator, bash_command=f"echo '{source.table} holds {rows.output} rows'")
        )
        .task("end")
    )


register(generate(ingest, SOURCES))
