"""
Data from task to task: returned, pushed under a key, and given to a shell through its environment.
"""

from typing import Any

import pendulum
from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Pipeline, context, operator, python, task
from flowkit.airflow.dags import register

value_1 = [1, 2, 3]
value_2 = {"a": "b"}


def push() -> None:
    """Pushes an XCom without a specific target"""
    context()["ti"].xcom_push(key="value from pusher 1", value=value_1)


def push_by_returning() -> dict[str, str]:
    """Pushes an XCom without a specific target, just by returning it"""
    return value_2


def _compare_values(pulled_value: object, check_value: object) -> None:
    if pulled_value != check_value:
        raise ValueError(f"The two values differ {pulled_value} and {check_value}")


def puller(pulled_value_2: dict[str, str]) -> None:
    """Pull all previously pushed XComs and check if the pushed values match the pulled values."""
    _compare_values(context()["ti"].xcom_pull(task_ids="push", key="value from pusher 1"), value_1)
    _compare_values(pulled_value_2, value_2)


def pull_value_from_bash_push() -> None:
    ti: Any = context()["ti"]
    returned = ti.xcom_pull(key="return_value", task_ids="bash_push")
    print(f"The xcom value pushed by task push via return value is {returned}")
    pushed = ti.xcom_pull(key="manually_pushed_value", task_ids="bash_push")
    print(f"The xcom value pushed by task push manually is {pushed}")


bash_push = task(
    "bash_push",
    operator(
        BashOperator,
        bash_command='echo "bash_push demo"  && '
        'echo "Manually set xcom value '
        '{{ ti.xcom_push(key="manually_pushed_value", value="manually_pushed_value") }}" && '
        'echo "value_by_return"',
    ),
)
bash_pull = task(
    "bash_pull",
    operator(
        BashOperator,
        bash_command='echo "bash pull demo" && '
        "echo \"The xcom pushed manually is '$MANUALLY_PUSHED_VALUE'\" && "
        "echo \"The returned_value xcom is '$RETURNED_VALUE'\" && "
        'echo "finished"',
        env={
            "MANUALLY_PUSHED_VALUE": f"{bash_push.output['manually_pushed_value']}",
            "RETURNED_VALUE": f"{bash_push.output}",
        },
        append_env=True,
    ),
    do_xcom_push=False,
)
returned = task("push_by_returning", python(push_by_returning))

register(
    Pipeline(
        "example_xcom",
        schedule="@once",
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        catchup=False,
        tags=["example"],
    ).add(
        bash_push >> [bash_pull, task("pull_value_from_bash_push", python(pull_value_from_bash_push))],
        [returned, task("push", python(push))] >> task("puller", python(puller, returned.output)),
    )
)
