"""
The command line: which commands there are, and what is the same for all of them.

A command is imported when somebody asks for it: what one of them needs, such as rich, costs the others nothing.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final, NoReturn, final

import attrs

from flowkit.base.errors import FlowkitError
from flowkit.base.parsing_context import clear_parsing_context
from flowkit.cli import output
from flowkit.cli.parser import Parser, add_colour


@final
@attrs.frozen
class Command:
    """
    One of the commands.
    """

    name: str

    help: str
    """What it does, in one line."""

    module: str
    """Where it is: a module of this package with a function `add_to`."""


COMMANDS: Final = (
    Command("init", "write a new project: an example, its checks, CI, settings", "init"),
    Command("dev", "start a local Airflow that shows every save at once", "dev"),
    Command("list", "name the pipelines that there are", "list"),
    Command("show", "show one pipeline: its tree, its schedule, or a picture", "show"),
    Command("check", "say what is wrong with the pipelines", "check"),
    Command("diff", "say what a change does to the pipelines", "diff"),
    Command("run", "run a pipeline here and now, on an Airflow of its own", "run"),
    Command("recipe", "write what a deployment on Kubernetes needs", "deploy"),
    Command("completion", "print what makes a shell complete commands and DAG ids", "completion"),
)
"""All commands, in the order in which a day needs them."""

_EPILOG: Final = """\
examples:
  flowkit list                      the pipelines of this project
  flowkit check dags                their mistakes, with file and line
  flowkit run sales                 one of them, here and now

exit codes:
  0 all is well   1 something failed or is broken   2 used in a wrong way
  `flowkit COMMAND --help` says what they mean there, and shows examples.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the command that *arguments* ask for, and return its exit code.

    0: all went well. 1: a run failed, or something is broken. 2: the command was used in a wrong way. 130: it was
    interrupted. 141: whoever read what it printed went away.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    before = dict(os.environ)
    # Inside a task of Airflow this stands in the environment, and would hide all pipelines but one.
    clear_parsing_context()
    _print_anything()
    try:
        if "_ARGCOMPLETE" in os.environ:
            # Set by the shell, for the time of one keystroke.
            return _complete()
        code = _run(words)
        sys.stdout.flush()
    except FlowkitError as error:
        output.error(str(error))
        return output.EXIT_FAILURE
    except KeyboardInterrupt:
        output.error("Stopped.")
        return output.EXIT_INTERRUPTED
    except BrokenPipeError:
        # Python would try once more to write what is left, at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return output.EXIT_BROKEN_PIPE
    finally:
        # Commands lead an Airflow to a folder of its own, and choose colours: this process may go on without them.
        os.environ.clear()
        os.environ.update(before)
    return code


def _print_anything() -> None:
    # A terminal may know ASCII alone, and messages of the user's code may hold what no encoding knows.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


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

    words = completion.words()
    return completion.complete(_parser(words), _asked(words))


def _asked(words: Sequence[str]) -> str | None:
    """
    Return the first word that is no option: the name of a command, if it was spelt well.
    """
    return next((word for word in words if not word.startswith("-")), None)


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """
    Return a parser for *words*: it knows all commands by name, and the one that is asked for by its options.
    """
    parser = Parser(prog="flowkit", description="Airflow pipelines as typed Python.", epilog=_EPILOG)
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version of flowkit, and end")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    asked = _asked(words)
    for command in COMMANDS:
        if asked is not None and command.name == asked:
            import_module(f"flowkit.cli.{command.module}").add_to(commands)
            add_colour(commands.choices[asked])
        else:
            commands.add_parser(command.name, help=command.help, add_help=False)
    return parser


@final
class _Version(argparse.Action):
    """
    Looks up the version when somebody asks for it: that takes longer than all else here.
    """

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import PackageNotFoundError, version

        try:
            found = version("airflow-flowkit")
        except PackageNotFoundError:
            found = "(not installed)"
        print(f"flowkit {found}")
        parser.exit()


if __name__ == "__main__":
    raise SystemExit(main())
