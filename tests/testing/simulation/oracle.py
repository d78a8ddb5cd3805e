"""
The oracle of the simulation: the same pipeline, run by Airflow's own `dag.test()`.
"""

from __future__ import annotations

import itertools
import json
import signal
import time
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

from flowkit import Pipeline
from flowkit.base.parsing_context import clear_parsing_context
from flowkit.base.record import evolve
from flowkit.model.pipeline import PipelineSpec
from flowkit.testing import SimulatedRun, simulate

DATE = datetime(2026, 1, 1, tzinfo=timezone.utc)
TIMEOUT_S = 300

_numbers = itertools.count(1)


class TimedOut(BaseException):
    """`dag.test()` does not end. Airflow takes an `Exception` for one of the task."""


@dataclass(frozen=True)
class Outcome:
    """What happened in a run."""

    state: str
    states: dict[str, str]
    tries: dict[str, int]
    values: dict[str, Any]

    def differences(self, other: Outcome) -> list[str]:
        """Return how *other*, which is what Airflow did, differs."""
        found = [] if self.state == other.state else [f"run: {self.state} != {other.state}"]
        for what in ("states", "tries", "values"):
            mine, theirs = getattr(self, what), getattr(other, what)
            found += [
                f"{what} {name}: {mine.get(name)!r} != {theirs.get(name)!r}"
                for name in sorted(mine.keys() | theirs.keys())
                if mine.get(name) != theirs.get(name)
            ]
        return found


def simulated(spec: PipelineSpec, **how: Any) -> tuple[Outcome, SimulatedRun]:
    """Return what the simulation does with a pipeline."""
    run = simulate(spec, logical_date=DATE, **how)
    states, tries = {}, {}
    for records in run._records.values():
        for record in records:
            name = f"{record.instance.task_id}[{record.instance.map_index}]"
            states[name] = str(record.instance.state)
            tries[name] = record.instance.try_number
    values = {
        f"{task_id}[{index}].{key}": _value(key, _plain(value))
        for (task_id, key), found in run._xcoms._values.items()
        for index, value in found.items()
    }
    return Outcome(run.state, states, tries, values), run


def _plain(value: Any) -> Any:
    return value._plain if value._text is None else json.loads(value._text)


def _without_versions(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_versions(item) for item in value]
    if isinstance(value, dict):
        return {key: _without_versions(item) for key, item in value.items() if key != "__version__"}
    return value


def real(spec: PipelineSpec, **how: Any) -> Outcome:
    """Return what Airflow does with a pipeline."""
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session
    from sqlalchemy import select

    from flowkit.airflow.compile import compile_pipeline

    dag: Any = compile_pipeline(spec, fileloc=__file__)
    clear_parsing_context()
    _store(dag)
    signal.signal(signal.SIGALRM, _timed_out)
    signal.alarm(TIMEOUT_S)
    # Between two passes in which nothing can run yet.
    sleep, time.sleep = time.sleep, _no_sleep
    try:
        done = dag.test(logical_date=DATE, **({"run_conf": how["conf"]} if "conf" in how else {}))
    finally:
        signal.alarm(0)
        time.sleep = sleep
    instances = done.get_task_instances()
    with create_session() as session:
        rows = session.execute(
            select(XComModel.task_id, XComModel.map_index, XComModel.key, XComModel.value).where(
                XComModel.dag_id == spec.dag_id, XComModel.run_id == done.run_id
            )
        ).all()
    return Outcome(
        str(done.state),
        {f"{ti.task_id}[{ti.map_index}]": str(ti.state) for ti in instances},
        {f"{ti.task_id}[{ti.map_index}]": ti.try_number for ti in instances},
        {f"{row.task_id}[{row.map_index}].{row.key}": _value(row.key, row.value) for row in rows},
    )


def _value(key: str, value: Any) -> Any:
    """Return a value in the form in which both sides agree: Airflow keeps some lists in the order of a set."""
    value = _without_versions(value)
    if key == "skipmixin_key":
        return {name: sorted(ids) for name, ids in value.items()}
    is_ids = isinstance(value, list) and all(isinstance(item, str) for item in value)
    return sorted(value) if is_ids else value


def _no_sleep(_seconds: Any) -> None:
    pass


def _timed_out(_number: int, _frame: FrameType | None) -> None:
    raise TimedOut


def _store(dag: Any) -> None:
    """Store a DAG beside the bundle that `dag.test()` reads again."""
    try:
        module = import_module("airflow.dag_processing.dagbag")
    except ImportError:
        module = import_module("airflow.models.dagbag")
    bag = module.DagBag(dag_folder=str(Path(__file__).parent / "none"), collect_dags=False)
    bag.dags[dag.dag_id] = dag
    from airflow.models.dagbundle import DagBundleModel
    from airflow.utils.session import create_session

    with create_session() as session:
        if session.get(DagBundleModel, "oracle") is None:
            session.add(DagBundleModel(name="oracle"))
    module.sync_bag_to_db(bag, "oracle", None)


def compared(pipeline: Pipeline | PipelineSpec, **how: Any) -> tuple[list[str], tuple[str, ...]]:
    """Return the differences between the simulation and Airflow, and the races that the simulation names."""
    spec = pipeline.build() if isinstance(pipeline, Pipeline) else pipeline
    spec = evolve(spec, dag_id=f"oracle_{next(_numbers)}")
    mine, run = simulated(spec, **how)
    theirs = real(spec, **how)
    return mine.differences(replace(theirs)), run.races
