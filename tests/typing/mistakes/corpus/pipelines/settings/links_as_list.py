"""
The link of an owner in a list, where it stands by the owner.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


register(Pipeline("settings_links_as_list", schedule=None, owner_links=["https://shop.example.com"]).task("fetch", python(fetch_orders)))  # right: register(Pipeline("settings_links_as_list", schedule=None, owner_links={"shop": "https://shop.example.com"}).task("fetch", python(fetch_orders)))
