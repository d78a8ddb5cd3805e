"""
The constructors of operators as the stubs have them: with the arguments of all bases, without those of every task.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Final, final

import attrs

from flowkit.analysis.class_order import UnclearError, last_name, order_of
from flowkit.analysis.constructor_chain import SET_BY_FLOWKIT, Constructor, joined
from flowkit.analysis.modules import Alias, Definition, definition_of
from flowkit.analysis.operator_source import links_of
from flowkit.base.record import evolve, record
from flowkit.stubs.parameter_docs import parameter_docs
from flowkit.stubs.stub_functions import default_text, optional
from flowkit.stubs.stub_scope import StubScope

_BASE_OPERATOR: Final = ("airflow.sdk.bases.operator", "BaseOperator")
_SENSOR: Final = "BaseSensorOperator"
_POKE_ONLY: Final = "poke_mode_only"


@final
@record
class Parameter:
    """
    A parameter of a constructor.
    """

    name: str

    module: str
    """The module whose names its annotation uses."""

    node: ast.arg | None
    """`None` if only its name is known."""

    default: ast.expr | None

    required: bool

    docs: str
    """Its `:param name:` field; empty if it has none."""

    cls: str
    """The class whose constructor has it."""


@final
@attrs.frozen
class OperatorClass:
    """
    The class of an operator, as far as its stub needs it.
    """

    parameters: tuple[Parameter, ...]

    open: bool
    """Whether it takes arguments with other names, too."""

    order: tuple[Definition, ...]
    """Its bases, itself first, without `BaseOperator` and those after it."""

    modes: tuple[str, ...]
    """The values of a sensor's `mode`; empty for other operators."""


def operator_class(definition: Definition, *, with_options: bool) -> OperatorClass | None:
    """
    Return what the stub of a class needs; `None` if it is not an operator, or its source does not show its arguments.

    Args:
        definition: The class.

        with_options: Whether to keep what Airflow's own constructor takes: `task_id`, `retries` and so on.
    """
    try:
        order = order_of(definition)
    except (UnclearError, RecursionError):
        return None
    links = links_of(definition)
    if links is None or "BaseOperator" not in order:
        return None
    classes = tuple(cls for cls in order[: order.index("BaseOperator")] if isinstance(cls, Definition))
    constructor = joined(links)
    known = _known_parameters(classes)
    parameters = [
        evolve(known[name], required=name in constructor.required)
        for name in known
        if name in constructor.own
    ]
    parameters += [_unknown(name, constructor) for name in sorted(constructor.own - known.keys())]
    if with_options:
        parameters += _options(constructor, {parameter.name for parameter in parameters})
    return OperatorClass(tuple(parameters), constructor.open, classes, _modes(classes))


def _known_parameters(classes: tuple[Definition, ...]) -> dict[str, Parameter]:
    known: dict[str, Parameter] = {}
    docs: dict[str, str] = {}
    for cls in classes:
        for name, text in _docs_of(cls).items():
            docs.setdefault(name, text)
    for cls in classes:
        for parameter in _own_parameters(cls):
            known.setdefault(parameter.name, evolve(parameter, docs=docs.get(parameter.name, "")))
    return known


def _docs_of(cls: Definition) -> Mapping[str, str]:
    docs: dict[str, str] = {}
    for node in (cls.node, _init_of(cls)):
        if node is not None:
            docs = {**parameter_docs(ast.get_docstring(node) or ""), **docs}
    return docs


def _own_parameters(cls: Definition) -> Iterator[Parameter]:
    init = _init_of(cls)
    if init is None:
        return
    args = init.args
    positional = [*args.posonlyargs, *args.args][1:]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(args.defaults))
    pairs = [*zip(positional, [*defaults, *args.defaults], strict=False)]
    pairs += zip(args.kwonlyargs, args.kw_defaults, strict=True)
    for arg, default in pairs:
        yield Parameter(arg.arg, cls.module, arg, default, default is None, "", cls.name)


def _init_of(cls: Definition) -> ast.FunctionDef | None:
    functions = [
        node
        for node in getattr(cls.node, "body", ())
        if isinstance(node, ast.FunctionDef) and node.name == "__init__"
    ]
    return functions[-1] if functions else None


def _unknown(name: str, constructor: Constructor) -> Parameter:
    return Parameter(name, "", None, None, name in constructor.required, "", "")


def _options(constructor: Constructor, known: set[str]) -> list[Parameter]:
    base = definition_of(*_BASE_OPERATOR)
    options = {} if base is None else {parameter.name: parameter for parameter in _own_parameters(base)}
    wanted = (constructor.options | SET_BY_FLOWKIT) - known
    return [evolve(options[name], required=False) for name in options if name in wanted]


def _modes(classes: tuple[Definition, ...]) -> tuple[str, ...]:
    if not any(cls.name == _SENSOR for cls in classes):
        return ()
    for cls in classes:
        node = cls.node
        if any(last_name(decorator) == _POKE_ONLY for decorator in node.decorator_list):
            return ("poke",)
        for statement in getattr(node, "body", ()):
            targets = getattr(statement, "targets", [getattr(statement, "target", None)])
            if any(getattr(target, "id", "") == "valid_modes" for target in targets):
                return _strings(getattr(statement, "value", None))
    return ()


def _strings(node: ast.expr | None) -> tuple[str, ...]:
    values = [getattr(element, "value", None) for element in getattr(node, "elts", ())]
    return tuple(str(value) for value in values) if all(isinstance(value, str) for value in values) else ()


def signature(operator: OperatorClass, scope: StubScope) -> list[str]:
    """
    Return the parameters of the constructor in the stub, `self` first.
    """
    parts = ["self"]
    if operator.parameters:
        parts.append("*")
    for parameter in operator.parameters:
        annotation = _annotation(parameter, operator, scope)
        default = "" if parameter.required else f" = {default_text(parameter.default)}"
        parts.append(f"{parameter.name}: {annotation}{default}")
    if operator.open:
        parts.append(f"**kwargs: {scope.any()}")
    return parts


def _annotation(parameter: Parameter, operator: OperatorClass, scope: StubScope) -> str:
    if parameter.name == "mode" and parameter.cls == _SENSOR and operator.modes:
        literal = scope.imported(Alias("typing", "Literal"))
        return f"{literal}[{', '.join(map(repr, operator.modes))}]"
    if parameter.node is not None and parameter.node.annotation is not None:
        annotation = scope.annotation(parameter.node.annotation, parameter.module)
        return optional(annotation, parameter.default, scope)
    # The type of a number as a default says little: a `timedelta` may be accepted as well.
    value = parameter.default.value if isinstance(parameter.default, ast.Constant) else None
    return type(value).__name__ if isinstance(value, (str, bool)) else scope.any()
