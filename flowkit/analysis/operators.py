"""
What can be said of a lazily imported name without importing it: whether it exists, and what an operator takes.

What the source does not show is imported after all: a check may take longer, but it does not guess.
"""

from __future__ import annotations

import ast
import functools
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, TypeAlias, final

import attrs

from flowkit.analysis.modules import (
    Found,
    definition_of,
    expression_in,
    missing_part,
    modules_in,
    source_of,
    spec_of,
)
from flowkit.base.call_site import SourceLocation
from flowkit.base.errors import LazyImportError
from flowkit.base.lazy_names import (
    Import,
    LazyImport,
    declared,
    import_of,
    name_of,
    no_such_module,
    no_such_name,
)
from flowkit.base.problems import Problem
from flowkit.model.collection import current_collection

# Classes that give an operator no argument, the last of them since Airflow's own base stands before it.
_EMPTY: Final = {"ABC", "Generic", "Protocol", "object", "LoggingMixin"}
# Where `task(…)` takes over.
_BASES: Final = {"BaseOperator", "AbstractOperator"}
_MAKES_TEXTS: Final = {"tuple", "list", "set", "frozenset", "sorted", "union"}
_MAKES_INIT: Final = {"attrs", "define", "dataclass", "frozen", "mutable", "s"}

_Bases: TypeAlias = "tuple[Found | str, ...]"


@final
@attrs.frozen
class Init:
    """
    One constructor of an operator.
    """

    parameters: dict[str, bool]
    """The parameters that have names, and whether each must be given."""

    passes_on: bool
    """Whether it takes arguments that it does not name."""

    operator: bool
    """Whether its class is an operator, and not only mixed into some."""


@final
@attrs.frozen
class OperatorSource:
    """
    What the source of an operator says.
    """

    is_operator: bool

    inits: tuple[Init, ...]
    """Its constructors, its own first, without that of Airflow's `BaseOperator`."""

    template_fields: frozenset[str]


class _UnclearError(Exception):
    """
    The source does not show it.
    """


def at_hand(value: Any) -> Any | None:
    """
    Return what *value* stands for if that costs nothing, or Airflow is about to need it; else `None`.
    """
    if type(value) is not LazyImport:
        return value
    what = import_of(value)
    return what.load() if _is_needed(what) else None


def load_problem(value: LazyImport) -> Problem | None:
    """
    Import what *value* stands for, and return why that cannot be done.
    """
    what = import_of(value)
    try:
        what.load()
    except LazyImportError as error:
        return error.problem
    except Exception as error:  # noqa: BLE001 - a module may raise what it likes when it is imported
        text = " ".join(str(error).split()).rstrip(".")
        message = f"The module {what.module!r} cannot be imported: it raised {type(error).__name__}: {text}."
        return Problem("FK513", message, "Mend the module, or install what it needs.", what.location)
    return None


def operator_problem(value: LazyImport, location: SourceLocation) -> Problem | None:
    """
    Return why `operator(value, …)` at *place* cannot be an operator, or `None`.
    """
    what = import_of(value)
    source = None if _is_needed(what) else operator_source(value)
    if source is None:
        problem = (None if _is_needed(what) else problem_of(what)) or load_problem(value)
        if problem is not None:
            return problem
        loaded = what.load()
        # By name: flowkit's rules know nothing of Airflow.
        is_operator = isinstance(loaded, type) and any(base.__name__ in _BASES for base in loaded.__mro__)
    else:
        is_operator = source.is_operator
    if is_operator:
        return None
    message = f"operator() got {name_of(value)}, which is not an operator of Airflow."
    hint = "Give a class that inherits from airflow.sdk.BaseOperator, or call a function with python(fn, …)."
    return Problem("FK008", message, hint, location)


def is_lazy_operator(value: LazyImport) -> bool:
    """
    Return whether *value* stands for a class of operators.
    """
    source = operator_source(value)
    if source is not None:
        return source.is_operator
    return operator_problem(value, SourceLocation("", 0)) is None


def _is_needed(what: Import) -> bool:
    # When Airflow loads the file, it needs the class in a moment; under flowkit's commands nobody will.
    return what.loaded or (current_collection() is None and "airflow.sdk" in sys.modules)


def problem_of(value: LazyImport | Import) -> Problem | None:
    """
    Return why *value* cannot be imported, as far as its source shows; where that shows nothing, by importing it.
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
    source = source_of(what.module)
    if source is not None and what.name in source.names:
        return None
    if spec_of(what.path) is not None:
        return None
    if source is None or source.dynamic:
        return load_problem(LazyImport(what))
    spec = spec_of(what.module)
    inside = modules_in(what.module) if spec and spec.submodule_search_locations is not None else ()
    return no_such_name(what, (*source.names, *(name.rpartition(".")[2] for name in inside)))


def declared_problems(files: Iterable[str]) -> list[Problem]:
    """
    Return what is wrong with the lazy imports of *files*, which were loaded, whether or not a pipeline uses them.
    """
    found = (problem_of(what) for file in files if file in declared for what in declared[file][1])
    return [problem for problem in found if problem is not None]


def operator_source(value: LazyImport) -> OperatorSource | None:
    """
    Return what the source of a lazily imported operator says; `None` where it does not say enough.
    """
    what = import_of(value)
    return _read(what.module, what.name) if what.name is not None else None


@functools.cache
def _read(module: str, name: str) -> OperatorSource | None:
    found = definition_of(module, name)
    if found is None:
        return None
    if not isinstance(found.node, ast.ClassDef):
        return OperatorSource(is_operator=False, inits=(), template_fields=frozenset())
    inits = inits_of(found)
    try:
        order = _order(found)
        fields = _template_fields(order)
    except (_UnclearError, RecursionError):
        return None
    is_operator = any(isinstance(one, str) for one in order)
    return None if inits is None else OperatorSource(is_operator, inits, fields)


def inits_of(found: Found) -> tuple[Init, ...] | None:
    """
    Return the constructors of a class, its own first, without that of `BaseOperator`; `None` where nobody can say.
    """
    try:
        inits = [_init(one) for one in _order(found) if isinstance(one, Found)]
    except (_UnclearError, RecursionError):
        return None
    return tuple(init for init in inits if init is not None)


@functools.cache
def _order(found: Found) -> _Bases:
    """
    Return a class and its bases in the order in which Python asks them; Airflow's own base as its name.
    """
    bases = _bases(found)
    rows: list[list[Found | str]] = [
        list(_order(base)) if isinstance(base, Found) else [base] for base in bases
    ]
    return (found, *_merged([*rows, list(bases)]))


def _merged(rows: list[list[Found | str]]) -> list[Found | str]:
    merged: list[Found | str] = []
    while rows := [row for row in rows if row]:
        heads = (row[0] for row in rows)
        first = next((head for head in heads if not any(head in row[1:] for row in rows)), None)
        if first is None:
            raise _UnclearError
        merged.append(first)
        rows = [[one for one in row if one != first] for row in rows]
    return merged


def _bases(found: Found) -> _Bases:
    node = found.node
    if not isinstance(node, ast.ClassDef) or any(_last(one) in _MAKES_INIT for one in node.decorator_list):
        raise _UnclearError
    bases: list[Found | str] = []
    for expression in node.bases:
        name = _last(expression)
        if name in _EMPTY:
            continue
        if name in _BASES:
            bases.append("BaseOperator")
            continue
        base = expression_in(found.module, expression)
        if base is None:
            raise _UnclearError
        bases.append("BaseOperator" if base.name in _BASES else base)
    return tuple(dict.fromkeys(bases))


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Subscript):
        return _last(node.value)
    if isinstance(node, ast.Call):
        return _last(node.func)
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _init(found: Found) -> Init | None:
    node = found.node
    made: ast.FunctionDef | None = None
    for statement in getattr(node, "body", ()):
        if isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
            made = statement
        elif isinstance(statement, ast.If | ast.Try):
            inner = (getattr(one, "name", "") for one in ast.walk(statement))
            if "__init__" in inner:
                raise _UnclearError
    if made is None:
        return None
    given = made.args
    by_position = [*given.posonlyargs, *given.args]
    required = len(by_position) - len(given.defaults)
    parameters = {one.arg: index < required for index, one in enumerate(by_position) if one.arg != "self"}
    for one in given.posonlyargs:
        parameters.pop(one.arg, None)
    for one, default in zip(given.kwonlyargs, given.kw_defaults, strict=True):
        parameters[one.arg] = default is None
    for popped in _popped(made):
        parameters.setdefault(popped, False)
    operator = any(isinstance(one, str) for one in _order(found))
    return Init(parameters, given.kwarg is not None, operator)


def _popped(made: ast.FunctionDef) -> Iterator[str]:
    # `kwargs.pop("name", …)`: one more argument, which no other constructor need know.
    rest = made.args.kwarg.arg if made.args.kwarg is not None else None
    for one in ast.walk(made):
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr == "pop":
            key = one.args[0] if one.args else None
            if getattr(one.func.value, "id", "") == rest and isinstance(key, ast.Constant):
                yield str(key.value)


def _template_fields(order: _Bases) -> frozenset[str]:
    for found in order:
        if isinstance(found, str):
            break
        for statement in reversed(getattr(found.node, "body", [])):
            if getattr(statement, "name", "") == "template_fields":
                return frozenset()  # a property: only the operator itself knows
            targets: Sequence[Any] = getattr(statement, "targets", [getattr(statement, "target", None)])
            value = getattr(statement, "value", None)
            if value is not None and any(getattr(one, "id", "") == "template_fields" for one in targets):
                return frozenset(_texts(found, value))
    return frozenset()


def _texts(found: Found, node: ast.expr) -> tuple[str, ...]:
    """
    Return the texts that an expression in the body of a class gives.
    """
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return (node.value,)
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return tuple(text for one in node.elts for text in _texts(found, one))
    if isinstance(node, ast.Starred):
        return _texts(found, node.value)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.BitOr):
        return (*_texts(found, node.left), *_texts(found, node.right))
    if isinstance(node, ast.Call) and _last(node.func) in _MAKES_TEXTS:
        joined = [node.func.value] if isinstance(node.func, ast.Attribute) else []
        return tuple(text for one in (*joined, *node.args) for text in _texts(found, one))
    return _texts_elsewhere(found, node)


def _texts_elsewhere(found: Found, node: ast.expr) -> tuple[str, ...]:
    if isinstance(node, ast.Attribute) and node.attr == "template_fields":
        if _last(node.value) in _BASES:
            return ()
        base = expression_in(found.module, node.value)
        if base is not None:
            return tuple(_template_fields(_order(base)))
    if isinstance(node, ast.Name):
        source = source_of(found.module)
        for what in source.names.get(node.id, ()) if source else ():
            if isinstance(what, ast.expr) and what is not node:
                return _texts(found, what)
    raise _UnclearError
