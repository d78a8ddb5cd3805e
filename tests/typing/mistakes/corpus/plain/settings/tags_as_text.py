"""
One tag as a text instead of a list of tags.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("settings_tags_as_text", schedule=None, tags="sales"):  # right: with DAG("settings_tags_as_text", schedule=None, tags=["sales"]):
    BashOperator(task_id="fetch", bash_command="make fetch")
