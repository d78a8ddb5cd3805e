"""
Branching by key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeAlias, final

import attrs
from typing_extensions import ParamSpec, TypeVar

from flowkit.base.call_site import caller
from flowkit.base.errors import DefinitionError
from flowkit.base.lazy_names import real
from flowkit.base.problems import Problem
from flowkit.builders.action import Action, checked_function
from flowkit.builders.flow import Node
from flowkit.builders.immutable import Immutable
from flowkit.builders.task import targets
from flowkit.model.calls import PythonCall

P = ParamSpec("P")
K = TypeVar("K", bound=str)

BranchTarget: TypeAlias = "Node | str | Sequence[Node | str]"
"""What a key leads to: a task or a group, its path, or several of them; `()` for nothing."""


@final
class Branching(Immutable, Generic[K]):
    """
    A function that chooses, waiting for what it chooses from.
    """

    __slots__ = ("_call",)

    def __init__(self, call: PythonCall) -> None:
        self._call = call

    def to(self, routes: Mapping[K, BranchTarget], /) -> Action[K]:
        """
        Return the action that runs what the returned key leads to, and skips what the other keys lead to.

        The task gets an edge to each target; one that nothing else places is placed beside the branch. A key that
        leads to `()` runs nothing.

        Raises:
            DefinitionError: If *routes* is not a mapping of keys to tasks, groups and their paths.
        """
        name = self._call.name
        if not isinstance(routes, Mapping) or not routes:
            message = f".to() of branch({name}, …) takes a mapping from each key to what it leads to."
            raise DefinitionError(
                Problem("FK008", message, 'Write .to({"weekday": a, "weekend": b}).', caller())
            )
        found: dict[str, tuple[Any, ...]] = {}
        for key, target in routes.items():
            if target is None:
                message = f".to() of branch({name}, …) leads the key {key!r} to None."
                raise DefinitionError(Problem("FK008", message, "For nothing write ().", caller()))
            found[str(key)] = targets(target, call=f"branch({name}, …).to()") or ()
        return Action(attrs.evolve(self._call, routes=found))


def branch(fn: Callable[P, K], /, *args: P.args, **kwargs: P.kwargs) -> Branching[K]:
    """
    Return the choice of one way: `branch(fn, …).to({"weekday": a, "weekend": b})`.

    Args:
        fn: A function that returns a key, annotated as `Literal["weekday", "weekend"]`: the keys are then checked.

        args: Arguments for *fn*, as with `python`.

        kwargs: Arguments for *fn*, as with `python`.
    """
    fn = real(fn)
    checked_function(fn, "branch")
    return Branching(PythonCall(fn, args, kwargs, caller(), routes={}))


def branches(fn: Callable[P, Iterable[K]], /, *args: P.args, **kwargs: P.kwargs) -> Branching[K]:
    """
    Return the choice of several ways: as `branch`, for a function that returns a list of keys.
    """
    fn = real(fn)
    checked_function(fn, "branches")
    return Branching(PythonCall(fn, args, kwargs, caller(), routes={}, several=True))
