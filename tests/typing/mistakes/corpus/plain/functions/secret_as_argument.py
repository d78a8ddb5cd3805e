"""
A password as an argument, which Airflow stores and shows.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def upload(host: str, password: str) -> None:
    print(host, len(password))


with DAG("functions_secret_as_argument", schedule=None):
    upload("shop", password="winter")  # right: upload("shop", password="{{ conn.shop.password }}")
