"""
A password as an argument, which Airflow stores and shows.
"""
# Caught by: flowkit check.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def upload(host: str, password: str) -> None:
    print(host, len(password))


register(Pipeline("functions_secret_as_argument").task("upload", python(upload, "shop", password="winter")))  # right: register(Pipeline("functions_secret_as_argument").task("upload", python(upload, "shop", password="{{ conn.shop.password }}")))
