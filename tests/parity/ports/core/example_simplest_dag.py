"""
The smallest DAG: one function.
"""

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def my_task() -> None:
    pass


register(Pipeline("example_simplest_dag", tags=["example"]).task("my_task", python(my_task)))
