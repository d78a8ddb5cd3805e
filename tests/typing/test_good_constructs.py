"""
Good uses of what Airflow brings along: sensors, people, other DAGs, assets, callbacks, and the context of a task.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

import attrs
from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.providers.standard.sensors.filesystem import FileSensor
from airflow.sdk import (
    Asset,
    AssetAlias,
    AssetOrTimeSchedule,
    BaseNotifier,
    Context,
    CronPartitionTimetable,
    CronTriggerTimetable,
    ExceptionRetryPolicy,
    MultipleCronTriggerTimetable,
    PartitionedAssetTimetable,
)
from airflow.sdk.definitions.callback import AsyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference
from typing_extensions import assert_type

from flowkit import (
    Action,
    Form,
    Group,
    Pipeline,
    RunContext,
    Schedule,
    Task,
    context,
    operator,
    params,
    python,
    task,
)
from flowkit.draft.placeholders import ParamsMark
from tests.typing import steps
from tests.typing.twins import arguments, kind


class Bell(BaseNotifier):
    """
    A notifier.
    """

    def notify(self, context: Context) -> None:
        """
        Ring.
        """


def tell(context: Context) -> None:
    """
    A callback.
    """


def test_operators_that_wait() -> None:
    """Sensors in each mode, triggers of other DAGs and people in the loop are operators."""
    actions = [
        operator(FileSensor, filepath="/data/a.csv", poke_interval=30.0, mode="poke"),
        operator(FileSensor, filepath="/data/a.csv", mode="reschedule", soft_fail=True),
        operator(FileSensor, filepath="/data/a.csv", deferrable=True),
        operator(TriggerDagRunOperator, trigger_dag_id="reports", conf={"day": "{{ ds }}"}),
        operator(ApprovalOperator, subject="Publish?", defaults="Reject"),
    ]
    asked = python(steps.flags).by("sensor", mode="reschedule")

    assert_type(actions, list[Action[Any]])
    assert [kind(action) for action in actions] == [Action] * 5
    assert_type(asked, Action[list[bool]])
    assert arguments(asked) == []


def test_schedules_of_assets() -> None:
    """Aliases, alternatives, times beside assets and partitions are schedules."""
    users, orders = Asset("users"), Asset("orders")
    schedules: list[Schedule] = [
        users | (orders & Asset("prices")),
        [AssetAlias("exports")],
        MultipleCronTriggerTimetable("0 6 * * *", "0 18 * * *", timezone="UTC"),
        AssetOrTimeSchedule(timetable=CronTriggerTimetable("0 6 * * *", timezone="UTC"), assets=[users]),
        CronPartitionTimetable("0 * * * *", timezone="UTC"),
        PartitionedAssetTimetable(assets=users),
    ]
    built = [Pipeline("etl", schedule=schedule).task("a", inlets=[users]) for schedule in schedules]

    assert_type(built, list[Pipeline])
    assert [one.build().settings["schedule"] for one in built] == schedules


def test_operations() -> None:
    """Callbacks, notifiers, deadlines and policies have the types of Airflow's."""
    late = DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=timedelta(hours=1),
        callback=AsyncCallback("shop.notices.tell_late"),
    )
    pipeline = Pipeline("etl", on_failure_callback=[tell, Bell()], deadline=late, max_active_runs=1)
    group = Group("group", tooltip="tip", ui_color="#ccddff").defaults(on_failure_callback=Bell())
    call = task(
        "call",
        python(steps.double, 1),
        on_retry_callback=tell,
        retry_policy=ExceptionRetryPolicy(rules=[]),
        weight_rule="absolute",
        executor="LocalExecutor",
        trigger_rule="one_failed",
        task_display_name="Call it",
    )

    assert_type(pipeline, Pipeline)
    assert kind(pipeline) is Pipeline
    assert_type(group, Group)
    assert kind(group) is Group
    assert_type(call, Task[int])
    assert call.node.options["weight_rule"] == "absolute"


@attrs.frozen
class Options:
    """
    The params of a pipeline, with what the form shows.
    """

    rows: Annotated[int, Form(title="Rows", minimum=1)] = 10


def test_params_with_a_form() -> None:
    """`Form` leaves the type of a field as it is."""
    given = params(Options)
    doubled = python(steps.double, given.rows)

    assert_type(given.rows, int)
    assert kind(given.rows) is ParamsMark
    assert_type(doubled, Action[int])
    assert [kind(argument) for argument in arguments(doubled)] == [ParamsMark]


def describe() -> str:
    """
    What a task does with its context.
    """
    now = context()
    assert_type(now, RunContext)
    assert_type(now["ds"], str)
    assert now
    assert now["ds"]
    return f"{now['ds']} {now['ti'].try_number}"


def test_context() -> None:
    """A function that asks for the context is one like any other."""
    described = task("describe", python(describe))

    assert_type(described, Task[str])
    assert kind(described) is Task
