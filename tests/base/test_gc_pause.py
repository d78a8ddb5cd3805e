"""
The garbage collector is left as it was found.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from flowkit.base.gc_pause import gc_paused


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    yield
    gc.enable()


def test_it_runs_again_after_the_outermost_block() -> None:
    """A block within another one does not start it."""
    with gc_paused():
        with gc_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_runs_again_after_an_error() -> None:
    """Pipelines with problems raise out of the block."""
    with pytest.raises(ValueError, match="wrong"), gc_paused():
        raise ValueError("wrong")
    assert gc.isenabled()


def test_who_has_stopped_it_keeps_it_stopped() -> None:
    """A program may run without it altogether."""
    gc.disable()
    with gc_paused():
        assert not gc.isenabled()
    assert not gc.isenabled()
