"""
Reads a source: follows what its names stand for, statement by statement, and asks the rules on the way.

Where a name may stand for different things, nothing is known of it, and the rules are silent.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, final

from flowkit.analysis.expressions import Expressions
from flowkit.analysis.scopes import NOTHING, FunctionValue, ModuleValue, Scope, Value, annotated, joined
from flowkit.analysis.source_rules import Rules
from flowkit.analysis.sources import Source, Sources
from flowkit.analysis.vocabulary import Kind
from flowkit.base.findings import Finding

# What lies below the folder, and is called so, is not what an import finds.
_ELSEWHERE: Final = sys.stdlib_module_names | {"airflow", "flowkit"}
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@final
class Readers:
    """
    Reads the files of one DAG folder, and the modules below it that they import, each once.
    """

    def __init__(self, sources: Sources, folder: Path) -> None:
        self._sources = sources
        self._folder = folder
        self._readers: dict[Path, Reader] = {}

    def read(self, file: Path) -> Reader:
        """
        Return what is known of the file. While it is being read, that is what stands above the line reached.
        """
        return self._of(self._sources[file])

    def module(self, name: str) -> Reader | None:
        """
        Return what is known of a module below the folder; `None` when it is not there.
        """
        if name.partition(".")[0] in _ELSEWHERE:
            return None
        source = self._sources.module(name, self._folder)
        return self._of(source) if source is not None else None

    def _of(self, source: Source) -> Reader:
        reader = self._readers.get(source.file)
        if reader is None:
            reader = self._readers[source.file] = Reader(source, self, self._folder)
            reader.run()
        return reader

    def findings(self) -> Iterator[Finding]:
        """
        Yield all that was found in files and modules.
        """
        for reader in self._readers.values():
            yield from reader.rules.found

    def forget(self) -> None:
        """
        Let go of all that was read. A reader and its functions know each other, and would wait for Python's collector.
        """
        for reader in self._readers.values():
            reader.top.values.clear()
            vars(reader).clear()
        self._readers.clear()


@final
class Reader:
    """
    Reads one file.
    """

    def __init__(self, source: Source, readers: Readers, folder: Path) -> None:
        self._source = source
        self._readers = readers
        self._package = (
            source.file.parent.relative_to(folder).parts if source.file.is_relative_to(folder) else ()
        )
        self.top: Scope = Scope(None)
        self.rules: Rules = Rules(str(source.file))
        self.expressions: Expressions = Expressions(self, seeded=b"seed(" in source.text)
        self._functions: list[FunctionValue] = []

    def run(self) -> None:
        """
        Read all statements, then the functions that nobody has called.
        """
        self._body(self._source.tree.body, self.top)
        # Functions may hold functions: the list grows.
        for function in self._functions:
            self.call(function)
        for occurrence in self.top.work:
            self.rules.work(occurrence)

    def module(self, name: str) -> Value:
        """
        Return what a module is: one of the user's own, or a name.
        """
        reader = self._readers.module(name)
        return Value(ModuleValue(reader)) if reader is not None else Value(name)

    def member(self, module: Reader, name: str) -> Value:
        """
        Return what *name* is in a module of the user's own: something in it, or a module below it.
        """
        found = module.top.values.get(name)
        if found is not None:
            return found
        below = ".".join((*module._package, name)) if module._source.file.stem == "__init__" else ""
        return self.module(below) if below else NOTHING

    def call(self, function: FunctionValue) -> Value:
        """
        Return what a call of *function* gives.
        """
        if function.gives is None:
            # A function that calls itself gives nothing that is known.
            function.gives = NOTHING
            function.reader._run(function)
        return function.gives

    def _run(self, function: FunctionValue) -> None:
        node = function.node
        scope = Scope(function.scope, is_function=True)
        arguments = node.args
        for parameter in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            default = function.defaults.get(parameter.arg, NOTHING)
            scope.values[parameter.arg] = Value(
                annotated(parameter.annotation, function.scope), default.changing
            )
        for star in (arguments.vararg, arguments.kwarg):
            if star is not None:
                scope.values[star.arg] = NOTHING
        before = len(self._functions)
        with self.rules.afresh():
            self._body(node.body, scope)
            for inner in self._functions[before:]:
                self.call(inner)
        for name, bound in scope.made.items():
            if name not in scope.read and not name.startswith("_"):
                self.rules.unused(bound)
        if not _is_plain(node):
            return
        given = joined(scope.returns) if scope.returns else NOTHING
        kind = annotated(node.returns, function.scope)
        function.gives = Value(kind or (given.what if isinstance(given.what, Kind) else None), given.changing)
        if isinstance(function.gives.what, Kind):
            # It makes what stands in DAGs, so it runs at each parse.
            for occurrence in scope.work:
                self.rules.work(occurrence)
        else:
            function.work = scope.work

    def _body(self, body: Sequence[ast.stmt], scope: Scope) -> None:
        for statement in body:
            self._statement(statement, scope)

    def _statement(self, statement: ast.stmt, scope: Scope) -> None:
        try:
            _STATEMENTS.get(type(statement), Reader._other)(self, statement, scope)
        except RecursionError:
            # A chain of hundreds of links. What it is given to is not known.
            names = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
            scope.values.update((name.id, NOTHING) for name in names if isinstance(name.ctx, ast.Store))

    def _way(self, body: Sequence[ast.stmt], scope: Scope, before: dict[str, Value]) -> dict[str, Value]:
        scope.values = dict(before)
        self._body(body, scope)
        return scope.values

    def _import(self, node: ast.Import, scope: Scope) -> None:
        for alias in node.names:
            top = alias.name.partition(".")[0]
            scope.values[alias.asname or top] = self.module(alias.name if alias.asname else top)

    def _import_from(self, node: ast.ImportFrom, scope: Scope) -> None:
        name = node.module or ""
        if node.level:
            package = self._package[: len(self._package) - node.level + 1]
            name = ".".join((*package, *filter(None, [node.module])))
        module = self.module(name).what if name else None
        for alias in node.names:
            if alias.name == "*":
                self._import_all(module, scope)
            elif isinstance(module, ModuleValue):
                scope.values[alias.asname or alias.name] = self.member(module.reader, alias.name)
            else:
                scope.values[alias.asname or alias.name] = Value(f"{name}.{alias.name}")

    @staticmethod
    def _import_all(module: object, scope: Scope) -> None:
        if module == "flowkit":
            import flowkit

            scope.values.update({name: Value(f"flowkit.{name}") for name in flowkit.__all__})
        elif isinstance(module, ModuleValue):
            scope.values.update(module.reader.top.values)

    def _function(self, node: _Function, scope: Scope) -> None:
        arguments = node.args
        for decorator in node.decorator_list:
            self.expressions.of(decorator, scope)
        positional = [*arguments.posonlyargs, *arguments.args]
        pairs = [*zip(reversed(positional), reversed(arguments.defaults), strict=False)]
        pairs += [
            (name, value)
            for name, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
            if value
        ]
        defaults = {parameter.arg: self.expressions.of(value, scope) for parameter, value in pairs}
        function = FunctionValue(node, self, scope, defaults)
        self._functions.append(function)
        scope.values[node.name] = Value(None if node.decorator_list else function)

    def _class(self, node: ast.ClassDef, scope: Scope) -> None:
        inner = Scope(scope)
        self._body(node.body, inner)
        scope.values[node.name] = NOTHING

    def _expression(self, node: ast.Expr, scope: Scope) -> None:
        value = self.expressions.of(node.value, scope)
        self.rules.lost(node.value, value)

    def _assign(self, node: ast.Assign, scope: Scope) -> None:
        value = self.expressions.of(node.value, scope)
        for target in node.targets:
            self.expressions.bind(target, value, scope, node.value)
            if isinstance(target, ast.Name) and value.made and scope.is_function:
                scope.made.setdefault(target.id, target)

    def _annotated_assign(self, node: ast.AnnAssign, scope: Scope) -> None:
        value = self.expressions.of(node.value, scope) if node.value is not None else NOTHING
        kind = annotated(node.annotation, scope) or value.what
        self.expressions.bind(node.target, Value(kind, value.changing, value.item), scope, node.value)

    def _augmented_assign(self, node: ast.AugAssign, scope: Scope) -> None:
        value = self.expressions.of(node.value, scope)
        old = self.expressions.of(node.target, scope)
        kind = Kind.FLOW if isinstance(node.op, ast.RShift | ast.LShift) else None
        self.expressions.bind(node.target, Value(kind, value.changing or old.changing), scope, None)

    def _if(self, node: ast.If, scope: Scope) -> None:
        # What runs only when Python runs the file does not run in Airflow.
        if "__name__" in {getattr(name, "id", "") for name in ast.walk(node.test)}:
            self._body(node.orelse, scope)
            return
        test = self.expressions.test(node.test, scope)
        if _checks_types(node.test):
            self._body([*node.body, *node.orelse], scope)
            return
        with self.rules.depending(test):
            before = scope.values
            ways = [self._way(node.body, scope, before), self._way(node.orelse, scope, before)]
        scope.merge(ways)

    def _for(self, node: ast.For | ast.AsyncFor, scope: Scope) -> None:
        source = self.expressions.iterated(node.iter, scope)
        before = scope.values
        scope.values = dict(before)
        self.expressions.bind(node.target, source, scope, None)
        with self.rules.depending(source):
            self._body([*node.body, *node.orelse], scope)
        scope.merge([scope.values, before])

    def _while(self, node: ast.While, scope: Scope) -> None:
        test = self.expressions.test(node.test, scope)
        before = scope.values
        with self.rules.depending(test):
            after = self._way([*node.body, *node.orelse], scope, before)
        scope.merge([after, before])

    def _with(self, node: ast.With | ast.AsyncWith, scope: Scope) -> None:
        expecting = False
        for item in node.items:
            self.expressions.of(item.context_expr, scope)
            if item.optional_vars is not None:
                self.expressions.bind(item.optional_vars, NOTHING, scope, None)
            function = getattr(item.context_expr, "func", None)
            name = getattr(function, "attr", getattr(function, "id", ""))
            expecting = expecting or name in {"raises", "suppress", "assertRaises", "warns"}
        with self.rules.expecting(expecting):
            self._body(node.body, scope)

    def _try(self, node: Any, scope: Scope) -> None:
        before = scope.values
        with self.rules.expecting(bool(node.handlers)):
            ways = [self._way(node.body, scope, before)]
        for handler in node.handlers:
            before = {**before, handler.name: NOTHING} if handler.name else before
            ways.append(self._way(handler.body, scope, before))
        scope.merge(ways)
        self._body([*node.orelse, *node.finalbody], scope)

    def _match(self, node: ast.Match, scope: Scope) -> None:
        subject = self.expressions.test(node.subject, scope)
        before, ways = scope.values, [scope.values]
        with self.rules.depending(subject):
            for case in node.cases:
                scope.values = dict(before)
                for part in ast.walk(case.pattern):
                    name = getattr(part, "name", None) or getattr(part, "rest", None)
                    if isinstance(name, str):
                        scope.values[name] = NOTHING
                if case.guard is not None:
                    self.expressions.test(case.guard, scope)
                self._body(case.body, scope)
                ways.append(scope.values)
        scope.merge(ways)

    def _return(self, node: ast.Return, scope: Scope) -> None:
        scope.returns.append(self.expressions.of(node.value, scope) if node.value is not None else NOTHING)

    def _assert(self, node: ast.Assert, scope: Scope) -> None:
        self.expressions.test(node.test, scope)

    def _global(self, node: ast.Global | ast.Nonlocal, scope: Scope) -> None:
        # Whoever shares a name may bind it at any time.
        above: Scope | None = scope
        while above is not None:
            above.values.update(dict.fromkeys(node.names, NOTHING))
            above = above.parent

    def _delete(self, node: ast.Delete, scope: Scope) -> None:
        for target in node.targets:
            self.expressions.bind(target, NOTHING, scope, None)

    def _other(self, node: ast.stmt, scope: Scope) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.expressions.of(child, scope)


def _is_plain(node: _Function) -> bool:
    return isinstance(node, ast.FunctionDef) and not node.decorator_list


def _checks_types(test: ast.expr) -> bool:
    return getattr(test, "id", getattr(test, "attr", "")) == "TYPE_CHECKING"


_STATEMENTS: Final[dict[type[ast.stmt], Callable[[Reader, Any, Scope], None]]] = {
    ast.AnnAssign: Reader._annotated_assign,
    ast.Assert: Reader._assert,
    ast.Assign: Reader._assign,
    ast.AsyncFor: Reader._for,
    ast.AsyncFunctionDef: Reader._function,
    ast.AsyncWith: Reader._with,
    ast.AugAssign: Reader._augmented_assign,
    ast.ClassDef: Reader._class,
    ast.Delete: Reader._delete,
    ast.Expr: Reader._expression,
    ast.For: Reader._for,
    ast.FunctionDef: Reader._function,
    ast.Global: Reader._global,
    ast.If: Reader._if,
    ast.Import: Reader._import,
    ast.ImportFrom: Reader._import_from,
    ast.Match: Reader._match,
    ast.Nonlocal: Reader._global,
    ast.Return: Reader._return,
    ast.Try: Reader._try,
    ast.While: Reader._while,
    ast.With: Reader._with,
}
