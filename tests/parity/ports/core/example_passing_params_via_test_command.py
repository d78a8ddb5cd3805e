"""
Params that reach templates and functions, also from the command line of a test.
"""

import os
from datetime import timedelta
from typing import Any

import pendulum
from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Pipeline, cron, operator, python, task
from flowkit.airflow.dags import register

my_command = """
echo "'foo' was passed in via Airflow CLI Test command with value '$FOO'"
echo "'miff' was passed in via BashOperator with value '$MIFF'"
"""


def my_py_command(params: dict[str, str], test_mode: bool | None = None, task: Any = None) -> int:
    """
    Print out the "foo" param passed in via
    `airflow tasks test example_passing_params_via_test_command run_this <date>
    -t '{"foo":"bar"}'`
    """
    if test_mode:
        print(
            f" 'foo' was passed in via test={test_mode} command : kwargs[params][foo] = {task.params['foo']}"
        )
    print(f" 'miff' was passed in via task params = {params['miff']}")
    return 1


def print_env_vars() -> None:
    """
    Print out the "foo" param passed in via
    `airflow tasks test example_passing_params_via_test_command env_var_test_task <date>
    --env-vars '{"foo":"bar"}'`
    """
    print(f"foo={os.environ.get('foo')}")
    print(f"AIRFLOW_TEST_MODE={os.environ.get('AIRFLOW_TEST_MODE')}")


env = {"FOO": "{{ params.foo }}", "MIFF": "{{ params.miff }}"}

register(
    Pipeline(
        "example_passing_params_via_test_command",
        schedule=cron("*/1 * * * *"),
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        catchup=False,
        dagrun_timeout=timedelta(minutes=4),
        tags=["example"],
    )
    .task("run_this", python(my_py_command, params={"miff": "agg"}))
    .task("also_run_this", operator(BashOperator, bash_command=my_command, env=env), params={"miff": "agg"})
    .add(task("env_var_test_task", python(print_env_vars)))
)
