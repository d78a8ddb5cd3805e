"""
Conditions that a module decides while it is imported, such as the version of Airflow, without importing it.
"""

from __future__ import annotations

import ast
import functools
import importlib.metadata
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from packaging.version import InvalidVersion, Version

from flowkit.analysis.modules import names_in, spec_of

# Airflow's providers have constants such as `AIRFLOW_V_3_1_PLUS`, each in a module `version_compat` of its own.
_AT_LEAST: Final = re.compile(r"AIRFLOW_V_(\d+)_(\d+)(?:_(\d+))?_PLUS")
_CATCHES_IMPORTS: Final = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}


def holds(test: ast.expr) -> bool | None:
    """
    Return whether a condition holds in the environment of this process; `None` if its source does not show that.
    """
    if isinstance(test, ast.Constant):
        return bool(test.value)
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = holds(test.operand)
        return None if inner is None else not inner
    if isinstance(test, ast.BoolOp):
        values = [holds(value) for value in test.values]
        decides = isinstance(test.op, ast.Or)
        if decides in values:
            return decides
        return None if None in values else not decides
    if isinstance(test, ast.Name | ast.Attribute):
        return _named(test.id if isinstance(test, ast.Name) else test.attr)
    if isinstance(test, ast.Compare):
        return _compared(test)
    return None


def _named(name: str) -> bool | None:
    if name == "TYPE_CHECKING":
        return True
    match = _AT_LEAST.fullmatch(name)
    if match is None:
        return None
    needed = tuple(int(part or 0) for part in match.groups())
    return _airflow_version() >= needed


@functools.cache
def _airflow_version() -> tuple[int, int, int]:
    for name in ("apache-airflow-core", "apache-airflow"):
        try:
            version = Version(importlib.metadata.version(name))
        except (importlib.metadata.PackageNotFoundError, InvalidVersion):
            continue
        return version.major, version.minor, version.micro
    return sys.maxsize, 0, 0


def _compared(test: ast.Compare) -> bool | None:
    subject = ast.unparse(test.left)
    if subject not in {"sys.version_info", "sys.platform"} or len(test.ops) != 1:
        return None
    try:
        value = ast.literal_eval(test.comparators[0])
    except ValueError:
        return None
    known = sys.platform if subject == "sys.platform" else sys.version_info
    operator = test.ops[0]
    try:
        if isinstance(operator, ast.GtE):
            return bool(known >= value)
        if isinstance(operator, ast.Lt):
            return bool(known < value)
    except TypeError:
        return None
    if isinstance(operator, ast.Eq):
        return bool(known == value)
    return bool(known != value) if isinstance(operator, ast.NotEq) else None


def is_importable(module: str, name: str | None) -> bool:
    """
    Return whether `import module`, or `from module import name`, would find something.
    """
    if spec_of(module) is None:
        return False
    if name is None or name == "*":
        return True
    bound = names_in(module)
    return bound is None or bound.dynamic or name in bound.names or spec_of(f"{module}.{name}") is not None


def taken(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """
    Yield the statements of a module or a class that are executed when it is imported, without the `if` around them.

    Where the source does not show which branch is taken, the names of the first one hide those of the others.
    """
    for node in body:
        if isinstance(node, ast.If):
            value = holds(node.test)
            if value is None:
                yield from _first_of_each([list(taken(node.body)), list(taken(node.orelse))])
            else:
                yield from taken(node.body if value else node.orelse)
        elif isinstance(node, ast.Try):
            yield from _tried(node)
        elif isinstance(node, ast.With):
            yield from taken(node.body)
        else:
            yield node


def _tried(node: ast.Try) -> Iterator[ast.stmt]:
    body = list(taken(node.body))
    handlers = [list(taken(handler.body)) for handler in node.handlers if _catches_imports(handler)]
    if handlers and not all(_is_possible(statement) for statement in body):
        possible = [statement for statement in body if _is_possible(statement)]
        yield from _first_of_each([*handlers, possible])
    else:
        yield from body
        yield from taken(node.orelse)
    yield from taken(node.finalbody)


def _catches_imports(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or getattr(kind, "id", "") in _CATCHES_IMPORTS for kind in caught)


def _is_possible(node: ast.stmt) -> bool:
    """
    Return whether a statement does not fail as an import of something that is not installed.
    """
    if isinstance(node, ast.Import):
        return all(is_importable(alias.name, None) for alias in node.names)
    if isinstance(node, ast.ImportFrom) and not node.level:
        return all(is_importable(node.module or "", alias.name) for alias in node.names)
    return True


def _first_of_each(branches: Sequence[Sequence[ast.stmt]]) -> Iterator[ast.stmt]:
    known: set[str] = set()
    for branch in branches:
        fresh = [node for node in branch if known.isdisjoint(bound_names(node))]
        yield from fresh
        known.update(name for node in branch for name in bound_names(node))


def bound_names(node: ast.stmt) -> list[str]:
    """
    Return the names that a statement binds.
    """
    if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return [node.name]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [alias.asname or alias.name.partition(".")[0] for alias in node.names]
    return [
        name.id for name in ast.walk(node) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
    ]
