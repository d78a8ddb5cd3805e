"""
`flowkit dev`: a real Airflow that follows every save.
"""

from __future__ import annotations

import argparse
import signal
import socket
import time
import webbrowser
from collections.abc import Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Final, NoReturn, final

import attrs
from rich.text import Text

from flowkit.cli import _report, check
from flowkit.dev.events import Crashed, Event, Found, Late, Live, Ready, Starting
from flowkit.dev.project import Changed
from flowkit.dev.server import DevServer
from flowkit.errors import RunError
from flowkit.load import folder_of
from flowkit.show.changes import Change

if TYPE_CHECKING:
    from argparse import _SubParsersAction

_PORT: Final = 8080
_MOST: Final = 4
_DETAILED: Final = 2
_STYLES: Final = {"added": "green", "removed": "yellow", "changed": "cyan", "broken": "bold red"}


def add_to(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """
    Add this command to the command line.
    """
    parser = commands.add_parser(
        "dev",
        help="start a local Airflow that shows every save at once",
        description=(
            "Start an Airflow of the project's own, with its UI, on this machine alone, and show there what the "
            "files say, save by save. Mistakes are told here, while Airflow keeps the last good version. Needs no "
            "set-up and no login; everything lies in .flowkit/. Ctrl-C ends it. Exit code: 0 ended by Ctrl-C, 1 "
            "Airflow did not start or did not stay, 2 no such path or the port is in use."
        ),
        epilog="Example: flowkit dev dags --port 8081 --open",
    )
    parser.add_argument(
        "path", nargs="?", metavar="PATH", help="the DAG folder (default: dags, or the working folder)"
    )
    parser.add_argument("--port", type=int, default=_PORT, help=f"where the UI is served (default: {_PORT})")
    parser.add_argument("--open", action="store_true", help="open the UI in the browser")
    parser.set_defaults(command=develop)


def develop(args: argparse.Namespace) -> int:
    """
    Run Airflow until it is interrupted.
    """
    path = _report.default_path(args.path)
    if not path.exists():
        _report.error(f"There is no file and no folder {str(path)!r}.")
        return _report.MISUSED
    if not _is_free(args.port):
        _report.error(
            f"Port {args.port} is in use by another program. Choose another: flowkit dev --port {_free_port()}"
        )
        return _report.MISUSED
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    screen = _Screen(open_browser=args.open)
    try:
        for event in DevServer(folder_of(path), args.port).run():
            screen.show(event)
    except KeyboardInterrupt:
        screen.line("Ended. The runs are kept for the next time.")
    except RunError as error:
        _report.error(str(error))
        return _report.FAILED
    return _report.DONE


def _stop(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _is_free(port: int) -> bool:
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _free_port() -> int:
    for port in range(_PORT + 1, _PORT + 100):
        if _is_free(port):
            return port
    return 0


@final
@attrs.define
class _Screen:
    open_browser: bool
    _found: Found | None = None

    def line(self, text: str, style: str = "") -> None:
        out = _report.console()
        out.print(Text(time.strftime("%H:%M:%S  "), style="dim").append(text, style=style or "not dim"))

    def show(self, event: Event) -> None:
        """
        Print one event.
        """
        if isinstance(event, Starting):
            self.line(f"{event.what} …")
        elif isinstance(event, Ready):
            self.line(
                f"Airflow shows {_count(event.pipelines, 'pipeline')} at {event.url} (Ctrl-C ends it)", "bold"
            )
            if self.open_browser:
                webbrowser.open(event.url)
        elif isinstance(event, Found):
            self._show_found(event)
        elif isinstance(event, Live):
            self._show_live(event)
        elif isinstance(event, Late):
            names = ", ".join(_report.shown(file) for file in event.files[:_MOST])
            self.line(f"Airflow does not show {names} yet, after {event.seconds:.0f} s.", "yellow")
        elif isinstance(event, Crashed):
            self._show_crash(event)

    def _show_found(self, event: Found) -> None:
        if event.died:
            self.line(event.died, "bold red")
        errors = [finding for finding in event.findings if not finding.warning]
        for finding in event.findings:
            _report.console().print(Text(check._text(finding)))
        if errors:
            self.line(f"{_count(len(errors), 'problem')}. Airflow keeps the last good version.", "bold red")
        if event.files:
            self._found = event

    def _show_live(self, event: Live) -> None:
        if event.first:
            self.line("Airflow has read all files.", "dim")
            return
        found, self._found = self._found, None
        if found is None:
            return
        what = changes_text(found.changed)
        if what:
            self.line(f"{what}: live after {event.seconds:.1f} s", "green")
            return
        broken = found.died or any(one.kind == "broken" for one in found.changed)
        what = "The errors are in Airflow" if broken else "No pipeline changed. Airflow has read the files"
        self.line(f"{what} after {event.seconds:.1f} s.", "dim")

    def _show_crash(self, event: Crashed) -> None:
        again = "It is started again." if event.again else ""
        self.line(
            f"The {event.component} of Airflow has ended, with exit code {event.code}. {again}", "bold red"
        )
        _report.console().print(Text(f"{event.tail}\n  The whole log: {_report.shown(event.log)}"))


def changes_text(changed: Sequence[Changed]) -> str:
    """
    Return in one line what happened to pipelines, the broken ones left out.
    """
    good = [one for one in changed if one.kind != "broken"]
    if len(good) <= _DETAILED:
        return "; ".join(map(_changed_text, good))
    parts = []
    for kind in ("added", "changed", "removed"):
        names = [one.dag_id for one in good if one.kind == kind]
        if names:
            more = ", …" if len(names) > _MOST else ""
            parts.append(f"{_count(len(names), 'pipeline')} {kind} ({', '.join(names[:_MOST])}{more})")
    return "; ".join(parts)


def _changed_text(changed: Changed) -> str:
    if changed.kind != "changed" or not changed.changes:
        return f"{changed.dag_id} {'mended' if changed.kind == 'changed' else changed.kind}"
    parts = [_change_text(one) for one in changed.changes[:_MOST]]
    if len(changed.changes) > _MOST:
        parts.append(f"{len(changed.changes) - _MOST} more changes")
    return f"{changed.dag_id}: {', '.join(parts)}"


def _change_text(change: Change) -> str:
    what = f"{change.what} {change.name}"
    if change.kind == "moved":
        return f"{what} moved, was {change.was}"
    if change.kind == "changed" and len(change.details) == 1:
        detail = change.details[0]
        if detail.before is not None and detail.after is not None:
            name = "" if detail.name == change.name else f" {detail.name}"
            return f"{what}:{name} {detail.before} → {detail.after}"
        return f"{what}: {detail.name} changed"
    return f"{what} {change.kind}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
