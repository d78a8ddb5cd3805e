"""
A misspelt argument of an operator that sends mail.
"""
# Caught by: pyright with stubs, basedpyright, ty, pyrefly, mypy, flowkit check, parse.

from __future__ import annotations

from airflow.providers.smtp.operators.smtp import EmailOperator

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(Pipeline("operators_mail_misspelt").task("work", operator(EmailOperator, to="shop@example.com", subject="Orders", html_contents="Done.")))  # right: register(Pipeline("operators_mail_misspelt").task("work", operator(EmailOperator, to="shop@example.com", subject="Orders", html_content="Done.")))
