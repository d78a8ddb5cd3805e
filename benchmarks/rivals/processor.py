"""
Parses a folder in Airflow's own DAG processor, and reads from its database how long that took.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import time
from pathlib import Path


class ToolError(Exception):
    """
    A tool did not do what is measured.
    """


def environment(home: Path, dags: Path | None = None, path: Path | None = None) -> dict[str, str]:
    """Return the environment for an Airflow whose home is *home*, and whose DAGs are in *dags*."""
    found = {
        name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW_", "_AIRFLOW_"))
    }
    found |= {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "AIRFLOW__DAG_PROCESSOR__DAG_FILE_PROCESSOR_TIMEOUT": "600",
        "AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT": "600",
        "PYTHONPATH": str(path or ""),
    }
    if dags is not None:
        bundle = {
            "name": "bench",
            "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
            "kwargs": {"path": str(dags)},
        }
        found["AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST"] = json.dumps([bundle])
    return found


def migrated(python: Path, home: Path) -> None:
    """Make the database of Airflow in *home*."""
    home.mkdir(parents=True, exist_ok=True)
    command = [str(python), "-m", "airflow", "db", "migrate"]
    subprocess.run(command, check=True, capture_output=True, env=environment(home), timeout=300)


def parse(python: Path, template: Path, work: Path, dags: Path, path: Path | None) -> dict[str, float]:
    """
    Return the seconds that the processor took to parse *dags*, which hold one file with DAGs.

    Args:
        python: The Python of the tool.

        template: A home with a database, of which a copy is used.

        work: A folder for the copy.

        dags: The folder with the DAG file.

        path: What to put on `PYTHONPATH`.
    """
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(template, work)
    command = [str(python), "-m", "airflow", "dag-processor", "--num-runs", "1"]
    begin = time.perf_counter()
    done = subprocess.run(
        command,
        check=False,
        env=environment(work, dags, path),
        capture_output=True,
        text=True,
        timeout=300,
        cwd=dags,
    )
    elapsed = time.perf_counter() - begin
    with sqlite3.connect(work / "airflow.db") as connection:
        count, duration = connection.execute("select count(*), max(last_parse_duration) from dag").fetchone()
        errors = connection.execute("select count(*) from import_error").fetchone()[0]
    if not count or errors:
        raise ToolError(f"the processor found {count} DAGs and {errors} errors:\n{done.stderr[-2000:]}")
    return {"dags": count, "parse_wall": duration, "command_wall": elapsed}
