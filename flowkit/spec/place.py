"""
Where in the user's files a call stands.
"""

from __future__ import annotations

import site
import sys
import sysconfig
from pathlib import Path
from types import FrameType

import attr

from flowkit.errors import Place

_PACKAGE = str(Path(__file__).parent.parent) + "/"
_ATTRS = str(Path(attr.__file__).parent) + "/"
_INSTALLED = tuple(
    {sysconfig.get_path(name) + "/" for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    | {folder + "/" for folder in (*site.getsitepackages(), site.getusersitepackages())}
)


def caller() -> Place:
    """
    Return the place of the nearest call that stands outside flowkit.

    A chain over several lines is one expression, yet Python knows the line of each call in it: that line is
    what an error must show.
    """
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        file = frame.f_code.co_filename
        # Classes made by attrs have methods compiled under a name of attrs' own, and `attrs.evolve` calls them.
        if not file.startswith((_PACKAGE, _ATTRS, "<attrs ")):
            return Place(file, frame.f_lineno)
        frame = frame.f_back

    return Place("<unknown>", 0)


def is_users(file: str) -> bool:
    """
    Return whether *file* is neither flowkit's nor installed with Python or by pip.
    """
    return not file.startswith((_PACKAGE, "<", *_INSTALLED))
