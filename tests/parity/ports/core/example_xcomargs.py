"""
The output of one function as the argument of another, and functions among operators.
"""

import logging

import pendulum
from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Pipeline, context, operator, python, task
from flowkit.airflow.dags import register

log = logging.getLogger(__name__)


def generate_value() -> str:
    """Empty function"""
    return "Bring me a shrubbery!"


def print_value(value: str) -> None:
    """Empty function"""
    log.info("The knights of Ni say: %s (at %s)", value, context()["ts"])


BASE = Pipeline(
    "example_xcom_args",
    start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
    catchup=False,
    tags=["example"],
)
echo = operator(BashOperator, bash_command="echo c")
value = task("generate_value", python(generate_value))

register(
    BASE.then(value).task("print_value", python(print_value, value.output)),
    BASE.named("example_xcom_args_with_operators")
    .task("c", echo)
    .task("print_value", python(print_value, "first!"))
    .task("print_value__1", python(print_value, "second!"))
    .task("d", echo),
)
