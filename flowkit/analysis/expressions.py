"""
Evaluates the expressions of a source file as far as they are known, and applies the rules to each.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final, final

from flowkit.analysis.scopes import (
    UNKNOWN,
    FunctionValue,
    Method,
    ModuleValue,
    Occurrence,
    Scope,
    Value,
    first_nondeterministic,
    flowkit_name,
    join_values,
)
from flowkit.analysis.source_rules import SourceRules
from flowkit.analysis.vocabulary import (
    CONSUMERS,
    DEFERRED,
    INSPECTING_BUILTINS,
    RESULTS,
    InlineGroup,
    Kind,
    attribute_kind,
    does_io,
    is_connectable,
    is_nondeterministic,
    method_result,
)

_ORDER: Final = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


@final
class Expressions:
    """
    Evaluates the expressions of one file.
    """

    def __init__(self, rules: SourceRules, module: Callable[[str], Value], *, seeded: bool) -> None:
        self._rules = rules
        self._module = module
        """Finds a module by its name."""
        # With a fixed seed, random numbers are the same each time.
        self._seeded = seeded

    def of(self, node: ast.expr, scope: Scope) -> Value:
        """
        Return what is known about an expression.
        """
        return _EXPRESSIONS.get(type(node), Expressions._other)(self, node, scope)

    def test(self, node: ast.expr, scope: Scope) -> Value:
        """
        Return what is known about an expression whose truth value is tested.
        """
        if isinstance(node, ast.BoolOp):
            return join_values([self.test(value, scope) for value in node.values])
        value = self.of(node, scope)
        if value.referent in DEFERRED:
            self._rules.check_early_use("is tested for truth", value.referent, node)
        return value

    def iterated(self, node: ast.expr, scope: Scope) -> Value:
        """
        Return what is known about the members of an expression.
        """
        value = self.of(node, scope)
        if value.referent in DEFERRED:
            self._rules.check_early_use("is iterated over", value.referent, node)
        item = value.item or UNKNOWN
        return Value(item.referent, value.nondeterministic or item.nondeterministic)

    def bind(self, target: ast.expr, value: Value, scope: Scope, source: ast.expr | None) -> None:
        """
        Assign the value of an expression to a target: a name, or several.
        """
        if isinstance(target, ast.Name):
            scope.values[target.id] = (
                value if not value.origin else Value(value.referent, value.nondeterministic, value.item)
            )
        elif isinstance(target, ast.Tuple | ast.List):
            parts: list[ast.expr | None] = [None] * len(target.elts)
            if isinstance(source, ast.Tuple | ast.List) and len(source.elts) == len(target.elts):
                parts = list(source.elts)
            starred = any(isinstance(part, ast.Starred) for part in (*target.elts, *parts))
            for part, origin in zip(target.elts, parts, strict=True):
                known = UNKNOWN if starred or origin is None else self._reread(origin, scope)
                self.bind(part, Value(known.referent, value.nondeterministic), scope, None)
        elif isinstance(target, ast.Starred):
            self.bind(target.value, UNKNOWN, scope, None)
        elif not isinstance(target, ast.Name):
            self.of(target, scope)

    def _reread(self, node: ast.expr, scope: Scope) -> Value:
        with self._rules.muted():
            return self.of(node, scope)

    def _name(self, node: ast.Name, scope: Scope) -> Value:
        if isinstance(node.ctx, ast.Store):
            return UNKNOWN
        value = scope.find(node.id)
        return Value(f"builtins.{node.id}") if value is None else value

    def member(self, module: ModuleValue, name: str) -> Value:
        """
        Return what *name* is in one of the user's modules: something in it, or a submodule.
        """
        value = module.scope.values.get(name)
        if value is not None:
            return value
        return UNKNOWN if module.package is None else self._module(".".join((*module.package, name)))

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Value:
        value = self.of(node.value, scope)
        referent = value.referent
        if isinstance(referent, str):
            return Value(f"{referent}.{node.attr}", value.nondeterministic)
        if isinstance(referent, ModuleValue):
            return self.member(referent, node.attr)
        kind = attribute_kind(referent, node.attr)
        if kind is not None:
            return Value(kind)
        if isinstance(referent, Kind | InlineGroup):
            return Value(Method(referent, node.attr), value.nondeterministic)
        return Value(None, value.nondeterministic)

    def _call(self, node: ast.Call, scope: Scope) -> Value:
        function = self.of(node.func, scope)
        args = [self.of(argument, scope) for argument in node.args]
        args += [self.of(keyword.value, scope) for keyword in node.keywords]
        callee = function.referent
        if isinstance(callee, Method):
            self._rules.check_nondeterminism(args)
            made = method_result(callee.owner, callee.name)
            return Value(made, origin="method" if made else "")
        if (name := flowkit_name(callee)) in CONSUMERS:
            self._rules.check_nondeterminism(args)
            kind = RESULTS.get(name or "")
            return Value(kind, origin="call" if kind else "")
        nondeterministic = first_nondeterministic((function, *args))
        if isinstance(callee, FunctionValue):
            result = callee.call()
            scope.io_calls.extend(callee.io_calls)
            if isinstance(result.referent, Kind):
                self._rules.check_nondeterminism(args)
                nondeterministic = None
            return Value(result.referent, nondeterministic or result.nondeterministic)
        if isinstance(callee, str):
            return self._imported_call(callee, node, args, nondeterministic, scope)
        return Value(None, nondeterministic)

    def _imported_call(
        self, name: str, node: ast.Call, args: list[Value], nondeterministic: Occurrence | None, scope: Scope
    ) -> Value:
        plain = name.removeprefix("builtins.")
        if plain in INSPECTING_BUILTINS and plain != name and args and args[0].referent in DEFERRED:
            self._rules.check_early_use(f"is passed to {plain}()", args[0].referent, node)
        if is_nondeterministic(name) and not (self._seeded and "random" in name):
            nondeterministic = Occurrence(_format_callee(node.func), self._rules.file, node)
        elif does_io(name):
            scope.io_calls.append(Occurrence(_format_callee(node.func), self._rules.file, node))
        return Value(f"{name}()", nondeterministic)

    def _compare(self, node: ast.Compare, scope: Scope) -> Value:
        sides = [node.left, *node.comparators]
        values = [self.of(side, scope) for side in sides]
        for operator, (first, second), pair in zip(node.ops, pairwise(values), pairwise(sides), strict=True):
            deferred = next((value.referent for value in (first, second) if value.referent in DEFERRED), None)
            # Whether two names refer to the same output is known at once.
            fair = isinstance(operator, ast.Is | ast.IsNot) and not any(
                isinstance(side, ast.Constant) for side in pair
            )
            if deferred is not None and not fair:
                self._rules.check_early_use(_format_comparison(operator, node), deferred, node)
        return Value(None, first_nondeterministic(values))

    def _binary(self, node: ast.BinOp, scope: Scope) -> Value:
        # A long chain of arrows nests to the left: a loop does not exceed the recursion limit.
        sides: list[ast.expr] = []
        arrow = isinstance(node.op, ast.RShift | ast.LShift)
        left: ast.expr = node
        while isinstance(left, ast.BinOp) and isinstance(left.op, ast.RShift | ast.LShift) == arrow:
            sides.append(left.right)
            left = left.left
        values = [self.of(side, scope) for side in (left, *reversed(sides))]
        nondeterministic = first_nondeterministic(values)
        members = [*values, *(value.item for value in values if value.item)]
        if arrow and any(is_connectable(value.referent) for value in members):
            return Value(Kind.FLOW, nondeterministic, origin="arrow")
        return Value(None, nondeterministic)

    def _boolean(self, node: ast.BoolOp, scope: Scope) -> Value:
        values = [self.test(value, scope) for value in node.values[:-1]]
        values.append(self.of(node.values[-1], scope))
        return join_values(values)

    def _unary(self, node: ast.UnaryOp, scope: Scope) -> Value:
        evaluate = self.test if isinstance(node.op, ast.Not) else self.of
        return Value(None, evaluate(node.operand, scope).nondeterministic)

    def _conditional(self, node: ast.IfExp, scope: Scope) -> Value:
        test = self.test(node.test, scope)
        value = join_values([self.of(node.body, scope), self.of(node.orelse, scope)])
        return Value(value.referent, value.nondeterministic or test.nondeterministic, value.item)

    def _sequence(self, node: Any, scope: Scope) -> Value:
        values = [self.of(element, scope) for element in node.elts]
        if not values:
            return UNKNOWN
        item = join_values(values)
        starred = any(isinstance(element, ast.Starred) for element in node.elts)
        return Value(None, item.nondeterministic, None if starred else item)

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Value:
        value = self.of(node.value, scope)
        index = self.of(node.slice, scope)
        nondeterministic = value.nondeterministic or index.nondeterministic
        if value.referent in DEFERRED:
            return Value(value.referent, nondeterministic)
        if value.referent is not None:
            # A class with type arguments, as in `Group[int]("g")`.
            return Value(value.referent if flowkit_name(value.referent) else None, nondeterministic)
        known = value.item if value.item and not isinstance(node.slice, ast.Slice) else UNKNOWN
        return Value(known.referent, nondeterministic)

    def _comprehension(self, node: Any, scope: Scope) -> Value:
        inner = Scope(scope, io_calls=scope.io_calls)
        nondeterministic = None
        for generator in node.generators:
            source = self.iterated(generator.iter, inner)
            nondeterministic = nondeterministic or source.nondeterministic
            self.bind(generator.target, source, inner, None)
            for condition in generator.ifs:
                nondeterministic = nondeterministic or self.test(condition, inner).nondeterministic
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        values = [self.of(part, inner) for part in parts]
        nondeterministic = nondeterministic or first_nondeterministic(values)
        item = None if isinstance(node, ast.DictComp) else values[0]
        return Value(None, nondeterministic, item)

    def _walrus(self, node: ast.NamedExpr, scope: Scope) -> Value:
        value = self.of(node.value, scope)
        self.bind(node.target, value, scope, None)
        return value

    def _lambda(self, node: ast.Lambda, scope: Scope) -> Value:
        # The body runs later. The names that it reads from this scope count as used.
        for part in ast.walk(node.body):
            if isinstance(part, ast.Name):
                scope.find(part.id)
        return UNKNOWN

    def _other(self, node: ast.expr, scope: Scope) -> Value:
        nondeterministic = None
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                value = self.of(child, scope)
                nondeterministic = nondeterministic or value.nondeterministic
        return Value(None, nondeterministic)

    def _yield(self, node: ast.Yield | ast.YieldFrom, scope: Scope) -> Value:
        # A call returns a generator.
        scope.returns[:] = [UNKNOWN]
        return self._other(node, scope)

    @staticmethod
    def _constant(_node: ast.Constant, _scope: Scope) -> Value:
        return UNKNOWN


def _format_callee(node: ast.expr) -> str:
    # As written, but without the arguments: one of them may be a password.
    if isinstance(node, ast.Attribute):
        return f"{_format_callee(node.value)}.{node.attr}"
    if isinstance(node, ast.Call):
        return f"{_format_callee(node.func)}()"
    return node.id if isinstance(node, ast.Name) else "…"


def _format_comparison(operator: ast.cmpop, node: ast.Compare) -> str:
    none = any(isinstance(side, ast.Constant) and side.value is None for side in node.comparators)
    if isinstance(operator, ast.Is | ast.IsNot):
        sign = "is" if isinstance(operator, ast.Is) else "is not"
        return f"is compared with `{sign} None`" if none else f"is compared with `{sign}`"
    if isinstance(operator, ast.In | ast.NotIn):
        return "is compared with `in`"
    if isinstance(operator, _ORDER):
        return "is compared by size"
    return "is compared with `==`" if isinstance(operator, ast.Eq) else "is compared with `!=`"


_EXPRESSIONS: Final[dict[type[ast.expr], Callable[[Expressions, Any, Scope], Value]]] = {
    ast.Attribute: Expressions._attribute,
    ast.BinOp: Expressions._binary,
    ast.BoolOp: Expressions._boolean,
    ast.Call: Expressions._call,
    ast.Compare: Expressions._compare,
    ast.Constant: lambda self, node, scope: self._constant(node, scope),
    ast.DictComp: Expressions._comprehension,
    ast.GeneratorExp: Expressions._comprehension,
    ast.IfExp: Expressions._conditional,
    ast.Lambda: Expressions._lambda,
    ast.List: Expressions._sequence,
    ast.ListComp: Expressions._comprehension,
    ast.Name: Expressions._name,
    ast.NamedExpr: Expressions._walrus,
    ast.Set: Expressions._sequence,
    ast.SetComp: Expressions._comprehension,
    ast.Subscript: Expressions._subscript,
    ast.Tuple: Expressions._sequence,
    ast.UnaryOp: Expressions._unary,
    ast.Yield: Expressions._yield,
    ast.YieldFrom: Expressions._yield,
}
