"""
How all commands read their arguments: the same form of help, the same words where something is wrong.
"""

from __future__ import annotations

import argparse
import os
import textwrap
from collections.abc import Sequence
from typing import Any, Final, NoReturn, final

from flowkit.base.suggestions import did_you_mean
from flowkit.cli import output

# The width of the names of commands and options in help.
_NAMES: Final = 20
_MOST_COLUMNS: Final = 80
_COLOURS: Final = {"auto": {}, "always": {"FORCE_COLOR": "1"}, "never": {"NO_COLOR": "1"}}
# What begins a paragraph of its own in the description of a command.
_EXIT_CODES: Final = "Exit code: "
_EXAMPLES: Final = ("Example: ", "Examples: ")


@final
class Parser(argparse.ArgumentParser):
    """
    Reads the arguments of flowkit, or of one of its commands.
    """

    def __init__(self, **settings: Any) -> None:
        settings.setdefault("formatter_class", _Format)
        # What is short for one option today may be short for two tomorrow.
        super().__init__(**settings, allow_abbrev=False)

    def parse_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> argparse.Namespace:
        """
        Return what *args* say, and end where they say what nobody knows.
        """
        found: argparse.Namespace
        found, unknown = self.parse_known_args(args, namespace)
        if unknown:
            command = self._command_in(args or ())
            command._refuse(unknown)
        return found

    def _command_in(self, words: Sequence[str]) -> Parser:
        for action in self._actions:
            if isinstance(action, argparse._SubParsersAction):
                return next((action.choices[word] for word in words if word in action.choices), self)
        return self

    def _refuse(self, unknown: Sequence[str]) -> NoReturn:
        options = [word.partition("=")[0] for word in unknown if word.startswith("-")]
        if options:
            known = [name for name in self._option_string_actions if name.startswith("--")]
            hint = did_you_mean(options[0], known, otherwise="")
            self.error(f"There is no option {options[0]!r}. {hint}".rstrip())
        self.error(f"There is no place for {unknown[0]!r}.")

    def _check_value(self, action: argparse.Action, value: object) -> None:
        if action.choices is None or value in action.choices or not isinstance(value, str):
            return
        known = list(map(str, action.choices))
        if isinstance(action, argparse._SubParsersAction):
            hint = did_you_mean(value, known, otherwise=f"The commands are: {', '.join(known)}.")
            output.error(f"There is no command {value!r}. {hint}")
            raise SystemExit(output.EXIT_USAGE)
        name = action.option_strings[-1] if action.option_strings else action.metavar
        takes = f"{', '.join(known[:-1])} or {known[-1]}"
        self.error(f"{name} can be {takes}, and not {value!r}.")

    def error(self, message: str) -> NoReturn:
        """
        Say what is wrong in the words of all commands, and where to read more, and end.
        """
        message = message.removeprefix("argument ")
        end = "" if message.endswith((".", "?")) else "."
        output.error(f"{message[:1].upper()}{message[1:]}{end} See: {self.prog} --help")
        raise SystemExit(output.EXIT_USAGE)


def add_colour(parser: argparse.ArgumentParser) -> None:
    """
    Add the option that all commands have.
    """
    parser.add_argument(
        "--color",
        choices=tuple(_COLOURS),
        metavar="WHEN",
        action=_Colour,
        help="always, never, or auto: on a terminal alone (the default)",
    )


def whole_number(text: str) -> int:
    """
    Return the number, 1 or more, that an argument gives.

    Raises:
        argparse.ArgumentTypeError: If it is none.
    """
    if not (text.isascii() and text.isdigit()) or not int(text):
        msg = f"{text!r} is no whole number of 1 or more"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


@final
class _Colour(argparse.Action):
    """
    Says to whatever prints, in this process and in others, whether it may use colours.
    """

    def __call__(self, _parser: object, _found: object, value: object, _name: str | None = None) -> None:
        if value != "auto":
            for name in ("NO_COLOR", "FORCE_COLOR"):
                os.environ.pop(name, None)
        os.environ.update(_COLOURS[str(value)])


@final
class _Format(argparse.HelpFormatter):
    """
    Sets exit codes and examples apart; has room for the name of each command beside what it does.
    """

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=_NAMES)
        self._width = min(self._width, _MOST_COLUMNS)
        # argparse forgets that commands are indented further than options.
        self._action_max_length = _NAMES

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
