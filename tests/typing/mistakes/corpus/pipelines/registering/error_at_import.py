"""
A file that cannot be loaded: a key of the environment that is not there.
"""
# Caught by: flowkit check, parse.

from __future__ import annotations

import os

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


register(Pipeline("registering_error_at_import").task("tell", python(tell, os.environ["SALES_TABLE_OF_NO_SHOP"])))  # right: register(Pipeline("registering_error_at_import").task("tell", python(tell, os.environ.get("SALES_TABLE_OF_NO_SHOP", "orders"))))
