"""
What the source of one constructor, `__init__`, does with its arguments.

Only what every call is certain to do counts: code in an `if`, a loop or a `try` may do something else each time.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Final, final

from flowkit.base.record import field, record

_BRANCHES: Final = (
    ast.If, ast.For, ast.While, ast.Try, ast.With, ast.Match, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda,
    ast.IfExp, ast.BoolOp, ast.comprehension, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp,
    ast.ClassDef, ast.Assert,
)  # fmt: skip
"""What is in these may not run, or may fail without consequence."""

_LEAVES: Final = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.Constant)

_APPLIES_DEFAULTS: Final = {"apply_defaults", "_apply_defaults"}
"""Airflow's decorator of constructors, which fills in `default_args`; it decorates those of operators by itself."""

_READ_ONLY: Final = {
    "all", "any", "bool", "copy", "deepcopy", "dict", "format", "frozenset", "isinstance", "len", "list", "max", "min",
    "print", "repr", "set", "sorted", "str", "tuple", "type",
}  # fmt: skip
"""Functions that leave a dict as it is."""


@final
@record
class BaseCall:
    """
    A constructor's call of a base's: `super().__init__(…)` or `Base.__init__(self, …)`.
    """

    after: str
    """The name of the class after which the called one comes in the order of bases; empty if `base` is given."""

    base: str
    """The name of the class whose constructor is called; empty for `super()`."""

    given: frozenset[str]
    """The arguments given by name, besides `**kwargs`."""

    positional: int
    """How many are given by position."""

    passes_on: bool
    """Whether it passes `**kwargs`."""

    more: bool
    """Whether it may give others, such as those of another dict."""

    certain: bool
    """Whether every call of the constructor makes it."""


@final
@record
class Init:
    """
    One constructor: its parameters, and what it does with `**kwargs`.
    """

    parameters: Mapping[str, bool]
    """The named parameters, and whether each is required."""

    positional: tuple[str, ...] = ()
    """Those of them that can be given by position."""

    takes_more: bool = False
    """Whether it has `**kwargs`."""

    unpacked: Mapping[str, bool] | None = None
    """The keys of `**kwargs: Unpack[SomeTypedDict]`, and whether each is required."""

    popped: Mapping[str, bool] = field(factory=dict)
    """The keys that it removes from `**kwargs`, and whether each is required."""

    needed: frozenset[str] = frozenset()
    """The keys that it reads as `kwargs["name"]`."""

    looked_up: frozenset[str] = frozenset()
    """All keys that it names."""

    supplied: frozenset[str] = frozenset()
    """The keys that it may set in `**kwargs`."""

    supplies_more: bool = False
    """Whether it may set others, too."""

    calls: tuple[BaseCall, ...] = ()

    clear: bool = True
    """Whether nothing else can happen to `**kwargs`."""

    applies_defaults: bool = False
    """Whether it is written with Airflow's decorator that fills in `default_args`."""


UNCLEAR_INIT: Final = Init({}, takes_more=True, clear=False)
"""A constructor that may take any argument."""


def init_of(
    node: ast.FunctionDef, class_name: str, unpacked: Mapping[str, bool] | None = None, *, clear: bool = True
) -> Init:
    """
    Return what a constructor does.

    Args:
        node: The constructor.

        class_name: The name of its class.

        unpacked: The keys of the `TypedDict` in the annotation of `**kwargs`.

        clear: Whether `**kwargs` is what the caller gave.
    """
    args = node.args
    positional = [*args.posonlyargs, *args.args]
    names = _parameters(args)
    decorators = {_last_name(decorator) for decorator in node.decorator_list}
    if decorators - _APPLIES_DEFAULTS:  # a decorator may supply arguments
        names = dict.fromkeys(names, False)
    reader = _Reader(node, class_name)
    reader.read()
    return Init(
        parameters=names,
        positional=tuple(arg.arg for arg in positional[1:]),
        takes_more=args.kwarg is not None,
        unpacked=unpacked if args.kwarg is not None else None,
        popped=reader.popped,
        needed=frozenset(reader.needed - reader.tested - reader.supplied - reader.popped.keys()),
        looked_up=frozenset(reader.looked_up),
        supplied=frozenset(reader.supplied),
        supplies_more=reader.supplies_more,
        calls=tuple(reader.calls),
        clear=clear and reader.clear and not decorators - _APPLIES_DEFAULTS,
        applies_defaults=bool(decorators & _APPLIES_DEFAULTS),
    )


def _parameters(args: ast.arguments) -> dict[str, bool]:
    positional = [*args.posonlyargs, *args.args]
    required = len(positional) - len(args.defaults)
    names = {arg.arg: index < required for index, arg in enumerate(positional) if index > 0}
    for arg in args.posonlyargs:
        names.pop(arg.arg, None)
    for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        names[arg.arg] = default is None
    return names


@final
class _Reader:
    def __init__(self, node: ast.FunctionDef, class_name: str) -> None:
        self.node = node
        self.class_name = class_name
        first = [*node.args.posonlyargs, *node.args.args][:1]
        self.this = first[0].arg if first else ""
        self.kwargs = node.args.kwarg.arg if node.args.kwarg is not None else None
        self.args = node.args.vararg.arg if node.args.vararg is not None else None
        self.parents: dict[ast.AST, ast.AST] = {}
        self.popped: dict[str, bool] = {}
        self.needed: set[str] = set()
        self.tested: set[str] = set()
        self.looked_up: set[str] = set()
        self.supplied: set[str] = set()
        self.supplies_more = False
        self.calls: list[BaseCall] = []
        self.clear = True

    def read(self) -> None:
        nodes: list[ast.AST] = []
        waiting: list[ast.AST] = [node for node in self.node.body if not _only_assigns(node, self.kwargs)]
        self.parents.update(dict.fromkeys(waiting, self.node))
        while waiting:
            node = waiting.pop()
            nodes.append(node)
            for name in node._fields:
                value = getattr(node, name, None)
                for child in value if isinstance(value, list) else [value]:
                    if isinstance(child, ast.AST) and not isinstance(child, _LEAVES):
                        self.parents[child] = node
                        waiting.append(child)
        last = self.node.body[-1]
        self.may_return_early = any(isinstance(node, ast.Return) and node is not last for node in nodes)
        for node in nodes:
            if isinstance(node, ast.Call):
                self._read_call(node)
            elif isinstance(node, ast.Name) and self.kwargs is not None and node.id == self.kwargs:
                self._read_use(node)

    def _is_certain(self, node: ast.AST) -> bool:
        if self.may_return_early:
            return False
        while node is not self.node:
            if isinstance(node, _BRANCHES):
                return False
            node = self.parents[node]
        return True

    def _read_call(self, call: ast.Call) -> None:
        target = self._target(call)
        if target is None:
            return
        after, base = target
        arguments = call.args[1:] if base else call.args
        positional = [
            node
            for node in arguments
            if not (isinstance(node, ast.Starred) and _name(node.value) == self.args)
        ]
        given = {keyword.arg for keyword in call.keywords if keyword.arg is not None}
        others = [keyword.value for keyword in call.keywords if keyword.arg is None]
        more = any(isinstance(node, ast.Starred) for node in positional)
        passes_on = False
        for other in others:
            if self.kwargs is not None and _name(other) == self.kwargs:
                passes_on = True
            elif isinstance(other, ast.Dict) and all(_text(key) is not None for key in other.keys):
                given |= {str(_text(key)) for key in other.keys}
            else:
                more = True
        if more and not passes_on:
            self.clear = self.kwargs is None  # it may be made of `**kwargs`
        self.calls.append(
            BaseCall(after, base, frozenset(given), len(positional), passes_on, more, self._is_certain(call))
        )

    def _target(self, call: ast.Call) -> tuple[str, str] | None:
        """
        Return the class after which the called one comes, or that class itself; `None` if this calls something else.
        """
        function = call.func
        if not isinstance(function, ast.Attribute) or function.attr != "__init__":
            return None
        owner = function.value
        if isinstance(owner, ast.Call) and _name(owner.func) == "super":
            return (_last_name(owner.args[0]) if owner.args else self.class_name), ""
        if call.args and _name(call.args[0]) == self.this and _last_name(owner):
            return "", _last_name(owner)
        return None

    def _read_use(self, name: ast.Name) -> None:
        parent = self.parents[name]
        if not isinstance(name.ctx, ast.Load):
            self.clear = False
        elif isinstance(parent, ast.Attribute):
            self._read_method(parent)
        elif isinstance(parent, ast.Subscript) and parent.value is name:
            self._read_subscript(parent)
        elif isinstance(parent, ast.Compare):
            self._read_comparison(parent)
        elif not self._leaves_unchanged(name, parent):
            self.clear = False

    def _leaves_unchanged(self, name: ast.Name, parent: ast.AST) -> bool:
        if isinstance(parent, ast.Call):
            return name in parent.args and _last_name(parent.func) in _READ_ONLY
        if isinstance(parent, ast.Assign | ast.AnnAssign):
            targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
            return all(isinstance(target, ast.Attribute) for target in targets)
        if isinstance(parent, ast.keyword):  # `f(**kwargs)` copies it
            return parent.arg is None
        return isinstance(
            parent,
            ast.Dict | ast.FormattedValue | ast.UnaryOp | ast.If | ast.IfExp | ast.For | ast.comprehension,
        )

    def _read_method(self, method: ast.Attribute) -> None:
        call = self.parents[method]
        if not isinstance(call, ast.Call) or call.func is not method:
            self.clear = False
            return
        key = _text(call.args[0]) if call.args else None
        if method.attr in {"copy", "items", "keys", "values"}:
            return
        if method.attr == "update":
            self._read_update(call)
        elif method.attr in {"pop", "get", "setdefault"} and key is not None:
            self.looked_up.add(key)
            if method.attr == "pop":
                required = len(call.args) == 1 and not call.keywords and self._is_certain(call)
                self.popped[key] = self.popped.get(key, required) and required
            elif method.attr == "get":
                self.tested.add(key)
            else:
                self.supplied.add(key)
        elif method.attr == "setdefault":
            self.supplies_more = True
        elif method.attr != "get":
            self.clear = False

    def _read_update(self, call: ast.Call) -> None:
        for keyword in call.keywords:
            if keyword.arg is None:
                self.supplies_more = True
            else:
                self.supplied.add(keyword.arg)
        for other in call.args:
            keys = [_text(key) for key in other.keys] if isinstance(other, ast.Dict) else [None]
            self.supplied |= {key for key in keys if key is not None}
            self.supplies_more = self.supplies_more or None in keys

    def _read_subscript(self, item: ast.Subscript) -> None:
        key = _text(item.slice)
        if key is not None:
            self.looked_up.add(key)
        if isinstance(item.ctx, ast.Store):
            if key is None:
                self.supplies_more = True
            else:
                self.supplied.add(key)
        elif isinstance(item.ctx, ast.Del):
            if key is None:
                self.clear = False
            else:
                self.popped[key] = False
        elif key is not None and self._is_certain(item):
            self.needed.add(key)

    def _read_comparison(self, comparison: ast.Compare) -> None:
        key = _text(comparison.left)
        if key is not None:
            self.looked_up.add(key)
            self.tested.add(key)


def _only_assigns(statement: ast.stmt, kwargs: str | None) -> bool:
    """
    Return whether a statement is `self.name = name`, as most in constructors are.
    """
    if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Name | ast.Constant):
        return False
    targets = statement.targets
    return _name(statement.value) != kwargs and all(isinstance(target, ast.Attribute) for target in targets)


def class_body_inits(node: ast.ClassDef) -> Iterator[ast.FunctionDef | None]:
    """
    Yield the constructors that the body of a class defines; `None` for one that not every run defines.
    """
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef):
            if statement.name == "__init__":
                yield statement
        elif _binds_init(statement):
            yield None


def _binds_init(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.If | ast.Try | ast.With | ast.For | ast.While):
        return any(getattr(node, "name", "") == "__init__" for node in ast.walk(statement))
    targets = getattr(statement, "targets", [getattr(statement, "target", None)])
    return any(_name(target) == "__init__" for target in targets)


def _text(node: ast.AST | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _name(node: ast.AST | None) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _last_name(node: ast.AST) -> str:
    if isinstance(node, ast.Subscript):
        return _last_name(node.value)
    if isinstance(node, ast.Call):
        return _last_name(node.func)
    return node.attr if isinstance(node, ast.Attribute) else _name(node)
