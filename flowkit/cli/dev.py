"""
`flowkit dev`: a local Airflow that reloads on every save.
"""

from __future__ import annotations

import argparse
import signal
import time
import webbrowser
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Final, NoReturn, final

import attrs

from flowkit.base.errors import RunError
from flowkit.base.paths import exists
from flowkit.base.problem_format import format_problem
from flowkit.cli import output
from flowkit.embedded.dev.dev_events import (
    Crashed,
    DiskLow,
    Event,
    Inspected,
    Late,
    Live,
    Ready,
    Starting,
    StubsWritten,
)
from flowkit.embedded.dev.server import DevServer, PortError, is_free
from flowkit.embedded.dev.snapshots import Changed
from flowkit.embedded.private_files import write_privately
from flowkit.project.discovery import folder_of
from flowkit.report.changes import Change

_PORT: Final = 8080
_LAST_PORT: Final = 65535
_STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_MAX_NAMES: Final = 4
_MAX_DETAILED: Final = 2
_TRACEBACK_LINES: Final = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """
    Describe this command to the command line.
    """
    parser.description = (
        "Start an Airflow private to the project, with its UI, on this machine only, and update it on every save. "
        "Errors appear here, while Airflow keeps the last good version. Needs no setup and no login; all data is in "
        ".flowkit/. Stop it with Ctrl-C. Exit code: 0 stopped by Ctrl-C, 1 Airflow failed to start or exited, 2 no "
        "such path, or the port is in use."
    )
    parser.epilog = "Example: flowkit dev dags --port 8081 --open"
    parser.add_argument(
        "path",
        nargs="?",
        metavar="PATH",
        help="DAG folder, or a path inside it (default: dags, or the current directory)",
    )
    parser.add_argument("--port", type=_port, default=_PORT, help=f"port of the UI (default: {_PORT})")
    parser.add_argument("--open", action="store_true", help="open the UI in a browser")
    parser.add_argument("--quiet", action="store_true", help="print only errors")
    parser.set_defaults(command=develop)


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= _LAST_PORT:
        return int(text)
    msg = f"{text!r} must be a port number from 1 to {_LAST_PORT}"
    raise argparse.ArgumentTypeError(msg)


def develop(args: argparse.Namespace) -> int:
    """
    Run Airflow until interrupted.
    """
    path = output.default_path(args.path)
    if not exists(path):
        output.error(f"No such file or folder: {str(path)!r}.")
        return output.EXIT_USAGE
    _handle_stop_signals()
    write_privately()
    folder = folder_of(path)
    screen = _Screen(open_browser=args.open, quiet=args.quiet)
    try:
        screen.say(f"flowkit dev: DAG folder {output.display_path(folder)}")
        with closing(DevServer(folder, args.port).run()) as events:
            for event in events:
                screen.show(event)
    except KeyboardInterrupt:
        screen.print_stopped()
    except PortError as error:
        output.error(f"{error} Choose another: flowkit dev --port {_free_port(args.port)}")
        return output.EXIT_USAGE
    except RunError as error:
        output.error(str(error))
        return output.EXIT_FAILURE
    return output.EXIT_OK


def _handle_stop_signals() -> None:
    """
    Treat all termination signals like Ctrl-C, except ignored ones: `nohup` ignores SIGHUP.
    """
    for number in _STOP_SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)


def _stop(_number: int, _frame: object) -> NoReturn:
    # Shutting down takes a few seconds, and a second Ctrl-C must not interrupt it. (With SIG_IGN, Python would print a
    # traceback for a signal that is already pending.)
    for number in _STOP_SIGNALS:
        signal.signal(number, _ignore)
    raise KeyboardInterrupt


def _ignore(_number: int, _frame: object) -> None:
    pass


def _free_port(used: int) -> int:
    return next((port for port in range(used + 1, _LAST_PORT) if is_free(port)), _PORT)


@final
@attrs.define
class _Screen:
    open_browser: bool
    quiet: bool

    def say(self, text: str, style: str = "") -> None:
        """
        Print one line, unless quiet.
        """
        if not self.quiet:
            self.line(text, style)

    def line(self, text: str, style: str = "") -> None:
        """
        Print one line, prefixed with the time.
        """
        from rich.text import Text

        out = output.console()
        out.print(Text(time.strftime("%H:%M:%S  "), style="dim").append(text, style=style or "not dim"))

    def details(self, text: str) -> None:
        """
        Print the details of a line.
        """
        output.console().out(text, highlight=False)

    def print_stopped(self) -> None:
        """
        Print the last line, if the terminal still exists.
        """
        with suppress(OSError):
            self.say("Stopped. The history of runs is kept.")

    def show(self, event: Event) -> None:
        """
        Print one event.
        """
        if isinstance(event, Starting):
            self.say(event.what)
        elif isinstance(event, Ready):
            self._show_ready(event)
        elif isinstance(event, Inspected):
            self._show_inspected(event)
        elif isinstance(event, Live):
            self._show_live(event)
        elif isinstance(event, Late):
            self.line(
                f"Airflow has not processed {_names(event.files)} after {event.seconds:.0f} s.", "yellow"
            )
        elif isinstance(event, DiskLow):
            self.line(
                f"Low disk space in {output.display_path(event.folder)}: {event.free // 1024 // 1024} MB left.",
                "bold red",
            )
        elif isinstance(event, Crashed):
            self._show_crash(event)
        elif isinstance(event, StubsWritten):
            self._show_stubs(event)

    def _show_ready(self, event: Ready) -> None:
        shows = f"shows {_count(event.pipelines, 'pipeline')}" if event.pipelines else "is running"
        self.say(f"Airflow {shows} at {event.url} (press Ctrl-C to stop)", "bold")
        if not event.files:
            self.say("No file contains a pipeline yet. Save one, and it will appear.")
        if self.open_browser:
            webbrowser.open(event.url)

    def _show_inspected(self, event: Inspected) -> None:
        if event.failure:
            self.line(event.failure, "bold red")
        for finding in event.findings:
            self.details(format_problem(finding))
        errors = sum(not finding.is_warning for finding in event.findings)
        if errors:
            kept = "" if event.first else " Airflow keeps the last good version."
            self.line(f"{_count(errors, 'problem')}.{kept}", "bold red")

    def _show_live(self, event: Live) -> None:
        for name, text in event.refused:
            self.line(f"Airflow refuses {name}:", "bold red")
            self.details("\n".join(f"    {line}" for line in text.splitlines()[-_TRACEBACK_LINES:]))
        if event.first:
            self.say("Airflow has read all files.", "dim")
        elif event.refused:
            return
        elif what := changes_text(event.changed):
            self.say(f"{what}: live after {event.seconds:.1f} s", "green")
        elif event.wrong:
            self.say(f"Airflow shows the errors after {event.seconds:.1f} s.", "dim")
        elif event.files:
            what = f"No pipeline changed. Airflow has read {_names(event.files)}"
            self.say(f"{what} after {event.seconds:.1f} s.", "dim")

    def _show_stubs(self, event: StubsWritten) -> None:
        if event.files:
            self.say(f"Stubs for editors updated: {_names(event.files)}", "dim")
        if event.failure:
            self.line(f"Cannot write a stub: {event.failure}.", "yellow")

    def _show_crash(self, event: Crashed) -> None:
        restart = " Restarting it." if event.restarting else ""
        self.line(f"Airflow's {event.component} exited with code {event.code}.{restart}", "bold red")
        self.details(f"{event.tail}\n  Full log: {output.display_path(event.log)}")


def _names(files: Sequence[Path]) -> str:
    names = ", ".join(output.display_path(file) for file in files[:_MAX_NAMES])
    return names if len(files) <= _MAX_NAMES else f"{names} and {len(files) - _MAX_NAMES} more"


def changes_text(changed: Sequence[Changed]) -> str:
    """
    Return a one-line summary of changed pipelines, without the broken ones.
    """
    good = [change for change in changed if change.kind != "broken"]
    if len(good) <= _MAX_DETAILED:
        return "; ".join(map(_changed_text, good))
    parts = []
    for kind in ("added", "changed", "fixed", "moved", "removed"):
        names = [change.dag_id for change in good if change.kind == kind]
        if names:
            more = ", …" if len(names) > _MAX_NAMES else ""
            parts.append(f"{_count(len(names), 'pipeline')} {kind} ({', '.join(names[:_MAX_NAMES])}{more})")
    return "; ".join(parts)


def _changed_text(changed: Changed) -> str:
    if not changed.changes:
        return f"{changed.dag_id} {changed.kind}"
    parts = [_change_text(change) for change in changed.changes[:_MAX_NAMES]]
    if len(changed.changes) > _MAX_NAMES:
        parts.append(f"{len(changed.changes) - _MAX_NAMES} more changes")
    return f"{changed.dag_id}: {', '.join(parts)}"


def _change_text(change: Change) -> str:
    name = f"{change.what} {change.name}"
    if change.kind == "moved":
        return f"{name} moved, was {change.was}"
    if change.kind == "changed" and len(change.details) == 1:
        detail = change.details[0]
        if detail.before is not None and detail.after is not None:
            field = "" if detail.name == change.name else f" {detail.name}"
            return f"{name}:{field} {detail.before} → {detail.after}"
        return f"{name}: {detail.name} changed"
    return f"{name} {change.kind}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
