"""
Mistakes with what Airflow brings along: sensors, assets, callbacks, and the context of a task.
"""

from __future__ import annotations

from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.providers.standard.operators.latest_only import LatestOnlyOperator
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.providers.standard.sensors.filesystem import FileSensor
from airflow.sdk import Asset
from airflow.sdk.definitions.deadline import DeadlineReference

from flowkit import (
    Pipeline,
    context,
    each_kwargs,
    items,
    materialize,
    operator,
    operator_of,
    over,
    python,
    task,
)
from tests.typing.steps import double, names_of, read

users = Asset("users")
numbers = task("numbers", python(names_of, []))

# Sensors, other DAGs, people.
operator(FileSensor)  # rejected: filepath
operator(TriggerDagRunOperator, conf={})  # rejected: trigger_dag_id
operator(ApprovalOperator, ignore_downstream_trigger_rules="no")  # rejected: ignore_downstream_trigger_rules
operator_of("LatestOnlyOperator")  # rejected: operator_of
operator_of(double)  # rejected: operator_of
task("latest", LatestOnlyOperator)  # rejected: Action
python(double, python(double, 1).by("sensor"))  # rejected: Action
python(double, 1).by(3)  # rejected: by

# Mapping without types still has a form.
each_kwargs(double)  # rejected
each_kwargs("double", [{"number": 1}])  # rejected: each_kwargs
each_kwargs(double, {"number": 1})  # rejected
each_kwargs(double, [1, 2])  # rejected
items.concat(numbers)  # rejected: Task
items.zip(numbers.output)  # rejected: zip
over.zip(numbers.output)  # rejected: zip

# Assets.
materialize(read, users)  # rejected: materialize
materialize(users)  # rejected
materialize("users", read)  # rejected, pyright at length: materialize
materialize([users, "orders"], read)  # rejected
materialize(users, read, retries=2)  # rejected: retries
materialize(users, read, schedule="@dayly")  # rejected, pyright at length: schedule
task("a", outlets=3)  # rejected, pyright at length: outlets
Pipeline("p", schedule=[users, 3])  # rejected
Pipeline("p").then(materialize(users, read))  # rejected: then

# Operations.
task("a", on_failure_callback="tell")  # rejected, pyright at length: on_failure_callback
task("a", retry_policy=3)  # rejected: retry_policy
task("a", pool_slots="2")  # rejected: pool_slots
task("a", executor=3)  # rejected: executor
Pipeline("p", deadline=DeadlineReference.DAGRUN_QUEUED_AT)  # rejected, pyright at length: deadline
Pipeline("p", dagrun_timeout=60)  # rejected: dagrun_timeout
Pipeline("p", owner_links=["shop"])  # rejected: owner_links
Pipeline("p").group("g", ui_color=3)  # rejected: ui_color

# The context.
context()["ds"] + 1  # rejected
python(double, context()["ti"].try_nmber)  # rejected: try_nmber
python(read, context().ds)  # rejected: ds
context("ds")  # rejected
