"""
The problems that `register` reports, as opposed to those of a pipeline itself. This module does not import Airflow.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import FunctionType

from flowkit.base.call_site import SourceLocation
from flowkit.base.exception_text import class_name, exception_text, sentence
from flowkit.base.internal_error import internal_error, is_internal
from flowkit.base.printable import printable
from flowkit.base.problems import Problem
from flowkit.model.collection import BrokenPipeline
from flowkit.model.pipeline import PipelineSpec

_MAX_NAME_CHARS = 100


def no_pipelines(location: SourceLocation) -> Problem:
    """
    Return the problem of a call of `register` without any pipeline.
    """
    hint = "Pass a pipeline, or generate(build, configs) with at least one configuration."
    return Problem("FK405", "register() got no pipelines.", hint, location)


def not_a_pipeline(item: object, location: SourceLocation) -> Problem:
    """
    Return the problem of an argument of `register` that is not a pipeline.
    """
    kind = class_name(item)
    message = f"register() takes pipelines, not {kind}."
    hint = "Pass Pipeline(…), or generate(build, configs)."
    is_own = type(item).__module__.startswith("flowkit.")
    if is_own and kind == "OpenGroup":
        message = f"register() got {item!r}: the group is still open."
        hint = "Close it with .end(), which returns to the pipeline."
    elif is_own and kind == "Group":
        hint = 'A group is part of a pipeline: Pipeline("…").then(group).'
    elif is_own and kind == "Task":
        hint = 'A task is part of a pipeline: Pipeline("…").then(task).'
    elif issubclass(type(item), Mapping):
        hint = "Pass its values: register(*pipelines.values())."
    elif type(item) in {FunctionType, type}:
        name = printable(str(getattr(item, "__name__", "build")), _MAX_NAME_CHARS)
        hint = f"Call it: register({name}(…)), or make one for each configuration: generate({name}, configs)."
    return Problem("FK405", message, hint, location)


def broken_iterable(items: object, error: BaseException | None, location: SourceLocation) -> Problem:
    """
    Return the problem of a list, or another iterable, that raised *error*; that contains itself if it is `None`.
    """
    if error is None:
        message = f"register() got a {class_name(items)} that contains itself or is nested too deeply."
        return Problem("FK405", message, "Pass the pipelines themselves.", location)
    start = f"register() could not read the items of {class_name(items)}, which raised {class_name(error)}"
    return Problem("FK405", sentence(start, error), "Pass a list of pipelines.", location)


def too_many_pipelines(limit: int, location: SourceLocation) -> Problem:
    """
    Return the problem of an iterable that yields more than *limit* items.
    """
    message = f"register() got more than {limit:,} items; the rest is not read."
    return Problem("FK405", message, "Pass an iterable that ends.", location)


def foreign_failure(pipeline: object, result: object, location: SourceLocation) -> Problem:
    """
    Return the problem of an object of the user's own with a `build()` that returned, or raised, *result*.
    """
    start = f"register() got {class_name(pipeline)}, whose build()"
    if isinstance(result, BaseException):
        message = sentence(f"{start} raised {class_name(result)}", result)
    else:
        message = f"{start} returned {class_name(result)}, not what Pipeline.build() returns."
    return Problem("FK405", message, "Pass Pipeline(…), or generate(build, configs).", location)


def registered_in_helper(module: str, file: str, location: SourceLocation) -> Problem:
    """
    Return the problem of a call of `register` at the import of *module*, a helper of the DAG file *file*.
    """
    message = (
        f"register() was called while the module {module!r} was imported, not in the DAG file "
        f"({Path(file).name}). Python imports a module once per process, so the next DAG file that imports it would "
        "get no DAGs."
    )
    hint = "Call register() in the DAG file itself, or in a function that the DAG file calls."
    return Problem("FK406", message, hint, location)


def duplicate_pipeline(spec: PipelineSpec, first: SourceLocation) -> BrokenPipeline:
    """
    Return *spec* as a broken pipeline: another one with the same id, at *first*, was registered before it.
    """
    message = (
        f"Duplicate dag_id {spec.dag_id!r}, first defined at {first}; Airflow would silently keep only one."
    )
    problem = Problem("FK404", message, "Give one of them another dag_id.", spec.location, spec.dag_id)
    return broken_pipeline(spec, problem)


def rejected_by_airflow(
    error: BaseException,
    what: str,
    location: SourceLocation,
    dag_id: str,
    *,
    cause: BaseException | None = None,
) -> Problem:
    """
    Return the problem of *what* (such as `task 'load'`), for which Airflow, or what it called, raised *error*.

    The message quotes *cause*, or else the error itself.
    """
    if is_internal(error):
        return internal_error(error, location, dag_id)
    text = exception_text(error if cause is None else cause) or class_name(error)
    message = f"Airflow rejected {what}: {text}."
    hint = f"Airflow raised {class_name(error)}; fix what its message names."
    return Problem("FK901", message, hint, location, dag_id)


def broken_pipeline(spec: PipelineSpec, *problems: Problem) -> BrokenPipeline:
    """
    Return what stands for *spec* where it cannot be registered because of *problems*.
    """
    return BrokenPipeline(problems=problems, dag_id=spec.dag_id, location=spec.location)
