"""
The process that runs Airflow for `flowkit run`. Started by `flowkit.embedded.pipeline_run`.

It imports Airflow and sets up the database before it knows what to run, while its parent looks for the pipeline.
Its standard output is the log of the run.
"""

from __future__ import annotations

import importlib
import os
import queue
import sqlite3
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final, NoReturn, final

import attrs

from flowkit.base.airflow_config import BUNDLE, airflow_version
from flowkit.base.child_process import ParentProcess
from flowkit.embedded.home import Home
from flowkit.embedded.run_events import (
    NOT_RUN,
    Event,
    Finished,
    Job,
    Phase,
    Refused,
    TaskLog,
    TaskState,
    decode_job,
    encode,
)

# The end of a log shows what went wrong, and a task may print any amount.
_LOG_BYTES: Final = 64_000


@final
class Channel:
    """
    Where events are sent.
    """

    def __init__(self, parent: ParentProcess, log: Path) -> None:
        self._parent = parent
        self._log = log
        self.task: Any = None
        """The operator that is running, if any."""

    def send(self, event: Event) -> None:
        """
        Send *event* to the parent. If the parent has exited, `_Requests` ends this process.
        """
        with suppress(BrokenPipeError):
            self._parent.send(encode(event))

    def log_size(self) -> int:
        """
        Return the size of the log in bytes.
        """
        sys.stdout.flush()
        sys.stderr.flush()
        return self._log.stat().st_size

    def log_since(self, start: int) -> str:
        """
        Return what was logged since the log had the size *start*, or the end of that if it is long.
        """
        end = self.log_size()
        with self._log.open("rb") as file:
            file.seek(max(start, end - _LOG_BYTES))
            return file.read().decode("utf-8", "replace")


def start_airflow(home: Home, state: Path, channel: Channel) -> None:
    """
    Import Airflow, give this run a database, and start the API that tasks talk to.
    """
    if home.template.exists():
        channel.send(Phase(f"Starting Airflow {airflow_version()}"))
        _copy(home.template, state / "airflow.db")
        _import_airflow()
    else:
        with home.setting_up(lambda: channel.send(Phase("Waiting for another run to set up Airflow"))):
            if home.template.exists():
                _copy(home.template, state / "airflow.db")
                _import_airflow()
            else:
                channel.send(Phase(f"Setting up Airflow {airflow_version()} (once per project)"))
                _import_airflow()
                _set_up(home, state)
    _start_api()


def _import_airflow() -> None:
    for name in ("airflow.settings", "airflow.sdk", "airflow.sdk.execution_time.supervisor"):
        importlib.import_module(name)
    from flowkit.airflow.compat import dagbag_module

    dagbag_module()


def _set_up(home: Home, state: Path) -> None:
    from airflow.utils.db import upgradedb

    upgradedb()
    # It gets its final name when it is complete: setting up may be interrupted at any moment.
    part = state / "template.db"
    _copy(state / "airflow.db", part)
    part.replace(home.template)


def _copy(source: Path, target: Path) -> None:
    with sqlite3.connect(source) as old, sqlite3.connect(target) as new:
        old.backup(new)
    old.close()
    new.close()


def _start_api() -> None:
    # Tasks talk to Airflow through an API server in this process, which starts with the first request. Without a
    # request here, its start would count towards the duration of the first task.
    supervisor: Any = importlib.import_module("airflow.sdk.execution_time.supervisor")
    with suppress(Exception):
        supervisor.InProcessTestSupervisor._api_client().get("health")


def run(job: Job, channel: Channel) -> None:
    """
    Run the pipeline to its end and report the result.
    """
    channel.send(Phase(f"Loading {Path(job.file).name}"))
    if job.folder not in sys.path:
        sys.path.append(job.folder)
    from flowkit.airflow.compat import open_dagbag

    # Tasks run in this process, whatever executor they are meant for elsewhere.
    bag = open_dagbag(job.file, Path(job.folder), BUNDLE)
    bag.process_file(job.file, only_if_updated=False, safe_mode=False)
    dag = bag.dags.get(job.dag_id)
    if dag is None:
        channel.send(Refused(_why_missing(job, bag)))
        return

    _make_due(dag)
    for task in dag.tasks:
        _make_due(task)
        _retry_at_once(task)
    _sync(bag, dag)
    _watch_tasks(channel)
    channel.send(Phase(f"Running {job.dag_id}"))
    dag_run = dag.test()
    channel.send(Finished(str(getattr(dag_run.state, "value", dag_run.state)), _final_states(dag, dag_run)))


def _why_missing(job: Job, bag: Any) -> str:
    own = [text for key, text in bag.import_errors.items() if str(key).endswith(f"::{job.dag_id}")]
    if own:
        return "\n".join(own)
    if bag.import_errors:
        return "\n".join(bag.import_errors.values())

    dag_ids = ", ".join(sorted(bag.dags)) or "none"
    return f"Airflow finds no DAG {job.dag_id!r} in {job.file}. DAGs found: {dag_ids}."


def _make_due(node: Any) -> None:
    # A run before the start or after the end of a DAG has no tasks, and so succeeds. That is not what the author wants
    # to see of a pipeline that starts next week.
    now = datetime.now(timezone.utc)
    if (start := node.start_date) is not None and start > now:
        _set(node, "start_date", None)
    if (end := node.end_date) is not None and end < now:
        _set(node, "end_date", None)


def _set(node: Any, name: str, value: object) -> None:
    if getattr(node, "is_mapped", False):
        # The arguments of its instances. Some properties of the mapped task itself read these too, and cannot be set.
        node.partial_kwargs[name] = value
        with suppress(AttributeError):
            setattr(node, name, value)
    else:
        setattr(node, name, value)


def _retry_at_once(task: Any) -> None:
    # Somebody is waiting for this run: a failed task is retried as often as its author says, but without the delay.
    from flowkit.airflow.compat import no_backoff

    backoff = no_backoff(task)
    changes = {"retry_delay": timedelta(0), "retry_exponential_backoff": backoff, "max_retry_delay": None}
    for name, value in changes.items():
        _set(task, name, value)


def _sync(bag: Any, dag: Any) -> None:
    from flowkit.airflow.compat import dagbag_module

    bundles: Any = importlib.import_module("airflow.dag_processing.bundles.manager")
    bundles.DagBundlesManager().sync_bundles_to_db()
    siblings = _referenced_dags(bag, dag)
    bag.import_errors.clear()
    try:
        bag.dags = siblings
        dagbag_module().sync_bag_to_db(bag, BUNDLE, None)
    except Exception:
        # A sibling that Airflow cannot store does not matter here. If it is this DAG, the same error is raised again.
        if len(siblings) == 1:
            raise
        bag.dags = {dag.dag_id: dag}
        dagbag_module().sync_bag_to_db(bag, BUNDLE, None)


def _referenced_dags(bag: Any, dag: Any) -> dict[str, Any]:
    # Tasks that trigger or wait for another DAG of the file need it in the database. The file may have hundreds more.
    found = {dag.dag_id: dag}
    waiting = [dag]
    while waiting:
        for task in waiting.pop().tasks:
            for name in ("trigger_dag_id", "external_dag_id"):
                other = bag.dags.get(str(getattr(task, name, "")))
                if other is not None and other.dag_id not in found:
                    found[other.dag_id] = other
                    waiting.append(other)
    return found


def _watch_tasks(channel: Channel) -> None:
    # `dag.test()` calls this function for each try of each task. Only here can the output of one task be told from that
    # of the next.
    supervisor: Any = importlib.import_module("airflow.sdk.execution_time.supervisor")
    original: Callable[..., Any] = supervisor.run_task_in_process

    def watch(ti: Any, task: Any, *args: Any, **kwargs: Any) -> Any:
        start = channel.log_size()
        state = TaskState(ti.task_id, ti.map_index, ti.try_number, "running")
        channel.send(state)
        channel.task = task
        try:
            result = original(ti, task, *args, **kwargs)
        except BaseException:
            traceback.print_exc()
            channel.send(TaskLog(state.name, channel.log_since(start)))
            raise
        finally:
            channel.task = None
        ended = str(getattr(result.state, "value", result.state))
        if ended == "failed":
            channel.send(TaskLog(state.name, channel.log_since(start)))
        channel.send(attrs.evolve(state, state=ended))
        return result

    supervisor.run_task_in_process = watch


def _final_states(dag: Any, dag_run: Any) -> tuple[TaskState, ...]:
    order = {task_id: position for position, task_id in enumerate(upstream_first(dag.task_dict))}
    states = [
        TaskState(
            ti.task_id,
            ti.map_index,
            ti.try_number,
            str(getattr(ti.state, "value", ti.state) or "none"),
            ti.duration,
        )
        for ti in dag_run.get_task_instances()
    ]
    # By Airflow's rules on dates, a run may succeed without some of its tasks.
    missing = set(order) - {state.task_id for state in states}
    states += [TaskState(task_id, -1, 0, NOT_RUN) for task_id in missing]
    return tuple(sorted(states, key=lambda state: (order.get(state.task_id, len(order)), state.map_index)))


def upstream_first(tasks: dict[str, Any]) -> list[str]:
    """
    Return the ids of *tasks* in topological order, otherwise in their own order.
    """
    done: dict[str, None] = {}
    waiting = list(tasks)
    while waiting:
        ready = [task_id for task_id in waiting if all(up in done for up in tasks[task_id].upstream_task_ids)]
        # One task at a time would keep chains together better, but takes time quadratic in their length.
        done.update(dict.fromkeys(ready or waiting))
        waiting = [task_id for task_id in waiting if task_id not in done]
    return list(done)


class _Requests:
    """
    The requests of the parent. When it exits or closes the pipe, this process ends too.
    """

    def __init__(self, parent: ParentProcess) -> None:
        self._parent = parent
        self._received: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.channel: Channel | None = None
        # A thread, not a signal: Airflow installs signal handlers of its own whenever a task starts.
        threading.Thread(target=self._listen, daemon=True).start()

    def next(self) -> Any:
        """
        Wait for the next request.
        """
        return self._received.get()

    def _listen(self) -> None:
        for request in self._parent.requests():
            self._received.put(request)
        self._end()

    def _end(self) -> NoReturn:
        with suppress(BaseException):
            if self.channel is not None and self.channel.task is not None:
                # The operator's own way to stop what it started elsewhere: a query, a job on a cluster.
                self.channel.task.on_kill()
        with suppress(BaseException):
            psutil: Any = importlib.import_module("psutil")
            for process in psutil.Process().children(recursive=True):
                process.kill()
        os._exit(1)


def main(parent: ParentProcess) -> NoReturn:
    """
    Start Airflow, wait for the job, run it.
    """
    requests = _Requests(parent)
    home, state = map(Path, requests.next())
    channel = requests.channel = Channel(parent, state / "run.log")
    try:
        start_airflow(Home(home), state, channel)
        run(decode_job(requests.next()), channel)
    except BaseException as error:  # noqa: BLE001 - whatever it is, the parent has to hear of it
        traceback.print_exc()
        channel.send(Refused(f"{type(error).__name__}: {error}"))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        # Airflow takes seconds to end its threads, and nothing here needs them to end well.
        os._exit(0)
