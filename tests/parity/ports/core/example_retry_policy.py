"""
A retry policy: the exception decides whether a task is tried again, and how soon.
"""

from datetime import timedelta
from typing import Any

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule

from flowkit import Pipeline, python
from flowkit.airflow.dags import register

API_RETRY_POLICY = ExceptionRetryPolicy(
    rules=[
        RetryRule(
            exception="requests.exceptions.HTTPError",
            action=RetryAction.RETRY,
            retry_delay=timedelta(minutes=5),
            reason="Rate limit, backing off",
        ),
        RetryRule(
            exception="google.auth.exceptions.RefreshError",
            action=RetryAction.FAIL,
            reason="Auth failure, not retryable",
        ),
        RetryRule(exception=ConnectionError, action=RetryAction.RETRY, retry_delay=timedelta(seconds=30)),
    ],
)


def call_external_api() -> Any:
    import requests

    response = requests.get("https://api.example.com/data")
    response.raise_for_status()
    return response.json()


register(
    Pipeline("example_retry_policy", catchup=False, tags=["example", "retry_policy"]).task(
        "call_external_api",
        python(call_external_api),
        retries=5,
        retry_delay=timedelta(minutes=1),
        retry_policy=API_RETRY_POLICY,
    )
)
