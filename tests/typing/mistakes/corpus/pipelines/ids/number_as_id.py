"""
A number as the id of a task made in a loop.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


sales = Pipeline("ids_number_as_id")
for number in range(3):
    sales = sales.task(number, python(tell, "done"))  # right: sales = sales.task(f"tell_{number}", python(tell, "done"))
register(sales)
