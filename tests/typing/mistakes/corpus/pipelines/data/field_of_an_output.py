"""
An attribute of an output, which only the value has.
"""
# Caught by: flowkit check, parse.

from __future__ import annotations

import attrs

from flowkit import Pipeline, python, task
from flowkit.airflow.dags import register


@attrs.frozen
class Order:
    shop: str


def fetch() -> Order:
    return Order("corner")


def tell(text: str) -> None:
    print(text)


order = task("fetch", python(fetch))
register(Pipeline("data_field_of_an_output").then(order).task("tell", python(tell, order.output.shop)))  # right: register(Pipeline("data_field_of_an_output").then(order).task("tell", python(tell, "corner")))
