"""
The names that a file gives to `.operator_defaults(…)`: operators in it may inherit these arguments.
"""

from __future__ import annotations

import ast
from collections.abc import Container
from pathlib import Path
from typing import Any, Final, final

from mypy.nodes import MypyFile
from mypy.plugin import FunctionSigContext

from flowkit.analysis.sources import Source

_METHOD: Final = b"operator_defaults"


@final
class _AnyName:
    """
    All names: the file gives `**arguments` to `.operator_defaults(…)`.
    """

    def __contains__(self, _name: object) -> bool:
        return True


_last: list[tuple[MypyFile, Container[str]]] = []
"""The last file that was asked about: mypy checks one after the other."""


def inherited_names(ctx: FunctionSigContext) -> Container[str]:
    """
    Return the arguments that operators in the file of a call may inherit.

    Which pipeline an operator ends up in is not known at its call, so the whole file counts. Other files do not: mypy
    would not repeat the check when one of them changes.
    """
    tree: Any = getattr(ctx.api, "tree", None)
    if not isinstance(tree, MypyFile):
        return ()
    if not _last or _last[0][0] is not tree:
        _last[:] = [(tree, _names_in(tree.path))]
    return _last[0][1]


def _names_in(path: str) -> Container[str]:
    source = Source(Path(path))
    if _METHOD not in source.text:
        return ()
    names: set[str] = set()
    for node in ast.walk(source.tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == _METHOD.decode()
        ):
            for keyword in node.keywords:
                if keyword.arg is None:
                    return _AnyName()
                names.add(keyword.arg)
    return names
