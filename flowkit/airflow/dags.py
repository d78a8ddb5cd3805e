"""
The one call that touches Airflow: `register`.

Importing this module does not import Airflow: that happens when there is something to register. The name of the
module has a purpose: Airflow silently skips a file whose text lacks `airflow` or `dag`, and the line
`from flowkit.airflow.dags import register` contains both.
"""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from typing import Any, Protocol, TypeAlias

from typing_extensions import Unpack

from flowkit.airflow.register_problems import no_pipelines
from flowkit.airflow.registrables import Sources
from flowkit.base.call_site import caller
from flowkit.base.errors import RegisterError
from flowkit.model.collection import BrokenPipeline, Collection, current_collection
from flowkit.model.pipeline import PipelineSpec

__all__ = ["Buildable", "Registrable", "register"]


class Buildable(Protocol):
    """
    Something that builds the spec of one pipeline: a `Pipeline`.
    """

    def build(self) -> PipelineSpec:
        """
        Return the spec.

        Raises:
            PipelineError: If the pipeline has problems.
        """
        ...


Registrable: TypeAlias = "Buildable | Iterable[Buildable]"
"""What `register` takes: a pipeline, or several of them, such as `generate` returns."""


def register(
    *pipelines: Unpack[tuple[Registrable, Unpack[tuple[Registrable, ...]]]],
    namespace: MutableMapping[str, Any] | None = None,
) -> None:
    """
    Make a DAG of each of *pipelines*, in the globals of the module that Airflow is loading, where Airflow finds it.

    The global is named after the dag_id; a name that you use yourself is not overwritten. Broken pipelines do not
    affect the others: Airflow lists each among its import errors, as `file.py::dag_id`, with all its problems, and so
    it does with what is not a pipeline. In a worker, only the DAG that it needs is built.

    Args:
        pipelines: Pipelines, and what `generate` and `shard` return.

        namespace: Where to put the DAGs; by default the globals of the file that Airflow is loading, or of the caller.

    Raises:
        RegisterError: If there is nothing to register, or the call runs while a module other than the DAG file is
            imported.
        PipelineError: If a pipeline has problems and Airflow collects no import errors: in plain Python, where the
            others are registered first, and in workers.
    """
    location = caller()
    sources = Sources(location)
    sources.add(pipelines)
    if sources.is_empty and not sources.may_be_empty:
        raise RegisterError(no_pipelines(location))

    collection = current_collection()
    if collection is not None:
        _collect(*sources.build(None), into=collection)
        return

    # Not at the top of the module: this imports Airflow, which takes seconds.
    from flowkit.airflow.publish import publish, wanted_dag

    wanted = wanted_dag()
    specs, broken = sources.build(wanted)
    publish(specs, broken, namespace=namespace, location=location, only_one=wanted is not None)


def _collect(specs: list[PipelineSpec], broken: list[BrokenPipeline], *, into: Collection) -> None:
    for spec in specs:
        into.append(spec)
    for item in broken:
        into.append(item)
