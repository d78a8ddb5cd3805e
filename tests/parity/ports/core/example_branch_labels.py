"""
Labels on the edges behind a branch.
"""

import pendulum

from flowkit import Pipeline, label, task
from flowkit.airflow.dags import register

check, report = task("check_integrity"), task("report")

register(
    Pipeline(
        "example_branch_labels",
        schedule="@daily",
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        catchup=False,
        tags=["example"],
    ).add(
        task("ingest") >> task("analyze") >> check,
        check >> label("No errors") >> task("save") >> report,
        check >> label("Errors found") >> task("describe_integrity") >> task("email_error") >> report,
    )
)
