"""
The policy of pulling the image in small letters.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, Pod, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(Pipeline("pods_pull_policy_in_small_letters").task("fetch", python(fetch_orders), pod=Pod(image_pull_policy="always")))  # right: register(Pipeline("pods_pull_policy_in_small_letters").task("fetch", python(fetch_orders), pod=Pod(image_pull_policy="Always")))
