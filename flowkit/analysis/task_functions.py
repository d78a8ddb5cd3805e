"""
Rules for the source of functions that tasks call: those made in a loop, and the keys of branches.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from flowkit.base.call_site import SourceLocation
from flowkit.base.problems import Problem

_Function: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda"
_Loop: TypeAlias = "ast.For | ast.AsyncFor | ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp"

# The functions of flowkit that call their first argument when the task runs.
_CALLED_LATER: Final = frozenset({"python", "python_async", "each", "each_kwargs", "branch", "branches"})
_BRANCHES: Final = {"branch": "str", "branches": "list[str]"}
_HOOKS: Final = ("pre_execute", "post_execute")
_LOOPS: Final = (ast.For, ast.AsyncFor, ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def task_function_problems(tree: ast.Module, file: str) -> Iterator[Problem]:
    """
    Yield the problems of a file's functions for tasks.
    """
    imported = _imported(tree)
    if not imported:
        return
    yield from _late_binding(tree, file, imported)
    yield from _unchecked_keys(tree, file, imported)


def _imported(tree: ast.Module) -> dict[str, str]:
    """
    Return flowkit's functions by the names that the file has for them.
    """
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "flowkit" and not node.level:
            names.update({alias.asname or alias.name: alias.name for alias in node.names})
        elif isinstance(node, ast.Import):
            names.update({f"{a.asname or a.name}.": "" for a in node.names if a.name == "flowkit"})
    return names


def _flowkit_name(call: ast.Call, imported: dict[str, str]) -> str | None:
    if isinstance(call.func, ast.Name):
        return imported.get(call.func.id)
    if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
        return call.func.attr if f"{call.func.value.id}." in imported else None
    return None


def _late_binding(tree: ast.Module, file: str, imported: dict[str, str]) -> Iterator[Problem]:
    reported: set[int] = set()
    for loop in ast.walk(tree):
        if not isinstance(loop, _LOOPS):
            continue
        inside = list(_inside(loop))
        changing = _changing_names(loop, inside)
        made = {
            node.name: node for node in inside if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }
        for call in (node for node in inside if isinstance(node, ast.Call)):
            for function in _passed(call, imported, made):
                names = sorted(_free_names(function) & changing)
                if names and id(function) not in reported:
                    reported.add(id(function))
                    yield _late(function, names, file)


def _late(function: _Function, names: list[str], file: str) -> Problem:
    what = "This lambda" if isinstance(function, ast.Lambda) else f"{function.name}()"
    shown = ", ".join(map(repr, names))
    message = (
        f"{what} is made in a loop and reads {shown} when the task runs: by then the loop is over, and all tasks get "
        "the last value."
    )
    hint = "Pass the value as an argument of the task: python(fn, value)."
    location = SourceLocation(file, function.lineno)
    return Problem("FK518", message, hint, location, end_line=function.end_lineno or 0)


def _inside(loop: _Loop) -> Iterator[ast.AST]:
    """
    Yield what is evaluated in each round, and the functions made there, but not the bodies of these.
    """
    if isinstance(loop, ast.For | ast.AsyncFor):
        waiting: list[ast.AST] = [*loop.body]
    elif isinstance(loop, ast.DictComp):
        waiting = [loop.key, loop.value]
    else:
        waiting = [loop.elt]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            waiting.extend(ast.iter_child_nodes(node))


def _changing_names(loop: _Loop, inside: Iterable[ast.AST]) -> frozenset[str]:
    """
    Return the names of the loop, and those that are computed from them in each round.
    """
    targets = (
        [loop.target]
        if isinstance(loop, ast.For | ast.AsyncFor)
        else [generator.target for generator in loop.generators]
    )
    names = {name for target in targets for name in _stored(target)}
    assigned = [node for node in inside if isinstance(node, ast.Assign | ast.AnnAssign)]
    for node in sorted(assigned, key=lambda node: node.lineno):
        if node.value is not None and _loaded(node.value) & names:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                names |= _stored(target)
    return frozenset(names)


def _passed(
    call: ast.Call, imported: dict[str, str], made: dict[str, ast.FunctionDef | ast.AsyncFunctionDef]
) -> Iterator[_Function]:
    """
    Yield the functions that a call gets to call when the task runs.
    """
    arguments = call.args[:1] if _flowkit_name(call, imported) in _CALLED_LATER else []
    arguments += [
        keyword.value
        for keyword in call.keywords
        if keyword.arg and (keyword.arg.endswith("_callback") or keyword.arg in _HOOKS)
    ]
    for argument in arguments:
        if isinstance(argument, ast.Lambda):
            yield argument
        elif isinstance(argument, ast.Name) and argument.id in made:
            yield made[argument.id]


def _free_names(function: _Function) -> set[str]:
    """
    Return the names that the body of a function reads from outside.
    """
    arguments = function.args
    bound = {argument.arg for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    bound |= {star.arg for star in (arguments.vararg, arguments.kwarg) if star is not None}
    body = [function.body] if isinstance(function, ast.Lambda) else function.body
    read: set[str] = set()
    for statement in body:
        bound |= _stored(statement)
        read |= _loaded(statement)
    return read - bound


def _stored(node: ast.AST) -> set[str]:
    stored = {
        part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    }
    for part in ast.walk(node):
        if isinstance(part, ast.arg):
            stored.add(part.arg)
        elif isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            stored.add(part.name)
        elif isinstance(part, ast.ExceptHandler):
            stored.add(part.name or "")
        elif isinstance(part, ast.alias):
            stored.add((part.asname or part.name).partition(".")[0])
    return stored


def _loaded(node: ast.AST) -> set[str]:
    return {
        part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)
    }


def _unchecked_keys(tree: ast.Module, file: str, imported: dict[str, str]) -> Iterator[Problem]:
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or not call.args or not isinstance(call.args[0], ast.Name):
            continue
        word = _flowkit_name(call, imported) or ""
        function = functions.pop(call.args[0].id, None) if word in _BRANCHES else None
        if function is None or function.returns is None or ast.unparse(function.returns) != _BRANCHES[word]:
            continue
        keys = _returned_keys(function)
        if keys:
            message = (
                f"{function.name}() returns one of a few keys, but is annotated as `{_BRANCHES[word]}`: neither "
                "type checkers nor flowkit can compare the keys with those of the branch."
            )
            literal = f"Literal[{', '.join(map(repr, keys))}]".replace("'", '"')
            hint = f"Annotate it with {literal if word == 'branch' else f'list[{literal}]'}."
            yield Problem("FK519", message, hint, SourceLocation(file, function.lineno))


def _returned_keys(function: ast.FunctionDef) -> list[str] | None:
    """
    Return the strings that a function returns; `None` if it may return anything else.
    """
    keys: dict[str, None] = {}
    waiting: list[ast.AST] = [*function.body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            continue
        if isinstance(node, ast.Return):
            found = _constants(node.value)
            if found is None:
                return None
            keys.update(dict.fromkeys(found))
        waiting.extend(ast.iter_child_nodes(node))
    return sorted(keys)


def _constants(value: ast.expr | None) -> list[str] | None:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return [value.value]
    parts: list[ast.expr] = []
    if isinstance(value, ast.IfExp):
        parts = [value.body, value.orelse]
    elif isinstance(value, ast.List | ast.Tuple):
        parts = value.elts
    if not parts:
        return None
    found = [_constants(part) for part in parts]
    return None if None in found else [key for keys in found for key in keys or ()]
