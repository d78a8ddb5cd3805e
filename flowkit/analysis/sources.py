"""
The text of the user's files, each read and parsed once.
"""

from __future__ import annotations

import ast
import re
import warnings
from functools import cached_property
from pathlib import Path
from typing import Final, final

import attrs

# What a line bears whose author knows better: `# flowkit: ignore[FK506]`, or several codes with commas between.
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
        What stands in it; nothing when it cannot be read.
        """
        try:
            return self.file.read_bytes()
        except OSError:
            return b""

    @cached_property
    def tree(self) -> ast.Module:
        """
        Its syntax tree, which is empty when it is not Python: whoever loads the file says so.
        """
        try:
            with warnings.catch_warnings():
                # Python warns of odd escapes and the like when it loads the file, once is enough.
                warnings.simplefilter("ignore")
                return ast.parse(self.text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return ast.Module([], [])

    @cached_property
    def ignored(self) -> dict[int, frozenset[str]]:
        """
        By line: the codes that its author does not want to hear of.
        """
        if b"flowkit:" not in self.text:
            return {}
        lines = self.text.decode("utf-8", "replace").splitlines()
        return {
            number: frozenset(code.strip() for code in found[1].split(","))
            for number, line in enumerate(lines, 1)
            if (found := _IGNORE.search(line))
        }


@final
class Sources:
    """
    All files that were asked for so far.
    """

    def __init__(self) -> None:
        self._known: dict[str, Source] = {}

    def __getitem__(self, file: Path | str) -> Source:
        name = str(file)
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = Source(Path(name))
        return found

    def module(self, name: str, folder: Path) -> Source | None:
        """
        Return the file of the module *name*, `a.b` or the like, below *folder*; `None` when it is not there.
        """
        path = folder.joinpath(*name.split("."))
        for file in (path / "__init__.py", path.with_name(f"{path.name}.py")):
            if str(file) in self._known or file.is_file():
                return self[file]
        return None
