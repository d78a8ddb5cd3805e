"""
`flowkit run`: runs one pipeline here and now.
"""

from __future__ import annotations

import argparse
import signal
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import NoReturn, final

import attrs

from flowkit.base.errors import LoadError
from flowkit.base.suggestions import did_you_mean
from flowkit.cli import output
from flowkit.embedded.home import Home
from flowkit.embedded.pipeline_run import PipelineRun, trim_tracebacks
from flowkit.embedded.run_events import NOT_RUN, Event, Finished, Job, Phase, Refused, TaskLog, TaskState
from flowkit.model.collection import BrokenPipeline
from flowkit.project.discovery import find, folder_of
from flowkit.project.loading import Interruption, LoadedFile, load_each

_STYLES = {"success": "green", "failed": "bold red", "upstream_failed": "yellow", "skipped": "dim"}
# Of these states there is nothing to tell while the run goes on: they are passed through.
_PASSING = {"running", "deferred", "up_for_reschedule"}


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
    Run the pipeline, show what happens, and say how it ended.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        # Whoever ends this process ends the run: the way out leads through `PipelineRun.close`.
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
    # The process that will run it starts Airflow, which takes long, while this one looks for the pipeline.
    with PipelineRun(Home.of(path), folder_of(path)) as run:
        try:
            with screen.live():
                found = _look(args.dag_id, files, path, deadline)
                if found.file is not None:
                    run.submit(Job(args.dag_id, found.file, str(folder_of(path))))
                    for event in run.events(deadline):
                        screen.show(event)
        except TimeoutError:
            screen.timed_out()
        else:
            if found.file is None:
                return _not_found(args.dag_id, found, path)
        return screen.close(run.keep_log())


def _stop(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


class _TimeUp(Interruption):
    """
    Passes through `except Exception` in the user's files.
    """


@contextmanager
def _time_limit(deadline: float | None) -> Iterator[None]:
    # The user's files are executed in this process, and nothing says that they ever end.
    if deadline is None:
        yield
        return

    def give_up(_number: int, _frame: object) -> NoReturn:
        raise _TimeUp

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, max(deadline - time.monotonic(), 0.001))
    try:
        yield
    except _TimeUp:
        raise TimeoutError from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@final
@attrs.define
class _Found:
    """
    What a search came upon.
    """

    file: str | None = None
    """The file that has the pipeline."""

    broken: BrokenPipeline | None = None
    """The pipeline, when it has problems."""

    known: list[str] = attrs.field(factory=list)
    """The ids of the other pipelines."""

    failures: list[LoadedFile] = attrs.field(factory=list)
    """Files that cannot be loaded. One of them may hold the pipeline."""

    nameless: list[BrokenPipeline] = attrs.field(factory=list)
    """Broken pipelines whose id is not known."""


def _look(dag_id: str, files: tuple[Path, ...], path: Path, deadline: float | None) -> _Found:
    with _time_limit(deadline):
        output.prepare_to_load(path)
        return _search(dag_id, files, path)


def _search(dag_id: str, files: tuple[Path, ...], path: Path) -> _Found:
    found = _Found()
    # A file that spells the id is loaded first: most often that is all that has to be loaded.
    ordered = sorted(files, key=lambda file: not _spells(file, dag_id))
    for loaded in load_each(ordered, folder_of(path)):
        if any(pipeline.dag_id == dag_id for pipeline in loaded.pipelines):
            found.file = loaded.file
            return found
        found.known += [pipeline.dag_id for pipeline in loaded.pipelines]
        for broken in loaded.broken:
            if broken.dag_id == dag_id:
                found.broken = broken
                return found
            if broken.dag_id is None:
                found.nameless.append(broken)
            else:
                found.known.append(broken.dag_id)
        if loaded.failure is not None:
            found.failures.append(loaded)
    return found


def _spells(file: Path, dag_id: str) -> bool:
    try:
        return dag_id.encode() in file.read_bytes()
    except OSError:
        return False


def _not_found(dag_id: str, found: _Found, path: Path) -> int:
    if found.broken is not None:
        output.error(output.broken_text(found.broken))
        return output.EXIT_FAILURE

    known = ", ".join(sorted(found.known)[:10]) or "none"
    hint = did_you_mean(dag_id, found.known, otherwise=f"The pipelines there: {known}.")
    output.error(f"There is no pipeline {dag_id!r} in {output.display_path(path)}. {hint}")
    out = output.console(stderr=True)
    if found.failures or found.nameless:
        out.print("\nIt may be among these:")
    for failure in found.failures:
        out.print(output.failure_text(failure))
    for broken in found.nameless:
        out.print(output.broken_text(broken))
    # Somebody who asks for a pipeline of a file that cannot be loaded has not mistyped its name.
    hidden = bool(found.nameless) or any(
        path.is_file() or _spells(Path(failure.file), dag_id) for failure in found.failures
    )
    return output.EXIT_FAILURE if hidden else output.EXIT_USAGE


@final
class _Screen:
    """
    Shows a run: a line for all that happens, and at the end a table and a verdict.
    """

    def __init__(self, dag_id: str, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self.started = time.monotonic()
        self._dag_id = dag_id
        self._console = output.console()
        self._status = self._console.status("") if self._console.is_terminal and not quiet else None
        self._running: dict[str, float] = {}
        self._verdict = ""
        self._code: int = output.EXIT_FAILURE

    def live(self) -> AbstractContextManager[object]:
        """
        Return a context that shows what is going on just now, where the screen can.
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
        Show what has happened.
        """
        if isinstance(event, Phase):
            self.say(event.text)
            self._now(event.text)
        elif isinstance(event, TaskState):
            self._show_task(event)
        elif isinstance(event, TaskLog):
            self._console.print(f"\n--- log of {event.name}", style="bold")
            self._console.print(trim_tracebacks(event.text).rstrip())
            self._console.print(f"--- end of the log of {event.name}\n", style="bold")
        elif isinstance(event, Refused):
            self._console.print(event.message)
            self._verdict = f"{self._dag_id} cannot be run."
        else:
            self._finish(event)

    def _now(self, text: str) -> None:
        if self._status is not None:
            self._status.update(text)

    def _show_task(self, task: TaskState) -> None:
        again = f" (try {task.tries})" if task.tries > 1 else ""
        if task.state == "running":
            self._running[task.name] = time.monotonic()
            self._now(f"Running {task.name}{again}")
            self.say(f"{task.name} runs{again}")
            return

        seconds = time.monotonic() - self._running.pop(task.name, time.monotonic())
        if task.state not in _PASSING:
            self.say(f"{task.name} {task.state} after {_duration(seconds)}", _STYLES.get(task.state, ""))

    def _finish(self, event: Finished) -> None:
        if not self._quiet:
            self._console.print()
            self._console.print(_table(event.tasks))
        spent = _duration(time.monotonic() - self.started)
        left_out = [task.task_id for task in event.tasks if task.state == NOT_RUN]
        if left_out:
            self._verdict = f"{self._dag_id} is not complete: Airflow left out {', '.join(left_out)}."
            return
        if event.state == "success":
            self._code = output.EXIT_OK
            self._verdict = f"{self._dag_id} succeeded in {spent}."
            return
        failed = list(dict.fromkeys(task.task_id for task in event.tasks if task.state == "failed"))
        what = f": {', '.join(failed)} failed" if failed else f" in the state {event.state!r}"
        self._verdict = f"{self._dag_id} failed after {spent}{what}."

    def timed_out(self) -> None:
        """
        Note that the run was given up.
        """
        doing = f" {', '.join(self._running)} was running." if self._running else ""
        spent = _duration(time.monotonic() - self.started)
        self._verdict = f"{self._dag_id} was stopped: it had not ended after {spent}.{doing}"

    def close(self, log: Path | None) -> int:
        """
        Print the verdict, and return the exit code.
        """
        if self._code != output.EXIT_OK and log is not None:
            self._console.print(f"The whole log: {output.display_path(log)}")
        if not (self._quiet and self._code == output.EXIT_OK):
            self._console.print(
                self._verdict, style="bold green" if self._code == output.EXIT_OK else "bold red"
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

    tried = any(task.tries > 1 for task in tasks)
    table = output.table("Task", "State", "Duration", *(["Tries"] if tried else []))
    for task_id, members in by_id.items():
        seconds = [member.seconds for member in members if member.seconds is not None and member.tries]
        states = dict.fromkeys(member.state for member in members)
        style = "failed" if "failed" in states else next(iter(states))
        cells = [task_id, _states(members), _duration(sum(seconds)) if seconds else "-"]
        tries = [str(max(member.tries for member in members) or "-")] if tried else []
        table.add_row(*cells, *tries, style=_STYLES.get(style, ""))
    return table


def _states(members: list[TaskState]) -> str:
    if len(members) == 1:
        return members[0].state
    # Members of a mapped task: how many of each.
    counts = {
        state: [member.state for member in members].count(state) for state in (m.state for m in members)
    }
    return ", ".join(f"{count} {state}" for state, count in counts.items())
