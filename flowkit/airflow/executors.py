"""
Checks that this installation has the executors that tasks ask for.
"""

from __future__ import annotations

from typing import Any

from airflow.exceptions import UnknownExecutorException
from airflow.sdk import DAG

from flowkit.airflow.compat import executor_check
from flowkit.airflow.register_problems import rejected_by_airflow
from flowkit.base.interruption import is_interruption
from flowkit.base.problems import Problem
from flowkit.model.pipeline import PipelineSpec


def unknown_executor(dag: DAG, spec: PipelineSpec, bag: Any) -> Problem | None:
    """
    Return Airflow's objection to the executors that the tasks of *dag* ask for; `None` if there is none.

    Airflow runs the same check when it adds the DAG to *bag*, but there an unknown executor is an error of the whole
    file, and hides every other DAG in it.
    """
    # Of the operators, since their constructors may set one.
    if all(operator.executor is None for operator in dag.task_dict.values()):
        return None
    check = executor_check(bag)
    if check is None:
        return None
    try:
        check(dag)
    except UnknownExecutorException as error:
        from flowkit.airflow.native import locations_by_task  # only a few pipelines need it

        reason, _, hint = str(error).partition(". ")
        location = next(
            (place for task_id, place in locations_by_task(spec, dag).items() if f"'{task_id}'" in reason),
            spec.location,
        )
        return Problem("FK903", f"Airflow rejected the pipeline: {reason}.", hint, location, spec.dag_id)
    except BaseException as error:  # the name of the executor may be anything
        if is_interruption(error):
            raise
        return rejected_by_airflow(error, "the pipeline", spec.location, spec.dag_id)
    return None
