"""
The arguments of an operator: what all its constructors take together, from its own class up to `BaseOperator`.

This is the only model of them. How it is filled depends on what is at hand: the class (`operator_objects`), its source
(`operator_source`), or what mypy knows about it (`flowkit.mypy.operators`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, final

from flowkit.analysis.constructor_source import BaseCall, Init
from flowkit.base.record import evolve, field, record
from flowkit.model.options import TaskOptions

SET_BY_FLOWKIT: Final = frozenset({"task_id", "dag", "task_group", "default_args"})
"""The arguments that flowkit itself passes to every operator."""

_CONTEXT: Final = frozenset({"dag", "task_group", "default_args"})

TASK_OPTIONS: Final = frozenset(TaskOptions.__annotations__) - {"pod"}
"""The arguments of `BaseOperator`, without those."""


_NOTHING: Final = Init({})


@final
@record
class Link:
    """
    A class of an operator, in the order in which Python looks up its methods.
    """

    name: str

    init: Init | None
    """Its own constructor, if it has one."""

    is_operator: bool = True
    """Whether the class is an operator, not a mixin."""


@final
@record
class Constructor:
    """
    The arguments of all constructors of an operator, from its own class up to Airflow's `BaseOperator`.
    """

    own: frozenset[str]
    """The arguments of the operator and its bases, without the options of every task."""

    required: frozenset[str]
    """The arguments that the author has to give, since no constructor of the class does."""

    fixed: Mapping[str, str]
    """The arguments and options that a class sets itself, with the name of that class. Giving them is an error."""

    options: frozenset[str]
    """The options of every task, which belong in `task(…)`, as far as the operator takes them."""

    defaults: frozenset[str]
    """The arguments that Airflow fills in from `default_args`."""

    open: bool
    """Whether other arguments may be valid, too: `own` has those that are known."""

    closed: bool = False
    """Whether its own constructor has no `**kwargs`, and so rejects what Airflow passes to every operator."""

    keeps_options: bool = True
    """Whether the DAG, the group and all options certainly get to `BaseOperator`."""

    def accepts(self, name: str) -> bool:
        """
        Return whether `operator(…)` takes the argument *name*.
        """
        return name in self.own or (self.open and name not in self.fixed and name not in SET_BY_FLOWKIT)


@final
@record(frozen=False)
class _Taken:
    """
    What the constructors from one class on take.
    """

    named: dict[str, bool]
    fixed: dict[str, str] = field(factory=dict)
    open: bool = False
    keeps_options: bool = True


def joined(links: Sequence[Link], options: frozenset[str] = TASK_OPTIONS) -> Constructor:
    """
    Return the arguments that a chain of constructors takes together.

    Args:
        links: The operator's class and its bases, without `BaseOperator` and those after it.

        options: The arguments of the last constructor, that of `BaseOperator`.
    """
    taken = _taken(links, 0, options | SET_BY_FLOWKIT)
    named = taken.named.keys() - SET_BY_FLOWKIT
    used = [(link, link.init) for link in links if link.init is not None]
    written = frozenset(name for _, init in used for name in _written(init))
    closed = bool(used) and used[0][0].is_operator and used[0][1].clear and not used[0][1].takes_more
    own = (named - options) | (written & named)
    return Constructor(
        own=frozenset(own),
        required=frozenset(name for name in named if taken.named[name]),
        fixed=taken.fixed,
        options=options & named if closed else options - own - taken.fixed.keys(),
        defaults=frozenset(
            name
            for link, init in used
            if link.is_operator or init.applies_defaults
            for name in init.parameters
        ),
        open=taken.open,
        closed=closed,
        keeps_options=taken.keeps_options,
    )


def _written(init: Init) -> frozenset[str]:
    return frozenset(init.parameters) | init.popped.keys() | (init.unpacked or {}).keys()


def _taken(links: Sequence[Link], index: int, last: frozenset[str]) -> _Taken:
    index = next((at for at in range(index, len(links)) if links[at].init is not None), len(links))
    init = links[index].init if index < len(links) else None
    if init is None:
        return _Taken(dict.fromkeys(last, False))
    if not init.takes_more and not links[index].is_operator:
        # A mixin that calls no other constructor: the class is unusable if Python calls this one for all of them.
        taken = _taken(links, index + 1, last)
        return evolve(taken, named={**taken.named, **init.parameters}, keeps_options=False)
    if not init.takes_more:
        return _Taken(dict(init.parameters), open=not init.clear, keeps_options=False)
    if not init.clear:
        later = {name: False for link in links[index + 1 :] for name in _written(link.init or _NOTHING)}
        named = {
            **dict.fromkeys(last, False),
            **later,
            **dict.fromkeys(_written(init), False),
            **init.parameters,
        }
        return _Taken(named, open=True, keeps_options=False)

    passing = [call for call in init.calls if call.passes_on]
    result = _Taken({}, open=not passing and init.unpacked is None, keeps_options=bool(passing))
    for call in passing:
        target = _target(links, index, call)
        if target is None:
            result.open, result.keeps_options = True, False
            target = len(links)
        order = next((link.init.positional for link in links[target:] if link.init is not None), ())
        given = call.given | set(order[: call.positional])
        _add(result, links[index], evolve(call, given=given), _taken(links, target, last))
    _add_keys(result, init, passes=bool(passing))
    return result


def _add_keys(result: _Taken, init: Init, *, passes: bool) -> None:
    """
    Add to *result* the parameters of a constructor and the keys that it reads from `**kwargs`.
    """
    for name in init.needed:
        if result.named.get(name) is not None or result.open or not passes:
            result.named[name] = True
    for name in () if passes else init.looked_up:
        result.named.setdefault(name, False)
    result.named.update(init.unpacked or {})
    result.named.update(init.popped)
    result.named.update(init.parameters)
    result.fixed = {name: cls for name, cls in result.fixed.items() if name not in result.named}


def _target(links: Sequence[Link], index: int, call: BaseCall) -> int | None:
    """
    Return the index of the constructor that is called; `None` if that is not clear.
    """
    name = call.base or call.after
    if not call.base and name == links[index].name:
        return index + 1
    if name in {"BaseOperator", "AbstractOperator"}:
        return len(links)
    return next((at + (not call.base) for at in range(index + 1, len(links)) if links[at].name == name), None)


def _add(result: _Taken, link: Link, call: BaseCall, taken: _Taken) -> None:
    """
    Add to *result* what the called constructor takes, without what the caller itself gives.
    """
    init = link.init or _NOTHING
    consumed = init.parameters.keys() | init.popped.keys()
    sure = call.certain and not call.more and not init.supplies_more
    result.open = result.open or taken.open
    keeps = consumed.isdisjoint(_CONTEXT - call.given)
    result.keeps_options = result.keeps_options and taken.keeps_options and call.certain and keeps
    doubled = {**taken.fixed, **dict.fromkeys(call.given, link.name)}
    for name, cls in doubled.items():
        if name in consumed or (name in init.supplied and name not in call.given):
            continue
        if call.certain:
            result.fixed[name] = cls
        else:
            result.named.setdefault(name, False)
    for name, required in taken.named.items():
        if name not in consumed and name not in doubled:
            needed = required and sure and name not in init.supplied
            result.named[name] = result.named.get(name, False) or needed
