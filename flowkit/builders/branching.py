"""
Branches: a function returns a key, and the tasks of that key run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeAlias, final

import attrs
from typing_extensions import ParamSpec, TypeVar

from flowkit.base.call_site import caller
from flowkit.base.lazy_names import real
from flowkit.builders.action import Action, check_function
from flowkit.builders.flow import Node
from flowkit.builders.immutable import Immutable
from flowkit.builders.invalid import raise_invalid
from flowkit.builders.several import Several
from flowkit.builders.task import targets
from flowkit.model.calls import PythonCall

P = ParamSpec("P")
K = TypeVar("K", bound=str)

BranchTarget: TypeAlias = "Node | str | Sequence[Node | str]"
"""What runs for a key: a task or a group, its path, or several of them; `()` for nothing."""


@final
class Branching(Immutable, Generic[K]):
    """
    A function that returns keys, before `.to` says what runs for each key.
    """

    __slots__ = ("_call",)

    def __init__(self, call: PythonCall) -> None:
        self._call = call

    def to(self, routes: Mapping[K, BranchTarget], /) -> Action[K]:
        """
        Return the action that runs the targets of the returned key, and skips those of the other keys.

        The task gets an edge to each target. A target that nothing else places is placed in the same chain as the
        branch. For a key with `()`, nothing runs.

        Raises:
            DefinitionError: If *routes* is not a mapping of keys to tasks, groups and their paths.
        """
        name = self._call.name
        if not isinstance(routes, Mapping) or not routes:
            raise_invalid(
                f".to() of branch({name}, …) takes a mapping from each key to its tasks",
                'Write .to({"weekday": a, "weekend": b}).',
            )
        targets_by_key: dict[str, tuple[Any, ...]] = {}
        for key, target in routes.items():
            if target is None:
                raise_invalid(
                    f".to() of branch({name}, …) got None for the key {key!r}", "For nothing, write ()."
                )
            targets_by_key[str(key)] = targets(target, call=f"branch({name}, …).to()") or ()
        return Action(attrs.evolve(self._call, routes=targets_by_key))


def branch(fn: Callable[P, K], /, *args: P.args, **kwargs: P.kwargs) -> Branching[K]:
    """
    Return a branch that runs the tasks of one key: `branch(fn, …).to({"weekday": a, "weekend": b})`.

    Args:
        fn: A function that returns a key. With the annotation `Literal["weekday", "weekend"]`, the keys are checked.

        args: Arguments for *fn*, as for `python`.

        kwargs: Arguments for *fn*, as for `python`.

    Raises:
        DefinitionError: If *fn* is not callable.
    """
    fn = real(fn)
    check_function(fn, "branch")
    return Branching(PythonCall(fn, args, kwargs, caller(), routes={}))


def branches(fn: Callable[P, Several[K]], /, *args: P.args, **kwargs: P.kwargs) -> Branching[K]:
    """
    Return a branch that runs the tasks of several keys: `branch` for a function that returns a list of keys.
    """
    fn = real(fn)
    check_function(fn, "branches")
    return Branching(PythonCall(fn, args, kwargs, caller(), routes={}, multiple=True))
