"""
The rules of `flowkit check` over a source, told by mypy: lost statements, and outputs that are asked for their value.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeAlias

from mypy.errorcodes import ErrorCode
from mypy.nodes import Context, MypyFile
from mypy.plugin import AttributeContext, FunctionContext, MethodContext
from mypy.types import Type

from flowkit.analysis.sources import Source, Sources
from flowkit.base.problem_format import format_short
from flowkit.mypy.parts import Parts
from flowkit.mypy.whole_file import said_of

Checked: TypeAlias = FunctionContext | MethodContext | AttributeContext

CODE: Final = ErrorCode("flowkit", "Check what flowkit's own rules say", "flowkit")

# Modules of the user's are not followed: mypy would not look again when one of them changes.
_NOWHERE: Final = Path("/-")


class SourceRules:
    """
    Reports what the rules say about the file that mypy is looking at.
    """

    def __init__(self) -> None:
        self._tree: MypyFile | None = None
        self._found: tuple[tuple[Context, str], ...] = ()

    def report(self, ctx: Checked) -> Type:
        """
        Say what is wrong in the whole file, at the first call in it and at all others.

        mypy drops what was said before; its daemon looks again at single functions, and would forget what was said
        in one of them.
        """
        tree = getattr(ctx.api, "tree", None)
        if isinstance(tree, MypyFile):
            if tree is not self._tree:
                self._tree, self._found = tree, tuple(_said(Path(tree.path)))
            for where, message in self._found:
                ctx.api.fail(message, where, code=CODE)
        return ctx.default_attr_type if isinstance(ctx, AttributeContext) else ctx.default_return_type


def _said(file: Path) -> Iterator[tuple[Context, str]]:
    sources = Sources()
    source = sources[file]
    parts = Parts(source.tree)
    if parts.suspect:
        yield from _found(sources, source)
    for node, message in said_of(parts):
        line = getattr(node, "lineno", 1)
        yield _at(line, getattr(node, "end_lineno", line)), message


def _found(sources: Sources, source: Source) -> Iterator[tuple[Context, str]]:
    # Most files give no reason to follow their names.
    from flowkit.analysis.reader import Readers

    readers = Readers(sources, _NOWHERE)
    readers.read(source.file)
    for problem in readers.problems():
        line = problem.location.line if problem.location else 1
        # mypy knows no warnings.
        if not problem.is_warning and problem.code not in source.ignored.get(line, ()):
            yield _at(line, problem.end_line), format_short(problem)
    readers.forget()


def _at(line: int, until: int) -> Context:
    # A statement of several lines may bear its `type: ignore` on any of them.
    where = Context()
    where.set_line(line, 0, until or line)
    return where
