"""
A misspelt setting of a function that makes an asset.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.sdk import asset


@asset(schedul="@daily")  # right: @asset(schedule="@daily")
def assets_misspelt_setting() -> list[float]:
    return [19.9, 5.0]
