"""
The page about providers shows the results of the last sweep.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.providers import table
from tests.support import ROOT


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    """
    The results of the last sweep.
    """
    return table.load()


def test_the_page_shows_the_results(results: dict[str, Any]) -> None:
    """When this fails, `python -m tests.providers.table` writes the tables again."""
    text = table.PAGE.read_text(encoding="utf-8")

    assert table.page(text, results) == text


def test_the_sweep_was_complete(results: dict[str, Any]) -> None:
    """More than 1,000 classes of more than 100 providers and Cosmos, and their examples."""
    names = (ROOT / "tests" / "providers" / "requirements.in").read_text(encoding="utf-8").splitlines()
    counts = results["providers"]

    assert sum(name.startswith("apache-airflow-providers-") for name in names) >= 100
    assert sum(row.get("classes", 0) for row in counts.values()) > 1000
    assert sum(row.get("example", 0) for row in counts.values()) >= 2724
    assert "cosmos" in counts


def test_every_difference_has_a_reason(results: dict[str, Any]) -> None:
    """There is no false alarm, and what flowkit does not find is known."""
    assert sum(row.get("false alarm", 0) for row in results["providers"].values()) == 0
    assert [found for found in results["differences"] if not found["reason"]] == []


def test_every_provider_is_pinned() -> None:
    """What the sweep installs is the same each time."""
    folder = ROOT / "tests" / "providers"
    wanted, pinned = (
        {
            line.partition("==")[0].strip()
            for line in (folder / name).read_text(encoding="utf-8").splitlines()
            if line and not line.startswith("#")
        }
        for name in ("requirements.in", "requirements.txt")
    )

    assert wanted <= pinned
