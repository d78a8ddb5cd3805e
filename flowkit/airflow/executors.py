"""
Executors that tasks name: whether this installation has them.
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
    Return what Airflow has against the executors that the tasks of *dag* name; `None` if it takes them.

    Airflow asks the same when *bag* takes in the DAG, but there a wrong name is an error of the whole file, and stops
    every other DAG in it.
    """
    module = sys.modules[type(bag).__module__]
    # In `airflow.models.dagbag` (3.1) or `airflow.dag_processing.dagbag`. Private, but its absence costs only the name.
    check = getattr(module, "_validate_executor_fields", None)
    if check is None or not any(_names_one(task) for task in spec.tasks):
        return None
    known = inspect.signature(check).parameters
    more = [getattr(bag, "bundle_name", None)] if "bundle_name" in known else []
    try:
        check(dag, *more)
    except UnknownExecutorException as error:
        said, _, hint = str(error).partition(". ")
        location = next((task.location for task in spec.tasks if f"'{task.task_id}'" in said), spec.location)
        return Problem("FK903", f"Airflow refuses the pipeline: {said}.", hint, location, spec.dag_id)
    return None


def _names_one(task: TaskSpec) -> bool:
    return "executor" in task.own_options or "executor" in task.inherited_options
