"""
The DAG whose task `example_external_task` waits for.
"""

from datetime import datetime

from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(
    Pipeline(
        "child_dag",
        start_date=datetime(2022, 1, 1),
        schedule="@once",
        catchup=False,
        tags=["example", "async", "core"],
    ).task(
        "child_task", operator(BashOperator, bash_command="echo 1; sleep 1; echo 2; sleep 2; echo 3; sleep 3")
    )
)
