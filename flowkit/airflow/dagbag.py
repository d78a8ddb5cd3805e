"""
The `DagBag` that is loading the file: its import errors, and a hook around its `bag_dag`.

In Airflow 3 an import error belongs to a file, and hides every DAG in it. But the keys of a bag's `import_errors` are
stored and shown unchanged, so there can be one for each DAG.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, final

import attrs
from airflow.exceptions import AirflowClusterPolicySkipDag
from airflow.sdk import DAG

from flowkit.airflow.compat import dag_serializer
from flowkit.airflow.register_problems import broken_pipeline, rejected_by_airflow
from flowkit.base.interruption import is_interruption
from flowkit.base.printable import printable
from flowkit.base.problem_format import format_report
from flowkit.model.collection import BrokenPipeline
from flowkit.model.pipeline import PipelineSpec

_HOOK_ATTRIBUTE = "__flowkit_hook__"
_MAX_NAME_CHARS = 300
_MAX_KEY_CHARS = 1_024
_MAX_TEXT_CHARS = 16_000
# Top-level packages whose values Airflow can always serialize.
_SERIALIZABLE_PACKAGES = {"airflow", "builtins", "datetime", "flowkit", "pendulum"}


def add_import_error(bag: Any, file: str, item: BrokenPipeline, name: str) -> None:
    """
    Add the problems of a broken pipeline to the import errors of *bag*.

    Args:
        bag: The bag that is loading the file.

        file: The file.

        item: The pipeline.

        name: What to call it if its id is not known.
    """
    relative = getattr(bag, "_get_relative_fileloc", None)
    path = relative(file) if relative is not None else file
    # The database has 1,024 characters for the key, and MySQL 65,535 bytes for the text.
    key = printable(f"{path}::{printable(item.dag_id or name, _MAX_NAME_CHARS)}", _MAX_KEY_CHARS)
    bag.import_errors[key] = printable(format_report(item.attributed_problems), _MAX_TEXT_CHARS)


def hook_into(bag: Any) -> DagBagHook:
    """
    Return the hook that wraps `bag.bag_dag`; each bag has one, which the first call installs.
    """
    hook: DagBagHook | None = vars(bag).get(_HOOK_ATTRIBUTE)
    if hook is None:
        hook = DagBagHook(bag, bag.bag_dag)
        setattr(bag, _HOOK_ATTRIBUTE, hook)
        bag.bag_dag = hook
    return hook


@final
@attrs.define(eq=False)
class DagBagHook:
    """
    Replaces a bag's `bag_dag`, which applies the cluster policies.

    Airflow would count a DAG that violates a policy, or cannot be serialized, as an error of the whole file, and one
    pipeline would hide all others. The hook skips such a DAG, and adds an import error for it alone.
    """

    bag: Any
    original_bag_dag: Callable[..., None]
    expected: dict[int, tuple[DAG, PipelineSpec, str]] = attrs.field(factory=dict, init=False)

    def expect(self, dags: Iterable[tuple[DAG, PipelineSpec]], file: str) -> None:
        """
        Remember the DAGs that Airflow will collect once it has executed *file*.
        """
        self.expected.update((id(dag), (dag, spec, file)) for dag, spec in dags)

    def __call__(self, dag: DAG) -> None:
        """
        Put *dag* into the bag.

        Raises:
            AirflowClusterPolicySkipDag: If Airflow rejects it; its import error has been added by then.
        """
        expected = self.expected.pop(id(dag), None)
        if expected is None:
            self.original_bag_dag(dag=dag)
            return
        _, spec, file = expected
        try:
            self.original_bag_dag(dag=dag)
            if _may_not_serialize(dag):
                dag_serializer().to_dict(dag)
        except AirflowClusterPolicySkipDag:
            raise
        except BaseException as error:
            if is_interruption(error):
                raise
            if self.bag.dags.get(dag.dag_id) is dag:
                del self.bag.dags[dag.dag_id]
            # Airflow wraps what a cluster policy raises.
            problem = rejected_by_airflow(
                error, "the pipeline", spec.location, spec.dag_id, cause=error.__cause__
            )
            add_import_error(self.bag, file, broken_pipeline(spec, problem), spec.dag_id)
            raise AirflowClusterPolicySkipDag(spec.dag_id) from error


def _may_not_serialize(dag: DAG) -> bool:
    """
    Return whether *dag* holds a value that Airflow may be unable to serialize. Only such DAGs are serialized to find
    out, since that takes as long as storing them.
    """
    timetable: Any = dag.timetable
    while timetable is not None:
        if not _is_serializable(timetable):
            return True
        timetable = getattr(timetable, "timetable", None)
    for task in dag.task_dict.values():
        if not _is_serializable(getattr(task, "weight_rule", None)):
            return True
        if any(not _is_serializable(getattr(task, field, None)) for field in task.template_fields):
            return True
    return False


def _is_serializable(value: object) -> bool:
    return type(value).__module__.partition(".")[0] in _SERIALIZABLE_PACKAGES
