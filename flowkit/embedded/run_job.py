"""
Runs one pipeline in the process of `flowkit run` that has Airflow, and reports what happens.
"""

from __future__ import annotations

import importlib
import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final, final

import attrs

from flowkit.base.airflow_config import BUNDLE
from flowkit.base.child_process import ParentProcess
from flowkit.embedded.other_runs import OtherRuns
from flowkit.embedded.run_events import (
    NOT_RUN,
    Event,
    Finished,
    Job,
    Lookup,
    OtherRun,
    Phase,
    Refused,
    TaskLog,
    TaskState,
    encode,
)

# The end of a log shows what went wrong, and a task may print any amount.
_LOG_BYTES: Final = 64_000
# How often a task asks for the state of a run that it has triggered: that run has ended before the first time.
_POKE_INTERVAL_S: Final = 0.1


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


@final
class _Dags:
    """
    The DAGs that this process has loaded, by id, ready to run and stored in its database.

    Args:
        job: The job.

        lookup: Gives the file of another pipeline of the project; `None` if there is no such pipeline.
    """

    def __init__(self, job: Job, lookup: Callable[[str], str | None]) -> None:
        self._job = job
        self._lookup = lookup
        self._stored: dict[str, Any] = {}
        self._bags: dict[str, Any] = {}
        self._date = datetime.now(timezone.utc)
        if job.logical_date is not None:
            self._date = datetime.fromisoformat(job.logical_date)

    def load(self, file: str) -> Any:
        """
        Return the bag with the DAGs of *file*.
        """
        from flowkit.airflow.compat import open_dagbag

        bag = self._bags.get(file)
        if bag is None:
            # Tasks run in this process, whatever executor they are meant for elsewhere.
            bag = self._bags[file] = open_dagbag(file, Path(self._job.folder), BUNDLE)
            bag.process_file(file, only_if_updated=False, safe_mode=False)
            for dag in bag.dags.values():
                self._prepare(dag)
        return bag

    def find(self, dag_id: str) -> Any:
        """
        Return the DAG with this id, wherever in the project it is; `None` if there is none.
        """
        if dag_id not in self._stored:
            bag = next((bag for bag in self._bags.values() if dag_id in bag.dags), None)
            if bag is None and (file := self._lookup(dag_id)) is not None:
                bag = self.load(file)
            if bag is not None and dag_id in bag.dags:
                self.store(bag, bag.dags[dag_id])
        return self._stored.get(dag_id)

    def store(self, bag: Any, dag: Any) -> None:
        """
        Store *dag* in the database, with the DAGs of its file that it refers to.
        """
        from flowkit.airflow.compat import dagbag_module

        bundles: Any = importlib.import_module("airflow.dag_processing.bundles.manager")
        bundles.DagBundlesManager().sync_bundles_to_db()
        loaded = bag.dags
        siblings = _referenced_dags(bag, dag)
        bag.import_errors.clear()
        try:
            bag.dags = siblings
            dagbag_module().sync_bag_to_db(bag, BUNDLE, None)
        except Exception:
            # A sibling that Airflow cannot store does not matter here. If it is this DAG, the same error is raised
            # again.
            if len(siblings) == 1:
                raise
            bag.dags = siblings = {dag.dag_id: dag}
            dagbag_module().sync_bag_to_db(bag, BUNDLE, None)
        finally:
            bag.dags = loaded
        _unpause(list(siblings))
        self._stored.update(siblings)

    def _prepare(self, dag: Any) -> None:
        _make_due(dag, self._date)
        for task in dag.tasks:
            _make_due(task, self._date)
            _retry_at_once(task)
            if getattr(task, "trigger_dag_id", None) is not None or "trigger_dag_id" in getattr(
                task, "partial_kwargs", ()
            ):
                _set(task, "poke_interval", _POKE_INTERVAL_S)


def run(job: Job, channel: Channel, ask: Callable[[Lookup], Any]) -> None:
    """
    Run the pipeline to its end and report the result.

    Args:
        job: What to run.

        channel: Where to report.

        ask: Sends a request to the parent, and returns the answer.
    """
    channel.send(Phase(f"Loading {Path(job.file).name}"))
    if job.folder not in sys.path:
        sys.path.append(job.folder)
    dags = _Dags(job, lambda dag_id: ask(Lookup(dag_id)))
    bag = dags.load(job.file)
    dag = bag.dags.get(job.dag_id)
    if dag is None:
        channel.send(Refused(_why_missing(job, bag)))
        return

    dags.store(bag, dag)
    for file in job.follow or ():
        _store_all(dags, file, channel)
    _watch_tasks(channel, job)
    encode_paths()
    channel.send(Phase(f"Running {job.dag_id}"))

    def report(dag: Any, dag_run: Any) -> None:
        channel.send(OtherRun(dag.dag_id, _state(dag_run), _final_states(dag, dag_run)))

    others = OtherRuns(dags.find, report, lambda text: channel.send(Phase(text)))
    dag_run = others.run(dag, follow=job.follow is not None, **_options(job))
    channel.send(Finished(_state(dag_run), _final_states(dag, dag_run)))


def _options(job: Job) -> dict[str, Any]:
    """
    Return the arguments of `dag.test()`.
    """
    options: dict[str, Any] = {"run_conf": job.conf} if job.conf else {}
    if job.logical_date is not None:
        options["logical_date"] = datetime.fromisoformat(job.logical_date)
    return options


def _store_all(dags: _Dags, file: str, channel: Channel) -> None:
    bag = dags.load(file)
    errors = list(bag.import_errors.values())
    for dag in list(bag.dags.values()):
        dags.store(bag, dag)
    for text in errors:
        channel.send(Phase(f"Left out: {text}"))


def _state(dag_run: Any) -> str:
    return str(getattr(dag_run.state, "value", dag_run.state))


def _unpause(dag_ids: list[str]) -> None:
    # No scheduler runs here, and assets start only runs of pipelines that are not paused.
    settings: Any = importlib.import_module("airflow.settings")
    dag_model: Any = importlib.import_module("airflow.models.dag").DagModel
    session = settings.Session()
    session.query(dag_model).filter(dag_model.dag_id.in_(dag_ids)).update({"is_paused": False})
    session.commit()


def _why_missing(job: Job, bag: Any) -> str:
    own = [text for key, text in bag.import_errors.items() if str(key).endswith(f"::{job.dag_id}")]
    if own:
        return "\n".join(own)
    if bag.import_errors:
        return "\n".join(bag.import_errors.values())

    dag_ids = ", ".join(sorted(bag.dags)) or "none"
    return f"Airflow finds no DAG {job.dag_id!r} in {job.file}. DAGs found: {dag_ids}."


def _make_due(node: Any, when: datetime) -> None:
    # A run before the start or after the end of a DAG has no tasks, and so succeeds. That is not what the author wants
    # to see of a pipeline that starts next week.
    if (start := node.start_date) is not None and start > when:
        _set(node, "start_date", None)
    if (end := node.end_date) is not None and end < when:
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


def encode_paths() -> None:
    """
    Let tasks whose ids have letters other than A to Z reach the API that `dag.test()` runs in this process.

    httpx puts the path of a URL into the WSGI environment as text; a2wsgi expects the bytes of UTF-8 as Latin-1 there,
    which is what PEP 3333 says. Between processes, Airflow uses HTTP, where this does not happen.
    """
    with suppress(ImportError, AttributeError):
        asgi: Any = importlib.import_module("a2wsgi.asgi")
        original: Callable[..., Any] = asgi.build_scope

        def build_scope(environ: Mapping[str, Any]) -> Any:
            path = str(environ.get("PATH_INFO", ""))
            if path.isascii():
                return original(environ)
            return original({**environ, "PATH_INFO": path.encode().decode("latin-1")})

        asgi.build_scope = build_scope


def _watch_tasks(channel: Channel, job: Job) -> None:
    # `dag.test()` calls this function for each try of each task. Only here can the output of one task be told from that
    # of the next.
    supervisor: Any = importlib.import_module("airflow.sdk.execution_time.supervisor")
    original: Callable[..., Any] = supervisor.run_task_in_process

    def watch(ti: Any, task: Any, *args: Any, **kwargs: Any) -> Any:
        start, before = channel.log_size(), channel.task
        other = "" if ti.dag_id == job.dag_id else ti.dag_id
        state = TaskState(ti.task_id, ti.map_index, ti.try_number, "running", dag_id=other)
        channel.send(state)
        channel.task = task
        try:
            result = original(ti, task, *args, **kwargs)
        except BaseException:
            traceback.print_exc()
            channel.send(TaskLog(state.name, channel.log_since(start)))
            raise
        finally:
            channel.task = before
        ended = str(getattr(result.state, "value", result.state))
        if ended == "failed" or job.show_logs:
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
