"""
What the source of an operator shows: its constructors and template fields, without importing it.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable
from typing import final

from flowkit.analysis.class_order import UnclearError, order_of
from flowkit.analysis.constructor_chain import Link
from flowkit.analysis.constructor_source import UNCLEAR_INIT, Init, class_body_inits, init_of
from flowkit.analysis.modules import Definition, definition_of
from flowkit.analysis.template_fields import template_fields_in
from flowkit.analysis.typed_dicts import UnpackedKeys, unpacked_keys
from flowkit.base.record import record


@final
@record
class OperatorSource:
    """
    What is known about an operator from its source.
    """

    is_operator: bool

    links: tuple[Link, ...]
    """Its classes, its own first, without `BaseOperator`."""

    template_fields: frozenset[str] | None
    """`None` if the source does not show them."""


@functools.cache
def read_operator(module: str, name: str) -> OperatorSource | None:
    """
    Return what is known about the class *name* of *module*, which may import it; `None` where that is not clear.
    """
    definition = definition_of(module, name)
    if definition is None:
        return None
    if not isinstance(definition.node, ast.ClassDef):
        return OperatorSource(is_operator=False, links=(), template_fields=frozenset())
    links = links_of(definition)
    if links is None:
        return None
    return OperatorSource(_is_operator(definition), links, _template_fields(definition))


def links_of(definition: Definition) -> tuple[Link, ...] | None:
    """
    Return the classes of an operator and their constructors, without `BaseOperator`; `None` where that is not clear.
    """
    try:
        order = order_of(definition)
        end = order.index("BaseOperator") if "BaseOperator" in order else len(order)
        return tuple(_link(cls) for cls in order[:end] if isinstance(cls, Definition))
    except (UnclearError, RecursionError):
        return None


def _link(definition: Definition) -> Link:
    node = definition.node
    init = None
    if isinstance(node, ast.ClassDef):
        init = own_init(node, functools.partial(unpacked_keys, definition.module))
    return Link(definition.name, init, _is_operator(definition))


def _is_operator(definition: Definition) -> bool:
    return any(isinstance(cls, str) for cls in order_of(definition))


def _template_fields(definition: Definition) -> frozenset[str] | None:
    try:
        return template_fields_in(order_of(definition))
    except (UnclearError, RecursionError):
        return None


def own_init(node: ast.ClassDef, unpacked: Callable[[ast.FunctionDef], UnpackedKeys]) -> Init | None:
    """
    Return the constructor that a class itself defines.

    Args:
        node: The class.

        unpacked: Returns the keys that the annotation of `**kwargs` allows, as `unpacked_keys` does.

    Raises:
        UnclearError: If that depends on the run.
    """
    if any(isinstance(statement, ast.FunctionDef) and statement.name == "__new__" for statement in node.body):
        return UNCLEAR_INIT
    inits = list(class_body_inits(node))
    if not inits:
        return None
    init = inits[-1]
    if init is None or None in inits:
        raise UnclearError
    keys, clear = unpacked(init)
    return init_of(init, node.name, keys, clear=clear)
