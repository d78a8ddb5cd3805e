"""
`flowkit completion`: shell completion of commands, options, paths and DAG ids.

It is based on argcomplete, a dependency of Airflow. The shell starts `flowkit` on every press of the Tab key, so this
must be fast and silent: no user file is executed.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from flowkit.base.errors import FlowkitError
from flowkit.base.paths import exists
from flowkit.cli import output
from flowkit.embedded.private_files import discard_unless_regular
from flowkit.project.discovery import find

_SHELLS: Final = ("bash", "zsh", "fish")
_MAX_FILES: Final = 1000
_CACHE_FILE: Final = "dag_ids.json"
_MISSING: Final = (
    "Completion needs argcomplete, a dependency of Airflow, which is not installed. Install it with: "
    "pip install argcomplete"
)
# An id that is a string literal in the source. Others are known once `flowkit list` has loaded them.
_LITERAL_ID: Final = re.compile(
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
    Print the script that the shell executes on startup.
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


def command_line() -> list[str]:
    """
    Return the words before the cursor, without the name of the program.
    """
    line = os.environ.get("COMP_LINE", "")
    line_bytes = os.fsencode(line)
    before = line_bytes[: int(os.environ.get("COMP_POINT") or len(line_bytes))]
    # Quotes can be ignored: only the name of the command is needed, which has none.
    return before.decode("utf-8", "replace").split()[int(os.environ.get("_ARGCOMPLETE") or 1) :]


def complete(parser: argparse.ArgumentParser, command: str | None) -> int:
    """
    Print the completions at the cursor for the shell.

    Args:
        parser: A parser with the arguments of *command*.

        command: The command on the line, if any.
    """
    argcomplete = _argcomplete()
    if argcomplete is None:
        return output.EXIT_FAILURE
    for action in _positionals(parser, command):
        if action.dest == "dag_id":
            action.completer = _ids  # type: ignore[attr-defined]
        elif action.dest == "words":
            action.completer = _ids_then_paths(argcomplete.FilesCompleter())  # type: ignore[attr-defined]
    # A message would appear in the middle of the user's input.
    sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - closed at exit
    argcomplete.autocomplete(parser, always_complete_options=False)
    return output.EXIT_OK


def _positionals(parser: argparse.ArgumentParser, command: str | None) -> Iterator[argparse.Action]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction) and command in action.choices:
            yield from action.choices[command]._actions


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
    Return the ids of pipelines at *path* that are known without loading a file.

    Those are string literals in the source, and ids that `flowkit list` found earlier.

    Raises:
        LoadError: If *path* does not exist.
    """
    cache = _read_cache(path)
    ids: set[str] = set()
    for file in find(path)[:_MAX_FILES]:
        with suppress(OSError):
            mtime, cached = cache.get(str(file), (0, ()))
            ids.update(cached)
            # After an edit most of the generated ids still exist, so they are kept.
            if not cached or mtime != file.stat().st_mtime_ns:
                ids.update(match[2] for match in _LITERAL_ID.finditer(file.read_text("utf-8", "replace")))
    return sorted(ids)


def cache_ids(path: Path, ids: Mapping[str, Sequence[str]]) -> None:
    """
    Cache the ids of loaded files for completion, in the project's `.flowkit` folder if it exists.

    Args:
        path: The path that was loaded.

        ids: All its files, with the ids in each.
    """
    cache: dict[str, tuple[int, list[str]]] = {**_read_cache(path)}
    for file, its in ids.items():
        with suppress(OSError):
            cache[file] = (Path(file).stat().st_mtime_ns, list(its))
    target = _cache_file(path)
    # The cache is optional: failing to write it is not an error.
    with suppress(OSError):
        existing = {name: entry for name, entry in cache.items() if exists(Path(name))}
        if target.parent.is_dir():
            new = target.with_name(f"{target.name}.{os.getpid()}")
            new.touch(mode=0o600)
            new.write_text(json.dumps(existing), encoding="utf-8")
            new.replace(target)


def _cache_file(path: Path) -> Path:
    from flowkit.project.root import project_root

    return project_root(path) / ".flowkit" / _CACHE_FILE


def _read_cache(path: Path) -> Mapping[str, tuple[int, list[str]]]:
    with suppress(OSError, ValueError, TypeError, AttributeError):
        discard_unless_regular(_cache_file(path))
        cache = json.loads(_cache_file(path).read_text("utf-8"))
        return {
            str(name): (int(mtime), [str(dag_id) for dag_id in ids]) for name, (mtime, ids) in cache.items()
        }
    return {}
