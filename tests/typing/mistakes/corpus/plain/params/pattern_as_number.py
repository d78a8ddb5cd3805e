"""
A number, where a form takes a pattern.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.sdk import DAG, Param, task


@task
def show() -> None:
    print("shown")


with DAG("params_pattern_as_number", schedule=None, params={"code": Param("A1", type="string", pattern=3)}):  # right: with DAG("params_pattern_as_number", schedule=None, params={"code": Param("A1", type="string", pattern="[A-Z][0-9]")}):
    show()
