"""
The user's source files, each read and parsed once.
"""

from __future__ import annotations

import ast
import re
import warnings
from functools import cached_property
from pathlib import Path
from typing import Final, final

import attrs

from flowkit.base.paths import is_file

# A longer file is data: its syntax tree would take a hundred times as much memory.
_MAX_PARSED_BYTES: Final = 10_000_000
# The comment that suppresses findings: `# flowkit: ignore[FK506]`, or several codes separated by commas.
_IGNORE: Final = re.compile(r"#\s*flowkit:\s*ignore\[([^\]]*)\]")


@final
@attrs.define(eq=False, slots=False)
class Source:
    """
    One file.
    """

    file: Path

    @cached_property
    def text(self) -> bytes:
        """
        Its content; empty if it cannot be read.
        """
        try:
            return self.file.read_bytes()
        except OSError:
            return b""

    @cached_property
    def tree(self) -> ast.Module:
        """
        Its syntax tree; empty if it is huge, or not valid Python, which is reported when the file is loaded.
        """
        try:
            with warnings.catch_warnings():
                # Python gives the same warnings, of invalid escapes for example, when it loads the file.
                warnings.simplefilter("ignore")
                return ast.parse(self.text if len(self.text) <= _MAX_PARSED_BYTES else b"")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return ast.Module([], [])

    @cached_property
    def ignored(self) -> dict[int, frozenset[str]]:
        """
        The suppressed codes, by line number.
        """
        if b"flowkit:" not in self.text:
            return {}
        lines = self.text.decode("utf-8", "replace").splitlines()
        return {
            number: frozenset(code.strip() for code in match[1].split(","))
            for number, line in enumerate(lines, 1)
            if (match := _IGNORE.search(line))
        }


@final
class Sources:
    """
    All files that were requested so far.
    """

    def __init__(self) -> None:
        self._sources: dict[str, Source] = {}

    def __getitem__(self, file: Path | str) -> Source:
        name = str(file)
        source = self._sources.get(name)
        if source is None:
            source = self._sources[name] = Source(Path(name))
        return source

    def module(self, name: str, folder: Path) -> Source | None:
        """
        Return the file of the module *name*, such as `a.b`, below *folder*; `None` if there is none.
        """
        path = folder.joinpath(*name.split("."))
        for file in (path / "__init__.py", path.with_name(f"{path.name}.py")):
            if str(file) in self._sources or is_file(file):
                return self[file]
        return None
