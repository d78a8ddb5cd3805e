"""
Two pipelines made of one base, which both keep its dag_id.
"""
# Caught by: mypy, flowkit check, parse.
# In plain Airflow: cannot be made: a DAG is changed in place.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


base = Pipeline("registering_base_without_named").defaults(retries=2)
register(
    base.task("tell", python(tell, "north")),
    base.task("tell", python(tell, "south")),  # right: base.named("registering_base_with_named").task("tell", python(tell, "south")),
)
