"""
Puts DAGs into the module that Airflow is loading, or into the caller's globals, and reports broken pipelines.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from types import FrameType
from typing import Any, final

from airflow.sdk import DAG, get_parsing_context
from airflow.sdk.definitions._internal.contextmanager import DagContext

from flowkit.airflow.compile import compile_pipeline
from flowkit.airflow.dagbag import DagBagHook, add_import_errors, hook_into
from flowkit.airflow.executors import unknown_executor
from flowkit.airflow.register_problems import broken_pipeline, duplicate_pipeline, registered_in_helper
from flowkit.airflow.shortcuts import configured_defaults
from flowkit.base.call_site import SourceLocation
from flowkit.base.errors import PipelineError, RegisterError, problems_of
from flowkit.base.gc_pause import gc_paused
from flowkit.base.internal_error import unexpected_error
from flowkit.base.interruption import is_interruption
from flowkit.base.record import record
from flowkit.model.collection import BrokenPipeline
from flowkit.model.pipeline import PipelineSpec

# In the user's module: by dag_id, the call that registered the pipeline and where the pipeline was defined.
_REGISTRY = "__flowkit_registered__"


@final
@record(eq=False)
class Target:
    """
    The module that the DAGs go into.
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
    only_one: bool,
) -> None:
    """
    Put the DAGs of *specs* where Airflow finds them, and report the problems of *broken*.

    All DAGs are compiled before the first is published, and the good ones are published before problems are raised.
    When a worker asks for *only_one* DAG, its problems are raised, so that they appear in the log of the task.

    Raises:
        RegisterError: If the call runs while a module other than the DAG file is imported.
        PipelineError: If there are problems, and no DagBag to report them to.
    """
    target = _target(namespace, location)
    hook = _current_dagbag_hook() if target.loading and not only_one else None
    with gc_paused():
        dags, rejected = _compile_all(specs, target, hook, location)
    broken = [*broken, *rejected]
    for dag, spec in dags:
        _add_global(dag, spec, target, location)
    if hook is None:
        if broken:
            raise PipelineError([problem for item in broken for problem in item.attributed_problems])
    else:
        hook.expect(dags, target.file)
        add_import_errors(hook.bag, target.file, broken)


def _compile_all(
    specs: Sequence[PipelineSpec], target: Target, hook: DagBagHook | None, location: SourceLocation
) -> tuple[list[tuple[DAG, PipelineSpec]], list[BrokenPipeline]]:
    """
    Return the DAGs of *specs*, and those of them that cannot be compiled or registered.
    """
    dags: list[tuple[DAG, PipelineSpec]] = []
    rejected: list[BrokenPipeline] = []
    # Listed once: a search for each of thousands of pipelines would take quadratic time.
    existing = _dags_in(target) if specs else {}
    configured = configured_defaults() if len(specs) > 1 else {}
    for spec in specs:
        first = _first_definition(target, existing, spec, location)
        if first is not None:
            rejected.append(duplicate_pipeline(spec, first))
            continue
        try:
            dag = compile_pipeline(spec, fileloc=target.file, configured=configured)
            problem = unknown_executor(dag, spec, hook.bag) if hook is not None else None
        except BaseException as error:
            if is_interruption(error):
                raise
            problems = problems_of(error) or (unexpected_error(error, spec.location, spec.dag_id),)
            rejected.append(broken_pipeline(spec, *problems))
            continue
        if problem is None:
            dags.append((dag, spec))
        else:
            rejected.append(broken_pipeline(spec, problem))
    return dags, rejected


def wanted_dag() -> str | None:
    """
    Return the id of the one DAG that Airflow needs from the file that it is loading; `None` when it needs all.

    Airflow leaves the variables that hold it in the environment of a task and of the programs that it starts, which
    is a bug. So they count only while Airflow is loading a file.
    """
    if not DagContext.current_autoregister_module_name:
        return None
    return get_parsing_context().dag_id


def _target(namespace: MutableMapping[str, Any] | None, location: SourceLocation) -> Target:
    loading = DagContext.current_autoregister_module_name
    module = sys.modules.get(loading) if loading else None
    if module is None:
        frame = _calling_frame()
        caller_globals = frame.f_globals if frame is not None else {}
        return Target(caller_globals if namespace is None else namespace, location.file, loading=False)

    _check_importer(module.__dict__, str(module.__file__), location)
    return Target(
        module.__dict__ if namespace is None else namespace,
        str(module.__file__ or location.file),
        loading=True,
    )


def _check_importer(namespace: dict[str, Any], file: str, location: SourceLocation) -> None:
    """
    Reject a call at the import of a helper module: helpers are imported once per process, so the DAGs would be found
    only in the first file that imports it, or in none.
    """
    for frame in _frames():
        if frame.f_code.co_name != "<module>":
            continue
        if frame.f_globals is namespace:
            return
        raise RegisterError(registered_in_helper(str(frame.f_globals.get("__name__", "?")), file, location))


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
    dags: dict[str, DAG] = {}
    for value in list(target.namespace.values()):
        if isinstance(value, DAG):
            dags.setdefault(value.dag_id, value)
    return dags


def _first_definition(
    target: Target, existing: Mapping[str, DAG], spec: PipelineSpec, location: SourceLocation
) -> SourceLocation | None:
    """
    Return where another pipeline or DAG with the same id is defined.
    """
    registered: dict[str, tuple[SourceLocation, SourceLocation]] = target.namespace.get(_REGISTRY, {})
    if spec.dag_id in registered:
        call, definition = registered[spec.dag_id]
        # The same call again means that the same code runs again, such as a notebook's cell.
        return None if call == location else definition
    other = existing.get(spec.dag_id)
    return None if other is None else SourceLocation(other.fileloc, 0)


def _add_global(dag: DAG, spec: PipelineSpec, target: Target, location: SourceLocation) -> None:
    namespace = target.namespace
    registered = namespace.setdefault(_REGISTRY, {})
    key = dag.dag_id
    # A name of the user's own is never overwritten; Airflow only looks at the values.
    while key in namespace and not (spec.dag_id in registered and isinstance(namespace[key], DAG)):
        key += "_dag"
    namespace[key] = dag
    registered[dag.dag_id] = (location, spec.location)


def _current_dagbag_hook() -> DagBagHook | None:
    """
    Return the hook of the DagBag that is loading the file; `None` if there is none.

    Airflow has no API to find that DagBag, but its `process_file` is on the stack.
    """
    for frame in _frames():
        if frame.f_code.co_name == "process_file":
            bag = frame.f_locals.get("self")
            if isinstance(getattr(bag, "import_errors", None), dict):
                return hook_into(bag)
    return None
