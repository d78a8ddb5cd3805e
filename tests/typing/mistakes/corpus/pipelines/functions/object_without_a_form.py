"""
An argument of a plain class, written with its address in memory.
"""
# Caught by: flowkit check, parse.

from __future__ import annotations

# right: import attrs

from flowkit import Pipeline, python
from flowkit.airflow.dags import register

# right: @attrs.frozen


class Shop:
    pass


def open_shop(shop: Shop) -> None:
    print(shop)


register(Pipeline("functions_object_without_a_form").task("open", python(open_shop, Shop())))
