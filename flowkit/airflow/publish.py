"""
Where DAGs go: into the module that Airflow is loading, or the caller's globals; and where problems go.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from types import FrameType
from typing import Any, final

import attrs
from airflow.sdk import DAG, get_parsing_context
from airflow.sdk.definitions._internal.contextmanager import DagContext

from flowkit.airflow.compile import compile_pipeline
from flowkit.airflow.dagbag import DagBagHook, add_import_error, guarded
from flowkit.airflow.dags import at_import, duplicate
from flowkit.airflow.executors import unknown_executor
from flowkit.base.call_site import SourceLocation
from flowkit.base.errors import PipelineError, RegisterError
from flowkit.base.gc_pause import gc_paused
from flowkit.model.collection import BrokenPipeline
from flowkit.model.pipeline import PipelineSpec

# In the user's module: which pipelines were registered, and by which call.
_REGISTRY = "__flowkit_registered__"


@final
@attrs.frozen(eq=False)
class Target:
    """
    The module that DAGs are put into.
    """

    namespace: MutableMapping[str, Any]
    """Its globals."""

    file: str
    """The user's file."""

    loading: bool
    """Whether Airflow is loading that file."""


def publish(
    specs: Sequence[PipelineSpec],
    broken: Sequence[BrokenPipeline],
    *,
    namespace: MutableMapping[str, Any] | None,
    location: SourceLocation,
    alone: bool,
) -> None:
    """
    Put the DAGs of *specs* where Airflow finds them, and hand over the problems of *broken*.

    Everything is made before anything is put in place. When a worker asks for one DAG *alone*, its problems are raised,
    so that they stand in the log of the task.

    Raises:
        RegisterError: If the call runs while another module than the DAG file is imported.
        PipelineError: If there are problems, and no bag of Airflow's to hand them to.
    """
    target = _target(namespace, location)
    door = _door() if target.loading and not alone else None
    with gc_paused():
        dags, refused = _made(specs, target, door, location)
    failed = [*broken, *refused]
    if failed and door is None:
        raise PipelineError([problem for item in failed for problem in item.problems])
    for dag, spec in dags:
        _put(dag, spec, target, location)
    if door is not None:
        door.expect(dags, target.file)
        for number, item in enumerate(failed):
            add_import_error(door.bag, target.file, item, f"pipeline {number + 1} without an id")


def _made(
    specs: Sequence[PipelineSpec], target: Target, door: DagBagHook | None, location: SourceLocation
) -> tuple[list[tuple[DAG, PipelineSpec]], list[BrokenPipeline]]:
    """
    Return the DAGs of *specs*, and what stands for those that cannot be made or registered.
    """
    dags: list[tuple[DAG, PipelineSpec]] = []
    refused: list[BrokenPipeline] = []
    # Looked for once: a search for each of thousands of pipelines would cost the square of their number.
    others = _dags_in(target) if specs else {}
    for spec in specs:
        first = _taken(target, others, spec, location)
        if first is not None:
            refused.append(duplicate(spec, first))
            continue
        try:
            dag = compile_pipeline(spec, fileloc=target.file)
        except PipelineError as error:
            refused.append(
                BrokenPipeline(problems=error.problems, dag_id=spec.dag_id, location=spec.location)
            )
            continue
        problem = unknown_executor(dag, spec, door.bag) if door is not None else None
        if problem is None:
            dags.append((dag, spec))
        else:
            refused.append(BrokenPipeline(problems=(problem,), dag_id=spec.dag_id, location=spec.location))
    return dags, refused


def wanted_dag() -> str | None:
    """
    Return the one DAG that Airflow needs of the file that it is loading; `None` when it needs all.

    The variables that say so stay in the environment of a task, and of the programs that it starts (a bug of
    Airflow's), so they count only while Airflow is loading a file.
    """
    if not DagContext.current_autoregister_module_name:
        return None
    return get_parsing_context().dag_id


def _target(namespace: MutableMapping[str, Any] | None, location: SourceLocation) -> Target:
    loading = DagContext.current_autoregister_module_name
    module = sys.modules.get(loading) if loading else None
    if module is None:
        frame = _calling_frame()
        found = frame.f_globals if frame is not None else {}
        return Target(found if namespace is None else namespace, location.file, loading=False)

    _check_importer(module.__dict__, str(module.__file__), location)
    return Target(
        module.__dict__ if namespace is None else namespace,
        str(module.__file__ or location.file),
        loading=True,
    )


def _check_importer(namespace: dict[str, Any], file: str, location: SourceLocation) -> None:
    """
    Refuse a call at the import of a helper module: helpers are imported once in a process, so the DAGs would be found
    in the first file that imports it, or in none.
    """
    for frame in _frames():
        if frame.f_code.co_name != "<module>":
            continue
        if frame.f_globals is namespace:
            return
        raise RegisterError(at_import(str(frame.f_globals.get("__name__", "?")), file, location))


def _frames() -> Iterator[FrameType]:
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        yield frame
        frame = frame.f_back


def _calling_frame() -> FrameType | None:
    return next(
        (frame for frame in _frames() if not str(frame.f_globals.get("__name__", "")).startswith("flowkit.")),
        None,
    )


def _dags_in(target: Target) -> dict[str, DAG]:
    found: dict[str, DAG] = {}
    for value in list(target.namespace.values()):
        if isinstance(value, DAG):
            found.setdefault(value.dag_id, value)
    return found


def _taken(
    target: Target, others: Mapping[str, DAG], spec: PipelineSpec, location: SourceLocation
) -> SourceLocation | None:
    """
    Return where another pipeline or DAG with the same id comes from.
    """
    registered: dict[str, tuple[SourceLocation, SourceLocation]] = target.namespace.get(_REGISTRY, {})
    if spec.dag_id in registered:
        call, where = registered[spec.dag_id]
        # The same call once more is the same file once more, as when a notebook's cell is run again.
        return None if call == location else where
    other = others.get(spec.dag_id)
    return None if other is None else SourceLocation(other.fileloc, 0)


def _put(dag: DAG, spec: PipelineSpec, target: Target, location: SourceLocation) -> None:
    namespace = target.namespace
    registered = namespace.setdefault(_REGISTRY, {})
    key = dag.dag_id
    # A name of the user's own is never overwritten. Airflow looks at the values only.
    while key in namespace and not (spec.dag_id in registered and isinstance(namespace[key], DAG)):
        key += "_dag"
    namespace[key] = dag
    registered[dag.dag_id] = (location, spec.location)


def _door() -> DagBagHook | None:
    """
    Return the door of the DagBag that is loading the file. Only finding it is beyond Airflow's API: its `process_file`
    is on the stack.
    """
    for frame in _frames():
        if frame.f_code.co_name == "process_file":
            bag = frame.f_locals.get("self")
            if isinstance(getattr(bag, "import_errors", None), dict):
                return guarded(bag)
    return None
