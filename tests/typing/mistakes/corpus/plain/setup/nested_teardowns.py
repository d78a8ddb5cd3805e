"""
Two nested setups whose teardowns run in any order.
"""
# Caught by: pyrefly, zuban.

from __future__ import annotations

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG

with DAG("setup_nested_teardowns", schedule=None):
    network, cluster = EmptyOperator(task_id="network").as_setup(), EmptyOperator(task_id="cluster").as_setup()
    stop = EmptyOperator(task_id="stop").as_teardown(setups=cluster)
    remove = EmptyOperator(task_id="remove").as_teardown(setups=network)
    network >> cluster >> EmptyOperator(task_id="job") >> [stop, remove]  # right: network >> cluster >> EmptyOperator(task_id="job") >> stop >> remove
