"""
Python's garbage collector, and when it is in the way.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def gc_paused() -> Iterator[None]:
    """
    Pause the garbage collector as long as the `with` block lasts, and leave it as it was.

    For flowkit's own work and the constructors of operators, never around functions of users that build pipelines:
    nearly all that such a block makes is needed beyond its end. The collector would look through it again and again as
    it grows, and find nothing: of 20,000 tasks each would cost a fifth more than each of 1,000.

    Blocks may stand in each other. Of blocks in several threads, the one that found the collector running starts it
    again: it may run during the rest of another, which costs time and nothing else.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
