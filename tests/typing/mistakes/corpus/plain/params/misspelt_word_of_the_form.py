"""
A misspelt word of the form.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, Param


with DAG("params_misspelt_word_of_the_form", schedule=None, params={"rows": Param(100, type="integer", titel="Rows")}):  # right: with DAG("params_misspelt_word_of_the_form", schedule=None, params={"rows": Param(100, type="integer", title="Rows")}):
    BashOperator(task_id="show", bash_command="echo {{ params.rows }}")
