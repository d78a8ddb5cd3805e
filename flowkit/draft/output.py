"""
The output of a task, while the task has not run: a reference with the static type of the value.
"""

from __future__ import annotations

import re
import weakref
from collections.abc import Iterator
from typing import TYPE_CHECKING, NoReturn, final
from zlib import crc32

from flowkit.base.call_site import caller
from flowkit.base.errors import OutputUseError
from flowkit.base.exception_text import class_name
from flowkit.base.problems import Problem
from flowkit.base.record import record
from flowkit.base.recording import counted, recorded_in
from flowkit.model.exact import exact_option, is_exact
from flowkit.model.inexact import InexactError

if TYPE_CHECKING:
    from typing_extensions import Self

    from flowkit.draft.nodes import TaskNode

# In an f-string an output stands as a token, made of characters that no text has: a plane of Unicode that is
# reserved for private use. Nothing that people do to text (`upper`, `strip`, `replace`) changes them, so that
# any that are left over, when all whole tokens have been taken out, show that a token was cut to pieces.
_PLANE = 0x100000
_START, _END = chr(_PLANE + 2), chr(_PLANE + 3)
_TOKEN = re.compile(f"{_START}([^{_START}{_END}]*){_END}")
_LEFT_OVER = re.compile(f"[{chr(_PLANE)}-{chr(_PLANE + 0xFF)}]")

_tasks: weakref.WeakValueDictionary[int, TaskNode] = weakref.WeakValueDictionary()


class Placeholder:
    """
    Stands for a value that exists only when the pipeline runs.
    """

    __slots__ = ()
    __flowkit_output__ = True

    def _name(self) -> str:
        raise NotImplementedError  # pragma: no cover - every subclass has a name

    def _fill(self, **values: object) -> None:
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        # A copy of the task would be another task.
        return self

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        self._refuse("was pickled; a copy in another process would belong to no pipeline", _FUNCTION)

    def __getitem__(self, key: object) -> object:
        self._refuse("was asked for an item; the value exists only when the task has run", _FUNCTION)

    def __str__(self) -> str:  # noqa: PLE0307 - it only raises
        self._refuse("was written into a text; the value exists only when the task has run", _FUNCTION)

    def __format__(self, spec: str) -> str:
        return str(self)

    def __repr__(self) -> str:
        return f"<{self._name()}{counted(recorded_in(self))}>"

    def _refuse(self, what: str, hint: str) -> NoReturn:
        raise OutputUseError(Problem("FK007", f"{self._name()} {what}.", hint, caller()))


@final
class Output(Placeholder):
    """
    A reference to what a task returns.

    To a type checker it *is* the value. It can be given to other tasks, whole or by one key, and written into the
    f-strings that Airflow renders. The value itself exists only when the task has run, so everything else that
    Python would do with it raises `OutputUseError`, which says what to do.
    """

    __slots__ = ("key", "task")

    task: TaskNode
    key: str | None

    def __init__(self, task: TaskNode, key: str | None = None) -> None:
        object.__setattr__(self, "task", task)
        object.__setattr__(self, "key", key)

    def _name(self) -> str:
        return f"The output of task {self.task.id!r}"

    def __getitem__(self, key: object) -> Output:
        """
        Return the reference to one key of what the task returns.

        Raises:
            OutputUseError: If *key* is not text that Airflow can store, or this is the reference to a key already.
        """
        if not issubclass(type(key), str):
            number = f" {key!r}" if type(key) is int and is_exact(key) else ""
            self._refuse(
                f"was asked for {class_name(key)}{number}; Airflow can pass only one key of a mapping, by name",
                "Let the task that needs the item take the whole output, and take the item there.",
            )
        try:
            name = exact_option(key)
        except InexactError as error:
            self._refuse(f"was asked for {error.what}; {error.reason}", error.hint)
        if self.key is not None:
            self._refuse(
                f"was asked for a key within the key {self.key!r}; Airflow goes one key deep",
                "Let the task that needs the item take the outer key, and take the item there.",
            )
        return Output(self.task, name)

    def __str__(self) -> str:
        _tasks[self.task.serial] = self.task
        text = f"{self.task.serial}:{'' if self.key is None else '=' + self.key}"
        return _START + "".join(chr(_PLANE + 0x10 + byte) for byte in _sealed(text.encode())) + _END

    def __format__(self, spec: str) -> str:
        if spec:
            self._refuse(
                f"was given the format {spec!r}; the value exists only when the task has run",
                "Format the value in the function that produces or consumes it.",
            )
        return str(self)

    def __repr__(self) -> str:
        key = "" if self.key is None else f"[{self.key!r}]"
        return f"<output of task {self.task.id!r}{key}>"


_FUNCTION = "Do it in a function that takes the output: task(…, python(fn, x.output))."
_HINTS: dict[str, tuple[str, str]] = {
    "__bool__": ("was used as a condition", "To choose between tasks, use branch(fn, …).to({…})."),
    "__iter__": ("was iterated", "To run a task for each item, use each(fn, over(x.output))."),
    "__len__": ("was asked for its length", _FUNCTION),
    "__contains__": ("was searched with `in`", _FUNCTION),
    "__hash__": (
        "was used as a key or put into a set",
        "Use it as a value: in a list, or as the value of a dict.",
    ),
    "__call__": ("was called", _FUNCTION),
    "__await__": ("was awaited", _FUNCTION),
    "__setattr__": ("was assigned to", "Make the change in a function that takes the output."),
    "__delattr__": ("had an attribute deleted", "Make the change in a function that takes the output."),
    "__setitem__": ("was assigned to", "Make the change in a function that takes the output."),
    "__delitem__": ("had an item deleted", "Make the change in a function that takes the output."),
    "__enter__": ("was used in a `with` statement", _FUNCTION),
    "__reversed__": ("was reversed", _FUNCTION),
}
_COMPARE = ("eq", "ne", "lt", "le", "gt", "ge")
_NUMBER = (
    "int",
    "float",
    "complex",
    "index",
    "bytes",
    "round",
    "trunc",
    "floor",
    "ceil",
    "neg",
    "pos",
    "abs",
)
_ARITHMETIC = (
    "add", "sub", "mul", "truediv", "floordiv", "mod", "divmod", "pow", "matmul", "and", "or", "xor",
    "lshift", "rshift",
)  # fmt: skip


def _trap(name: str, what: str, hint: str) -> None:
    def refuse(self: Placeholder, *_args: object) -> NoReturn:
        self._refuse(f"{what}; the value exists only when the task has run", hint)

    refuse.__name__ = refuse.__qualname__ = name
    setattr(Placeholder, name, refuse)


def _set_traps() -> None:
    for name, (what, hint) in _HINTS.items():
        _trap(name, what, hint)
    for name in _COMPARE:
        _trap(f"__{name}__", "was compared", "To choose between tasks, use branch(fn, …).to({…}).")
    for name in _NUMBER:
        _trap(f"__{name}__", "was converted to a number", _FUNCTION)
    for name in _ARITHMETIC:
        hint = (
            "To order tasks, connect the tasks, not their outputs: a >> b." if "shift" in name else _FUNCTION
        )
        for prefix in ("", "r", "i"):
            _trap(f"__{prefix}{name}__", "was used in a calculation", hint)


_set_traps()


def _attribute(self: Placeholder, name: str) -> NoReturn:
    # Python and its tools look for special names on everything; those must simply be absent.
    if name.startswith("__") and name.endswith("__"):
        raise AttributeError(name)
    self._refuse(
        f"was asked for the attribute {name!r}; the value exists only when the task has run",
        f'One key of a mapping is x.output["{name}"]; everything else is done in a function that takes the output.',
    )


Placeholder.__getattr__ = _attribute  # type: ignore[attr-defined]


@final
@record
class Token:
    """
    An output that stands in a text.
    """

    task: TaskNode | None
    """`None` when that task does not exist any more."""

    key: str | None


def holds_output(text: str) -> bool:
    """
    Return whether an output stands in *text*, or a piece of one.
    """
    # Python knows of each text whether it is ASCII: that costs nothing, and says it for nearly all of them.
    return not text.isascii() and _LEFT_OVER.search(text) is not None


def split(text: str) -> Iterator[str | Token] | None:
    """
    Return the pieces of *text*, with a `Token` for each output in it; `None` when there is none.

    Raises:
        ValueError: If a token was cut to pieces.
    """
    if not holds_output(text):
        return None
    if _LEFT_OVER.search(_TOKEN.sub("", text)):
        raise ValueError

    return iter(list(_pieces(text)))


def _sealed(content: bytes) -> bytes:
    # What is cut out of the middle of a token must not make it the token of another task.
    return crc32(content).to_bytes(4, "big") + content


def _pieces(text: str) -> Iterator[str | Token]:
    for position, piece in enumerate(_TOKEN.split(text)):
        if position % 2 == 0:
            if piece:
                yield piece
            continue
        sealed = bytes(ord(char) - _PLANE - 0x10 for char in piece)
        if sealed != _sealed(sealed[4:]):
            raise ValueError
        serial, _, key = sealed[4:].decode().partition(":")
        yield Token(_tasks.get(int(serial)), key[1:] if key else None)
