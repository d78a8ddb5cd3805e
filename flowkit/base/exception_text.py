"""
The text of an exception, for messages.

Exceptions come from anybody's code: their text may be missing, no text at all, megabytes long, hold a secret, or raise
an exception of its own. Nothing here raises, except for interruptions.
"""

from __future__ import annotations

from typing import Any, Final

from flowkit.base.interruption import is_interruption
from flowkit.base.printable import MAX_MESSAGE_CHARS, one_line, printable

_NAME: Final[Any] = vars(type)["__name__"]
_MAX_TEXT_CHARS: Final = MAX_MESSAGE_CHARS // 2  # the rest of the message says where and why
_MAX_NAME_CHARS: Final = 100


def class_name(value: object) -> str:
    """
    Return the name of the class of *value*.
    """
    # Not by the attribute, which a metaclass may replace.
    return one_line(_NAME.__get__(type(value)), _MAX_NAME_CHARS)


def exception_text(error: BaseException) -> str:
    """
    Return the text of *error* on one line, without secrets and without the full stop; it may be empty.
    """
    try:
        text = str(error)
    except BaseException as failure:
        if is_interruption(failure):
            raise
        return f"its text cannot be read ({class_name(failure)})"
    # Masked before it is cut: half a secret would not be recognized.
    return one_line(masked(printable(text, 8 * _MAX_TEXT_CHARS), error), _MAX_TEXT_CHARS).rstrip(". ")


def sentence(start: str, error: BaseException) -> str:
    """
    Return the sentence *start*, followed by the text of *error* if it has one.
    """
    text = exception_text(error)
    return f"{start}: {text}." if text else f"{start}."


def masked(text: str, error: BaseException | None = None) -> str:
    """
    Return *text*, which quotes others, with `***` in place of the secrets in it: those that can be recognized, and
    those in the variables of the functions that *error* passed through.
    """
    # Late: most processes meet no exception, and this reads Airflow's configuration.
    from flowkit.base.raised_secrets import raised_secrets
    from flowkit.base.sensitive import mask_text

    return mask_text(text, () if error is None else raised_secrets(error))
