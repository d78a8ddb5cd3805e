"""
The argument parser of all commands: help format and error messages.
"""

from __future__ import annotations

import argparse
import os
import textwrap
from collections.abc import Sequence
from typing import Any, Final, NoReturn, final

from flowkit.base.suggestions import did_you_mean
from flowkit.cli import output

_NAME_COLUMN_WIDTH: Final = 20
_MAX_WIDTH: Final = 80
_COLOR_VARIABLES: Final = {"auto": {}, "always": {"FORCE_COLOR": "1"}, "never": {"NO_COLOR": "1"}}
# Each starts a separate paragraph in the help of a command.
_EXIT_CODES: Final = "Exit code: "
_EXAMPLES: Final = ("Example: ", "Examples: ")


@final
class Parser(argparse.ArgumentParser):
    """
    Parses the arguments of flowkit or of one of its commands.
    """

    def __init__(self, **settings: Any) -> None:
        settings.setdefault("formatter_class", _Format)
        # An abbreviation that is unique today may be ambiguous tomorrow.
        super().__init__(**settings, allow_abbrev=False)

    def parse_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> argparse.Namespace:
        """
        Return the parsed *args*, or exit with a usage error.
        """
        parsed: argparse.Namespace
        parsed, unknown = self.parse_known_args(args, namespace)
        if unknown:
            self._subparser(args or ())._reject(unknown)
        return parsed

    def _subparser(self, words: Sequence[str]) -> Parser:
        for action in self._actions:
            if isinstance(action, argparse._SubParsersAction):
                return next((action.choices[word] for word in words if word in action.choices), self)
        return self

    def _reject(self, unknown: Sequence[str]) -> NoReturn:
        options = [word.partition("=")[0] for word in unknown if word.startswith("-")]
        if options:
            known = [name for name in self._option_string_actions if name.startswith("--")]
            hint = did_you_mean(options[0], known, otherwise="")
            self.error(f"Unknown option {options[0]!r}. {hint}".rstrip())
        self.error(f"Unexpected argument {unknown[0]!r}.")

    def _check_value(self, action: argparse.Action, value: object) -> None:
        if action.choices is None or value in action.choices or not isinstance(value, str):
            return
        known = list(map(str, action.choices))
        if isinstance(action, argparse._SubParsersAction):
            hint = did_you_mean(value, known, otherwise=f"Commands: {', '.join(known)}.")
            output.error(f"Unknown command {value!r}. {hint}")
            raise SystemExit(output.EXIT_USAGE)
        name = action.option_strings[-1] if action.option_strings else action.metavar
        choices = f"{', '.join(known[:-1])} or {known[-1]}"
        self.error(f"{name} must be {choices}, not {value!r}.")

    def error(self, message: str) -> NoReturn:
        """
        Print a usage error that refers to `--help`, and exit.
        """
        message = message.removeprefix("argument ")
        end = "" if message.endswith((".", "?")) else "."
        output.error(f"{message[:1].upper()}{message[1:]}{end} See: {self.prog} --help")
        raise SystemExit(output.EXIT_USAGE)


def add_color_option(parser: argparse.ArgumentParser) -> None:
    """
    Add `--color`, which all commands have.
    """
    parser.add_argument(
        "--color",
        choices=tuple(_COLOR_VARIABLES),
        metavar="WHEN",
        action=_ColorAction,
        help="always, never, or auto: only on a terminal (the default)",
    )


def positive_integer(text: str) -> int:
    """
    Parse an argument as an integer of 1 or more.

    Raises:
        argparse.ArgumentTypeError: If it is not one.
    """
    if not (text.isascii() and text.isdigit()) or not int(text):
        msg = f"{text!r} must be a positive integer"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def seconds(text: str) -> float:
    """
    Parse an argument as a positive number of seconds.

    Raises:
        argparse.ArgumentTypeError: If it is not one.
    """
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        msg = f"{text!r} must be a positive number of seconds"
        raise argparse.ArgumentTypeError(msg)
    return value


def add_timeout_option(parser: argparse.ArgumentParser) -> None:
    """
    Add `--timeout`, which all commands have that load the user's files.
    """
    parser.add_argument(
        "--timeout",
        type=seconds,
        metavar="SECONDS",
        help="how long a file may take to load (default: [core] dagbag_import_timeout, which is 30 s)",
    )


@final
class _ColorAction(argparse.Action):
    """
    Sets the environment variables that this process and its child processes check for colors.
    """

    def __call__(self, _parser: object, _namespace: object, value: object, _name: str | None = None) -> None:
        if value != "auto":
            for name in ("NO_COLOR", "FORCE_COLOR"):
                os.environ.pop(name, None)
        os.environ.update(_COLOR_VARIABLES[str(value)])


@final
class _Format(argparse.HelpFormatter):
    """
    Prints exit codes and examples as separate paragraphs, and each command on one line.
    """

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=_NAME_COLUMN_WIDTH)
        self._width = min(self._width, _MAX_WIDTH)
        # argparse ignores that commands are indented further than options.
        self._action_max_length = _NAME_COLUMN_WIDTH

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if "\n" in text:
            return textwrap.indent(text, indent)
        for word in _EXAMPLES:
            if text.startswith(word):
                lines = text.removeprefix(word).split("; ")
                return f"{word.strip()}\n" + "\n".join(f"  {line}" for line in lines)
        before, codes, after = text.partition(_EXIT_CODES)
        filled = super()._fill_text(before, width, indent)
        return filled + (f"\n\n{super()._fill_text(codes + after, width, indent)}" if codes else "")
