"""
A misspelt argument of an operator that sends mail.
"""
# Caught by: parse.

from __future__ import annotations

from airflow.providers.smtp.operators.smtp import EmailOperator
from airflow.sdk import DAG

with DAG("operators_mail_misspelt", schedule=None):
    EmailOperator(task_id="work", to="shop@example.com", subject="Orders", html_contents="Done.")  # right: EmailOperator(task_id="work", to="shop@example.com", subject="Orders", html_content="Done.")
