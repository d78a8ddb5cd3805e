"""
What is known about a lazily imported name without importing it: whether it exists, and the arguments of an operator.

Where the source is not clear, the module is imported after all: a check may take longer, but it does not guess.
"""

from __future__ import annotations

import ast
import functools
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, TypeAlias, final

import attrs

from flowkit.analysis.modules import (
    Definition,
    definition_in,
    definition_of,
    missing_part,
    modules_in,
    names_in,
    spec_of,
)
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
from flowkit.base.operator_classes import OPERATOR_BASES, is_operator_class, not_an_operator
from flowkit.base.problems import Problem
from flowkit.model.collection import current_collection

# Bases that add no argument to an operator; `LoggingMixin` comes after `BaseOperator` in the order of bases.
_WITHOUT_ARGUMENTS: Final = {"ABC", "Generic", "Protocol", "object", "LoggingMixin"}
_MAKES_SEQUENCE: Final = {"tuple", "list", "set", "frozenset", "sorted", "union"}
_MAKES_INIT: Final = {"attrs", "define", "dataclass", "frozen", "mutable", "s"}

_Bases: TypeAlias = "tuple[Definition | str, ...]"
"""Classes; Airflow's own base classes by their name only."""


@final
@attrs.frozen
class Init:
    """
    One constructor of an operator.
    """

    parameters: dict[str, bool]
    """The named parameters, and whether each is required."""

    passes_on: bool
    """Whether it has `**kwargs`."""

    is_operator: bool
    """Whether its class is an operator, not a mixin."""


@final
@attrs.frozen
class OperatorSource:
    """
    What is known about an operator from its source.
    """

    is_operator: bool

    inits: tuple[Init, ...]
    """Its constructors, its own first, without that of `BaseOperator`."""

    template_fields: frozenset[str]


class _UnclearError(Exception):
    """
    The source is not clear.
    """


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
            isinstance(cls, Definition) and cls.name == "BaseSensorOperator" for cls in _order(definition)
        )
    except (_UnclearError, RecursionError):
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
    return _read(what.module, what.name) if what.name is not None else None


@functools.cache
def _read(module: str, name: str) -> OperatorSource | None:
    definition = definition_of(module, name)
    if definition is None:
        return None
    if not isinstance(definition.node, ast.ClassDef):
        return OperatorSource(is_operator=False, inits=(), template_fields=frozenset())
    inits = inits_of(definition)
    try:
        fields = _template_fields(_order(definition))
        is_operator = _is_operator(definition)
    except (_UnclearError, RecursionError):
        return None
    return None if inits is None else OperatorSource(is_operator, inits, fields)


def _is_operator(definition: Definition) -> bool:
    return any(isinstance(cls, str) for cls in _order(definition))


def inits_of(definition: Definition) -> tuple[Init, ...] | None:
    """
    Return the constructors of a class, its own first, without that of `BaseOperator`; `None` where that is not clear.
    """
    try:
        inits = [_init(cls) for cls in _order(definition) if isinstance(cls, Definition)]
    except (_UnclearError, RecursionError):
        return None
    return tuple(init for init in inits if init is not None)


@functools.cache
def _order(definition: Definition) -> _Bases:
    """
    Return the method resolution order of a class.
    """
    bases = _bases(definition)
    rows: list[list[Definition | str]] = [
        list(_order(base)) if isinstance(base, Definition) else [base] for base in bases
    ]
    return (definition, *_merge_c3([*rows, list(bases)]))


def _merge_c3(rows: list[list[Definition | str]]) -> list[Definition | str]:
    merged: list[Definition | str] = []
    while rows := [row for row in rows if row]:
        heads = (row[0] for row in rows)
        first = next((head for head in heads if not any(head in row[1:] for row in rows)), None)
        if first is None:
            raise _UnclearError
        merged.append(first)
        rows = [[cls for cls in row if cls != first] for row in rows]
    return merged


def _bases(definition: Definition) -> _Bases:
    node = definition.node
    if not isinstance(node, ast.ClassDef) or any(
        _last_name(decorator) in _MAKES_INIT for decorator in node.decorator_list
    ):
        raise _UnclearError
    bases: list[Definition | str] = []
    for expression in node.bases:
        name = _last_name(expression)
        if name in _WITHOUT_ARGUMENTS:
            continue
        if name in OPERATOR_BASES:
            bases.append("BaseOperator")
            continue
        base = definition_in(definition.module, expression)
        if base is None:
            raise _UnclearError
        bases.append("BaseOperator" if base.name in OPERATOR_BASES else base)
    return tuple(dict.fromkeys(bases))


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Subscript):
        return _last_name(node.value)
    if isinstance(node, ast.Call):
        return _last_name(node.func)
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _init(definition: Definition) -> Init | None:
    init: ast.FunctionDef | None = None
    for statement in getattr(definition.node, "body", ()):
        if isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
            init = statement
        elif isinstance(statement, ast.If | ast.Try) and "__init__" in (
            getattr(node, "name", "") for node in ast.walk(statement)
        ):
            raise _UnclearError
    if init is None:
        return None
    args = init.args
    positional = [*args.posonlyargs, *args.args]
    required = len(positional) - len(args.defaults)
    parameters = {arg.arg: index < required for index, arg in enumerate(positional) if arg.arg != "self"}
    for arg in args.posonlyargs:
        parameters.pop(arg.arg, None)
    for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        parameters[arg.arg] = default is None
    for name in _popped_names(init):
        parameters.setdefault(name, False)
    return Init(parameters, args.kwarg is not None, _is_operator(definition))


def _popped_names(init: ast.FunctionDef) -> Iterator[str]:
    # `kwargs.pop("name", …)` is one more argument, which the other constructors do not receive.
    kwargs = init.args.kwarg.arg if init.args.kwarg is not None else None
    for node in ast.walk(init):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "pop":
            key = node.args[0] if node.args else None
            if getattr(node.func.value, "id", "") == kwargs and isinstance(key, ast.Constant):
                yield str(key.value)


def _template_fields(order: _Bases) -> frozenset[str]:
    for cls in order:
        if isinstance(cls, str):
            break
        for statement in reversed(getattr(cls.node, "body", [])):
            if getattr(statement, "name", "") == "template_fields":
                return frozenset()  # a property: its value is known at run time only
            targets: Sequence[Any] = getattr(statement, "targets", [getattr(statement, "target", None)])
            value = getattr(statement, "value", None)
            if value is not None and any(getattr(node, "id", "") == "template_fields" for node in targets):
                return frozenset(_strings(cls, value))
    return frozenset()


def _strings(cls: Definition, node: ast.expr) -> tuple[str, ...]:
    """
    Return the strings in the value of an expression in the body of a class.
    """
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return (node.value,)
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return tuple(string for element in node.elts for string in _strings(cls, element))
    if isinstance(node, ast.Starred):
        return _strings(cls, node.value)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.BitOr):
        return (*_strings(cls, node.left), *_strings(cls, node.right))
    if isinstance(node, ast.Call) and _last_name(node.func) in _MAKES_SEQUENCE:
        owner = [node.func.value] if isinstance(node.func, ast.Attribute) else []
        return tuple(string for part in (*owner, *node.args) for string in _strings(cls, part))
    return _referenced_strings(cls, node)


def _referenced_strings(cls: Definition, node: ast.expr) -> tuple[str, ...]:
    if isinstance(node, ast.Attribute) and node.attr == "template_fields":
        if _last_name(node.value) in OPERATOR_BASES:
            return ()
        base = definition_in(cls.module, node.value)
        if base is not None:
            return tuple(_template_fields(_order(base)))
    if isinstance(node, ast.Name):
        bound = names_in(cls.module)
        for meaning in bound.names.get(node.id, ()) if bound else ():
            if isinstance(meaning, ast.expr) and meaning is not node:
                return _strings(cls, meaning)
    raise _UnclearError
