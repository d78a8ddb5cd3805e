"""
Durations survive as text.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowkit.model.durations import duration_text, read_duration


@given(st.timedeltas(timedelta(0), timedelta(days=10_000)))
def test_a_duration_survives(value: timedelta) -> None:
    assert read_duration(duration_text(value)) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (timedelta(0), "PT0S"),
        (timedelta(minutes=15), "PT15M"),
        (timedelta(days=1, hours=2), "P1DT2H"),
        (timedelta(seconds=1.5), "PT1.5S"),
    ],
)
def test_the_text_of_a_duration(value: timedelta, text: str) -> None:
    assert duration_text(value) == text


@pytest.mark.parametrize("text", ["", "P", "PT", "P1Y", "15M", "PT15"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration"):
        read_duration(text)
