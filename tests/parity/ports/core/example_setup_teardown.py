"""
What is set up and torn down around tasks, once for a pipeline and once for a group.
"""

from typing import Any

import pendulum
from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Action, Pipeline, operator
from flowkit.airflow.dags import register


def echo(text: str) -> Action[Any]:
    return operator(BashOperator, bash_command=f"echo '{text}'")


register(
    Pipeline(
        "example_setup_teardown",
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        catchup=False,
        tags=["example"],
    )
    .setup("root_setup", echo("Hello from root_setup"))
    .task("normal", echo("I am just a normal task"))
    .teardown("root_teardown", echo("Goodbye from root_teardown"), setups="root_setup")
    .group("section_1")
    .setup("taskgroup_setup", echo("Hello from taskgroup_setup"))
    .task("normal", echo("I am just a normal task"))
    .teardown("taskgroup_teardown", echo("Hello from taskgroup_teardown"), setups="taskgroup_setup")
    .end()
)
