"""
A file that cannot be loaded: a key of the environment that is not there.
"""
# Caught by: parse.

from __future__ import annotations

import os

from airflow.sdk import DAG, task


@task
def tell(text: str) -> None:
    print(text)


with DAG("registering_error_at_import", schedule=None):
    tell(os.environ["SALES_TABLE_OF_NO_SHOP"])  # right: tell(os.environ.get("SALES_TABLE_OF_NO_SHOP", "orders"))
