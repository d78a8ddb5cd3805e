"""
How many of a task's runs there may be at a time, as text.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


register(Pipeline("options_parallel_runs_as_text").task("tell", python(tell, "done"), max_active_tis_per_dag="4"))  # right: register(Pipeline("options_parallel_runs_as_text").task("tell", python(tell, "done"), max_active_tis_per_dag=4))
