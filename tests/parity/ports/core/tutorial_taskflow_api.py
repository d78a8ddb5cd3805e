"""
### TaskFlow API Tutorial Documentation
This is a simple data pipeline example which demonstrates the use of
the TaskFlow API using three simple tasks for Extract, Transform, and Load.
Documentation that goes along with the Airflow TaskFlow API tutorial is
located
[here](https://airflow.apache.org/docs/apache-airflow/stable/tutorial_taskflow_api.html)
"""

import json
from typing import Any

import pendulum

from flowkit import Pipeline, python, task
from flowkit.airflow.dags import register


def extract() -> Any:
    """
    #### Extract task
    A simple Extract task to get data ready for the rest of the data
    pipeline. In this case, getting data is simulated by reading from a
    hardcoded JSON string.
    """
    return json.loads('{"1001": 301.27, "1002": 433.21, "1003": 502.22}')


def transform(order_data_dict: dict[str, float]) -> dict[str, float]:
    """
    #### Transform task
    A simple Transform task which takes in the collection of order data and
    computes the total order value.
    """
    return {"total_order_value": sum(order_data_dict.values())}


def load(total_order_value: float) -> None:
    """
    #### Load task
    A simple Load task which takes in the result of the Transform task and
    instead of saving it to end user review, just prints it out.
    """
    print(f"Total order value is: {total_order_value:.2f}")


order_data = task("extract", python(extract))
order_summary = task("transform", python(transform, order_data.output))

register(
    Pipeline(
        "tutorial_taskflow_api",
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        catchup=False,
        tags=["example"],
        doc_md=__doc__,
    )
    .then(order_data)
    .then(order_summary)
    .task("load", python(load, order_summary.output["total_order_value"]))
)
