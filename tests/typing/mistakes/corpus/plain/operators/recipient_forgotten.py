"""
A mail without a recipient.
"""
# Caught by: pyright, basedpyright, ty, pyrefly, zuban, mypy, apache-airflow-mypy, parse.

from __future__ import annotations

from airflow.providers.smtp.operators.smtp import EmailOperator
from airflow.sdk import DAG

with DAG("operators_recipient_forgotten", schedule=None):
    EmailOperator(task_id="work", subject="Orders", html_content="Done.")  # right: EmailOperator(task_id="work", to="shop@example.com", subject="Orders", html_content="Done.")
