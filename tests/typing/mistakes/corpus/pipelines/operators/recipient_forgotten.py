"""
A mail without a recipient.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from airflow.providers.smtp.operators.smtp import EmailOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_recipient_forgotten").task("work", operator(EmailOperator, subject="Orders", html_content="Done.")))  # right: register(Pipeline("operators_recipient_forgotten").task("work", operator(EmailOperator, to="shop@example.com", subject="Orders", html_content="Done.")))
