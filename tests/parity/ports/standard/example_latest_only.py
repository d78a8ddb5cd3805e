"""### LatestOnlyOperator

Example DAG demonstrating the LatestOnlyOperator.

The LatestOnlyOperator skips downstream tasks for all DAG runs except the
most recent scheduled run. This is useful when downstream work should only run
for the latest interval, such as refreshing a dashboard or publishing a current
snapshot.

See also:
https://airflow.apache.org/docs/apache-airflow-providers-standard/stable/operators/latest_only.html
"""

from datetime import datetime, timedelta

from airflow.providers.standard.operators.latest_only import LatestOnlyOperator

from flowkit import Pipeline, operator_of
from flowkit.airflow.dags import register

register(
    Pipeline(
        "latest_only",
        schedule=timedelta(hours=4),
        start_date=datetime(2021, 1, 1),
        catchup=False,
        tags=["example", "example2", "example3"],
        doc_md=__doc__,
    )
    .task("latest_only", operator_of(LatestOnlyOperator))
    .task("task1")
)
