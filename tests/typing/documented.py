"""
The code of the documentation as modules, for type checkers: one for each block that is right.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

from sybil import Document, Region

from tests.docs.pages import _FENCE, _HIDDEN, _TITLE
from tests.support import ROOT

PAGES = [*sorted((ROOT / "docs").glob("**/*.md")), ROOT / "README.md"]

_SHOWS_AN_ERROR = {"text", "console"}


def write(folder: Path) -> list[Path]:
    """
    Write each block of Python that the pages hold into a file named after its page and line.

    What a block uses of those before it stands above it: imports, functions, values.
    """
    written: list[Path] = []
    for page in PAGES:
        before: list[ast.stmt] = []
        for line, title, source, right in _blocks(page):
            block = ast.parse(source).body
            if right and not all(isinstance(statement, ast.Import | ast.ImportFrom) for statement in block):
                file = folder / f"{page.stem.replace('-', '_').lower()}_{line}.py"
                file.write_text(source if title else _module(before, block), encoding="utf-8")
                written.append(file)
            # A block with a title is a file of its own.
            before += [] if title else block
    return written


def _blocks(page: Path) -> Iterator[tuple[int, str | None, str, bool]]:
    """
    Return the blocks of Python of a page: the line, the title, the source, and whether it is shown, and as right.
    """
    text = page.read_text(encoding="utf-8")
    document = Document(text, str(page))
    hidden = list(_HIDDEN(document))
    shown = list(_FENCE(document))
    for region in sorted([*shown, *hidden], key=lambda region: region.start):
        if _kind(region) != "python":
            continue
        after = next((other for other in shown if other.start > region.start), None)
        # An error is shown below what makes it.
        right = region in shown and (after is None or _kind(after) not in _SHOWS_AN_ERROR)
        title = _TITLE.search(str(region.lexemes["info"]))
        line = text[: region.start].count("\n") + 1
        yield line, title and title[1], str(region.lexemes["source"]), right


def _kind(region: Region) -> str:
    return str(region.lexemes["info"]).strip().partition(" ")[0]


def _module(before: Sequence[ast.stmt], block: Sequence[ast.stmt]) -> str:
    """
    Return the source of a block below those statements before it whose names it uses.
    """
    bound = {name for statement in block for name in _bound(statement)}
    wanted = {name for statement in block for name in _read(statement)} - bound
    needed: list[ast.stmt] = []
    for statement in reversed(before):
        taken = wanted & set(_bound(statement))
        if taken:
            needed.append(_only(statement, taken))
            wanted = (wanted - taken) | set(_read(statement))
    # The first block of a page may import for all others.
    used = {name for statement in block for name in _read(statement)}
    own = [_only(statement, used) for statement in block if not _is_vain(statement, used)]
    return "\n".join(ast.unparse(statement) for statement in [*reversed(needed), *own])


def _is_vain(statement: ast.stmt, used: set[str]) -> bool:
    return isinstance(statement, ast.Import | ast.ImportFrom) and not used & set(_bound(statement))


def _bound(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name
        return
    for node in ast.walk(statement):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _read(statement: ast.stmt) -> Iterator[str]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.arg) and isinstance(node.annotation, ast.Constant):
            # A type in quotes.
            yield str(node.annotation.value)


def _only(statement: ast.stmt, names: set[str]) -> ast.stmt:
    """
    Return an import of these names alone: others would be imported in vain.
    """
    if isinstance(statement, ast.ImportFrom | ast.Import):
        kept = [one for one in statement.names if (one.asname or one.name.partition(".")[0]) in names]
        if isinstance(statement, ast.ImportFrom):
            return ast.ImportFrom(statement.module, kept, statement.level)
        return ast.Import(kept)
    return statement
