"""
The one call that touches Airflow: `register`.

Importing this module does not import Airflow: that happens when there is something to register. The name of the
module has a purpose: Airflow skips, without a word, a file whose text lacks `airflow` or lacks `dag`, and the line
`from flowkit.airflow.dags import register` holds both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableMapping
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from typing_extensions import Unpack

from flowkit.base.call_site import SourceLocation, caller
from flowkit.base.errors import PipelineError, RegisterError
from flowkit.base.problems import Problem
from flowkit.model.collection import BrokenPipeline, current_collection
from flowkit.model.pipeline import PipelineSpec

__all__ = ["Buildable", "Registrable", "register"]


class Buildable(Protocol):
    """
    Something that gives the spec of one pipeline: a `Pipeline`.
    """

    def build(self) -> PipelineSpec:
        """
        Return the spec.

        Raises:
            PipelineError: If the pipeline has problems.
        """
        ...


Registrable: TypeAlias = "Buildable | Iterable[Buildable]"
"""What `register` takes: a pipeline, or several of them, as `generate` gives them."""


def register(
    *pipelines: Unpack[tuple[Registrable, Unpack[tuple[Registrable, ...]]]],
    namespace: MutableMapping[str, Any] | None = None,
) -> None:
    """
    Make the DAGs of *pipelines*, and put each into the module that Airflow is loading, where Airflow finds it.

    A DAG stands there under its dag_id, or under another name where you use that one yourself. A pipeline with
    problems harms no other: the good ones are registered, and Airflow lists each broken one among its import errors
    as `file.py::dag_id`, with everything that is wrong. Where nobody loads the file for Airflow, as when Python runs
    it, `PipelineError` is raised in the end.

    When a worker starts a task, Airflow says which DAG it needs: only that one is built then.

    Args:
        pipelines: Pipelines, and what `generate` and `shard` return.

        namespace: Where to put the DAGs. By default the globals of the file that Airflow is loading, or else of the
            caller.

    Raises:
        RegisterError: If there is nothing to register, something that is not a pipeline, or if the call runs while
            another module than the DAG file is imported.
        PipelineError: If a pipeline has problems, and nobody is there to hand them to.
    """
    location = caller()
    sources = list(_sources(pipelines, location))
    empty = all(_is_generated(source) and not len(source) for source in sources)
    if empty and not any(getattr(item, "may_be_empty", False) for item in pipelines):
        message = "register() got no pipelines."
        hint = "Give it a pipeline, or generate(build, configs) with at least one configuration."
        raise RegisterError(Problem("FK405", message, hint, location))

    collection = current_collection()
    if collection is not None:
        specs, broken = _built(_members(sources))
        for spec in specs:
            collection.append(spec)
        for stand_in in broken:
            collection.append(stand_in)
        return

    # Here and not above: this imports Airflow, which takes seconds.
    from flowkit.airflow.publish import publish, wanted_dag

    wanted = wanted_dag()
    specs, broken = _built(_members(sources) if wanted is None else _members_named(wanted, sources))
    publish(specs, broken, namespace=namespace, location=location, alone=wanted is not None)


def _sources(pipelines: Iterable[Any], location: SourceLocation) -> Iterator[Any]:
    """
    Yield what can be built, and what `generate` returned: nothing is asked of its thousands of members yet.
    """
    for item in pipelines:
        if (callable(getattr(item, "build", None)) and not isinstance(item, type)) or _is_generated(item):
            yield item
        elif isinstance(item, Iterable) and not isinstance(item, str | bytes):
            yield from _sources(item, location)
        else:
            _refuse(item, location)


def _is_generated(item: object) -> bool:
    return callable(getattr(item, "members", None))


def _members(sources: Iterable[Any]) -> Iterator[Buildable]:
    for source in sources:
        if _is_generated(source):
            yield from source.members()
        else:
            yield source


def _members_named(dag_id: str, sources: Iterable[Any]) -> Iterator[Buildable]:
    for source in sources:
        if _is_generated(source):
            yield from source.members_named(dag_id)
        elif getattr(source, "dag_id", dag_id) == dag_id:
            yield source


def _refuse(item: object, location: SourceLocation) -> None:
    kind = type(item).__name__
    message = f"register() takes pipelines, not {kind}."
    hint = "Give it Pipeline(…), or generate(build, configs)."
    if kind == "OpenGroup":
        message = f"register() got {item!r}: the group is still open."
        hint = "Close it with .end(), which returns to the pipeline."
    elif kind == "Group":
        hint = 'A group is part of a pipeline: Pipeline("…").then(group).'
    elif kind == "Task":
        hint = 'A task is part of a pipeline: Pipeline("…").then(task).'
    elif callable(item):
        name = getattr(item, "__name__", "build")
        hint = f"Call it: register({name}(…)), or make one for each configuration: generate({name}, configs)."
    raise RegisterError(Problem("FK405", message, hint, location))


def _built(members: Iterable[Buildable]) -> tuple[list[PipelineSpec], list[BrokenPipeline]]:
    specs: dict[str, PipelineSpec] = {}
    broken: list[BrokenPipeline] = []
    for member in members:
        try:
            spec = member.build()
        except PipelineError as error:
            name = getattr(member, "name", "") or None
            dag_id = next((problem.dag_id for problem in error.problems if problem.dag_id), name)
            broken.append(
                BrokenPipeline(problems=error.problems, dag_id=dag_id, location=error.problems[0].location)
            )
            continue
        first = specs.setdefault(spec.dag_id, spec)
        if first is not spec:
            broken.append(duplicate(spec, first.location))
    return list(specs.values()), broken


def at_import(module: str, file: str, location: SourceLocation) -> Problem:
    """
    Return what is wrong with a call of `register` at the import of *module*, a helper of the DAG file *file*.
    """
    message = (
        f"register() runs while the module {module!r} is imported, which is not the DAG file "
        f"({Path(file).name}): modules are imported once in a process, and the next DAG file that imports "
        "it would get no DAGs."
    )
    hint = "Call register() in the DAG file itself, or in a function that the DAG file calls."
    return Problem("FK406", message, hint, location)


def duplicate(spec: PipelineSpec, first: SourceLocation) -> BrokenPipeline:
    """
    Return what stands for a pipeline whose id is taken: the first one keeps it.
    """
    message = f"There is another pipeline {spec.dag_id!r}, at {first}: Airflow would keep one of them, without a word."
    problem = Problem("FK404", message, "Give one of them another dag_id.", spec.location, spec.dag_id)
    return BrokenPipeline(problems=(problem,), dag_id=spec.dag_id, location=spec.location)
