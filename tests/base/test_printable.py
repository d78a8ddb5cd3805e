"""
Any text, as every terminal, database and wire format takes it.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowkit.base.printable import decoded, one_line, printable


class Text(str):
    """
    A subclass whose methods cannot be trusted.
    """

    __slots__ = ()

    def __len__(self) -> int:
        raise RuntimeError

    def __str__(self) -> str:
        raise RuntimeError


def test_what_cannot_be_encoded_becomes_an_escape() -> None:
    assert printable("a\udce4b\x00c\x1b[1m\x85") == "a\\udce4b\\x00c\\x1b[1m\\x85"


def test_letters_of_all_languages_newlines_and_tabs_stay() -> None:
    text = "Grüße, 世界 🙂\n\tنص"
    assert printable(text) == text


def test_a_long_text_is_cut() -> None:
    assert printable("x" * 10, 10) == "x" * 10
    assert printable("x" * 11, 10) == "x" * 9 + "…"
    assert printable("\x00" * 10, 10) == "\\x00\\x00\\…"
    assert one_line("a \n  b\tc" * 1000, 10) == "a b ca b …"


def test_the_result_is_an_exact_string() -> None:
    for text in (Text("abc"), Text("a\x00")):
        assert type(printable(text)) is str
        assert type(one_line(text)) is str


@given(st.text(st.characters(), max_size=300), st.integers(1, 200))
def test_any_text_can_be_encoded_and_is_bounded(text: str, limit: int) -> None:
    for result in (printable(text, limit), one_line(text, limit)):
        assert b"\x00" not in result.encode()
        assert len(result) <= limit
    assert "\n" not in one_line(text, limit)


@pytest.mark.parametrize(
    ("data", "text"),
    [(b"", ""), (b"a", "a"), ("пароль".encode(), "пароль"), (b"\xff password", "ÿ password")],
)
def test_bytes_as_text(data: bytes, text: str) -> None:
    """UTF-8 if it is, so that names in all scripts are recognized."""
    assert decoded(data) == text
