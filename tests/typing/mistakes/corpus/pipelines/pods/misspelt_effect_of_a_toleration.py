"""
A misspelt effect of a toleration.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, Pod, Toleration, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(Pipeline("pods_misspelt_effect_of_a_toleration").task("fetch", python(fetch_orders), pod=Pod(tolerations=[Toleration("gpu", effect="NoShedule")])))  # right: register(Pipeline("pods_misspelt_effect_of_a_toleration").task("fetch", python(fetch_orders), pod=Pod(tolerations=[Toleration("gpu", effect="NoSchedule")])))
