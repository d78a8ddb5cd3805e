"""
A DAG that triggers another one, and gives it a message.
"""

import pendulum
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

trigger = operator(
    TriggerDagRunOperator, trigger_dag_id="example_trigger_target_dag", conf={"message": "Hello World"}
)

register(
    Pipeline(
        "example_trigger_controller_dag",
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        catchup=False,
        schedule="@once",
        tags=["example"],
    ).task("test_trigger_dagrun", trigger)
)
