"""
Reads a source file: tracks what its names refer to, statement by statement, and applies the rules on the way.

Where a name may refer to different things, its value is unknown, and the rules report nothing.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, final

from flowkit.analysis.expressions import Expressions
from flowkit.analysis.scopes import (
    UNKNOWN,
    FunctionValue,
    ModuleValue,
    Scope,
    Value,
    annotated_kind,
    join_values,
)
from flowkit.analysis.source_rules import SourceRules
from flowkit.analysis.sources import Source, Sources
from flowkit.analysis.task_functions import task_function_problems
from flowkit.analysis.vocabulary import Kind
from flowkit.base.problems import Problem

# A module of this name below the folder is not what an import finds.
_NEVER_IN_FOLDER: Final = sys.stdlib_module_names | {"airflow", "flowkit"}
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
        Return the reader of a file. While it is being read, it knows only what precedes the current line.
        """
        return self._of(self._sources[file])

    def module(self, name: str) -> Reader | None:
        """
        Return the reader of a module below the folder; `None` if there is no such module.
        """
        if name.partition(".")[0] in _NEVER_IN_FOLDER:
            return None
        source = self._sources.module(name, self._folder)
        return self._of(source) if source is not None else None

    def _of(self, source: Source) -> Reader:
        reader = self._readers.get(source.file)
        if reader is None:
            reader = self._readers[source.file] = Reader(source, self, self._folder)
            reader.run()
        return reader

    def problems(self) -> Iterator[Problem]:
        """
        Yield the problems of all files and modules.
        """
        for reader in self._readers.values():
            yield from reader.rules.problems

    def forget(self) -> None:
        """
        Break the reference cycles between readers and functions, which would wait for the garbage collector.
        """
        for reader in self._readers.values():
            reader.scope.values.clear()
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
        self.scope: Scope = Scope(None)
        self.rules: SourceRules = SourceRules(str(source.file))
        self.expressions: Expressions = Expressions(self.rules, self.module, seeded=b"seed(" in source.text)
        self._functions: list[FunctionValue] = []

    def run(self) -> None:
        """
        Read all statements, then the functions that were not called.
        """
        self._body(self._source.tree.body, self.scope)
        # Functions may define functions: the list grows.
        for function in self._functions:
            function.call()
        for call in self.scope.io_calls:
            self.rules.check_io(call)
        self.rules.add(task_function_problems(self._source.tree, str(self._source.file)))

    def module(self, name: str) -> Value:
        """
        Return a module: one of the user's own, or its name.
        """
        reader = self._readers.module(name)
        if reader is None:
            return Value(name)
        is_package = reader._source.file.stem == "__init__"
        return Value(ModuleValue(reader.scope, reader._package if is_package else None))

    def _read_function(self, function: FunctionValue) -> None:
        node, scope = function.node, _function_scope(function)
        before = len(self._functions)
        with self.rules.new_function():
            self._body(node.body, scope)
            for inner in self._functions[before:]:
                inner.call()
        for name, bound in scope.builders.items():
            if name not in scope.read and not name.startswith("_"):
                self.rules.check_unused_name(bound)
        if not _is_plain(node):
            return
        returned = join_values(scope.returns) if scope.returns else UNKNOWN
        kind = annotated_kind(node.returns, function.scope)
        if kind is None and isinstance(returned.referent, Kind):
            kind = returned.referent
        function.result = Value(kind, returned.nondeterministic)
        if kind is not None:
            # It makes parts of a DAG, so it runs at each parse.
            for call in scope.io_calls:
                self.rules.check_io(call)
        else:
            function.io_calls = scope.io_calls

    def _body(self, body: Sequence[ast.stmt], scope: Scope) -> None:
        for statement in body:
            self._statement(statement, scope)

    def _statement(self, statement: ast.stmt, scope: Scope) -> None:
        try:
            _STATEMENTS.get(type(statement), Reader._other)(self, statement, scope)
        except RecursionError:
            # A chain of hundreds of links. The names that it is assigned to are unknown.
            names = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
            scope.values.update((name.id, UNKNOWN) for name in names if isinstance(name.ctx, ast.Store))

    def _branch(self, body: Sequence[ast.stmt], scope: Scope, before: dict[str, Value]) -> dict[str, Value]:
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
        module = self.module(name).referent if name else None
        for alias in node.names:
            if alias.name == "*":
                self._import_all(module, scope)
            elif isinstance(module, ModuleValue):
                scope.values[alias.asname or alias.name] = self.expressions.member(module, alias.name)
            else:
                scope.values[alias.asname or alias.name] = Value(f"{name}.{alias.name}")

    @staticmethod
    def _import_all(module: object, scope: Scope) -> None:
        if module == "flowkit":
            import flowkit

            scope.values.update({name: Value(f"flowkit.{name}") for name in flowkit.__all__})
        elif isinstance(module, ModuleValue):
            scope.values.update(module.scope.values)

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
        function = FunctionValue(node, self._read_function, scope, defaults)
        self._functions.append(function)
        scope.values[node.name] = Value(None if node.decorator_list else function)

    def _class(self, node: ast.ClassDef, scope: Scope) -> None:
        inner = Scope(scope)
        self._body(node.body, inner)
        scope.values[node.name] = UNKNOWN

    def _expression(self, node: ast.Expr, scope: Scope) -> None:
        value = self.expressions.of(node.value, scope)
        self.rules.check_discarded(node.value, value)

    def _assign(self, node: ast.Assign, scope: Scope) -> None:
        value = self.expressions.of(node.value, scope)
        for target in node.targets:
            self.expressions.bind(target, value, scope, node.value)
            if isinstance(target, ast.Name) and value.origin and scope.is_function:
                scope.builders.setdefault(target.id, target)

    def _annotated_assign(self, node: ast.AnnAssign, scope: Scope) -> None:
        value = self.expressions.of(node.value, scope) if node.value is not None else UNKNOWN
        kind = annotated_kind(node.annotation, scope) or value.referent
        self.expressions.bind(node.target, Value(kind, value.nondeterministic, value.item), scope, node.value)

    def _augmented_assign(self, node: ast.AugAssign, scope: Scope) -> None:
        value = self.expressions.of(node.value, scope)
        old = self.expressions.of(node.target, scope)
        kind = Kind.FLOW if isinstance(node.op, ast.RShift | ast.LShift) else None
        self.expressions.bind(
            node.target, Value(kind, value.nondeterministic or old.nondeterministic), scope, None
        )

    def _if(self, node: ast.If, scope: Scope) -> None:
        # Code under `if __name__ == "__main__"` does not run in Airflow.
        if "__name__" in {getattr(name, "id", "") for name in ast.walk(node.test)}:
            self._body(node.orelse, scope)
            return
        test = self.expressions.test(node.test, scope)
        if _is_type_checking(node.test):
            self._body([*node.body, *node.orelse], scope)
            return
        with self.rules.under_condition(test):
            before = scope.values
            outcomes = [self._branch(node.body, scope, before), self._branch(node.orelse, scope, before)]
        scope.merge(outcomes)

    def _for(self, node: ast.For | ast.AsyncFor, scope: Scope) -> None:
        source = self.expressions.iterated(node.iter, scope)
        before = scope.values
        scope.values = dict(before)
        self.expressions.bind(node.target, source, scope, None)
        with self.rules.under_condition(source):
            self._body([*node.body, *node.orelse], scope)
        scope.merge([scope.values, before])

    def _while(self, node: ast.While, scope: Scope) -> None:
        test = self.expressions.test(node.test, scope)
        before = scope.values
        with self.rules.under_condition(test):
            after = self._branch([*node.body, *node.orelse], scope, before)
        scope.merge([after, before])

    def _with(self, node: ast.With | ast.AsyncWith, scope: Scope) -> None:
        expecting = False
        for item in node.items:
            self.expressions.of(item.context_expr, scope)
            if item.optional_vars is not None:
                self.expressions.bind(item.optional_vars, UNKNOWN, scope, None)
            function = getattr(item.context_expr, "func", None)
            name = getattr(function, "attr", getattr(function, "id", ""))
            expecting = expecting or name in {"raises", "suppress", "assertRaises", "warns"}
        with self.rules.expecting_error(expecting):
            self._body(node.body, scope)

    def _try(self, node: Any, scope: Scope) -> None:
        before = scope.values
        with self.rules.expecting_error(bool(node.handlers)):
            outcomes = [self._branch(node.body, scope, before)]
        for handler in node.handlers:
            before = {**before, handler.name: UNKNOWN} if handler.name else before
            outcomes.append(self._branch(handler.body, scope, before))
        scope.merge(outcomes)
        self._body([*node.orelse, *node.finalbody], scope)

    def _match(self, node: ast.Match, scope: Scope) -> None:
        subject = self.expressions.test(node.subject, scope)
        before, outcomes = scope.values, [scope.values]
        with self.rules.under_condition(subject):
            for case in node.cases:
                scope.values = dict(before)
                for part in ast.walk(case.pattern):
                    name = getattr(part, "name", None) or getattr(part, "rest", None)
                    if isinstance(name, str):
                        scope.values[name] = UNKNOWN
                if case.guard is not None:
                    self.expressions.test(case.guard, scope)
                self._body(case.body, scope)
                outcomes.append(scope.values)
        scope.merge(outcomes)

    def _return(self, node: ast.Return, scope: Scope) -> None:
        scope.returns.append(self.expressions.of(node.value, scope) if node.value is not None else UNKNOWN)

    def _assert(self, node: ast.Assert, scope: Scope) -> None:
        self.expressions.test(node.test, scope)

    def _global(self, node: ast.Global | ast.Nonlocal, scope: Scope) -> None:
        # Other code may bind a shared name at any time.
        above: Scope | None = scope
        while above is not None:
            above.values.update(dict.fromkeys(node.names, UNKNOWN))
            above = above.parent

    def _delete(self, node: ast.Delete, scope: Scope) -> None:
        for target in node.targets:
            self.expressions.bind(target, UNKNOWN, scope, None)

    def _other(self, node: ast.stmt, scope: Scope) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.expressions.of(child, scope)


def _function_scope(function: FunctionValue) -> Scope:
    scope = Scope(function.scope, is_function=True)
    arguments = function.node.args
    for parameter in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        default = function.defaults.get(parameter.arg, UNKNOWN)
        kind = annotated_kind(parameter.annotation, function.scope)
        scope.values[parameter.arg] = Value(kind, default.nondeterministic)
    for star in (arguments.vararg, arguments.kwarg):
        if star is not None:
            scope.values[star.arg] = UNKNOWN
    return scope


def _is_plain(node: _Function) -> bool:
    return isinstance(node, ast.FunctionDef) and not node.decorator_list


def _is_type_checking(test: ast.expr) -> bool:
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
