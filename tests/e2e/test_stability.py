"""
Parsing again makes no new version of a DAG: as the database of a real Airflow has it.
"""

from __future__ import annotations

import pytest

from tests.airflow.test_stability import SOURCE
from tests.e2e.airflow_server import AirflowServer, StartAirflow

pytestmark = pytest.mark.e2e


def parse(airflow: AirflowServer, seed: str) -> dict[str, int]:
    """
    Let a new DAG processor parse the file, and return how many versions each DAG has then.
    """
    done = airflow.cli("dag-processor", "--num-runs", "1", PYTHONHASHSEED=seed)
    assert done.returncode == 0, done.stderr[-3000:]
    rows = airflow.rows("SELECT dag_id, count(*) AS versions FROM dag_version GROUP BY dag_id")
    return {row["dag_id"]: row["versions"] for row in rows}


def test_each_processor_finds_the_version_that_is_there(start_airflow: StartAirflow) -> None:
    """
    With another hash seed each. A DAG that has run gets a new version for every difference that Airflow sees.
    """
    airflow = start_airflow(
        components=(), settings={"AIRFLOW__CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL": "0"}
    )
    airflow.write("stable.py", SOURCE)
    assert parse(airflow, "0") == {"orders": 1, "users": 1}
    ran = airflow.cli("dags", "test", "users")
    assert ran.returncode == 0, ran.stderr[-3000:]
    assert airflow.rows("SELECT state FROM dag_run") == [{"state": "success"}]

    for seed in "123":
        assert parse(airflow, seed) == {"orders": 1, "users": 1}

    airflow.write("stable.py", SOURCE.replace("retries=2", "retries=3"))
    # "orders" has no run that would keep its version.
    assert parse(airflow, "4") == {"orders": 1, "users": 2}
