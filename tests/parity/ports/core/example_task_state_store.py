"""
Example Dag that demonstrates the canonical AIP-103 task state store pattern: a task submits a
long-running external job, stores the job handle in task state store, and polls
until completion.

The first attempt always fails after submitting the job (simulating a
worker crash / connection to external system being lost). The retry reads
the job ID from task state store and reattaches to the already-running job instead
of submitting a duplicate.
"""

import random
import string
import time
from datetime import datetime, timedelta, timezone
from typing import Any

from airflow.sdk.execution_time.context import NEVER_EXPIRE

from flowkit import Pipeline, context, python
from flowkit.airflow.dags import register


def _submit_job() -> str:
    time.sleep(1)
    return "job-" + "".join(random.choices(string.ascii_lowercase + string.digits, k=8))


def _poll_job(job_id: str) -> dict[str, Any]:
    time.sleep(1)
    return {"job_id": job_id, "status": "succeeded", "rows_written": random.randint(100, 10_000)}


def run_job() -> int:
    state, attempt = context()["task_state_store"], context()["ti"].try_number
    job_id = state.get("job_id")
    if not job_id:
        job_id = _submit_job()
        state.set("job_id", job_id, retention=NEVER_EXPIRE)
        state.set("submitted_at", datetime.now(tz=timezone.utc).isoformat())
        print(f"Try {attempt}: submitted job: {job_id}")
        raise RuntimeError(
            f"Simulated failure after submitting {job_id}. The next retry will reattach to this job."
        )

    print(f"Try {attempt}: reattaching to existing job: {job_id}")
    state.set("status", "running")
    result = _poll_job(str(job_id))
    state.set("status", "complete")
    state.set("result", result)
    rows: int = result["rows_written"]
    print(f"Try {attempt}: job complete — {rows} rows written")
    return rows


register(
    Pipeline(
        "example_task_state_store",
        start_date=datetime(2026, 1, 1),
        catchup=False,
        tags=["example", "task-state-store"],
        doc_md=__doc__,
    ).task("run_job", python(run_job), retries=2, retry_delay=timedelta(seconds=5))
)
