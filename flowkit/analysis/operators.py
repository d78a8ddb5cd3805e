"""
What is known about a lazily imported name without importing it: whether it exists, and the arguments of an operator.

Where the source is not clear, the module is imported after all: a check may take longer, but it does not guess.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from flowkit.analysis.class_order import UnclearError, order_of
from flowkit.analysis.modules import (
    Definition,
    definition_of,
    missing_part,
    modules_in,
    names_in,
    spec_of,
)
from flowkit.analysis.operator_source import OperatorSource, read_operator
from flowkit.base.call_site import SourceLocation
from flowkit.base.errors import LazyImportError
from flowkit.base.exception_text import class_name, sentence
from flowkit.base.interruption import is_interruption
from flowkit.base.lazy_names import (
    Import,
    LazyImport,
    declared,
    import_of,
    name_of,
    no_such_module,
    no_such_name,
)
from flowkit.base.operator_classes import is_operator_class, not_an_operator
from flowkit.base.problems import Problem
from flowkit.model.collection import current_collection


def loaded_if_needed(value: Any) -> Any | None:
    """
    Return the object behind *value* if it is imported already, or Airflow is about to need it; else `None`.
    """
    if type(value) is not LazyImport:
        return value
    what = import_of(value)
    return what.load() if _is_needed(what) else None


def load_problem(value: LazyImport) -> Problem | None:
    """
    Import the object behind *value*, and return the problem if that fails.
    """
    what = import_of(value)
    try:
        what.load()
    except LazyImportError as error:
        return error.problem
    except BaseException as error:  # importing a module may raise anything
        if is_interruption(error):
            raise
        message = sentence(f"Importing the module {what.module!r} raised {class_name(error)}", error)
        return Problem("FK513", message, "Fix the module, or install what it needs.", what.location)
    return None


def operator_problem(value: LazyImport, location: SourceLocation) -> Problem | None:
    """
    Return the problem if *value* is not an operator; *location* is that of the call `operator(value, …)`.
    """
    what = import_of(value)
    source = None if _is_needed(what) else operator_source(value)
    if source is None:
        problem = (None if _is_needed(what) else problem_of(what)) or load_problem(value)
        if problem is not None:
            return problem
        is_operator = is_operator_class(what.load())
    else:
        is_operator = source.is_operator
    if is_operator:
        return None
    message, hint = not_an_operator(name_of(value))
    return Problem("FK008", f"{message}.", hint, location)


def is_lazy_operator(value: LazyImport) -> bool:
    """
    Return whether *value* is the class of an operator.
    """
    source = operator_source(value)
    if source is not None:
        return source.is_operator
    return operator_problem(value, SourceLocation("", 0)) is None


def is_lazy_sensor(value: LazyImport) -> bool:
    """
    Return whether the class *value* is certainly a sensor, as its source says.
    """
    what = import_of(value)
    definition = definition_of(what.module, what.name) if what.name is not None else None
    if definition is None:
        return False
    try:
        return any(
            isinstance(cls, Definition) and cls.name == "BaseSensorOperator" for cls in order_of(definition)
        )
    except (UnclearError, RecursionError):
        return False


def _is_needed(what: Import) -> bool:
    # When Airflow loads the file, it is about to need the class; flowkit's commands never do.
    return what.loaded or (current_collection() is None and "airflow.sdk" in sys.modules)


def problem_of(value: LazyImport | Import) -> Problem | None:
    """
    Return the problem if *value* cannot be imported. It is imported only where its source is not clear.
    """
    what = value if isinstance(value, Import) else import_of(value)
    if what.loaded:
        return None if what.name is None else load_problem(LazyImport(what))
    for module in (what.module, *what.also):
        missing = missing_part(module)
        if missing is not None:
            return no_such_module(what, missing, modules_in(missing.rpartition(".")[0]))
    if what.name is None:
        return None
    bound = names_in(what.module)
    if bound is not None and what.name in bound.names:
        return None
    if spec_of(what.path) is not None:
        return None
    if bound is None or bound.dynamic:
        return load_problem(LazyImport(what))
    spec = spec_of(what.module)
    submodules = modules_in(what.module) if spec and spec.submodule_search_locations is not None else ()
    return no_such_name(what, (*bound.names, *(name.rpartition(".")[2] for name in submodules)))


def declared_problems(files: Iterable[str]) -> list[Problem]:
    """
    Return the problems of all lazy imports of *files*, which were loaded, whether or not a pipeline uses them.
    """
    imports = (what for file in files if file in declared for what in declared[file][1])
    return [problem for what in imports if (problem := problem_of(what)) is not None]


def operator_source(value: LazyImport) -> OperatorSource | None:
    """
    Return what is known about a lazily imported operator from its source; `None` where that is not clear.
    """
    what = import_of(value)
    return read_operator(what.module, what.name) if what.name is not None else None
