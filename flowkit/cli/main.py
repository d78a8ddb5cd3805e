"""
The entry point of the command line: the table of commands, and exit codes.

A command is imported only when it is used, so that the dependencies of one, such as rich, do not slow down the others.
"""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
import threading
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Final, NamedTuple, NoReturn, final

from flowkit.base.parsing_context import clear_parsing_context
from flowkit.cli import output
from flowkit.cli.parser import Parser, add_color_option


class Command(NamedTuple):
    """
    A subcommand.
    """

    name: str

    help: str
    """One line."""

    module: str
    """The module of this package with its function `add_arguments`."""


COMMANDS: Final = (
    Command("init", "create a project with an example, tests, CI and settings", "init"),
    Command("dev", "start a local Airflow that reloads on every save", "dev"),
    Command("list", "list pipelines", "list"),
    Command("show", "show one pipeline: tree, schedule, or graph", "show"),
    Command("check", "check pipelines for errors", "check"),
    Command("stubs", "write stubs of operators for editors and type checkers", "stubs"),
    Command("diff", "show how pipelines differ from a git revision", "diff"),
    Command("run", "run a pipeline locally", "run"),
    Command("recipe", "write the files for a deployment on Kubernetes", "recipe"),
    Command("completion", "print a shell completion script", "completion"),
)
"""All commands, in the order of `--help`."""

_EPILOG: Final = """\
examples:
  flowkit list                      list the pipelines of this project
  flowkit check dags                print their errors, with file and line
  flowkit run sales                 run one of them locally

exit codes:
  0 success   1 failure or errors found   2 usage error
  See `flowkit COMMAND --help` for details and examples.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the command in *arguments*, by default `sys.argv[1:]`, and return its exit code.

    0: success. 1: a run failed, or errors were found. 2: usage error. 130: interrupted. 141: broken pipe on standard
    output.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    before, mask = dict(os.environ), os.umask(0)
    os.umask(mask)
    # Airflow sets this for its tasks; it would hide all pipelines but one.
    clear_parsing_context()
    _prepare_streams()
    try:
        _handle_stop_signals()
        if "_ARGCOMPLETE" in os.environ:
            # Set by the shell while it completes a line.
            return _complete()
        code = _run(words)
        sys.stdout.flush()
    except KeyboardInterrupt:
        output.error("Interrupted.")
        return output.EXIT_INTERRUPTED
    except BrokenPipeError:
        _drop_output()
        return output.EXIT_BROKEN_PIPE
    except OSError as error:
        _drop_output()
        output.error(f"{error.strerror or error}{f': {str(error.filename)!r}' if error.filename else ''}.")
        return output.EXIT_FAILURE
    except Exception as error:
        if not _is_reported(error):
            raise
        return output.EXIT_FAILURE
    finally:
        # Commands set AIRFLOW_HOME, colors and the umask; a caller in the same process must not inherit them.
        os.environ.clear()
        os.environ.update(before)
        os.umask(mask)
    return code


def _is_reported(error: Exception) -> bool:
    from flowkit.base.errors import FlowkitError  # which imports attrs: too slow for `--help`

    if isinstance(error, FlowkitError):
        output.error(str(error))
    return isinstance(error, FlowkitError)


def _prepare_streams() -> None:
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            # It was closed by whoever started this process.
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - for this process
        elif isinstance(stream, io.TextIOWrapper):
            # The terminal may be limited to ASCII, and messages of the user's code may contain lone surrogates.
            stream.reconfigure(errors="backslashreplace")


def _drop_output() -> None:
    # Otherwise Python fails once more when it flushes standard output at exit.
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _handle_stop_signals() -> None:
    """
    Treat these signals like Ctrl-C, so that commands tidy up, unless somebody else handles or ignores them.
    """
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, _interrupt)


def _interrupt(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _run(words: Sequence[str]) -> int:
    parser = _parser(words)
    if not words:
        parser.print_help()
        return output.EXIT_OK
    args = parser.parse_args(words)
    code: int = args.command(args)
    return code


def _complete() -> int:
    from flowkit.cli import completion

    words = completion.command_line()
    return completion.complete(_parser(words), _command_name(words))


def _command_name(words: Sequence[str]) -> str | None:
    """
    Return the first word that is not an option: the name of a command unless misspelled.
    """
    return next((word for word in words if not word.startswith("-")), None)


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """
    Return a parser for *words*, with the names of all commands and the arguments of the requested one.
    """
    parser = Parser(prog="flowkit", description="Airflow pipelines as typed Python.", epilog=_EPILOG)
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version of flowkit and exit")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    name = _command_name(words)
    for command in COMMANDS:
        requested = command.name == name
        subparser = commands.add_parser(command.name, help=command.help, add_help=requested)
        if requested:
            import_module(f"flowkit.cli.{command.module}").add_arguments(subparser)
            add_color_option(subparser)
    return parser


@final
class _Version(argparse.Action):
    """
    Looks up the version only when it is requested: that is slower than everything else here.
    """

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import PackageNotFoundError, version

        try:
            installed = version("airflow-flowkit")
        except PackageNotFoundError:
            installed = "(not installed)"
        print(f"flowkit {installed}")
        parser.exit()


if __name__ == "__main__":
    raise SystemExit(main())
