"""Example DAG with mapped tasks to demonstrate task state store isolation per map_index."""

import random
from datetime import datetime, timezone
from typing import Any

from flowkit import Pipeline, context, each, over, python, task
from flowkit.airflow.dags import register


def get_tables() -> list[str]:
    """Return the list of tables to process."""
    return ["orders", "customers", "products"]


def process_table(table: str) -> dict[str, Any]:
    """Process one table — each mapped instance gets its own task state."""
    store, map_index = context()["task_state_store"], context()["ti"].map_index
    row_count = random.randint(100, 10000)
    result: dict[str, Any] = {
        "table": table,
        "map_index": map_index,
        "row_count": row_count,
        "processed_at": datetime.now(tz=timezone.utc).isoformat(timespec="seconds"),
    }
    store.set("status", "complete")
    store.set("result", result)
    print(f"[map_index={map_index}] Processed {table}: {row_count} rows")
    return result


tables = task("get_tables", python(get_tables))

register(
    Pipeline(
        "example_task_state_store_mapped",
        start_date=datetime(2026, 1, 1),
        catchup=False,
        tags=["example", "task-state-store"],
        doc_md=__doc__,
    )
    .then(tables)
    .task("process_table", each(process_table, over(tables.output)), multiple_outputs=True)
)
