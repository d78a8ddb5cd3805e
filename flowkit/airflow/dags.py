"""
The one call that touches Airflow: `register`.

Importing this module does not import Airflow: that happens when there is something to register. The name of the
module has a purpose: Airflow silently skips a file whose text lacks `airflow` or `dag`, and the line
`from flowkit.airflow.dags import register` contains both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableMapping
from typing import Any, Protocol, TypeAlias

from typing_extensions import Unpack

from flowkit.airflow.register_problems import duplicate_pipeline, no_pipelines, not_a_pipeline
from flowkit.base.call_site import SourceLocation, caller
from flowkit.base.errors import RegisterError, problems_of
from flowkit.base.internal_error import internal_error
from flowkit.base.interruption import is_interruption
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
    affect the others: Airflow lists each among its import errors, as `file.py::dag_id`, with all its problems. In a
    worker, only the DAG that it needs is built.

    Args:
        pipelines: Pipelines, and what `generate` and `shard` return.

        namespace: Where to put the DAGs; by default the globals of the file that Airflow is loading, or of the caller.

    Raises:
        RegisterError: If there is nothing to register, an argument is not a pipeline, or the call runs while a module
            other than the DAG file is imported.
        PipelineError: If a pipeline has problems and Airflow collects no import errors: in plain Python and in workers.
    """
    location = caller()
    sources = list(_flattened(pipelines, location))
    empty = all(_is_generated(source) and not len(source) for source in sources)
    if empty and not any(getattr(item, "may_be_empty", False) for item in pipelines):
        raise RegisterError(no_pipelines(location))

    collection = current_collection()
    if collection is not None:
        _collect(*_build(_unbuilt(sources), location), into=collection)
        return

    # Not at the top of the module: this imports Airflow, which takes seconds.
    from flowkit.airflow.publish import publish, wanted_dag

    wanted = wanted_dag()
    specs, broken = _build(_unbuilt(sources) if wanted is None else _unbuilt_named(wanted, sources), location)
    publish(specs, broken, namespace=namespace, location=location, only_one=wanted is not None)


def _collect(specs: list[PipelineSpec], broken: list[BrokenPipeline], *, into: Collection) -> None:
    for spec in specs:
        into.append(spec)
    for item in broken:
        into.append(item)


def _flattened(pipelines: Iterable[Any], location: SourceLocation) -> Iterator[Any]:
    """
    Yield each pipeline, and what `generate` returned as a whole: its pipelines may be thousands.
    """
    for item in pipelines:
        if (callable(getattr(item, "build", None)) and not isinstance(item, type)) or _is_generated(item):
            yield item
        elif isinstance(item, Iterable) and not isinstance(item, str | bytes):
            yield from _flattened(item, location)
        else:
            raise RegisterError(not_a_pipeline(item, location))


def _is_generated(item: object) -> bool:
    return callable(getattr(item, "unbuilt", None))


def _unbuilt(sources: Iterable[Any]) -> Iterator[Buildable]:
    for source in sources:
        if _is_generated(source):
            yield from source.unbuilt()
        else:
            yield source


def _unbuilt_named(dag_id: str, sources: Iterable[Any]) -> Iterator[Buildable]:
    for source in sources:
        if _is_generated(source):
            yield from source.unbuilt_named(dag_id)
        elif getattr(source, "dag_id", dag_id) == dag_id:
            yield source


def _build(
    pipelines: Iterable[Buildable], location: SourceLocation
) -> tuple[list[PipelineSpec], list[BrokenPipeline]]:
    specs: dict[str, PipelineSpec] = {}
    broken: list[BrokenPipeline] = []
    for pipeline in pipelines:
        try:
            spec = pipeline.build()
        except BaseException as error:
            if is_interruption(error):
                raise
            problems = problems_of(error) or (internal_error(error, location, None),)
            name = getattr(pipeline, "name", "") or None
            dag_id = next((problem.dag_id for problem in problems if problem.dag_id), name)
            broken.append(BrokenPipeline(problems=problems, dag_id=dag_id, location=problems[0].location))
            continue
        first = specs.setdefault(spec.dag_id, spec)
        if first is not spec:
            broken.append(duplicate_pipeline(spec, first.location))
    return list(specs.values()), broken
