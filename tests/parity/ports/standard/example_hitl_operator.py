"""
People in the loop: they enter values, choose options, approve, and choose the branch.
"""

from datetime import timedelta
from typing import TYPE_CHECKING

import pendulum
from airflow.providers.standard.operators.hitl import (
    ApprovalOperator,
    HITLBranchOperator,
    HITLEntryOperator,
    HITLOperator,
)
from airflow.sdk import Param
from airflow.sdk.bases.notifier import BaseNotifier

from flowkit import Pipeline, TaskOptions, operator, python, task
from flowkit.airflow.dags import register

if TYPE_CHECKING:
    from airflow.sdk import Context


class LocalLogNotifier(BaseNotifier):
    """A notifier that needs no connection: it writes to the log."""

    template_fields = ("message",)

    def __init__(self, message: str) -> None:
        self.message = message

    def notify(self, context: "Context") -> None:
        url = HITLOperator.generate_link_to_ui_from_context(
            context=context, base_url="http://localhost:28080"
        )
        self.log.info(self.message)
        self.log.info("Url to respond %s", url)


request = LocalLogNotifier("""
[HITL]
Subject: {{ task.subject }}
Body: {{ task.body }}
Options: {{ task.options }}
Is Multiple Option: {{ task.multiple }}
Default Options: {{ task.defaults }}
Params: {{ task.params }}
""")
ANSWERED: TaskOptions = {
    "on_success_callback": LocalLogNotifier(
        "{% set task_id = task.task_id -%}{{ ti.xcom_pull(task_ids=task_id) }}"
    ),
    "on_failure_callback": LocalLogNotifier("Request to response to '{{ task.subject }}' failed"),
}
ENTERED: TaskOptions = {**ANSWERED, "params": {"information": Param("", type="string")}}


def task_1() -> None: ...


def task_2() -> None: ...


def task_3() -> None: ...


enter = operator(HITLEntryOperator, subject="Please provide required information: ", notifiers=[request])
option = operator(
    HITLOperator,
    subject="Please choose one option to proceed: ",
    options=["option 1", "option 2", "option 3"],
    notifiers=[request],
)
several_options = operator(
    HITLOperator,
    subject="Please choose option to proceed: ",
    options=["option 4", "option 5", "option 6"],
    multiple=True,
    notifiers=[request],
)
default_option = operator(
    HITLOperator,
    subject="Please choose option to proceed: ",
    options=["option 7", "option 8", "option 9"],
    defaults=["option 7"],
    response_timeout=timedelta(seconds=1),
    notifiers=[request],
)
approve = operator(
    ApprovalOperator,
    subject="Are the following input and options valid?",
    body="""
        Input: {{ ti.xcom_pull(task_ids='wait_for_input')["params_input"]["information"] }}
        Option: {{ ti.xcom_pull(task_ids='wait_for_option')["chosen_options"] }}
        Multiple Options: {{ ti.xcom_pull(task_ids='wait_for_multiple_options')["chosen_options"] }}
        Timeout Option: {{ ti.xcom_pull(task_ids='wait_for_default_option')["chosen_options"] }}
        """,
    defaults="Reject",
    response_timeout=timedelta(minutes=5),
    notifiers=[request],
    assigned_users=[{"id": "1", "name": "airflow"}, {"id": "admin", "name": "admin"}],
)
choose = operator(
    HITLBranchOperator,
    subject="You're now allowed to proceeded. Please choose one task to run: ",
    options=["task_1", "task_2", "task_3"],
    notifiers=[request],
)

register(
    Pipeline(
        "example_hitl_operator",
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        catchup=False,
        tags=["example", "HITL"],
    )
    .then(
        task("wait_for_input", enter, **ENTERED),
        task("wait_for_option", option, **ANSWERED),
        task("wait_for_multiple_options", several_options, **ANSWERED),
        task("wait_for_default_option", default_option, **ANSWERED),
    )
    .task("valid_input_and_options", approve, **ANSWERED)
    .task("choose_a_branch_to_run", choose, **ANSWERED)
    .then(*(task(fn.__name__, python(fn)) for fn in (task_1, task_2, task_3)))
)
