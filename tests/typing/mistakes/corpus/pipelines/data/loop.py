"""
A loop over an output while the pipeline is built.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python, task
from flowkit.airflow.dags import register


def fetch_names() -> list[str]:
    return ["corner", "market"]


def tell(text: str) -> None:
    print(text)


names = task("names", python(fetch_names))
sales = Pipeline("data_loop").then(names)
for name in names.output:  # right: for name in ["corner", "market"]:
    sales = sales.task("tell_all", python(tell, name))  # right: sales = sales.task(f"tell_{name}", python(tell, name))
register(sales)
