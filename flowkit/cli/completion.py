"""
`flowkit completion`: what makes a shell complete commands, options, paths and DAG ids.

argcomplete, which Airflow brings, does the work. At each press of the key the shell starts `flowkit` and reads what it
says, so all here has to be quick, and silent: no file of the user's is executed.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from flowkit.base.errors import FlowkitError
from flowkit.cli import output
from flowkit.project.discovery import find
from flowkit.project.loading import LoadedFile

_SHELLS: Final = ("bash", "zsh", "fish")
_PATIENCE: Final = 1000
_KEPT: Final = "dag_ids.json"
_MISSING: Final = (
    "Completion is done by argcomplete, which Airflow brings, and which is missing here. Install it with: "
    "pip install argcomplete"
)
# An id that stands in the source as it is. Others are known once `flowkit list` has seen them.
_WRITTEN: Final = re.compile(
    r"""(?:\b(?:Pipeline|materialize)\(\s*(?:dag_id\s*=\s*)?|\.named\(\s*|\bdag_id\s*=\s*)(["'])([\w.-]+)\1"""
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """
    Describe this command to the command line.
    """
    parser.description = (
        "Print a shell completion script for commands, options, paths and DAG ids. Ids that are string literals in "
        "the source are completed immediately; generated ids are completed once flowkit list has loaded them. "
        "Exit code: 0 script printed, 1 argcomplete is not installed, 2 usage error."
    )
    parser.epilog = (
        'Examples: eval "$(flowkit completion bash)" (in ~/.bashrc); '
        'eval "$(flowkit completion zsh)" (in ~/.zshrc); '
        "flowkit completion fish | source (in ~/.config/fish/config.fish)"
    )
    parser.add_argument("shell", choices=_SHELLS, metavar="SHELL", help="bash, zsh or fish")
    parser.set_defaults(command=print_script)


def print_script(args: argparse.Namespace) -> int:
    """
    Print the lines that the shell has to execute when it starts.
    """
    argcomplete = _argcomplete()
    if argcomplete is None:
        output.error(_MISSING)
        return output.EXIT_FAILURE
    print(argcomplete.shellcode(["flowkit"], shell=args.shell))
    return output.EXIT_OK


def _argcomplete() -> Any:
    with suppress(ImportError):
        return import_module("argcomplete")
    return None


def words() -> list[str]:
    """
    Return the words that stand before the cursor, without the name of the program.
    """
    line = os.environ.get("COMP_LINE", "")
    before = line.encode()[: int(os.environ.get("COMP_POINT") or len(line.encode()))]
    # Quotes do not matter here: names of commands have none.
    return before.decode("utf-8", "replace").split()[int(os.environ.get("_ARGCOMPLETE") or 1) :]


def complete(parser: argparse.ArgumentParser, asked: str | None) -> int:
    """
    Tell the shell what may stand at the cursor.

    Args:
        parser: It knows the command that stands in the line.

        asked: The name of that command, if there is one.
    """
    argcomplete = _argcomplete()
    if argcomplete is None:
        return output.EXIT_FAILURE
    for action in _positionals(parser, asked):
        if action.dest == "dag_id":
            action.completer = _ids  # type: ignore[attr-defined]
        elif action.dest == "words":
            action.completer = _ids_then_paths(argcomplete.FilesCompleter())  # type: ignore[attr-defined]
    # A message would stand in the middle of the line that is being written.
    sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - until the process ends
    argcomplete.autocomplete(parser, always_complete_options=False)
    return output.EXIT_OK


def _positionals(parser: argparse.ArgumentParser, asked: str | None) -> Iterator[argparse.Action]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction) and asked in action.choices:
            yield from action.choices[asked]._actions


def _ids(*, parsed_args: Any, **_: object) -> list[str]:
    path = getattr(parsed_args, "path", None)
    try:
        return dag_ids(output.default_path(path if isinstance(path, str) else None))
    except (FlowkitError, OSError):
        return []


def _ids_then_paths(paths: Callable[..., list[str]]) -> Callable[..., list[str]]:
    def completer(*, parsed_args: Any, **more: object) -> list[str]:
        # `flowkit show DAG_ID PATH ...`: one id, then paths.
        if getattr(parsed_args, "words", None) or getattr(parsed_args, "all", False):
            return paths(parsed_args=parsed_args, **more)
        return _ids(parsed_args=parsed_args)

    return completer


def dag_ids(path: Path) -> list[str]:
    """
    Return the ids of pipelines at *path* that can be told without loading a file.

    That are those which a source spells out, and those that `flowkit list` saw in a file that is still the same.

    Raises:
        LoadError: If there is nothing at *path*.
    """
    kept = _kept(path)
    found: set[str] = set()
    for file in find(path)[:_PATIENCE]:
        with suppress(OSError):
            stamp, known = kept.get(str(file), (0, ()))
            if known and stamp == file.stat().st_mtime_ns:
                found.update(known)
            else:
                # What functions made before an edit is most often made after it as well.
                found.update(
                    known, (match[2] for match in _WRITTEN.finditer(file.read_text("utf-8", "replace")))
                )
    return sorted(found)


def remember(path: Path, loaded: Iterable[LoadedFile]) -> None:
    """
    Keep the ids of *loaded* files for the next completion, in the folder of the project's own Airflow.

    Args:
        path: What was loaded.

        loaded: All its files.
    """
    kept: dict[str, tuple[int, list[str]]] = {**_kept(path)}
    for file in loaded:
        with suppress(OSError):
            ids = [item.dag_id for item in file.items if item.dag_id]
            kept[file.file] = (Path(file.file).stat().st_mtime_ns, ids)
    target = _file(path)
    # Nobody asked for it, so nobody is told when it cannot be done.
    with suppress(OSError):
        there = {name: entry for name, entry in kept.items() if Path(name).exists()}
        if target.parent.is_dir():
            new = target.with_name(f"{target.name}.{os.getpid()}")
            new.write_text(json.dumps(there), encoding="utf-8")
            new.replace(target)


def _file(path: Path) -> Path:
    from flowkit.project.root import project_root

    return project_root(path) / ".flowkit" / _KEPT


def _kept(path: Path) -> Mapping[str, tuple[int, list[str]]]:
    with suppress(OSError, ValueError, TypeError, AttributeError):
        found = json.loads(_file(path).read_text("utf-8"))
        return {str(name): (int(stamp), [str(one) for one in ids]) for name, (stamp, ids) in found.items()}
    return {}
