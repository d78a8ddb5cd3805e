"""
`flowkit run`: run one pipeline locally.
"""

from __future__ import annotations

import argparse
import signal
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn, final

import attrs

from flowkit.base.errors import LoadError
from flowkit.base.interruption import Interruption
from flowkit.base.suggestions import did_you_mean
from flowkit.cli import output
from flowkit.cli.pipeline_search import SearchResult, contains, search
from flowkit.cli.run_params import conf_argument, date_argument, param_argument, run_conf
from flowkit.cli.run_screen import Screen
from flowkit.embedded.home import Home
from flowkit.embedded.pipeline_run import PipelineRun
from flowkit.embedded.run_events import Job, Lookup, Phase
from flowkit.model.pipeline import PipelineSpec
from flowkit.model.schedule import Cron
from flowkit.project.discovery import find, folder_of
from flowkit.project.loading import load_each


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """
    Describe this command to the command line.
    """
    parser.description = (
        "Run a pipeline locally, on an Airflow private to the project, in .flowkit/. Tasks run one at a time; a "
        "failed task is retried immediately, as often as its `retries` allow. Pipelines that it triggers are run, too. "
        "Connections and variables come from AIRFLOW_CONN_* and AIRFLOW_VAR_*. Exit code: 0 the run succeeded, 1 it or "
        "a run that it caused failed, 2 no such pipeline, or a usage error."
    )
    parser.epilog = (
        "Examples: flowkit run sales; flowkit run sales dags/shop.py --param region=EU --timeout 120"
    )
    parser.add_argument("dag_id", metavar="DAG_ID", help="id of the pipeline")
    parser.add_argument(
        "path", nargs="?", metavar="PATH", help="file or folder (default: dags, or the current directory)"
    )
    parser.add_argument(
        "--timeout", type=_seconds, metavar="SECONDS", help="stop the run after this many seconds"
    )
    _add_run_arguments(parser)
    parser.add_argument("--quiet", action="store_true", help="print only errors")
    parser.set_defaults(command=run_pipeline)


def _add_run_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--param", dest="params", action="append", default=[], type=param_argument, metavar="NAME=VALUE",
        help="value of a param, checked against its type; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--conf",
        type=conf_argument,
        default={},
        metavar="JSON",
        help="configuration of the run, a JSON object",
    )
    parser.add_argument(
        "--date", type=date_argument, metavar="DATE", help="logical date of the run (default: now)"
    )
    parser.add_argument(
        "--follow",
        action="store_true",
        help="also run the pipelines that wait for assets which the run updates",
    )
    parser.add_argument(
        "--logs", action="store_true", help="print the output of each task, not only of failed ones"
    )


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
    screen = Screen(args.dag_id, quiet=args.quiet)
    try:
        files = find(path)
    except LoadError as error:
        output.error(str(error))
        return output.EXIT_USAGE

    screen.show(Phase(f"Looking for {args.dag_id} in {output.display_path(path)}"))
    try:
        return _Command(args, path, files, screen).run()
    except TimeoutError:
        screen.timed_out()
        return screen.close(None)
    except _WrongConfError as error:
        for problem in error.problems:
            output.error(problem)
        return output.EXIT_USAGE


class _WrongConfError(Exception):
    """
    The configuration of the run does not match the params of the pipeline.
    """

    def __init__(self, problems: list[str]) -> None:
        super().__init__()
        self.problems = problems


@final
@attrs.frozen
class _Command:
    """
    One call of the command.
    """

    args: argparse.Namespace
    path: Path
    files: tuple[Path, ...]
    screen: Screen

    def run(self) -> int:
        """
        Run the pipeline and return the exit code.

        Raises:
            TimeoutError: If it is too late already when the pipeline has been found.
            _WrongConfError: If the params are wrong.
        """
        # Starting Airflow is slow, so the child process does it while this one searches for the pipeline. But a
        # configuration is checked before.
        found = self._search(self.args.dag_id) if self.args.params or self.args.conf else None
        if found is not None:
            self._conf(found)
        with PipelineRun(Home.of(self.path), folder_of(self.path)) as run:
            try:
                with self.screen.live():
                    found = found or self._search(self.args.dag_id)
                    if found.file is not None:
                        run.submit(self._job(found.file, self._conf(found)))
                        self._show_events(run)
            except TimeoutError:
                self.screen.timed_out()
            else:
                if found.file is None:
                    return _report_missing(self.args.dag_id, found, self.path)
            return self.screen.close(run.keep_log())

    @property
    def _deadline(self) -> float | None:
        return None if self.args.timeout is None else self.screen.started + self.args.timeout

    def _search(self, dag_id: str) -> SearchResult:
        with _time_limit(self._deadline):
            output.prepare_to_load(self.path)
            found = search(dag_id, dict.fromkeys(self.files, folder_of(self.path)))
            self.screen.hide_secrets_of(found.pipelines)
            return found

    def _conf(self, found: SearchResult) -> dict[str, Any]:
        if not found.pipelines:
            return {}
        conf, problems = run_conf(found.pipelines[-1], self.args.conf, self.args.params)
        if problems:
            raise _WrongConfError(problems)
        return conf

    def _job(self, file: str, conf: dict[str, Any]) -> Job:
        folder = folder_of(self.path)
        follow = None
        if self.args.follow:
            with _time_limit(self._deadline):
                follow = _with_assets(self.files, folder)
        return Job(
            self.args.dag_id, file, str(folder), conf, self.args.date, show_logs=self.args.logs, follow=follow
        )

    def _show_events(self, run: PipelineRun) -> None:
        for event in run.events(self._deadline):
            if isinstance(event, Lookup):
                run.answer(self._search(event.dag_id).file)
            else:
                self.screen.show(event)


def _with_assets(files: Iterable[Path], folder: Path) -> tuple[str, ...]:
    """
    Return the files with pipelines that may wait for assets.
    """
    return tuple(
        loaded.file
        for loaded in load_each(files, folder)
        if any(
            isinstance(item, PipelineSpec) and _may_wait(item.settings.get("schedule"))
            for item in loaded.items
        )
    )


def _may_wait(schedule: object) -> bool:
    return schedule is not None and not isinstance(schedule, str | Cron | timedelta)


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
