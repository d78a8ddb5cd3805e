"""
A schedule, and a param that somebody has to enter.
"""
# Caught by: flowkit check, parse.

from __future__ import annotations

import attrs

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


@attrs.frozen
class Options:
    rows: int  # right: rows: int = 100


register(Pipeline("params_required_with_schedule", schedule="@daily", params=Options).task("fetch", python(fetch_orders)))
