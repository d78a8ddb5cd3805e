"""
A name that flowkit does not have.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import python  # right: from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


from flowkit import Pipelin  # right: from flowkit import Pipeline

register(Pipelin("registering_wrong_import").task("fetch", python(fetch_orders)))  # right: register(Pipeline("registering_wrong_import").task("fetch", python(fetch_orders)))
