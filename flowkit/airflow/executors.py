"""
Checks that this installation has the executors that tasks ask for.
"""

from __future__ import annotations

from typing import Any

from airflow.exceptions import UnknownExecutorException
from airflow.sdk import DAG

from flowkit.airflow.compat import executor_check
from flowkit.base.problems import Problem
from flowkit.model.pipeline import PipelineSpec, TaskSpec


def unknown_executor(dag: DAG, spec: PipelineSpec, bag: Any) -> Problem | None:
    """
    Return Airflow's objection to the executors that the tasks of *dag* ask for; `None` if there is none.

    Airflow runs the same check when it adds the DAG to *bag*, but there an unknown executor is an error of the whole
    file, and hides every other DAG in it.
    """
    check = executor_check(bag) if any(_has_executor(task) for task in spec.tasks) else None
    if check is None:
        return None
    try:
        check(dag)
    except UnknownExecutorException as error:
        reason, _, hint = str(error).partition(". ")
        location = next(
            (task.location for task in spec.tasks if f"'{task.task_id}'" in reason), spec.location
        )
        return Problem("FK903", f"Airflow rejected the pipeline: {reason}.", hint, location, spec.dag_id)
    return None


def _has_executor(task: TaskSpec) -> bool:
    return "executor" in task.own_options or "executor" in task.inherited_options
