"""
Mistakes in operators.
"""

from __future__ import annotations

from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.python import PythonOperator

from flowkit import operator, python, task
from tests.typing.steps import double

operator(BashOperator, bash_comand="echo hello")  # rejected: bash_command
operator(BashOperator)  # rejected: bash_command
operator(BashOperator, bash_command="echo hello", env="A=b")  # rejected: env
operator(BashOperator, "echo hello")  # rejected
operator(PythonOperator, python_callable=double(2))  # rejected: python_callable
operator("BashOperator")  # rejected: BaseOperator
operator(double, 2)  # rejected: BaseOperator
operator(dict)  # rejected: BaseOperator
task("a", BashOperator)  # rejected: Action
task("a", python(double, 2), bash_command="echo hello")  # rejected: bash_command
