"""
The `DagBag` that is loading the file: its import errors, and a hook around its `bag_dag`.

In Airflow 3 an import error belongs to a file, and hides every DAG in it. But the keys of a bag's `import_errors` are
stored and shown unchanged, so there can be one for each DAG.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, final

from airflow.exceptions import AirflowClusterPolicySkipDag
from airflow.sdk import DAG

from flowkit.airflow.register_problems import broken_pipeline, rejected_by_airflow
from flowkit.base.interruption import is_interruption
from flowkit.base.printable import printable
from flowkit.base.problem_format import format_report
from flowkit.base.problems import Problem
from flowkit.base.record import field, record
from flowkit.model.collection import BrokenPipeline
from flowkit.model.pipeline import PipelineSpec

_HOOK_ATTRIBUTE = "__flowkit_hook__"
_PROBLEMS_ATTRIBUTE = "__flowkit_problems__"
# The database has 1,024 characters for the key, and MySQL 65,535 bytes for the text.
_MAX_NAME_CHARS = 300
_MAX_KEY_CHARS = 1_024
_MAX_TEXT_CHARS = 16_000


def add_import_errors(bag: Any, file: str, items: Iterable[BrokenPipeline]) -> None:
    """
    Add the problems of broken pipelines to the import errors of *bag*, which is loading *file*.

    Each has an entry under its id, or under its line if that is not known.
    """
    relative = getattr(bag, "_get_relative_fileloc", None)
    path = relative(file) if relative is not None else file
    problems: dict[str, list[Problem]] = {}
    for item in items:
        line = f"line {item.location.line}" if item.location else "a pipeline without an id"
        name = printable(item.dag_id or line, _MAX_NAME_CHARS)
        problems.setdefault(printable(f"{path}::{name}", _MAX_KEY_CHARS), []).extend(item.attributed_problems)
    for key, found in problems.items():
        bag.import_errors[key] = printable(format_report(found), _MAX_TEXT_CHARS)
        vars(bag).setdefault(_PROBLEMS_ATTRIBUTE, []).extend(found)


def reported_problems(bag: Any) -> list[Problem]:
    """
    Return the problems among the import errors of *bag* that flowkit added.
    """
    return list(vars(bag).get(_PROBLEMS_ATTRIBUTE, ()))


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
@record(eq=False, frozen=False)
class DagBagHook:
    """
    Replaces a bag's `bag_dag`, which applies the cluster policies.

    Airflow would count a DAG that violates a policy, or cannot be serialized, as an error of the whole file, and one
    pipeline would hide all others. The hook skips such a DAG, and adds an import error for it alone.
    """

    bag: Any
    original_bag_dag: Callable[..., None]
    expected: dict[int, tuple[DAG, PipelineSpec, str]] = field(factory=dict, init=False)

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
        problems = self._bag(dag, spec)
        if not problems:
            return
        if self.bag.dags.get(spec.dag_id) is dag:
            del self.bag.dags[spec.dag_id]
        add_import_errors(self.bag, file, [broken_pipeline(spec, *problems)])
        raise AirflowClusterPolicySkipDag(spec.dag_id)

    def _bag(self, dag: DAG, spec: PipelineSpec) -> list[Problem]:
        """
        Put *dag* into the bag, and return why it has to be taken out again.
        """
        # Late: a worker stores nothing.
        from flowkit.airflow.wire import is_certain, problems_when_tried

        try:
            self.original_bag_dag(dag=dag)
            return [] if is_certain(dag) else problems_when_tried(dag, spec)
        except AirflowClusterPolicySkipDag:
            raise
        except BaseException as error:
            if is_interruption(error):
                raise
            # Airflow wraps what a cluster policy raises.
            return [
                rejected_by_airflow(error, "the pipeline", spec.location, spec.dag_id, cause=error.__cause__)
            ]
