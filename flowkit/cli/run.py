"""
`flowkit run`: run one pipeline locally.
"""

from __future__ import annotations

import argparse
import signal
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import NoReturn, final

from flowkit.base.errors import LoadError
from flowkit.base.interruption import Interruption
from flowkit.base.suggestions import did_you_mean
from flowkit.cli import output
from flowkit.cli.pipeline_search import SearchResult, contains, search
from flowkit.embedded.home import Home
from flowkit.embedded.pipeline_run import PipelineRun, trim_tracebacks
from flowkit.embedded.run_events import NOT_RUN, Event, Finished, Job, Phase, Refused, TaskLog, TaskState
from flowkit.project.discovery import find, folder_of

_STYLES = {"success": "green", "failed": "bold red", "upstream_failed": "yellow", "skipped": "dim"}
# Intermediate states, which are not printed.
_INTERMEDIATE_STATES = {"running", "deferred", "up_for_reschedule"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """
    Describe this command to the command line.
    """
    parser.description = (
        "Run a pipeline locally, on an Airflow private to the project, in .flowkit/. Tasks run one at a time; a "
        "failed task is retried immediately, as often as its `retries` allow. Connections and variables come from "
        "AIRFLOW_CONN_* and AIRFLOW_VAR_*. Exit code: 0 the run succeeded, 1 the run failed, 2 no such pipeline, or a "
        "usage error."
    )
    parser.epilog = "Examples: flowkit run sales; flowkit run sales dags/shop.py --timeout 120"
    parser.add_argument("dag_id", metavar="DAG_ID", help="id of the pipeline")
    parser.add_argument(
        "path", nargs="?", metavar="PATH", help="file or folder (default: dags, or the current directory)"
    )
    parser.add_argument(
        "--timeout", type=_seconds, metavar="SECONDS", help="stop the run after this many seconds"
    )
    parser.add_argument("--quiet", action="store_true", help="print only errors")
    parser.set_defaults(command=run_pipeline)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        msg = f"{text!r} must be a positive number of seconds"
        raise argparse.ArgumentTypeError(msg)
    return value


def run_pipeline(args: argparse.Namespace) -> int:
    """
    Run the pipeline, print its progress, and return the exit code.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        # Raises KeyboardInterrupt, so that `PipelineRun.close` stops the run as well.
        signal.signal(number, _stop)
    path = output.default_path(args.path)
    screen = _Screen(args.dag_id, quiet=args.quiet)
    try:
        files = find(path)
    except LoadError as error:
        output.error(str(error))
        return output.EXIT_USAGE

    deadline = None if args.timeout is None else screen.started + args.timeout
    screen.show(Phase(f"Looking for {args.dag_id} in {output.display_path(path)}"))
    # Starting Airflow is slow, so the child process does it while this one searches for the pipeline.
    with PipelineRun(Home.of(path), folder_of(path)) as run:
        try:
            with screen.live():
                result = _search(args.dag_id, files, path, deadline)
                if result.file is not None:
                    run.submit(Job(args.dag_id, result.file, str(folder_of(path))))
                    for event in run.events(deadline):
                        screen.show(event)
        except TimeoutError:
            screen.timed_out()
        else:
            if result.file is None:
                return _report_missing(args.dag_id, result, path)
        return screen.close(run.keep_log())


def _stop(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


class _DeadlinePassed(Interruption):
    """
    The deadline has passed. Not caught by `except Exception` in the user's files.
    """


@contextmanager
def _time_limit(deadline: float | None) -> Iterator[None]:
    # The user's files are executed in this process, and may never return.
    if deadline is None:
        yield
        return

    def give_up(_number: int, _frame: object) -> NoReturn:
        raise _DeadlinePassed

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, max(deadline - time.monotonic(), 0.001))
    try:
        yield
    except _DeadlinePassed:
        raise TimeoutError from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _search(dag_id: str, files: tuple[Path, ...], path: Path, deadline: float | None) -> SearchResult:
    with _time_limit(deadline):
        output.prepare_to_load(path)
        folder = folder_of(path)
        return search(dag_id, dict.fromkeys(files, folder))


def _report_missing(dag_id: str, result: SearchResult, path: Path) -> int:
    if result.broken:
        output.error(output.broken_text(result.broken[0]))
        return output.EXIT_FAILURE

    known = ", ".join(sorted(result.other_ids)[:10]) or "none"
    hint = did_you_mean(dag_id, result.other_ids, otherwise=f"Pipelines: {known}.")
    output.error(f"Unknown pipeline {dag_id!r} in {output.display_path(path)}. {hint}")
    out = output.console(stderr=True)
    if result.failures or result.unnamed:
        out.print("\nIt may be one of these:")
    for failure in result.failures:
        out.print(output.failure_text(failure))
    for broken in result.unnamed:
        out.print(output.broken_text(broken))
    # If a file that may define the pipeline is broken, this is not a usage error.
    may_exist = bool(result.unnamed) or any(
        path.is_file() or contains(Path(failure.file), dag_id) for failure in result.failures
    )
    return output.EXIT_FAILURE if may_exist else output.EXIT_USAGE


@final
class _Screen:
    """
    Prints a run: a line for each event, then a table and the result.
    """

    def __init__(self, dag_id: str, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self.started = time.monotonic()
        self._dag_id = dag_id
        self._console = output.console()
        self._status = self._console.status("") if self._console.is_terminal and not quiet else None
        self._running: dict[str, float] = {}
        self._result = ""
        self._code: int = output.EXIT_FAILURE

    def live(self) -> AbstractContextManager[object]:
        """
        Return a context that shows the current activity, if standard output is a terminal.
        """
        return self._status or nullcontext()

    def say(self, text: str, style: str = "") -> None:
        """
        Print a line with the time since the start.
        """
        if not self._quiet:
            self._console.print(f"{time.monotonic() - self.started:6.1f} s  {text}", style=style)

    def show(self, event: Event) -> None:
        """
        Print an event.
        """
        if isinstance(event, Phase):
            self.say(event.text)
            self._set_status(event.text)
        elif isinstance(event, TaskState):
            self._show_task(event)
        elif isinstance(event, TaskLog):
            self._console.print(f"\n--- log of {event.name}", style="bold")
            self._console.print(trim_tracebacks(event.text).rstrip())
            self._console.print(f"--- end of the log of {event.name}\n", style="bold")
        elif isinstance(event, Refused):
            self._console.print(event.message)
            self._result = f"Cannot run {self._dag_id}."
        else:
            self._finish(event)

    def _set_status(self, text: str) -> None:
        if self._status is not None:
            self._status.update(text)

    def _show_task(self, task: TaskState) -> None:
        attempt = f" (try {task.tries})" if task.tries > 1 else ""
        if task.state == "running":
            self._running[task.name] = time.monotonic()
            self._set_status(f"Running {task.name}{attempt}")
            self.say(f"{task.name} started{attempt}")
            return

        seconds = time.monotonic() - self._running.pop(task.name, time.monotonic())
        if task.state not in _INTERMEDIATE_STATES:
            self.say(f"{task.name} {task.state} after {_duration(seconds)}", _STYLES.get(task.state, ""))

    def _finish(self, event: Finished) -> None:
        if not self._quiet:
            self._console.print()
            self._console.print(_table(event.tasks))
        elapsed = _duration(time.monotonic() - self.started)
        not_run = [task.task_id for task in event.tasks if task.state == NOT_RUN]
        if not_run:
            self._result = f"{self._dag_id} is incomplete: Airflow did not run {', '.join(not_run)}."
            return
        if event.state == "success":
            self._code = output.EXIT_OK
            self._result = f"{self._dag_id} succeeded in {elapsed}."
            return
        failed = list(dict.fromkeys(task.task_id for task in event.tasks if task.state == "failed"))
        reason = f": {', '.join(failed)} failed" if failed else f" in state {event.state!r}"
        self._result = f"{self._dag_id} failed after {elapsed}{reason}."

    def timed_out(self) -> None:
        """
        Record that the run was stopped at its deadline.
        """
        running = f" Still running: {', '.join(self._running)}." if self._running else ""
        elapsed = _duration(time.monotonic() - self.started)
        self._result = f"{self._dag_id} timed out after {elapsed}.{running}"

    def close(self, log: Path | None) -> int:
        """
        Print the result and return the exit code.
        """
        if self._code != output.EXIT_OK and log is not None:
            self._console.print(f"Full log: {output.display_path(log)}")
        if not (self._quiet and self._code == output.EXIT_OK):
            self._console.print(
                self._result, style="bold green" if self._code == output.EXIT_OK else "bold red"
            )
        return self._code


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{seconds // 60:.0f} min {seconds % 60:.0f} s"


def _table(tasks: tuple[TaskState, ...]) -> object:
    by_id: dict[str, list[TaskState]] = {}
    for task in tasks:
        by_id.setdefault(task.task_id, []).append(task)

    retried = any(task.tries > 1 for task in tasks)
    table = output.table("Task", "State", "Duration", *(["Tries"] if retried else []))
    for task_id, members in by_id.items():
        seconds = [member.seconds for member in members if member.seconds is not None and member.tries]
        states = dict.fromkeys(member.state for member in members)
        style = "failed" if "failed" in states else next(iter(states))
        cells = [task_id, _states(members), _duration(sum(seconds)) if seconds else "-"]
        tries = [str(max(member.tries for member in members) or "-")] if retried else []
        table.add_row(*cells, *tries, style=_STYLES.get(style, ""))
    return table


def _states(members: list[TaskState]) -> str:
    if len(members) == 1:
        return members[0].state
    # The instances of a mapped task: the number in each state.
    counts = {
        state: [member.state for member in members].count(state) for state in (m.state for m in members)
    }
    return ", ".join(f"{count} {state}" for state, count in counts.items())
