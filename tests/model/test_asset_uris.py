"""
Assets whose URI Airflow cannot store: found without importing Airflow.
"""

from __future__ import annotations

from typing import Any

import pytest

from flowkit import Pipeline
from flowkit.model.asset_uris import has_other_uri
from tests.recorded import problem_of


class Asset:
    """Stands in for Airflow's."""

    def __init__(self, name: str, uri: str = "") -> None:
        self.name, self.uri = name, uri or name


class AssetAll:
    """Stands in for Airflow's."""

    def __init__(self, *objects: Any) -> None:
        self.objects = objects


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, False),
        ("Käufe", False),
        (Asset("sales"), False),
        (Asset("Käufe"), True),
        (Asset("Käufe", "s3://sales"), False),
        ([Asset("a"), Asset("ä")], True),
        (AssetAll(Asset("a"), AssetAll(Asset("ä"))), True),
    ],
)
def test_assets_with_other_uris_are_found(value: object, expected: bool) -> None:
    """Alone, in lists, and within conditions."""
    assert has_other_uri(value) is expected


def test_they_are_problems_of_the_pipeline() -> None:
    """As inlets, as outlets, and as the schedule."""
    wrong: Any = Asset("Käufe")
    hint = 'Give it one: Asset("Käufe", uri="kaeufe").'
    assert problem_of(Pipeline("p", schedule=[wrong])).hint == hint
    assert problem_of(Pipeline("p").task("a", outlets=[wrong])).hint == hint
    assert problem_of(Pipeline("p").task("a", inlets=wrong)).code == "FK006"


def test_a_list_in_itself_has_an_end() -> None:
    """It is refused for another reason."""
    items: list[Any] = []
    items.append(items)
    assert not has_other_uri(items)
