"""
A volume under a path that does not begin at the root.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Claim, Pipeline, Pod, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(Pipeline("pods_volume_without_a_root").task("fetch", python(fetch_orders), pod=Pod(volumes={"data": Claim("orders")})))  # right: register(Pipeline("pods_volume_without_a_root").task("fetch", python(fetch_orders), pod=Pod(volumes={"/data": Claim("orders")})))
