"""
Good and bad calls of one operator, and what Airflow and flowkit do with each.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal

import attrs

from flowkit.model.options import TaskOptions
from tests.providers.calls import Answer, Verdict, by_hand, codes
from tests.providers.classes import parameters
from tests.providers.good_calls import values_for

Kind = Literal[
    "good", "missing", "misspelt", "further", "option", "option among arguments", "argument among options"
]

SET_BY_FLOWKIT = frozenset({"task_id", "dag", "task_group", "default_args"})
OPTIONS = frozenset(TaskOptions.__annotations__)
_SAMPLE = 3
_ALL = frozenset({"good", "missing", "further"})
_OPTION_VALUES: Mapping[str, Any] = {
    "depends_on_past": True,
    "doc_md": "x",
    "do_xcom_push": False,
    "execution_timeout": timedelta(minutes=1),
    "owner": "me",
    "pool": "x",
    "priority_weight": 2,
    "queue": "x",
    "retries": 1,
    "retry_delay": timedelta(minutes=1),
    "trigger_rule": "all_done",
    "wait_for_downstream": True,
}


@attrs.frozen
class Trial:
    """
    One call.
    """

    path: str
    """The operator: `module:name`."""

    kind: Kind

    name: str
    """The argument that it is about."""

    arguments: tuple[str, ...]
    """The names of all arguments of the operator."""

    options: tuple[str, ...]
    """The names of the options of the task."""

    airflow: Verdict
    text: str
    """The message of Airflow's error."""

    codes: tuple[str, ...]
    """The codes of flowkit's problems."""

    @property
    def result(self) -> str:
        """
        What the two verdicts mean together.
        """
        if self.kind in {"option among arguments", "argument among options"}:
            return "found" if self.codes else "not found"
        if self.airflow == "taken":
            return "false alarm" if self.codes else "taken"
        if self.codes:
            return "found"
        return "not found" if self.airflow == "signature" else "left to Airflow"


def trials(path: str, cls: type[Any], good: Mapping[str, Any]) -> Iterator[Trial]:
    """
    Try the good call, and what differs from it in one argument.
    """
    known = parameters(cls)

    def trial(
        kind: Kind, name: str, arguments: Mapping[str, Any], options: Mapping[str, Any] | None = None
    ) -> Trial:
        # Where an argument is misplaced, Airflow has no opinion.
        is_misplaced = kind == "argument among options"
        answer = Answer("taken") if is_misplaced else by_hand(cls, {**arguments, **(options or {})})
        found = codes(cls, arguments, options)
        return Trial(
            path,
            kind,
            name,
            tuple(arguments),
            tuple(options or ()),
            answer.verdict,
            answer.text,
            tuple(found),
        )

    yield trial("good", "", good)
    for name in good:
        yield trial("missing", name, {key: value for key, value in good.items() if key != name})
    for name, parameter in known.items():
        if name in SET_BY_FLOWKIT:
            continue
        value = good.get(name, values_for(parameter)[0])
        wrong = misspelt(name, known)
        others = {key: value for key, value in good.items() if key != name or is_needed(parameter)}
        yield trial("misspelt", wrong, {**others, wrong: value})
        if name not in good:
            yield trial("further", name, {**good, name: value})
        if name not in OPTIONS:
            without = {key: value for key, value in good.items() if key != name}
            yield trial("argument among options", name, without, {name: value})
    for name, value in _OPTION_VALUES.items():
        if name not in known:
            yield trial("option", name, good, {name: value})
            yield trial("option among arguments", name, {**good, name: value})


def is_needed(parameter: inspect.Parameter) -> bool:
    """
    Return whether leaving the argument out would be a second mistake.
    """
    return parameter.default is parameter.empty


def misspelt(name: str, known: Mapping[str, Any]) -> str:
    """
    Return *name* with its last two letters exchanged, or one too many.
    """
    swapped = name[:-2] + name[-1] + name[-2] if len(name) > 2 else name
    return swapped if swapped != name and swapped not in known and swapped not in OPTIONS else f"{name}z"


def sample(made: Sequence[Trial]) -> list[Trial]:
    """
    Return fewer of the trials, for what takes long: three of each class with a misspelt or misplaced argument.
    """
    counts: Counter[tuple[str, str]] = Counter()
    chosen: list[Trial] = []
    for trial in made:
        counts[trial.path, trial.kind] += 1
        if (
            trial.kind in {"good", "missing", "further", "option"}
            or counts[trial.path, trial.kind] <= _SAMPLE
        ):
            chosen.append(trial)
    return chosen
