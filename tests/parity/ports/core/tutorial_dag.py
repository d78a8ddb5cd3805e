"""
### DAG Tutorial Documentation
This DAG is demonstrating an Extract -> Transform -> Load pipeline
"""

import json

import pendulum
from airflow.providers.standard.operators.python import PythonOperator

from flowkit import Pipeline, context, operator
from flowkit.airflow.dags import register

EXTRACT_DOC = """\
#### Extract task
A simple Extract task to get data ready for the rest of the data pipeline.
In this case, getting data is simulated by reading from a hardcoded JSON string.
This data is then put into xcom, so that it can be processed by the next task.
"""
TRANSFORM_DOC = """\
#### Transform task
A simple Transform task which takes in the collection of order data from xcom
and computes the total order value.
This computed value is then put into xcom, so that it can be processed by the next task.
"""
LOAD_DOC = """\
#### Load task
A simple Load task which takes in the result of the Transform task, by reading it
from xcom and instead of saving it to end user review, just prints it out.
"""


def extract() -> None:
    data_string = '{"1001": 301.27, "1002": 433.21, "1003": 502.22}'
    context()["ti"].xcom_push("order_data", data_string)


def transform() -> None:
    ti = context()["ti"]
    order_data = json.loads(ti.xcom_pull(task_ids="extract", key="order_data"))
    total_value = {"total_order_value": sum(order_data.values())}
    ti.xcom_push("total_order_value", json.dumps(total_value))


def load() -> None:
    total_value_string = context()["ti"].xcom_pull(task_ids="transform", key="total_order_value")
    print(json.loads(total_value_string))


register(
    Pipeline(
        "tutorial_dag",
        description="DAG tutorial",
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        catchup=False,
        tags=["example"],
        doc_md=__doc__,
    )
    .defaults(retries=2)
    .task("extract", operator(PythonOperator, python_callable=extract), doc_md=EXTRACT_DOC)
    .task("transform", operator(PythonOperator, python_callable=transform), doc_md=TRANSFORM_DOC)
    .task("load", operator(PythonOperator, python_callable=load), doc_md=LOAD_DOC)
)
