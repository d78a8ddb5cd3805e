"""
Operators whose constructors do different things with their arguments. None of them is created here.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypedDict

from typing_extensions import NotRequired, Required, Self, Unpack

from tests.analysis.operator_base import BaseOperator


class Plain(BaseOperator):
    def __init__(self, *, command: str, mode: str = "a", **kwargs: Any) -> None:
        super().__init__(**kwargs)


class Bare(BaseOperator): ...


class Fixes(Plain):
    def __init__(self, *, table: str, **kwargs: Any) -> None:
        super().__init__(command=f"load {table}", **kwargs)


class FixesByName(Plain):
    def __init__(self, *, table: str, **kwargs: Any) -> None:
        Plain.__init__(self, command=f"load {table}", **kwargs)


class FixesByOldSuper(Plain):
    def __init__(self, *, table: str, **kwargs: Any) -> None:
        super(FixesByOldSuper, self).__init__(command=f"load {table}", **kwargs)  # noqa: UP008


class FixesByDict(Plain):
    def __init__(self, *, table: str, **kwargs: Any) -> None:
        super().__init__(command=f"load {table}", **kwargs)


class FixesOption(Plain):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(retries=0, **kwargs)


class FixesId(Plain):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(task_id="always", **kwargs)


class Inherits(Fixes): ...


class Deeper(Fixes):
    def __init__(self, *, more: int = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)


class Reopens(Fixes):
    def __init__(self, *, command: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)


class Leaves(Plain):
    def __init__(self, *, table: str = "t", **kwargs: Any) -> None:
        super().__init__(**kwargs)


class Forwards(Plain):
    def __init__(self, *, command: str = "x", **kwargs: Any) -> None:
        super().__init__(command=command, **kwargs)


class Pops(BaseOperator):
    def __init__(self, **kwargs: Any) -> None:
        self.table = kwargs.pop("table")
        self.mode = kwargs.pop("mode", None)
        super().__init__(**kwargs)


class PopsThenFixes(Plain):
    def __init__(self, **kwargs: Any) -> None:
        command = kwargs.pop("command", "") or "default"
        super().__init__(command=command, **kwargs)


class PopsSometimes(BaseOperator):
    def __init__(self, *, new: bool = False, **kwargs: Any) -> None:
        if new:
            self.table = kwargs.pop("table")
        super().__init__(**kwargs)


class PopsInExpression(BaseOperator):
    def __init__(self, *, new: bool = False, **kwargs: Any) -> None:
        self.table = kwargs.pop("table") if new else None
        super().__init__(**kwargs)


class Deletes(BaseOperator):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.pop("table", None)
        super().__init__(**kwargs)


class Looks(Plain):
    def __init__(self, **kwargs: Any) -> None:
        self.kind = kwargs.get("mode", "b")
        if "command" not in kwargs:
            kwargs["command"] = "default"
        super().__init__(**kwargs)


class Needs(Plain):
    def __init__(self, **kwargs: Any) -> None:
        self.kind = kwargs["mode"].upper()
        super().__init__(**kwargs)


class Defaults(Plain):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("command", "default")
        super().__init__(**kwargs)


class Overwrites(Plain):
    def __init__(self, **kwargs: Any) -> None:
        kwargs["command"] = "always"
        super().__init__(**kwargs)


class Updates(Plain):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.update({"command": "always"}, mode="b")
        super().__init__(**kwargs)


class FixesSometimes(Plain):
    def __init__(self, *, table: str = "", **kwargs: Any) -> None:
        if table:
            super().__init__(command=table, **kwargs)
        else:
            super().__init__(**kwargs)


class ReturnsEarly(Plain):
    def __init__(self, *, table: str = "", **kwargs: Any) -> None:
        if table:
            super().__init__(command=table, **kwargs)
            return
        super().__init__(mode="b", **kwargs)


class Tries(Plain):
    def __init__(self, **kwargs: Any) -> None:
        try:
            super().__init__(command="", **kwargs)
        except TypeError:
            super().__init__(**kwargs)


class Swallows(BaseOperator):
    def __init__(self, *, task_id: str, table: str, **kwargs: Any) -> None:
        self.rest = kwargs
        super().__init__(task_id=task_id)


class SwallowsKnown(BaseOperator):
    def __init__(self, *, task_id: str, **kwargs: Any) -> None:
        self.table = kwargs["table"]
        self.mode = kwargs.get("mode")
        super().__init__(task_id=task_id)


class Closed(BaseOperator):
    def __init__(self, *, task_id: str, table: str) -> None:
        self.table = table
        super().__init__(task_id=task_id)


class ClosedWithOption(BaseOperator):
    def __init__(self, *, task_id: str, table: str = "", retries: int = 0) -> None:
        super().__init__(task_id=task_id, retries=retries)


class More(TypedDict, total=False):
    table: Required[str]
    mode: str


class Most(More):
    size: int
    color: NotRequired[str]


class Unpacks(BaseOperator):
    def __init__(self, *, task_id: str, **kwargs: Unpack[More]) -> None:
        self.table = kwargs.get("table")
        super().__init__(task_id=task_id)


class UnpacksInherited(BaseOperator):
    def __init__(self, *, task_id: str, **kwargs: Unpack[Most]) -> None:
        super().__init__(task_id=task_id)


class Grabs(Plain):
    def __init__(self, *, dag: Any = None, **kwargs: Any) -> None:
        self.given = dag
        super().__init__(**kwargs)


class PopsContext(Plain):
    def __init__(self, /, **kwargs: Any) -> None:
        self.given = kwargs.pop("task_group", None)
        Plain.__init__(self, command="", **kwargs)


class Mixin:
    def __init__(self, *, region: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)


class Mixed(Mixin, Plain): ...


class MixedByHand(Mixin, Plain):
    def __init__(self, *, region: str, **kwargs: Any) -> None:
        Plain.__init__(self, mode="b", **kwargs)


class SilentMixin:
    def __init__(self, region: str = "") -> None:
        self.region = region


class MixedSilently(Plain, SilentMixin):
    def __init__(self, *, region: str = "", **kwargs: Any) -> None:
        SilentMixin.__init__(self, region)
        Plain.__init__(self, **kwargs)


class Positional(Mixin):
    def __init__(self, region: str, **kwargs: Any) -> None:
        super().__init__(region=region, **kwargs)


class GivesByPosition(Positional, Plain):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__("eu", **kwargs)


class Diamond(Fixes, Plain): ...


class Helps(Plain):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**self.changed(kwargs))

    @staticmethod
    def changed(kwargs: dict[str, Any]) -> dict[str, Any]:
        return {"command": kwargs.pop("script"), **kwargs}


class Reassigns(Plain):
    def __init__(self, **kwargs: Any) -> None:
        kwargs = {"command": "", **kwargs}
        super().__init__(**kwargs)


class Renames(Plain):
    def __init__(self, **rest: Any) -> None:
        super().__init__(command="", **rest)


class Copies(Plain):
    def __init__(self, **kwargs: Any) -> None:
        self.given = dict(kwargs)
        for name in kwargs:
            self.seen = f"{name} of {len(kwargs)}: {kwargs}"
        super().__init__(**kwargs)


class Loops(Plain):
    def __init__(self, **kwargs: Any) -> None:
        for name in ("old", "older"):
            kwargs.pop(name, None)
        super().__init__(**kwargs)


class Variadic(Plain):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, command="", **kwargs)


def supplied(function: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(function)
    def wrapper(self: Any, **kwargs: Any) -> None:
        function(self, command="supplied", **kwargs)

    return wrapper


class Decorated(Plain):
    @supplied
    def __init__(self, *, command: str, other: str = "", **kwargs: Any) -> None:
        super().__init__(command=command, **kwargs)


class Made(Plain):
    def __new__(cls, *_args: Any, **_kwargs: Any) -> Self:
        return super().__new__(cls)


class Meta(type):
    def __call__(cls, **kwargs: Any) -> Any:
        return super().__call__(command=kwargs.pop("script"), **kwargs)


@dataclass
class Data(BaseOperator):
    table: str
    mode: str = "a"


if len("a") == 1:

    class Conditional(Plain):
        if len("b") == 1:

            def __init__(self, *, other: str, **kwargs: Any) -> None:
                super().__init__(**kwargs)


def registered(cls: type[Any]) -> type[Any]:
    """
    Return the class itself.
    """
    return cls


@registered
class Registered(Fixes): ...
