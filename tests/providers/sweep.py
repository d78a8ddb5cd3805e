"""
Every operator of the installed providers: good calls and mistakes, by hand, with flowkit, read lazily and with mypy;
and the calls in the examples of the providers.

`python -m tests.providers.sweep` prints what differs, and fails if the reason is not known.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import tempfile
import time
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import attrs

from tests.providers import classes, examples, lazily, typed
from tests.providers.counts import counted, versions
from tests.providers.differences import Difference, differences_of, grouped, left_over
from tests.providers.forks import in_forks
from tests.providers.good_calls import good_call
from tests.providers.replay import Replayed, replay
from tests.providers.trials import Trial, sample, trials
from tests.providers.tried import Checked, Tried
from tests.providers.values import VALUES

_SECONDS_PER_FILE = 180


def try_all(operators: Mapping[str, type[Any]]) -> Tried:
    """
    Make the calls of *operators*, by hand and with flowkit.
    """
    without: dict[str, str] = {}
    made: list[Trial] = []
    goods: list[Replayed] = []
    for path, cls in operators.items():
        good = good_call(cls, VALUES.get(path, {}))
        if good is None:
            without[path] = "no arguments were found that its constructor takes"
            continue
        made += trials(path, cls, good)
        goods.append(replay(examples.Call(cls, good, {}, 0)))
    return Tried(without, made, goods)


def check_otherwise(tried: Tried, folder: Path) -> Tried:
    """
    Check some of the calls by reading the source of the operators, and with mypy; it gets *folder*.
    """
    fewer = sample(tried.trials)
    lazy = lazily.read(fewer)
    messages = typed.find(fewer, folder)
    return attrs.evolve(tried, checked=[*map(Checked, fewer, lazy, messages)])


def replay_examples(folder: Path) -> dict[str, dict[str, Any]]:
    """
    Load each example of *folder* and of Airflow's core in a process of its own, and replay its calls there.
    """
    files = examples.files(folder)

    def of_file(file: Path) -> dict[str, Any]:
        os.chdir(file.parent)
        calls, error = examples.load(file, [folder])
        return {
            "error": error.replace(str(folder), "…"),
            "calls": [attrs.asdict(replay(call)) for call in calls],
        }

    made = in_forks(of_file, files, seconds=_SECONDS_PER_FILE)
    return {_shown(file, folder): result for file, result in zip(files, made, strict=True)}


def _shown(file: Path, folder: Path) -> str:
    return file.relative_to(folder).as_posix() if file.is_relative_to(folder) else f"airflow/{file.name}"


def sweep(
    providers: Iterable[str] | None, archives: Path | None, log: Any
) -> tuple[dict[str, Any], list[Difference]]:
    """
    Return everything that is known about the operators of *providers*, as `results.json` has it, and what differs.
    """

    def step(text: str) -> None:
        log.write(f"{time.monotonic() - begin:6.0f} s  {text}\n")
        log.flush()

    begin = time.monotonic()
    found = classes.find(providers)
    tried = try_all(found.classes)
    step(f"{len(found.classes)} classes, {len(tried.trials)} calls by hand and with flowkit")
    replayed: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as name:
        tried = check_otherwise(tried, Path(name, "typed"))
        step(f"{len(tried.checked)} calls with operators that are only read, and with mypy")
        if archives is not None:
            examples.unpack(archives, Path(name, "examples"))
            replayed = replay_examples(Path(name, "examples"))
            step(f"{len(replayed)} files of examples")
    calls = [(call["path"], call["outcome"]) for result in replayed.values() for call in result["calls"]]
    counts = counted(tried.trials, tried.checked, tried.goods, calls)
    differing = [*differences_of(tried, replayed)]
    results = {
        "providers": counts,
        "versions": {"airflow": version("apache-airflow"), **versions(counts)},
        "not imported": dict(found.not_imported),
        "without a call": dict(tried.without_call),
        "imported to be checked": sorted({one.trial.path for one in tried.checked if one.was_imported}),
        "examples": len(replayed),
        "examples not loaded": {
            file: result["error"] for file, result in replayed.items() if result["error"]
        },
        "differences": grouped(differing),
    }
    return results, differing


@contextmanager
def _quiet() -> Iterator[Any]:
    """
    Silence what operators print and log while they are made; the block gets what reaches the terminal all the same.
    """
    sys.stdout.flush()
    kept = [os.dup(1), os.dup(2)]
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    with os.fdopen(os.dup(kept[1]), "w") as log:
        try:
            yield log
        finally:
            os.dup2(kept[0], 1)
            os.dup2(kept[1], 2)


def _main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("providers", nargs="*", help="names such as `amazon`; all by default")
    parser.add_argument(
        "--archives", type=Path, help="a folder with source distributions, for their examples"
    )
    parser.add_argument("--output", type=Path, help="the file to write the results to")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    with _quiet() as log:
        results, differing = sweep(arguments.providers or None, arguments.archives, log)
    if arguments.output is not None:
        arguments.output.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    unknown = [difference for difference in differing if not difference.reason]
    for difference in unknown:
        sys.stdout.write(f"{difference.shown()}\n")
    unused = left_over(differing) if not arguments.providers and arguments.archives else []
    for known in unused:
        sys.stdout.write(f"No longer a difference: {known}\n")
    sys.stdout.write(f"{len(differing)} differences, {len(unknown)} of them without a known reason\n")
    return 1 if unknown or unused else 0


if __name__ == "__main__":
    sys.exit(_main())
