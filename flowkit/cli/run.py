"""
`flowkit run`: run one pipeline locally.
"""

from __future__ import annotations

import argparse
import signal
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn, final

import attrs

from flowkit.base.errors import LoadError
from flowkit.base.suggestions import did_you_mean
from flowkit.cli import output
from flowkit.cli.parser import seconds
from flowkit.cli.pipeline_search import SearchResult, contains, folder_hint, path_error, search
from flowkit.cli.run_params import conf_argument, date_argument, param_argument, run_conf
from flowkit.cli.run_screen import Screen
from flowkit.embedded.home import Home
from flowkit.embedded.pipeline_run import PipelineRun
from flowkit.embedded.private_files import write_privately
from flowkit.embedded.run_events import Job, Lookup, Phase
from flowkit.model.pipeline import PipelineSpec
from flowkit.model.schedule import Cron
from flowkit.project.discovery import find, folder_of
from flowkit.project.isolated import load_isolated
from flowkit.project.loading import LoadedFile


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """
    Describe this command to the command line.
    """
    parser.description = (
        "Run a pipeline locally, on an Airflow private to the project, in .flowkit/. Tasks run one at a time; a "
        "failed task is retried immediately, as often as its `retries` allow. Pipelines that it triggers are run, too. "
        "Connections and variables come from AIRFLOW_CONN_* and AIRFLOW_VAR_*. Exit code: 0 the run succeeded, 1 the "
        "run, or one that it caused, failed, 2 no such pipeline, wrong params, or a usage error."
    )
    parser.epilog = (
        "Examples: flowkit run sales; flowkit run sales dags/shop.py --param region=EU --timeout 120"
    )
    parser.add_argument("dag_id", metavar="DAG_ID", help="id of the pipeline")
    parser.add_argument(
        "path", nargs="?", metavar="PATH", help="file or folder (default: dags, or the current directory)"
    )
    parser.add_argument(
        "--timeout", type=seconds, metavar="SECONDS", help="stop the run after this many seconds"
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


def run_pipeline(args: argparse.Namespace) -> int:
    """
    Run the pipeline, print its progress, and return the exit code.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        # Raises KeyboardInterrupt, so that `PipelineRun.close` stops the run as well.
        signal.signal(number, _stop)
    write_privately()
    if message := path_error("run", args.dag_id, [args.path] if args.path else []):
        output.error(message)
        return output.EXIT_USAGE
    path = output.default_path(args.path)
    screen = Screen(args.dag_id, quiet=args.quiet)
    try:
        files = find(path)
    except LoadError as error:
        output.error(str(error))
        return output.EXIT_USAGE

    screen.show(Phase(f"Looking for {args.dag_id} in {output.display_path(path)}"))
    try:
        return _Command(args, path, files, screen, output.load_timeout(None)).run()
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
class _Described:
    """
    What is needed of a pipeline, without the pipeline itself: its file is loaded in another process.
    """

    conf: dict[str, Any]
    problems: list[str]
    """What is wrong with the configuration."""

    secrets: frozenset[str]


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

    limit_s: float
    """How long a file may take to load, in seconds."""

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
                found = found or self._search(self.args.dag_id)
                job = self._job(found) if found.file is not None else None
                # From here on there is a second thread, if this is a terminal, and so no more forks.
                with self.screen.live():
                    if job is not None:
                        run.submit(job)
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
        output.prepare_to_load(self.path)
        files = dict.fromkeys(self.files, folder_of(self.path))
        found = search(dag_id, files, self._described, limit_s=self.limit_s, deadline=self._deadline)
        self.screen.hide(found.pipelines[-1].secrets if found.pipelines else ())
        return found

    def _described(self, spec: PipelineSpec) -> _Described:
        secrets = self.screen.secrets_of(spec)
        if spec.dag_id != self.args.dag_id:
            return _Described({}, [], secrets)
        return _Described(*run_conf(spec, self.args.conf, self.args.params), secrets)

    def _conf(self, found: SearchResult) -> dict[str, Any]:
        if not found.pipelines:
            return {}
        described: _Described = found.pipelines[-1]
        if described.problems:
            raise _WrongConfError(described.problems)
        return described.conf

    def _job(self, found: SearchResult) -> Job:
        folder = folder_of(self.path)
        follow = self._with_assets(folder) if self.args.follow else None
        return Job(
            self.args.dag_id,
            str(found.file),
            str(folder),
            self._conf(found),
            self.args.date,
            show_logs=self.args.logs,
            follow=follow,
        )

    def _with_assets(self, folder: Path) -> tuple[str, ...]:
        """
        Return the files with pipelines that may wait for assets.
        """
        files = dict.fromkeys(self.files, folder)
        found = load_isolated(files, _asset_file, limit_s=self.limit_s, deadline=self._deadline)
        return tuple(file for file in found if file is not None)

    def _show_events(self, run: PipelineRun) -> None:
        for event in run.events(self._deadline):
            if isinstance(event, Lookup):
                run.answer(self._search(event.dag_id).file)
            else:
                self.screen.show(event)


def _asset_file(loaded: LoadedFile) -> str | None:
    may_wait = any(_may_wait(pipeline.settings.get("schedule")) for pipeline in loaded.pipelines)
    return loaded.file if may_wait else None


def _may_wait(schedule: object) -> bool:
    return schedule is not None and not isinstance(schedule, str | Cron | timedelta)


def _stop(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _report_missing(dag_id: str, result: SearchResult, path: Path) -> int:
    if result.broken:
        output.error(output.broken_text(result.broken[0]))
        return output.EXIT_FAILURE

    known = ", ".join(sorted(result.other_ids)[:10]) or "none"
    hint = did_you_mean(dag_id, result.other_ids, otherwise=f"Pipelines: {known}.")
    output.error(
        f"Unknown pipeline {dag_id!r} in {output.display_path(path)}. {hint}{folder_hint('run', dag_id)}"
    )
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
