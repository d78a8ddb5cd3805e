"""
Runs the files of `typed_plans` on real Airflow, and compares what happens with what `flowkit check` promises.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final

from flowkit.base.parsing_context import clear_parsing_context
from flowkit.base.problems import Problem
from flowkit.model.pipeline import PipelineSpec
from flowkit.project.checking import check_files
from flowkit.project.loading import load
from flowkit.resolve.outcomes import Outcomes
from flowkit.resolve.worlds import ALL, NONE, worlds_with
from tests import support
from tests.airflow import typed_functions
from tests.airflow.typed_plans import Drawn

MOST_RUNS: Final = 3
NEEDS_TROUBLE: Final = {"all_failed", "one_failed", "all_skipped", "none_skipped"}
"""Trigger rules under which a task may run only if another one fails or is skipped."""

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Ran:
    """One run of a pipeline."""

    state: str
    states: Mapping[str, str]
    """By task and number of the instance."""

    mistakes: tuple[str, ...]
    """Values that a function should not have got."""

    def ran(self, task_id: str) -> bool:
        """Return whether an instance of the task succeeded."""
        return any(
            state == "success" for name, state in self.states.items() if name.rpartition("[")[0] == task_id
        )


class TypedRun:
    """
    A file with one pipeline, in Airflow's DAG folder.
    """

    def __init__(self, drawn: Drawn, dags: Path) -> None:
        self.drawn = drawn
        self.dag_id = f"typed_{next(_numbers)}"
        self.file = dags / f"{self.dag_id}.py"
        self.file.write_text(drawn.text.replace('Pipeline("p")', f'Pipeline("{self.dag_id}")'))

    def problems(self) -> tuple[Problem, ...]:
        """Return what `flowkit check` reports."""
        return check_files([self.file], lambda *_: None, dags=self.file.parent).problems

    def spec(self) -> PipelineSpec:
        """Return the pipeline."""
        (spec,) = load(self.file).pipelines
        return spec

    def runs(self) -> Iterator[tuple[dict[str, int], Mapping[str, str], Ran]]:
        """Run it with each outcome of its branches, unless there are too many, and once with failures."""
        clear_parsing_context()
        bag = support.load_dags(self.file)
        if any("FK902" in error for error in bag.import_errors.values()):
            return  # not supported by this version of Airflow
        assert not bag.import_errors, bag.import_errors
        dag = bag.dags[self.dag_id]
        choices = self.drawn.choices
        runs: list[tuple[dict[str, int], Mapping[str, str]]] = [(one, {}) for one in choices[:MOST_RUNS]]
        if self.drawn.trouble:
            runs.append((choices[-1], self.drawn.trouble))
        for number, (chosen, trouble) in enumerate(runs):
            yield chosen, trouble, self._run(dag, number, chosen, trouble)

    def _run(self, dag: Any, number: int, chosen: Mapping[str, int], trouble: Mapping[str, str]) -> Ran:
        moment = typed_functions.begin(trouble, chosen, self.drawn.sources)
        day = datetime(2026, 1, 1, tzinfo=timezone.utc) + timedelta(days=number)
        done = dag.test(logical_date=day)
        states = {f"{ti.task_id}[{ti.map_index}]": str(ti.state) for ti in done.get_task_instances()}
        return Ran(str(done.state), states, tuple(moment.mistakes))


def broken_promises(
    spec: PipelineSpec, drawn: Drawn, runs: list[tuple[dict[str, int], Ran]]
) -> Iterator[str]:
    """
    Yield the tasks that ran although they cannot, according to flowkit, and those that never ran although they can.

    Args:
        spec: The pipeline.

        drawn: What it was drawn as.

        runs: All runs without failures, with the choices.
    """
    outcomes = Outcomes(spec)
    for number, task in enumerate(outcomes.tasks):
        if task.role == "teardown":
            continue
        for chosen, ran in runs:
            possible = outcomes.both(outcomes.worlds[number], _world(outcomes, drawn, chosen)) != NONE
            if ran.ran(task.task_id) and not possible:
                yield f"{task.task_id} ran with {chosen}"
        complete = len(runs) == len(drawn.choices)
        above = _with_all_above(outcomes, number)
        calm = not any(outcomes.rules[other] in NEEDS_TROUBLE for other in above)
        if (
            complete
            and calm
            and not _many_choices(outcomes, drawn, above)
            and not any(ran.ran(task.task_id) for _, ran in runs)
        ):
            yield f"{task.task_id} never ran"


def _many_choices(outcomes: Outcomes, drawn: Drawn, numbers: set[int]) -> bool:
    """Return whether choosers of mapped groups have more choices than the copies make."""
    found = [outcomes.choosers[number] for number in numbers & outcomes.choosers.keys()]
    in_copies = [chooser for chooser in found if chooser.name not in drawn.choosers]
    return len(in_copies) > 1 or any(len(chooser.kept) > 2 for chooser in in_copies)


def _with_all_above(outcomes: Outcomes, number: int) -> set[int]:
    above = {number}
    waiting = [number]
    while waiting:
        for other in outcomes.upstream[waiting.pop()]:
            if other not in above:
                above.add(other)
                waiting.append(other)
    return above


def _world(outcomes: Outcomes, drawn: Drawn, chosen: Mapping[str, int]) -> Any:
    world = ALL
    for number, chooser in outcomes.choosers.items():
        name = chooser.name
        if name not in chosen:
            continue  # in a mapped group
        keys = list(chooser.keys)
        if not keys:
            found = list(chooser.kept)[chosen[name]]
        elif chosen[name] == len(keys):
            found = "*"
        else:
            found = keys[chosen[name]]
        world = outcomes.both(world, worlds_with(number, [found, None], outcomes.domains))
    return world
