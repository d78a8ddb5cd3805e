"""
The collection that `register` fills when flowkit, and not Airflow, loads a file.
"""

from __future__ import annotations

import pytest

from flowkit.model.collection import BrokenPipeline, collecting, current_collection


def test_nobody_collects_by_default() -> None:
    """
    Without a collection `register` has to compile.
    """
    assert current_collection() is None


def test_a_collection_is_open_within_its_block_only() -> None:
    """
    What is appended within the block is kept, in order, and the one around it comes back afterwards.
    """
    with collecting("outer.py", "outer") as outer:
        with collecting("inner.py", "inner") as inner:
            found = current_collection()
            assert found is inner
            inner.append(BrokenPipeline(problems=(), dag_id="a"))
            inner.append(BrokenPipeline(problems=(), dag_id="b"))
        assert current_collection() is outer

    assert [item.dag_id for item in inner.items] == ["a", "b"]
    assert outer.items == []
    assert current_collection() is None


def test_an_error_closes_the_collection() -> None:
    """
    A file that fails leaves no collection behind for the next one.
    """
    with pytest.raises(ZeroDivisionError), collecting("file.py", "file"):
        raise ZeroDivisionError

    assert current_collection() is None
