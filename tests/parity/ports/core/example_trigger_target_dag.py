"""
The DAG that `example_trigger_controller_dag` triggers, with a message in its configuration.
"""

import pendulum
from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Pipeline, context, operator, python, task
from flowkit.airflow.dags import register


def run_this_func() -> None:
    """
    Print the payload "message" passed to the DagRun conf attribute.

    :param dag_run: The DagRun object
    """
    conf = context()["dag_run"].conf or {}
    print(f"Remotely received value of {conf.get('message')} for key=message")


env = {"message": '{{ dag_run.conf.get("message") }}'}

register(
    Pipeline(
        "example_trigger_target_dag",
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        catchup=False,
        tags=["example"],
    ).then(
        task("run_this", python(run_this_func)),
        task(
            "bash_task",
            operator(BashOperator, bash_command='echo "Here is the message: $message"', env=env),
        ),
    )
)
