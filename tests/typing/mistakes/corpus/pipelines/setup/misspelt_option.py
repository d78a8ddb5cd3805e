"""
A misspelt option of a teardown.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


def tell(text: str) -> None:
    print(text)


register(
    Pipeline("setup_misspelt_option")
    .setup("create", python(tell, "create"))
    .task("fetch", python(fetch_orders))
    .teardown("delete", python(tell, "delete"), setups="create", on_failure_fail_dag_run=True)  # right: .teardown("delete", python(tell, "delete"), setups="create", on_failure_fail_dagrun=True)
)
