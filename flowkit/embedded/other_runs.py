"""
The runs of other pipelines that a local run causes: those that its tasks trigger, and those that wait for its assets.

`dag.test()` runs one DAG, and nobody would start the runs that its tasks create in the database. They are started here:
when a task asks for the state of the run that it has triggered, or else at the end.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any, Final, final
from unittest.mock import patch

import attrs

# Requests of sensors and of tasks that wait: the answer depends on runs that have not been started yet.
_QUESTIONS: Final = frozenset({"GetDagRunState", "GetDRCount", "GetTICount", "GetTaskStates"})


@final
@attrs.frozen
class CreatedRun:
    """
    A run that Airflow has created, and that has not been started yet.
    """

    dag_id: str
    run_id: str
    causes: tuple[str, ...]
    """The pipelines whose runs led to it, the first one first."""


@final
class OtherRuns:
    """
    Starts the runs that the run of one pipeline causes.

    Args:
        find: Gives the DAG with an id, loaded and stored in the database; `None` if the project has no such pipeline.

        report: Is called with each run that has ended.

        announce: Is called with each line for the terminal.
    """

    def __init__(
        self, find: Callable[[str], Any], report: Callable[[Any, Any], None], announce: Callable[[str], None]
    ) -> None:
        self._find = find
        self._report = report
        self._announce = announce
        self._created: list[CreatedRun] = []
        self._causes: tuple[str, ...] = ()

    def run(self, dag: Any, *, follow: bool, **options: Any) -> Any:
        """
        Run *dag* and all that it causes; return its run.

        Args:
            dag: The DAG.

            follow: Whether to run the pipelines that wait for assets, too.

            options: Arguments of `dag.test()`.
        """
        supervisor: Any = importlib.import_module("airflow.sdk.execution_time.supervisor")
        self._watch_requests(supervisor.InProcessSupervisorComms)
        self._watch_triggers(supervisor.InProcessTestSupervisor)
        self._causes = (dag.dag_id,)
        dag_run = dag.test(**options)
        self._start_created()
        followed = {dag.dag_id}
        while follow and (created := self._asset_runs(followed)):
            followed.update(run.dag_id for run in created)
            self._created += created
            self._start_created()
        return dag_run

    def _watch_requests(self, comms: Any) -> None:
        original: Callable[..., Any] = comms.send

        def send(comms: Any, msg: Any) -> Any:
            kind = type(msg).__name__
            if kind == "TriggerDagRun" and self._find(msg.dag_id) is None:
                self._announce(f"{msg.dag_id} is triggered, but the project has no such pipeline")
            if kind in _QUESTIONS:
                self._start_created(msg.dag_id)
            answer = original(comms, msg)
            if kind == "TriggerDagRun" and type(answer).__name__ == "OKResponse":
                self._created.append(CreatedRun(msg.dag_id, msg.run_id, self._causes))
            return answer

        comms.send = send

    def _watch_triggers(self, supervisor: Any) -> None:
        original: Callable[..., Any] = supervisor.run_trigger_in_process

        def run_trigger_in_process(*, trigger: Any, ti: Any) -> Any:
            self._start_created()  # a deferred task may wait for any of them
            return original(trigger=trigger, ti=ti)

        supervisor.run_trigger_in_process = staticmethod(run_trigger_in_process)

    def _start_created(self, dag_id: str | None = None) -> None:
        """
        Start the runs that have been created; with *dag_id*, only those of this pipeline.
        """
        while waiting := [run for run in self._created if dag_id in {None, run.dag_id}]:
            run = waiting[0]
            self._created.remove(run)
            before, self._causes = self._causes, (*run.causes, run.dag_id)
            try:
                self._start(run)
            finally:
                self._causes = before

    def _start(self, run: CreatedRun) -> None:
        dag = self._find(run.dag_id)
        if run.dag_id in run.causes:
            self._announce(
                f"{run.dag_id} is not run again: it caused this run itself ({' → '.join(self._causes)})"
            )
            _fail(run)
        elif dag is not None:
            self._announce(f"Running {run.dag_id}, because of {run.causes[-1]}")
            self._report(dag, _test_existing(dag, run.run_id))

    def _asset_runs(self, followed: set[str]) -> list[CreatedRun]:
        """
        Let the scheduler's own code create the runs for which all assets are there, and return them.
        """
        session, dag_run, dag_model = _database()
        runner: Any = importlib.import_module("airflow.jobs.scheduler_job_runner").SchedulerJobRunner
        job: Any = importlib.import_module("airflow.jobs.job").Job
        _, ready = dag_model.dags_needing_dagruns(session)
        new = sorted(set(ready) - followed)
        for dag_id in sorted(set(ready) & followed):
            self._announce(f"{dag_id} is not run again, although its assets have been updated once more")
        if not new:
            return []

        models = session.query(dag_model).filter(dag_model.dag_id.in_(new)).all()
        create = runner(job=job())._create_dag_runs_asset_triggered
        # 3.1 wants the dates as well.
        dates = {"triggered_date_by_dag": ready}
        known = inspect.signature(create).parameters
        create(
            dag_models=models,
            session=session,
            **{name: value for name, value in dates.items() if name in known},
        )
        session.commit()
        queued = session.query(dag_run).filter(dag_run.dag_id.in_(new), dag_run.state == "queued").all()
        return [CreatedRun(run.dag_id, run.run_id, self._causes) for run in queued]


def _database() -> tuple[Any, Any, Any]:
    """
    Return a session, `DagRun` and `DagModel`.
    """
    settings: Any = importlib.import_module("airflow.settings")
    dag_run: Any = importlib.import_module("airflow.models.dagrun").DagRun
    dag_model: Any = importlib.import_module("airflow.models.dag").DagModel
    return settings.Session(), dag_run, dag_model


def _existing(run_id: str, dag_id: str) -> Any:
    session, dag_run, _ = _database()
    return session.query(dag_run).filter(dag_run.dag_id == dag_id, dag_run.run_id == run_id).one()


def _fail(run: CreatedRun) -> None:
    # A task may be waiting for it.
    session, _, _ = _database()
    _existing(run.run_id, run.dag_id).set_state("failed")
    session.commit()


def _test_existing(dag: Any, run_id: str) -> Any:
    """
    Run *dag* with `dag.test()`, but in the run that exists already in place of a new one.
    """

    def adopt(*, dag: Any, session: Any, **_: Any) -> Any:
        dag_run = _existing(run_id, dag.dag_id)
        dag_run.dag = dag
        dag_run.set_state("running")
        dag_run.start_date = datetime.now(timezone.utc)
        session.commit()
        return dag_run

    # The date only selects the tasks to clear before the run: none.
    with patch("airflow.models.dagrun.get_or_create_dagrun", adopt):
        return dag.test(logical_date=datetime.now(timezone.utc))
