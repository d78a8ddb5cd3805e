"""
The source rules of `flowkit check` in mypy: discarded builders, and outputs whose value is used too early.
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
from flowkit.analysis.task_functions import task_function_problems
from flowkit.base.problem_format import format_short
from flowkit.mypy.file_forms import check_forms
from flowkit.mypy.file_layout import check_layout
from flowkit.mypy.file_pipelines import check_pipelines
from flowkit.mypy.file_syntax import FileSyntax

Checked: TypeAlias = FunctionContext | MethodContext | AttributeContext

CODE: Final = ErrorCode("flowkit", "Check flowkit's own rules", "flowkit")

# The user's other modules are not read: mypy would not repeat the check when one of them changes.
_NO_FOLDER: Final = Path("/-")


class FileReporter:
    """
    Reports the findings in the file that mypy is checking.
    """

    def __init__(self) -> None:
        self._tree: MypyFile | None = None
        self._messages: tuple[tuple[Context, str], ...] = ()

    def report(self, ctx: Checked) -> Type:
        """
        Report all findings of the file, at its first call and again at all others.

        mypy drops duplicates. Its daemon rechecks single functions, and would otherwise lose what was reported there.
        """
        tree = getattr(ctx.api, "tree", None)
        if isinstance(tree, MypyFile):
            if tree is not self._tree:
                self._tree, self._messages = tree, tuple(_check_file(Path(tree.path)))
            for context, message in self._messages:
                ctx.api.fail(message, context, code=CODE)
        return ctx.default_attr_type if isinstance(ctx, AttributeContext) else ctx.default_return_type


def _check_file(file: Path) -> Iterator[tuple[Context, str]]:
    sources = Sources()
    source = sources[file]
    syntax = FileSyntax(source.tree)
    if syntax.is_suspicious:
        yield from _check_source(sources, source)
    if syntax.loops and syntax.functions:
        yield from _check_functions(source)
    for node, message in (*check_layout(syntax), *check_pipelines(syntax), *check_forms(syntax)):
        line = getattr(node, "lineno", 1)
        yield _context(line, getattr(node, "end_lineno", line)), message


def _check_functions(source: Source) -> Iterator[tuple[Context, str]]:
    # The keys of branches have a check of their own, which knows the types.
    for problem in task_function_problems(source.tree, str(source.file)):
        line = problem.location.line if problem.location else 1
        if problem.code == "FK518" and problem.code not in source.ignored.get(line, ()):
            yield _context(line, problem.end_line), format_short(problem)


def _check_source(sources: Sources, source: Source) -> Iterator[tuple[Context, str]]:
    # Deferred: most files need no such check.
    from flowkit.analysis.reader import Readers

    readers = Readers(sources, _NO_FOLDER)
    readers.read(source.file)
    for problem in readers.problems():
        line = problem.location.line if problem.location else 1
        # mypy has no warnings.
        if not problem.is_warning and problem.code not in source.ignored.get(line, ()):
            yield _context(line, problem.end_line), format_short(problem)
    readers.forget()


def _context(line: int, end_line: int) -> Context:
    # `type: ignore` may be on any line of a statement.
    context = Context()
    context.set_line(line, 0, end_line or line)
    return context
