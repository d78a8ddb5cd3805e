"""
Whether Airflow has a task decorator, and what it takes: read from the sources of the providers, without importing any.

Airflow asks each provider for its decorators, by an entry point. The functions behind those return a dict that stands
in their source, and a decorator is a function that names the class of its operator. Where a source is written in
another way nothing is said: Airflow has the last word when it loads the file.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final

import attrs

from flowkit.analysis.modules import definition_of, expression_in, spec_of
from flowkit.analysis.operators import inits_of
from flowkit.base.call_site import SourceLocation
from flowkit.base.problems import Problem
from flowkit.base.suggestions import did_you_mean
from flowkit.model.calls import PythonCall
from flowkit.model.collection import current_collection
from flowkit.rules.signatures import SET_BY_FLOWKIT, Constructor, constructor_of, joined

_GROUP: Final = "apache_airflow_provider"
_KEY: Final = "task-decorators"
_CLASS: Final = "decorated_operator_class"
# `default_args` are welcome; the function and its arguments are those of `python(…)`.
_GIVEN: Final = (SET_BY_FLOWKIT - {"default_args"}) | {"python_callable", "op_args", "op_kwargs"}


def decorator_problems(call: PythonCall) -> Iterator[Problem]:
    """
    Yield what is wrong with `.by(…)` of *call*, as far as the sources of the installed providers show it.

    Only where flowkit's commands load the file: Airflow knows by itself, and a spec can be built where a provider is
    not installed.
    """
    if call.decorator is None or current_collection() is None:
        return
    known = installed()
    if known is None:
        return
    if call.decorator.name not in known:
        yield no_such_decorator(call.decorator.name, known, call.location)
        return
    yield from argument_problems(call)


def no_such_decorator(name: str, known: Iterable[str], location: SourceLocation) -> Problem:
    """
    Return what is wrong with `.by(name, …)` at *place*, where Airflow has only the decorators *known*.
    """
    hint = did_you_mean(name, known, otherwise="Is its provider installed?")
    return Problem("FK308", f"There is no decorator @task.{name}.", hint, location)


def argument_problems(call: PythonCall) -> Iterator[Problem]:
    """
    Yield which arguments in `.by(…)` the decorator does not take, and which it lacks.
    """
    made = call.decorator
    taken = _taken((installed() or {}).get(made.name, "")) if made is not None else None
    if made is None or taken is None:
        return
    shown = f"@task.{made.name}"
    own = sorted(taken.own - _GIVEN)
    for name in made.kwargs:
        if name in _GIVEN:
            message = f".by({made.name!r}, …) got {name!r}, which flowkit itself gives to Airflow."
            yield Problem("FK303", message, "Leave it out: flowkit sets it.", call.location)
        elif name == "pod" and name not in taken.own:
            message = f".by({made.name!r}, …) got 'pod', which every task has: it is an option of the task."
            yield Problem("FK303", message, "Give it to the task: task(…, pod=…).", call.location)
        elif not _takes(taken, name):
            hint = did_you_mean(name, own, otherwise=f"It takes: {', '.join(own) or 'none'}.")
            yield Problem("FK301", f"{shown} has no argument {name!r}.", hint, call.location)
    missing = sorted(taken.required - _GIVEN - set(made.kwargs))
    if missing:
        names, example = ", ".join(map(repr, missing)), ", ".join(f"{name}=…" for name in missing)
        hint = f'Write .by("{made.name}", {example}).'
        yield Problem("FK302", f"{shown} lacks {names}.", hint, call.location)


def looks_wrong(operator: type[Any], given: Mapping[str, Any]) -> bool:
    """
    Return whether the class of a decorator's operator does not seem to take what is *given*: a quick first look.
    """
    taken = constructor_of(operator)
    return not taken.open and any(name in _GIVEN or not _takes(taken, name) for name in given)


def _takes(taken: Constructor, name: str) -> bool:
    # Options of the task are better given to the task, but Airflow takes them here too.
    return name in taken.own or name in taken.options or name == "default_args"


@functools.cache
def installed() -> Mapping[str, str] | None:
    """
    Return the task decorators of the installed providers, and where each is defined: `package.module.function`.

    `None` where some provider does not show what it has, or none is installed.
    """
    found: dict[str, str] = {}
    # As Airflow does it: in the order of the distributions' names, and the first one keeps the name.
    providers = {_distribution(entry): entry for entry in entry_points(group=_GROUP)}
    for _, provider in sorted(providers.items()):
        decorators = _decorators(provider)
        if decorators is None:
            return None
        for name, path in decorators.items():
            found.setdefault(name, path)
    return found or None


def _distribution(entry: EntryPoint) -> str:
    return (entry.dist.name if entry.dist is not None else entry.value).lower().replace("_", "-")


def _decorators(provider: EntryPoint) -> Mapping[str, str] | None:
    """
    Return the decorators of one provider; `None` where its source does not show them.
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
        return {}  # Airflow's own write the dict out: there is no need to parse the many that have none
    found = definition_of(provider.module, provider.attr)
    body = found.node.body if found is not None and isinstance(found.node, ast.FunctionDef) else []
    returned = [node for statement in body for node in ast.walk(statement) if isinstance(node, ast.Return)]
    if len(returned) != 1 or not isinstance(returned[0].value, ast.Dict):
        return None
    return _listed(returned[0].value)


def _listed(info: ast.Dict) -> Mapping[str, str] | None:
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
def _taken(path: str) -> Constructor | None:
    """
    Return what the decorator at *path* takes; `None` where its source does not show it.
    """
    module, _, name = path.rpartition(".")
    found = definition_of(module, name) if module else None
    node = found.node if found is not None else None
    if found is None or not isinstance(node, ast.FunctionDef):
        return None
    made = _making_call(node)
    given = {keyword.arg: keyword.value for keyword in made.keywords} if made is not None else {}
    operator = expression_in(found.module, given[_CLASS]) if _CLASS in given else None
    inits = inits_of(operator) if operator is not None else None
    if inits is None:
        return None
    taken = joined((init.parameters, init.passes_on, init.operator) for init in inits)
    by_position = [*node.args.posonlyargs, *node.args.args]
    bare = [one.arg for one in by_position[: len(by_position) - len(node.args.defaults)]]
    bare += [
        one.arg
        for one, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        if default is None
    ]
    return attrs.evolve(
        taken,
        own=taken.own | {one.arg for one in (*by_position, *node.args.kwonlyargs)},
        required=(taken.required - given.keys()) | set(bare),
    )


def _making_call(node: ast.FunctionDef) -> ast.Call | None:
    """
    Return the call in a decorator that names the class of the operator, if all other arguments go there untouched.
    """
    rest = node.args.kwarg.arg if node.args.kwarg is not None else None
    inside = [one for statement in node.body for one in ast.walk(statement)]
    if sum(isinstance(one, ast.Name) and one.id == rest for one in inside) != 1:
        return None
    for one in inside:
        if isinstance(one, ast.Call) and any(keyword.arg == _CLASS for keyword in one.keywords):
            passed = [keyword.value for keyword in one.keywords if keyword.arg is None]
            return one if [getattr(value, "id", None) for value in passed] == [rest] else None
    return None
