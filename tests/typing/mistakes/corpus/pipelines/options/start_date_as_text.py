"""
The first date of a task as text.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

# right: from datetime import datetime

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


register(Pipeline("options_start_date_as_text").task("tell", python(tell, "done"), start_date="2026-01-01"))  # right: register(Pipeline("options_start_date_as_text").task("tell", python(tell, "done"), start_date=datetime(2026, 1, 1)))
