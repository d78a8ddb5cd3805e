"""
The numbers of each provider.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version

from tests.providers.classes import provider_of
from tests.providers.replay import Replayed
from tests.providers.trials import Trial
from tests.providers.tried import Checked

_SAME = {"same", "same value"}


def counted(
    trials: Iterable[Trial],
    checked: Iterable[Checked],
    goods: Iterable[Replayed],
    examples: Iterable[tuple[str, str]],
) -> dict[str, Counter[str]]:
    """
    Return what happened how often, by provider.

    Args:
        trials: All calls.

        checked: Some of them, checked in other ways, too.

        goods: The good calls, by hand and with flowkit.

        examples: For each call of an example: the operator and the outcome.
    """
    counts: dict[str, Counter[str]] = {}

    def of(path: str) -> Counter[str]:
        return counts.setdefault(provider_of(path), Counter())

    for trial in trials:
        _count(of(trial.path), trial)
    for one in checked:
        of(one.trial.path).update({"lazy": 1, "lazy: same": one.is_same_lazily})
        of(one.trial.path).update({"mypy": 1, "mypy: same": one.is_same_typed})
    for good in goods:
        of(good.path).update({"good": 1, "good: same": good.outcome in _SAME})
    for path, outcome in examples:
        # An example may define operators of its own.
        name = path if path.startswith(("airflow.providers.", "cosmos.")) else "own:own"
        if outcome != "not by hand":
            of(name).update(
                {
                    "example": 1,
                    "example: same": outcome in _SAME,
                    "example: other text": outcome == "same value",
                }
            )
    return counts


def _count(counts: Counter[str], trial: Trial) -> None:
    counts["calls"] += 1
    counts[trial.result] += 1
    if trial.kind == "good":
        counts["classes"] += 1
    if trial.result in {"found", "not found"} and trial.kind != "good":
        counts.update({trial.kind: 1, f"{trial.kind}: found": trial.result == "found"})
    if trial.airflow == "taken" and trial.result in {"taken", "false alarm"}:
        counts.update({"accepted": 1, "accepted: same": trial.result == "taken"})


def versions(names: Iterable[str]) -> dict[str, str]:
    """
    Return the installed versions of providers.
    """
    found: dict[str, str] = {}
    for name in names:
        with suppress(PackageNotFoundError):
            found[name] = version(
                f"astronomer-{name}" if name == "cosmos" else f"apache-airflow-providers-{name}"
            )
    return found
