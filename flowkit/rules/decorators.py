"""
Whether Airflow has a task decorator, and its arguments: read from the source of the providers, without importing any.

Airflow finds the decorators of a provider by an entry point. That names a function, whose source holds a dict of them;
a decorator is a function that names the class of its operator. Where a source looks different nothing is reported:
Airflow checks the call when it loads the file.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final

from flowkit.analysis.constructor_chain import SET_BY_FLOWKIT, Constructor, joined
from flowkit.analysis.modules import definition_in, definition_of, spec_of
from flowkit.analysis.operator_source import links_of
from flowkit.base.call_site import SourceLocation
from flowkit.base.problems import Problem
from flowkit.base.record import evolve
from flowkit.base.suggestions import did_you_mean
from flowkit.model.calls import PythonCall
from flowkit.model.collection import current_collection
from flowkit.rules.messages import set_by_flowkit, task_option, unexpected_argument
from flowkit.rules.signatures import constructor_of

_GROUP: Final = "apache_airflow_provider"
_KEY: Final = "task-decorators"
_CLASS: Final = "decorated_operator_class"
# The function and its arguments come from `python(…)`.
_RESERVED: Final = (SET_BY_FLOWKIT - {"default_args"}) | {"python_callable", "op_args", "op_kwargs"}


def decorator_problems(call: PythonCall) -> Iterator[Problem]:
    """
    Yield the problems of `.by(…)` in *call*, as far as the sources of the installed providers show them.

    Only if one of flowkit's commands loads the file: Airflow checks the call itself, and pipelines can be built without
    the provider.
    """
    if call.decorator is None or current_collection() is None:
        return
    known = installed_decorators()
    if known is None:
        return
    if call.decorator.name not in known:
        yield no_such_decorator(call.decorator.name, known, call.location)
        return
    yield from argument_problems(call)


def no_such_decorator(name: str, known: Iterable[str], location: SourceLocation) -> Problem:
    """
    Return the problem of `.by(name, …)` at *location* if Airflow has only the decorators *known*.
    """
    hint = did_you_mean(name, known, otherwise="Is its provider installed?")
    return Problem("FK308", f"There is no decorator @task.{name}.", hint, location)


def argument_problems(call: PythonCall) -> Iterator[Problem]:
    """
    Yield the problems of unexpected and missing arguments in `.by(…)`.
    """
    decorator = call.decorator
    if decorator is None:
        return
    constructor = _constructor_of((installed_decorators() or {}).get(decorator.name, ""))
    if constructor is None:
        return
    by = f".by({decorator.name!r}, …)"
    for name in decorator.kwargs:
        if name in _RESERVED:
            yield Problem("FK303", *set_by_flowkit(by, name), call.location)
        elif name == "pod" and name not in constructor.own:
            yield Problem("FK303", *task_option(by, name, "task(…, pod=…)"), call.location)
        elif not _accepts(constructor, name):
            own = sorted(constructor.own - _RESERVED)
            otherwise = f"Its arguments are: {', '.join(own) or 'none'}."
            message, hint = unexpected_argument(f"@task.{decorator.name}", name, own, otherwise=otherwise)
            yield Problem("FK301", message, hint, call.location)
    missing = sorted(constructor.required - _RESERVED - set(decorator.kwargs))
    if missing:
        hint = f'Write .by("{decorator.name}", {", ".join(f"{name}=…" for name in missing)}).'
        message = f"@task.{decorator.name} is missing {', '.join(map(repr, missing))}."
        yield Problem("FK302", message, hint, call.location)


def may_reject(operator: type[Any], arguments: Mapping[str, Any]) -> bool:
    """
    Return whether the operator class of a decorator may reject some *arguments*: a quick check before the full one.
    """
    constructor = constructor_of(operator)
    return not constructor.open and any(
        name in _RESERVED or not _accepts(constructor, name) for name in arguments
    )


def _accepts(constructor: Constructor, name: str) -> bool:
    # Options of the task should be passed to the task, but Airflow accepts them here, too.
    return constructor.accepts(name) or name in constructor.options or name == "default_args"


@functools.cache
def installed_decorators() -> Mapping[str, str] | None:
    """
    Return the task decorators of the installed providers: by name, the path of the function, `package.module.function`.

    `None` if the source of some provider is not clear, or no provider is installed.
    """
    paths: dict[str, str] = {}
    # In Airflow's order: by the name of the distribution; the first decorator of a name wins.
    providers = {_distribution(entry): entry for entry in entry_points(group=_GROUP)}
    for _, provider in sorted(providers.items()):
        decorators = _decorators(provider)
        if decorators is None:
            return None
        for name, path in decorators.items():
            paths.setdefault(name, path)
    return paths or None


def _distribution(entry: EntryPoint) -> str:
    return (entry.dist.name if entry.dist is not None else entry.value).lower().replace("_", "-")


def _decorators(provider: EntryPoint) -> Mapping[str, str] | None:
    """
    Return the decorators of one provider; `None` if its source is not clear.
    """
    spec = spec_of(provider.module)
    read = getattr(spec and spec.loader, "get_source", None)
    try:
        text = read(provider.module) if read is not None else None
    except (ImportError, SyntaxError, OSError):
        return None
    if text is None:
        return None
    if provider.module.startswith("airflow.providers.") and _KEY not in text:
        return {}  # no need to parse it: the dicts of Airflow's own providers are literals
    definition = definition_of(provider.module, provider.attr)
    node = definition.node if definition is not None else None
    body = node.body if isinstance(node, ast.FunctionDef) else []
    returned = [node for statement in body for node in ast.walk(statement) if isinstance(node, ast.Return)]
    if len(returned) != 1 or not isinstance(returned[0].value, ast.Dict):
        return None
    return _decorator_paths(returned[0].value)


def _decorator_paths(info: ast.Dict) -> Mapping[str, str] | None:
    entries: Any = []
    for key, value in zip(info.keys, info.values, strict=True):
        if not isinstance(key, ast.Constant):
            return None
        if key.value == _KEY:
            try:
                entries = ast.literal_eval(value)
            except ValueError:
                return None
    try:
        return {str(entry["name"]): str(entry["class-name"]) for entry in entries}
    except (KeyError, TypeError):
        return None


@functools.cache
def _constructor_of(path: str) -> Constructor | None:
    """
    Return the arguments of the decorator at *path*; `None` if its source is not clear.
    """
    module, _, name = path.rpartition(".")
    definition = definition_of(module, name) if module else None
    node = definition.node if definition is not None else None
    if definition is None or not isinstance(node, ast.FunctionDef):
        return None
    call = _factory_call(node)
    fixed = {keyword.arg: keyword.value for keyword in call.keywords} if call is not None else {}
    operator = definition_in(definition.module, fixed[_CLASS]) if _CLASS in fixed else None
    links = links_of(operator) if operator is not None else None
    if links is None:
        return None
    constructor = joined(links)
    args = node.args
    positional = [*args.posonlyargs, *args.args]
    required = {arg.arg for arg in positional[: len(positional) - len(args.defaults)]}
    required |= {
        arg.arg for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True) if default is None
    }
    return evolve(
        constructor,
        own=constructor.own | {arg.arg for arg in (*positional, *args.kwonlyargs)},
        required=(constructor.required - fixed.keys()) | required,
    )


def _factory_call(node: ast.FunctionDef) -> ast.Call | None:
    """
    Return the call in a decorator that names the operator class, if it passes on all other arguments unchanged.
    """
    kwargs = node.args.kwarg.arg if node.args.kwarg is not None else None
    nodes = [inner for statement in node.body for inner in ast.walk(statement)]
    if sum(isinstance(inner, ast.Name) and inner.id == kwargs for inner in nodes) != 1:
        return None
    for inner in nodes:
        if isinstance(inner, ast.Call) and any(keyword.arg == _CLASS for keyword in inner.keywords):
            passed = [keyword.value for keyword in inner.keywords if keyword.arg is None]
            return inner if [getattr(value, "id", None) for value in passed] == [kwargs] else None
    return None
