"""
Pauses Python's garbage collector while many objects are created.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def gc_paused() -> Iterator[None]:
    """
    Pause the garbage collector during the `with` block, then restore its state.

    For flowkit's own work and the constructors of operators, never around users' functions that build pipelines.
    Nearly every object created in such a block outlives it. The collector would scan them again and again and free
    nothing: with 20,000 tasks, each would cost a fifth more than with 1,000.

    Blocks may be nested. Across threads, one block may restart the collector within another: slower, but harmless.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
