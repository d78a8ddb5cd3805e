"""
An argument of a plain class, written with its address in memory.
"""
# Caught by: nothing.

from __future__ import annotations

# right: import attrs
from airflow.sdk import DAG, task

# right: @attrs.frozen


class Shop:
    pass


@task
def open_shop(shop: Shop) -> None:
    print(shop)


with DAG("functions_object_without_a_form", schedule=None):
    open_shop(Shop())
