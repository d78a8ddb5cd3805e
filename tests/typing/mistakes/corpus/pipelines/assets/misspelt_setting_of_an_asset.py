"""
A misspelt setting of a function that makes an asset.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from airflow.sdk import Asset

from flowkit import materialize
from flowkit.airflow.dags import register


def fetch_shops() -> list[str]:
    return ["corner"]


register(materialize(Asset("assets_misspelt_setting"), fetch_shops, schedul="@daily"))  # right: register(materialize(Asset("assets_misspelt_setting"), fetch_shops, schedule="@daily"))
