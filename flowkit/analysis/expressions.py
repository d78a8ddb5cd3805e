"""
What the expressions of a source give, and what the rules have to say of each.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, final

from flowkit.analysis.scopes import (
    NOTHING,
    FunctionValue,
    Method,
    ModuleValue,
    Occurrence,
    Scope,
    Value,
    flowkits,
    joined,
)
from flowkit.analysis.vocabulary import (
    LATER,
    MADE_BY,
    TAKES,
    Kind,
    Open,
    attribute,
    changes,
    connects,
    method,
    works,
)

if TYPE_CHECKING:
    from flowkit.analysis.reader import Reader

_ORDER: Final = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_ASKS: Final = {"isinstance", "issubclass", "len", "bool", "type"}


@final
class Expressions:
    """
    Reads the expressions of one file.
    """

    def __init__(self, reader: Reader, *, seeded: bool) -> None:
        self._reader = reader
        self._rules = reader.rules
        # Chance that begins at the same point each time gives the same numbers.
        self._seeded = seeded

    def of(self, node: ast.expr, scope: Scope) -> Value:
        """
        Return what is known of an expression.
        """
        return _EXPRESSIONS.get(type(node), Expressions._other)(self, node, scope)

    def test(self, node: ast.expr, scope: Scope) -> Value:
        """
        Return what is known of an expression of which somebody asks whether it is true.
        """
        if isinstance(node, ast.BoolOp):
            return joined([self.test(value, scope) for value in node.values])
        value = self.of(node, scope)
        if value.what in LATER:
            self._rules.used("is asked whether it is true", value.what, node)
        return value

    def iterated(self, node: ast.expr, scope: Scope) -> Value:
        """
        Return what is known of the members of an expression.
        """
        value = self.of(node, scope)
        if value.what in LATER:
            self._rules.used("is iterated over", value.what, node)
        item = value.item or NOTHING
        return Value(item.what, value.changing or item.changing)

    def bind(self, target: ast.expr, value: Value, scope: Scope, source: ast.expr | None) -> None:
        """
        Give a name, or several, to what an expression gives.
        """
        if isinstance(target, ast.Name):
            scope.values[target.id] = (
                value if not value.made else Value(value.what, value.changing, value.item)
            )
        elif isinstance(target, ast.Tuple | ast.List):
            parts: list[ast.expr | None] = [None] * len(target.elts)
            if isinstance(source, ast.Tuple | ast.List) and len(source.elts) == len(target.elts):
                parts = list(source.elts)
            starred = any(isinstance(part, ast.Starred) for part in (*target.elts, *parts))
            for part, origin in zip(target.elts, parts, strict=True):
                known = NOTHING if starred or origin is None else self._again(origin, scope)
                self.bind(part, Value(known.what, value.changing), scope, None)
        elif isinstance(target, ast.Starred):
            self.bind(target.value, NOTHING, scope, None)
        elif not isinstance(target, ast.Name):
            self.of(target, scope)

    def _again(self, node: ast.expr, scope: Scope) -> Value:
        # It was read already; what was said of it need not be said twice.
        with self._rules.silent():
            return self.of(node, scope)

    def _name(self, node: ast.Name, scope: Scope) -> Value:
        if isinstance(node.ctx, ast.Store):
            return NOTHING
        found = scope.find(node.id)
        return Value(f"builtins.{node.id}") if found is None else found

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Value:
        value = self.of(node.value, scope)
        what = value.what
        if isinstance(what, str):
            name = f"{what}.{node.attr}"
            # Modules of the user's are found by their names; those that are installed are not looked for.
            return Value(name, value.changing)
        if isinstance(what, ModuleValue):
            return self._reader.member(what.reader, node.attr)
        found = attribute(what, node.attr)
        if found is not None:
            return Value(found)
        if isinstance(what, Kind | Open):
            return Value(Method(what, node.attr), value.changing)
        return Value(None, value.changing)

    def _call(self, node: ast.Call, scope: Scope) -> Value:
        function = self.of(node.func, scope)
        args = [self.of(argument, scope) for argument in node.args]
        args += [self.of(keyword.value, scope) for keyword in node.keywords]
        what = function.what
        if isinstance(what, Method) or flowkits(what) in TAKES:
            made = (
                method(what.of, what.name) if isinstance(what, Method) else MADE_BY.get(flowkits(what) or "")
            )
            self._rules.taken(args)
            return Value(made, made=("method" if isinstance(what, Method) else "call") if made else "")
        changing = next((value.changing for value in (function, *args) if value.changing), None)
        if isinstance(what, FunctionValue):
            gives = self._reader.call(what)
            scope.work.extend(what.work)
            if isinstance(gives.what, Kind):
                self._rules.taken(args)
                changing = None
            return Value(gives.what, changing or gives.changing)
        return (
            self._named(what, node, args, changing, scope) if isinstance(what, str) else Value(None, changing)
        )

    def _named(
        self, name: str, node: ast.Call, args: list[Value], changing: Occurrence | None, scope: Scope
    ) -> Value:
        plain = name.removeprefix("builtins.")
        if plain in _ASKS and plain != name and args and args[0].what in LATER:
            self._rules.used(f"is given to {plain}()", args[0].what, node)
        if changes(name) and not (self._seeded and "random" in name):
            changing = Occurrence(_shown(node.func), self._rules.file, node)
        elif works(name):
            scope.work.append(Occurrence(_shown(node.func), self._rules.file, node))
        return Value(f"{name}()", changing)

    def _compare(self, node: ast.Compare, scope: Scope) -> Value:
        sides = [node.left, *node.comparators]
        values = [self.of(side, scope) for side in sides]
        for operator, (first, second), pair in zip(node.ops, pairwise(values), pairwise(sides), strict=True):
            later = next((value.what for value in (first, second) if value.what in LATER), None)
            # Whether two names stand for one output is a fair question.
            fair = isinstance(operator, ast.Is | ast.IsNot) and not any(
                isinstance(side, ast.Constant) for side in pair
            )
            if later is not None and not fair:
                self._rules.used(_told(operator, node), later, node)
        return Value(None, next((value.changing for value in values if value.changing), None))

    def _binary(self, node: ast.BinOp, scope: Scope) -> Value:
        # A long chain of arrows leans to the left: it is followed in a loop.
        sides: list[ast.expr] = []
        arrow = isinstance(node.op, ast.RShift | ast.LShift)
        left: ast.expr = node
        while isinstance(left, ast.BinOp) and isinstance(left.op, ast.RShift | ast.LShift) == arrow:
            sides.append(left.right)
            left = left.left
        values = [self.of(side, scope) for side in (left, *reversed(sides))]
        changing = next((value.changing for value in values if value.changing), None)
        members = [*values, *(value.item for value in values if value.item)]
        if arrow and any(connects(value.what) for value in members):
            return Value(Kind.FLOW, changing, made="arrow")
        return Value(None, changing)

    def _boolean(self, node: ast.BoolOp, scope: Scope) -> Value:
        values = [self.test(value, scope) for value in node.values[:-1]]
        values.append(self.of(node.values[-1], scope))
        return joined(values)

    def _unary(self, node: ast.UnaryOp, scope: Scope) -> Value:
        ask = self.test if isinstance(node.op, ast.Not) else self.of
        return Value(None, ask(node.operand, scope).changing)

    def _conditional(self, node: ast.IfExp, scope: Scope) -> Value:
        test = self.test(node.test, scope)
        value = joined([self.of(node.body, scope), self.of(node.orelse, scope)])
        return Value(value.what, value.changing or test.changing, value.item)

    def _sequence(self, node: Any, scope: Scope) -> Value:
        values = [self.of(element, scope) for element in node.elts]
        if not values:
            return NOTHING
        item = joined(values)
        return Value(
            None, item.changing, item if not any(isinstance(e, ast.Starred) for e in node.elts) else None
        )

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Value:
        value = self.of(node.value, scope)
        index = self.of(node.slice, scope)
        changing = value.changing or index.changing
        if value.what in LATER:
            return Value(value.what, changing)
        if value.what is not None:
            # A class with its arguments, as in `Group[int]("g")`.
            return Value(value.what if flowkits(value.what) else None, changing)
        known = value.item if value.item and not isinstance(node.slice, ast.Slice) else NOTHING
        return Value(known.what, changing)

    def _comprehension(self, node: Any, scope: Scope) -> Value:
        inner = Scope(scope, work=scope.work)
        changing = None
        for generator in node.generators:
            source = self.iterated(generator.iter, inner)
            changing = changing or source.changing
            self.bind(generator.target, source, inner, None)
            for condition in generator.ifs:
                changing = changing or self.test(condition, inner).changing
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        values = [self.of(part, inner) for part in parts]
        changing = changing or next((value.changing for value in values if value.changing), None)
        item = None if isinstance(node, ast.DictComp) else values[0]
        return Value(None, changing, item)

    def _walrus(self, node: ast.NamedExpr, scope: Scope) -> Value:
        value = self.of(node.value, scope)
        self.bind(node.target, value, scope, None)
        return value

    def _lambda(self, node: ast.Lambda, scope: Scope) -> Value:
        # Its body runs at another time. Names that it takes from here are in use.
        for part in ast.walk(node.body):
            if isinstance(part, ast.Name):
                scope.find(part.id)
        return NOTHING

    def _other(self, node: ast.expr, scope: Scope) -> Value:
        changing = None
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                found = self.of(child, scope).changing
                changing = changing or found
        return Value(None, changing)

    def _yield(self, node: ast.Yield | ast.YieldFrom, scope: Scope) -> Value:
        # What a call gives is the generator.
        scope.returns[:] = [NOTHING]
        return self._other(node, scope)

    @staticmethod
    def _constant(_node: ast.Constant, _scope: Scope) -> Value:
        return NOTHING


def _shown(node: ast.expr) -> str:
    # As it is written, but without the arguments: there may be a password among them.
    if isinstance(node, ast.Attribute):
        return f"{_shown(node.value)}.{node.attr}"
    if isinstance(node, ast.Call):
        return f"{_shown(node.func)}()"
    return node.id if isinstance(node, ast.Name) else "…"


def _told(operator: ast.cmpop, node: ast.Compare) -> str:
    none = any(isinstance(side, ast.Constant) and side.value is None for side in node.comparators)
    if isinstance(operator, ast.Is | ast.IsNot):
        sign = "is" if isinstance(operator, ast.Is) else "is not"
        return f"is compared by `{sign} None`" if none else f"is compared by `{sign}`"
    if isinstance(operator, ast.In | ast.NotIn):
        return "is compared by `in`"
    if isinstance(operator, _ORDER):
        return "is compared by its size"
    return "is compared by `==`" if isinstance(operator, ast.Eq) else "is compared by `!=`"


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
