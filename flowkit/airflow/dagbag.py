"""
The `DagBag` that is loading the file: its import errors, and its door.

Airflow 3 has no way to say that one DAG of a file is broken: an error of the file stops every DAG in it. But a bag's
`import_errors` may have a key for each DAG, and they are stored and shown as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any, final

import attrs
from airflow.exceptions import AirflowClusterPolicySkipDag
from airflow.sdk import DAG

from flowkit.base.problems import Problem, report
from flowkit.model.collection import BrokenPipeline
from flowkit.model.pipeline import PipelineSpec

_GUARD = "__flowkit_guard__"
# Airflow stores values of these without asking anybody.
_KNOWN = {"airflow", "builtins", "datetime", "flowkit", "pendulum"}


def add_import_error(bag: Any, file: str, item: BrokenPipeline, name: str) -> None:
    """
    Let *bag* show what is wrong with a pipeline.

    Args:
        bag: The bag that is loading the file.

        file: The file.

        item: What stands for the pipeline.

        name: What to call it, when its id is not known.
    """
    relative = getattr(bag, "_get_relative_fileloc", None)
    shown = relative(file) if relative is not None else file
    problems = [
        problem if problem.dag_id else attrs.evolve(problem, dag_id=item.dag_id) for problem in item.problems
    ]
    bag.import_errors[f"{shown}::{item.dag_id or name}"] = report(problems)


def guarded(bag: Any) -> DagBagHook:
    """
    Return the guard at the door of *bag*; there is one for each bag.
    """
    found: DagBagHook | None = vars(bag).get(_GUARD)
    if found is None:
        found = DagBagHook(bag, bag.bag_dag)
        setattr(bag, _GUARD, found)
        bag.bag_dag = found
    return found


@final
@attrs.define(eq=False)
class DagBagHook:
    """
    Stands in for a bag's `bag_dag`, where cluster policies are asked.

    What they refuse would count against the file, and so would a DAG that cannot be stored: one pipeline would stop all
    others. A pipeline that is refused here is skipped, and its error has its name.
    """

    bag: Any
    enter: Callable[..., None]
    known: dict[int, tuple[DAG, PipelineSpec, str]] = attrs.field(factory=dict, init=False)

    def expect(self, dags: Iterable[tuple[DAG, PipelineSpec]], file: str) -> None:
        """
        Take note of the DAGs that Airflow will bring when it has executed *file*.
        """
        self.known.update((id(dag), (dag, spec, file)) for dag, spec in dags)

    def __call__(self, dag: DAG) -> None:
        """
        Put *dag* into the bag.

        Raises:
            AirflowClusterPolicySkipDag: If it is refused; its error is in the bag then.
        """
        known = self.known.pop(id(dag), None)
        if known is None:
            self.enter(dag=dag)
            return
        _, spec, file = known
        try:
            self.enter(dag=dag)
            if _is_unusual(dag):
                _serialize(dag)
        except AirflowClusterPolicySkipDag:
            raise
        except Exception as error:
            if self.bag.dags.get(dag.dag_id) is dag:
                del self.bag.dags[dag.dag_id]
            add_import_error(self.bag, file, _refusal(error, spec), spec.dag_id)
            raise AirflowClusterPolicySkipDag(spec.dag_id) from error


def _refusal(error: Exception, spec: PipelineSpec) -> BrokenPipeline:
    text = " ".join(str(error.__cause__ or error).split()) or type(error).__name__
    message = f"Airflow refuses the pipeline: {text.rstrip('.')}."
    hint = f"It raised {type(error).__name__}; correct what it names."
    problem = Problem("FK901", message, hint, spec.location, spec.dag_id)
    return BrokenPipeline(problems=(problem,), dag_id=spec.dag_id, location=spec.location)


def _is_unusual(dag: DAG) -> bool:
    """
    Return whether *dag* holds something that Airflow may be unable to store: then that is tried. It takes as long as
    storing it, so not every DAG pays for it.
    """
    timetable: Any = dag.timetable
    while timetable is not None:
        if not _is_known(timetable):
            return True
        timetable = getattr(timetable, "timetable", None)
    for task in dag.task_dict.values():
        if not _is_known(getattr(task, "weight_rule", None)):
            return True
        if any(not _is_known(getattr(task, field, None)) for field in task.template_fields):
            return True
    return False


def _is_known(value: object) -> bool:
    return type(value).__module__.partition(".")[0] in _KNOWN


def _serialize(dag: DAG) -> None:
    module = import_module("airflow.serialization.serialized_objects")
    # Airflow 3.1 calls it SerializedDAG.
    serializer = getattr(module, "DagSerialization", None) or module.SerializedDAG
    serializer.to_dict(dag)
