"""
An arrow on a line of its own, as in plain Airflow: it does nothing.
"""
# Caught by: pyright with settings, pyright with stubs, mypy, flowkit check.
# In plain Airflow: cannot be made: an arrow on a line of its own is how it is done.

from __future__ import annotations

from flowkit import Pipeline, python, task
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


def tell(text: str) -> None:
    print(text)


fetched = task("fetch", python(fetch_orders))
told = task("tell", python(tell, "done"))
fetched >> told  # right: flow = fetched >> told
register(Pipeline("order_lost_arrow").add(fetched, told))  # right: register(Pipeline("order_lost_arrow").add(flow))
