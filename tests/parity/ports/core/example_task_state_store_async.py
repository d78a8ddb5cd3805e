"""Example DAG for an async task that checkpoints its progress with ``aget``/``aset``.

The task fetches pages concurrently and records which ones finished. A staged failure
part way through the first attempt shows the retry resuming from the checkpoint instead
of re-fetching everything, and the Dag run still ends successfully.
"""

import asyncio
import logging
from datetime import datetime
from typing import Any

from airflow.sdk.execution_time.context import NEVER_EXPIRE

from flowkit import Pipeline, context, python_async
from flowkit.airflow.dags import register

log = logging.getLogger(__name__)

PAGES = list(range(1, 13))
BATCH_SIZE = 4  # pages awaited at once before each checkpoint
CRASH_AFTER = 6  # in the first try only


async def _fetch_page(page: int) -> int:
    await asyncio.sleep(0.2)
    return page * 100


async def ingest_pages() -> dict[str, int]:
    """Fetch every page, checkpointing after each concurrent batch."""
    store: Any = context()["task_state_store"]
    progress = await store.aget("progress", default={"done": [], "rows": 0})
    done, rows = set(progress["done"]), progress["rows"]
    log.info("%d of %d pages already fetched", len(done), len(PAGES))
    remaining = [page for page in PAGES if page not in done]
    for start in range(0, len(remaining), BATCH_SIZE):
        batch = remaining[start : start + BATCH_SIZE]
        rows += sum(await asyncio.gather(*(_fetch_page(page) for page in batch)))
        done.update(batch)
        # Here alone: writes of several coroutines would overwrite each other.
        progress = {"done": sorted(done), "rows": rows}
        await store.aset("progress", progress, retention=NEVER_EXPIRE)
        log.info("Checkpointed %d/%d pages after batch %s", len(done), len(PAGES), batch)
        if context()["ti"].try_number == 1 and len(done) >= CRASH_AFTER:
            raise RuntimeError(f"Staged worker loss after {len(done)} pages.")
    log.info("All %d pages fetched, %d rows total", len(done), rows)
    return {"pages": len(done), "rows": rows}


register(
    Pipeline(
        "example_task_state_store_async",
        start_date=datetime(2026, 1, 1),
        catchup=False,
        tags=["example", "task-state-store"],
        doc_md=__doc__,
    ).task("ingest_pages", python_async(ingest_pages), retries=2, retry_delay=5, multiple_outputs=True)
)
