"""
`flowkit dev`: a real Airflow that follows every save.
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
from flowkit.base.problem_format import format_problem
from flowkit.cli import output
from flowkit.embedded.dev.dev_events import Crashed, Event, Found, Late, Live, NoRoom, Ready, Starting
from flowkit.embedded.dev.server import DevServer, PortError, is_free
from flowkit.embedded.dev.snapshots import Changed
from flowkit.project.discovery import folder_of
from flowkit.report.changes import Change

_PORT: Final = 8080
_LAST_PORT: Final = 65535
_ENDS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_MOST: Final = 4
_DETAILED: Final = 2
_TAIL: Final = 5


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
    Run Airflow until it is interrupted.
    """
    path = output.default_path(args.path)
    if not path.exists():
        output.error(f"There is no file and no folder {str(path)!r}.")
        return output.EXIT_USAGE
    _end_in_peace()
    folder = folder_of(path)
    screen = _Screen(open_browser=args.open, quiet=args.quiet)
    try:
        screen.say(f"flowkit dev: DAG folder {output.display_path(folder)}")
        with closing(DevServer(folder, args.port).run()) as events:
            for event in events:
                screen.show(event)
    except KeyboardInterrupt:
        screen.say_goodbye()
    except PortError as error:
        output.error(f"{error} Choose another: flowkit dev --port {_free_port(args.port)}")
        return output.EXIT_USAGE
    except RunError as error:
        output.error(str(error))
        return output.EXIT_FAILURE
    return output.EXIT_OK


def _end_in_peace() -> None:
    """
    Let each of the signals that end programs end this one as Ctrl-C does, unless it is to be ignored: by `nohup`.
    """
    for number in _ENDS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)


def _stop(_number: int, _frame: object) -> NoReturn:
    # The end takes some seconds. A second Ctrl-C must not leave it half done. (With SIG_IGN, Python would print a
    # traceback for a signal that has come already.)
    for number in _ENDS:
        signal.signal(number, _go_on)
    raise KeyboardInterrupt


def _go_on(_number: int, _frame: object) -> None:
    pass


def _free_port(taken: int) -> int:
    return next((port for port in range(taken + 1, _LAST_PORT) if is_free(port)), _PORT)


@final
@attrs.define
class _Screen:
    open_browser: bool
    quiet: bool

    def say(self, text: str, style: str = "") -> None:
        """
        Print one line, if there is to be more than what is wrong.
        """
        if not self.quiet:
            self.line(text, style)

    def line(self, text: str, style: str = "") -> None:
        """
        Print one line, with the time before it.
        """
        from rich.text import Text

        out = output.console()
        out.print(Text(time.strftime("%H:%M:%S  "), style="dim").append(text, style=style or "not dim"))

    def below(self, text: str) -> None:
        """
        Print what belongs to a line.
        """
        output.console().out(text, highlight=False)

    def say_goodbye(self) -> None:
        """
        Print the last line, if there is still a terminal.
        """
        with suppress(OSError):
            self.say("Ended. The runs are kept for the next time.")

    def show(self, event: Event) -> None:
        """
        Print one event.
        """
        if isinstance(event, Starting):
            self.say(event.what)
        elif isinstance(event, Ready):
            self._show_ready(event)
        elif isinstance(event, Found):
            self._show_found(event)
        elif isinstance(event, Live):
            self._show_live(event)
        elif isinstance(event, Late):
            self.line(
                f"Airflow does not show {_names(event.files)} yet, after {event.seconds:.0f} s.", "yellow"
            )
        elif isinstance(event, NoRoom):
            self.line(
                f"Low disk space in {output.display_path(event.folder)}: {event.free // 1024 // 1024} MB left.",
                "bold red",
            )
        elif isinstance(event, Crashed):
            self._show_crash(event)

    def _show_ready(self, event: Ready) -> None:
        shows = f"shows {_count(event.pipelines, 'pipeline')}" if event.pipelines else "runs"
        self.say(f"Airflow {shows} at {event.url} (Ctrl-C ends it)", "bold")
        if not event.files:
            self.say("No file holds a pipeline yet. The first one that you save is shown.")
        if self.open_browser:
            webbrowser.open(event.url)

    def _show_found(self, event: Found) -> None:
        if event.died:
            self.line(event.died, "bold red")
        for finding in event.findings:
            self.below(format_problem(finding))
        errors = sum(not finding.is_warning for finding in event.findings)
        if errors:
            kept = "" if event.first else " Airflow keeps the last good version."
            self.line(f"{_count(errors, 'problem')}.{kept}", "bold red")

    def _show_live(self, event: Live) -> None:
        for name, text in event.refused:
            self.line(f"Airflow refuses {name}:", "bold red")
            self.below("\n".join(f"    {line}" for line in text.splitlines()[-_TAIL:]))
        if event.first:
            self.say("Airflow has read all files.", "dim")
        elif event.refused:
            return
        elif what := changes_text(event.changed):
            self.say(f"{what}: live after {event.seconds:.1f} s", "green")
        elif event.wrong:
            self.say(f"The errors are in Airflow after {event.seconds:.1f} s.", "dim")
        elif event.files:
            what = f"No pipeline changed. Airflow has read {_names(event.files)}"
            self.say(f"{what} after {event.seconds:.1f} s.", "dim")

    def _show_crash(self, event: Crashed) -> None:
        again = " It is started again." if event.again else ""
        self.line(
            f"The {event.component} of Airflow has ended, with exit code {event.code}.{again}", "bold red"
        )
        self.below(f"{event.tail}\n  The whole log: {output.display_path(event.log)}")


def _names(files: Sequence[Path]) -> str:
    names = ", ".join(output.display_path(file) for file in files[:_MOST])
    return names if len(files) <= _MOST else f"{names} and {len(files) - _MOST} more"


def changes_text(changed: Sequence[Changed]) -> str:
    """
    Return in one line what happened to pipelines, the broken ones left out.
    """
    good = [one for one in changed if one.kind != "broken"]
    if len(good) <= _DETAILED:
        return "; ".join(map(_changed_text, good))
    parts = []
    for kind in ("added", "changed", "mended", "moved", "removed"):
        names = [one.dag_id for one in good if one.kind == kind]
        if names:
            more = ", …" if len(names) > _MOST else ""
            parts.append(f"{_count(len(names), 'pipeline')} {kind} ({', '.join(names[:_MOST])}{more})")
    return "; ".join(parts)


def _changed_text(changed: Changed) -> str:
    if not changed.changes:
        return f"{changed.dag_id} {changed.kind}"
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
