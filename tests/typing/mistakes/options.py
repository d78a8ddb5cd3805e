"""
Mistakes in options, settings and pods.
"""

from __future__ import annotations

from flowkit import Group, Pipeline, Pod, Secret, TaskOptions, Toleration, python, task
from tests.typing.steps import double

POD = Pod(cpu="500m")


def without_context() -> None:
    """
    Not a callback: Airflow calls it with the context.
    """


# The name of an option or a setting is wrong.
task("a", retires=3)  # rejected: retires; mypy: retries
task("a", python(double, 2), retires=3)  # rejected: retires; mypy: retries
Pipeline("p").task("a", poool="x")  # rejected: poool; mypy: pool
Group("g").task("a", retry_dely=5)  # rejected: retry_dely; mypy: retry_delay
Pipeline("p").defaults(ownr="me")  # rejected: ownr; mypy: owner
Pipeline("p").defaults(schedule="@daily")  # rejected: schedule
Pipeline("p", catch_up=False)  # rejected: catch_up; mypy: catchup
Pipeline("p", retries=3)  # rejected: retries
Pipeline("p").settings(retries=3)  # rejected: retries
Pipeline("p").settings(shedule="@daily")  # rejected: shedule; mypy: schedule
Group("g", tool_tip="x")  # rejected: tool_tip; mypy: tooltip
Group("g", retries=3)  # rejected: retries
Pipeline("p").group("g", tooltips="x")  # rejected: tooltips; mypy: tooltip
Pod(cpus="1")  # rejected: cpus; mypy: cpu
task("a", task_id="a")  # rejected: task_id
OPTIONS: TaskOptions = {"retires": 3}  # rejected: mypy: retires

# The value of an option or a setting has the wrong type.
task("a", retries="3")  # rejected: retries
task("a", retries=1.5)  # rejected: retries
task("a", retry_delay="5m")  # rejected: retry_delay
task("a", trigger_rule="all_sucess")  # rejected, pyright at length: trigger_rule
task("a", weight_rule="down")  # rejected, pyright at length: weight_rule
task("a", pod="500m")  # rejected: Pod
task("a", pod={"cpu": "500m"})  # rejected: pod
task("a", execution_timeout=60)  # rejected: execution_timeout
task("a", on_failure_callback=without_context)  # rejected, pyright at length: on_failure_callback
Pipeline("p").defaults(retries="3")  # rejected: retries
Pipeline("p", max_active_runs="1")  # rejected: max_active_runs
Pipeline("p", start_date="2026-01-01")  # rejected: start_date
Pipeline("p", catchup="no")  # rejected: catchup
Group("g", tooltip=3)  # rejected: tooltip
Pod(cpu=500)  # rejected: cpu
Pod("500m")  # rejected
Pod(env={"A": 1})  # rejected, pyright at length: int
Pod(volumes={"/data": "claim"})  # rejected, pyright at length: str
Pod(image_pull_policy="always")  # rejected, pyright at length: image_pull_policy
Pod(tolerations=["gpu"])  # rejected: str
Secret("database", kay="x")  # rejected: kay; mypy: key
Toleration("gpu", effect="NoShedule")  # rejected, pyright at length: effect

# Ids and `after` are nodes and texts.
task(1)  # rejected
task("a", after=3)  # rejected: after
task("a", after=[3])  # rejected
Pipeline()  # rejected
Pipeline(dag_id="p")  # rejected
Group(1)  # rejected
Pipeline("p").task()  # rejected
Pipeline("p").named(3)  # rejected: named

# Nothing can be changed in place.
POD.cpu = "1"  # rejected: cpu
Pipeline("p").dag_id = "q"  # rejected: dag_id
Pipeline("p").settings = None  # rejected: settings
Group("g").tooltip = "x"  # rejected: tooltip
task("a").retries = 3  # rejected: retries
