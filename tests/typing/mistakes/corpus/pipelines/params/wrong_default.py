"""
A default of another type than its field.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

import attrs

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


@attrs.frozen
class Options:
    rows: int = "100"  # right: rows: int = 100


register(Pipeline("params_wrong_default", params=Options).task("fetch", python(fetch_orders)))
