"""
Text that every terminal, database and wire format takes: it can be encoded, and its length is bounded.
"""

from __future__ import annotations

import re
from typing import Final

MAX_MESSAGE_CHARS: Final = 2_000
"""How much of a message is kept: texts of exceptions and names that users choose may be megabytes long."""

MAX_TRACEBACK_CHARS: Final = 20_000

# UTF-8 has no surrogates, PostgreSQL takes no zero bytes, and terminals obey the other control characters.
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def printable(text: str, max_chars: int = MAX_MESSAGE_CHARS) -> str:
    """
    Return *text* with backslash escapes for control characters and for what UTF-8 cannot encode, cut to *max_chars*.

    Newlines and tabs stay. The result is an exact `str`, even if *text* is an instance of a subclass.
    """
    # Cut first: escapes make it longer, and a text of a gigabyte is not worth escaping.
    exact = str.__getitem__(text, slice(max_chars + 1))
    escaped = _UNPRINTABLE.sub(_escape, exact)
    return escaped if len(escaped) <= max_chars else f"{escaped[: max_chars - 1]}…"


def one_line(text: str, max_chars: int = MAX_MESSAGE_CHARS) -> str:
    """
    Return *text* as `printable` does, but on one line, with single spaces.
    """
    exact = str.__getitem__(text, slice(2 * max_chars))
    return printable(" ".join(exact.split()), max_chars)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def decoded(data: bytes) -> str:
    """
    Return *data* as text: as UTF-8, or a character for each byte if it is not UTF-8.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")
