"""
Checks that this installation has the executors that tasks ask for.
"""

from __future__ import annotations

import inspect
import sys
from typing import Any

from airflow.exceptions import UnknownExecutorException
from airflow.sdk import DAG

from flowkit.base.problems import Problem
from flowkit.model.pipeline import PipelineSpec, TaskSpec


def unknown_executor(dag: DAG, spec: PipelineSpec, bag: Any) -> Problem | None:
    """
    Return Airflow's objection to the executors that the tasks of *dag* ask for; `None` if there is none.

    Airflow runs the same check when it adds the DAG to *bag*, but there an unknown executor is an error of the whole
    file, and hides every other DAG in it.
    """
    module = sys.modules[type(bag).__module__]
    # In `airflow.models.dagbag` (3.1) or `airflow.dag_processing.dagbag`. It is private; without it, the error of the
    # file remains.
    check = getattr(module, "_validate_executor_fields", None)
    if check is None or not any(_has_executor(task) for task in spec.tasks):
        return None
    parameters = inspect.signature(check).parameters
    bundle = [getattr(bag, "bundle_name", None)] if "bundle_name" in parameters else []
    try:
        check(dag, *bundle)
    except UnknownExecutorException as error:
        reason, _, hint = str(error).partition(". ")
        location = next(
            (task.location for task in spec.tasks if f"'{task.task_id}'" in reason), spec.location
        )
        return Problem("FK903", f"Airflow rejected the pipeline: {reason}.", hint, location, spec.dag_id)
    return None


def _has_executor(task: TaskSpec) -> bool:
    return "executor" in task.own_options or "executor" in task.inherited_options
