"""
Branches: a function returns a key, and the tasks of that key run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeAlias, final

from typing_extensions import ParamSpec, TypeVar

from flowkit.base.call_site import caller
from flowkit.base.lazy_names import real
from flowkit.base.problems import Problem
from flowkit.base.record import evolve
from flowkit.base.recording import counted, recorded, recorded_method
from flowkit.builders.action import Action, check_function, no_action
from flowkit.builders.flow import Node
from flowkit.builders.immutable import Immutable
from flowkit.builders.invalid import invalid, refuse_invalid
from flowkit.builders.several import Several
from flowkit.builders.task import targets
from flowkit.model.calls import PythonCall
from flowkit.model.exact import exact_option
from flowkit.model.inexact import InexactError

P = ParamSpec("P")
K = TypeVar("K", bound=str)

BranchTarget: TypeAlias = "Node | str | Sequence[Node | str]"
"""What runs for a key: a task or a group, its path, or several of them; `()` for nothing."""


def _no_routes(branching: Branching[Any], problems: tuple[Problem, ...]) -> Action[Any]:
    return no_action((*branching.problems, *problems))


@final
class Branching(Immutable, Generic[K]):
    """
    A function that returns keys, before `.to` says what runs for each key.
    """

    __slots__ = ("_call", "problems")

    _call: PythonCall | None
    problems: tuple[Problem, ...]
    """What is wrong with the call of `branch`."""

    def __init__(self, call: PythonCall | None, problems: tuple[Problem, ...] = ()) -> None:
        object.__setattr__(self, "_call", call)
        object.__setattr__(self, "problems", problems)

    def __flowkit_note__(self, problems: tuple[Problem, ...]) -> None:
        object.__setattr__(self, "problems", (*self.problems, *problems))

    @recorded_method(_no_routes)
    def to(self, routes: Mapping[K, BranchTarget], /) -> Action[K]:
        """
        Return the action that runs the targets of the returned key, and skips those of the other keys.

        The task gets an edge to each target. A target that nothing else places is placed in the same chain as the
        branch. For a key with `()`, nothing runs.
        """
        call = f"branch({self._call.name if self._call else '…'}, …).to()"
        if not issubclass(type(routes), Mapping) or not routes:
            refuse_invalid(
                f"{call} takes a mapping from each key to its tasks",
                'Write .to({"weekday": a, "weekend": b}).',
            )
        problems: list[Problem] = []
        targets_by_key: dict[str, tuple[Any, ...]] = {}
        for given, target in routes.items():
            try:
                # The string, not `str(…)`: that of a member of an enumeration is another one.
                key = exact_option(given) if issubclass(type(given), str) else str(given)
            except InexactError as error:
                problems.append(invalid(f"A key in {call} {error.why}", error.hint))
                continue
            if target is None:
                problems.append(invalid(f"{call} got None for the key {key!r}", "For nothing, write ()."))
            else:
                targets_by_key[key] = targets(target, call=call, name=f"{key!r}: ", problems=problems) or ()
        if self._call is None or problems or self.problems:
            return no_action((*self.problems, *problems))
        return Action(evolve(self._call, routes=targets_by_key))

    def __repr__(self) -> str:
        name = "" if self._call is None else f" {self._call.name}"
        return f"<Branching{name}{counted(self.problems)}>"


def _no_branch(problems: tuple[Problem, ...]) -> Branching[Any]:
    return Branching(None, problems)


@recorded(_no_branch)
def branch(fn: Callable[P, K], /, *args: P.args, **kwargs: P.kwargs) -> Branching[K]:
    """
    Return a branch that runs the tasks of one key: `branch(fn, …).to({"weekday": a, "weekend": b})`.

    Args:
        fn: A function that returns a key. With the annotation `Literal["weekday", "weekend"]`, the keys are checked.

        args: Arguments for *fn*, as for `python`.

        kwargs: Arguments for *fn*, as for `python`.
    """
    fn = real(fn)
    check_function(fn, "branch")
    return Branching(PythonCall(fn, args, kwargs, caller(), routes={}))


@recorded(_no_branch)
def branches(fn: Callable[P, Several[K]], /, *args: P.args, **kwargs: P.kwargs) -> Branching[K]:
    """
    Return a branch that runs the tasks of several keys: `branch` for a function that returns a list of keys.
    """
    fn = real(fn)
    check_function(fn, "branches")
    return Branching(PythonCall(fn, args, kwargs, caller(), routes={}, multiple=True))
