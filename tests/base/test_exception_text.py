"""
The text of any exception, whatever its class does.
"""

from __future__ import annotations

import sys
from typing import Any, NoReturn

import pytest

from flowkit.base.exception_text import class_name, exception_text, sentence
from flowkit.base.interruption import Interruption


def with_text(text: Any) -> Exception:
    """
    Return an exception whose `__str__` calls, or returns, *text*.
    """

    class OddError(Exception):
        def __str__(self) -> Any:
            return text() if callable(text) else text

    return OddError()


class Text(str):
    __slots__ = ()

    def split(self, *_: Any, **__: Any) -> NoReturn:
        raise RuntimeError


def endless() -> str:
    return endless()


def no_text() -> NoReturn:
    msg = "no text"
    raise RuntimeError(msg)


def interrupted() -> NoReturn:
    raise Interruption


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ValueError("plain."), "plain"),
        (ValueError(), ""),
        (KeyError("missing"), "'missing'"),
        (SystemExit(3), "3"),
        (ValueError("two\nlines \t here"), "two lines here"),
        (ValueError("bad \udce4 text\0"), "bad \\udce4 text\\x00"),
        (with_text(Text("a text")), "a text"),
        (with_text(no_text), "its text cannot be read (RuntimeError)"),
        (with_text(3), "its text cannot be read (TypeError)"),
        (with_text(None), "its text cannot be read (TypeError)"),
        (with_text(lambda: sys.exit(3)), "its text cannot be read (SystemExit)"),
        (with_text(endless), "its text cannot be read (RecursionError)"),
        (OverflowError(10**5000), "its text cannot be read (ValueError)"),
    ],
)
def test_the_text_is_one_line(error: BaseException, text: str) -> None:
    assert exception_text(error) == text


def test_a_long_text_is_cut() -> None:
    text = exception_text(ValueError("x" * 10**7))
    assert len(text) == 1000
    assert text.endswith("x…")


def test_secrets_are_masked() -> None:
    """
    Also where the text is cut within one.
    """
    text = exception_text(ValueError("postgresql://me:S3CR3T@host/db does not answer"))
    assert text == "postgresql://me:***@host/db does not answer"
    text = exception_text(ValueError("x" * 980 + " postgresql://me:S3CR3TS3CR3T@host"))
    assert "S3" not in text


def test_an_interruption_is_passed_on() -> None:
    with pytest.raises(Interruption):
        exception_text(with_text(interrupted))


def test_a_sentence_ends_with_one_full_stop() -> None:
    assert sentence("It raised ValueError", ValueError("Oh.")) == "It raised ValueError: Oh."
    assert sentence("It raised ValueError", ValueError()) == "It raised ValueError."


def test_the_name_of_any_class() -> None:
    class Meta(type):
        @property
        def __name__(cls) -> NoReturn:  # type: ignore[override]
            raise RuntimeError

    odd: Any = Meta("Odd", (), {})
    assert class_name(odd()) == "Odd"
    assert class_name(type("x" * 500, (), {})()) == "x" * 99 + "…"
