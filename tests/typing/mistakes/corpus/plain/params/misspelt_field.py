"""
A misspelt field of the params.
"""
# Caught by: nothing.

from __future__ import annotations

from typing import Any

from airflow.sdk import DAG, task


@task
def show(**context: Any) -> None:
    print(context["params"]["row"])  # right: print(context["params"]["rows"])


with DAG("params_misspelt_field", schedule=None, params={"rows": 100}):
    show()
