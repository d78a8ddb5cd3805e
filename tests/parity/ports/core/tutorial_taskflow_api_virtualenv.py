"""
### TaskFlow API example using virtualenv
This is a simple data pipeline example which demonstrates the use of
the TaskFlow API using three simple tasks for Extract, Transform, and Load.
"""

from datetime import datetime

from flowkit import Pipeline, python, task
from flowkit.airflow.dags import register


def extract() -> dict[str, float]:
    """
    #### Extract task
    A simple Extract task to get data ready for the rest of the data
    pipeline. In this case, getting data is simulated by reading from a
    hardcoded JSON string.
    """
    import json

    order_data_dict: dict[str, float] = json.loads('{"1001": 301.27, "1002": 433.21, "1003": 502.22}')
    return order_data_dict


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


in_virtualenv = python(extract).by(
    "virtualenv", serializer="dill", system_site_packages=False, requirements=["funcsigs"]
)
order_data = task("extract", in_virtualenv)
order_summary = task("transform", python(transform, order_data.output))

register(
    Pipeline(
        "tutorial_taskflow_api_virtualenv",
        start_date=datetime(2021, 1, 1),
        catchup=False,
        tags=["example"],
        doc_md=__doc__,
    )
    .then(order_data)
    .then(order_summary)
    .task("load", python(load, order_summary.output["total_order_value"]))
)
