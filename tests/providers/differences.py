"""
What differs between Airflow and flowkit, and which of that is known, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from tests.providers.known import KNOWN, Known
from tests.providers.tried import Tried

_BAD = {"not found", "false alarm"}


@attrs.frozen
class Difference:
    """
    One call with which flowkit does not what Airflow does, or not what it does in another way of checking.
    """

    kind: str
    """What was compared."""

    path: str
    """The operator: `module:name`."""

    argument: str
    text: str
    reason: str = ""
    """Why it stays; empty if nobody knows."""

    def shown(self) -> str:
        """
        Return it in one line.
        """
        return f"{self.kind}: {self.path}({self.argument}): {self.text[:300]}"


def grouped(differing: Iterable[Difference]) -> list[dict[str, Any]]:
    """
    Return the differences of each operator that are of one kind as one, with all arguments.
    """
    groups: dict[tuple[str, str, str], dict[str, Any]] = {}
    for one in differing:
        first = {"kind": one.kind, "path": one.path, "reason": one.reason, "text": one.text, "arguments": []}
        groups.setdefault((one.kind, one.path, one.reason), first)["arguments"].append(one.argument)
    return [*groups.values()]


def differences_of(tried: Tried, replayed: Mapping[str, Mapping[str, Any]]) -> Iterator[Difference]:
    """
    Yield everything that differs.

    Args:
        tried: The calls of operators.

        replayed: By file: the calls of an example.
    """
    for trial in tried.trials:
        if trial.result in _BAD:
            what = trial.text or ", ".join(trial.codes)
            yield _explained(f"{trial.kind}: {trial.result}", trial.path, trial.name, what)
    for one in tried.checked:
        trial, codes = one.trial, ", ".join(one.trial.codes)
        if not one.is_same_lazily:
            text = f"{codes or 'none'}, lazily {', '.join(one.read.codes) or 'none'}"
            yield _explained(f"{trial.kind}: lazily", trial.path, trial.name, text)
        if not one.is_same_typed:
            text = f"{codes or 'none'}, mypy: {'; '.join(one.messages) or 'nothing'}"
            yield _explained(f"{trial.kind}: mypy", trial.path, trial.name, text)
    yield from _in_what_is_stored(tried, replayed)


def _in_what_is_stored(tried: Tried, replayed: Mapping[str, Mapping[str, Any]]) -> Iterator[Difference]:
    for good in tried.goods:
        if good.outcome not in {"same", "same value"}:
            yield _explained("good call", good.path, "", f"{good.outcome}: {good.text}")
    for file, result in replayed.items():
        for call in result["calls"]:
            if call["outcome"] not in {"same", "same value", "not by hand"}:
                text = f"{call['outcome']}: {call['text']}"
                yield _explained("example", call["path"], f"{file}:{call['line']}", text)


def _explained(kind: str, path: str, argument: str, text: str) -> Difference:
    difference = Difference(kind, path, argument, text)
    reason = next((known.reason for known in KNOWN if _matches(known, difference)), "")
    return attrs.evolve(difference, reason=reason)


def _matches(known: Known, difference: Difference) -> bool:
    return all(
        re.search(pattern, text) is not None
        for pattern, text in (
            (known.kind, difference.kind),
            (known.path, difference.path),
            (known.text, difference.text),
        )
    )


def left_over(differing: Iterable[Difference]) -> list[Known]:
    """
    Return the known differences that none of *differing* is.
    """
    made = list(differing)
    return [known for known in KNOWN if not any(_matches(known, difference) for difference in made)]
