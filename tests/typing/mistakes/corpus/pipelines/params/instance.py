"""
Values of the params class instead of the class.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: params are a dict.

from __future__ import annotations

import attrs

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


@attrs.frozen
class Options:
    rows: int = 100


register(Pipeline("params_instance", params=Options(rows=10)).task("fetch", python(fetch_orders)))  # right: register(Pipeline("params_instance", params=Options).task("fetch", python(fetch_orders)))
