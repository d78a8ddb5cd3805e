"""
Why Airflow cannot store a value.
"""

from __future__ import annotations

from typing import Final, final

from flowkit.base.exception_text import class_name

# Lists that hold the same list many times, which holds another many times, have more values than fit into memory.
MAX_VALUES: Final = 1_000_000


@final
class InexactError(Exception):
    """
    A value that Airflow cannot store. Never leaves flowkit: callers report it as a problem.
    """

    def __init__(self, value: object, what: str, reason: str, hint: str) -> None:
        super().__init__(what)
        self.detail = what
        """What is unusual about it: the end of a clause that begins with its type; may be empty."""

        self.what: str = f"a value of type {class_name(value)} {what}".rstrip()
        """The value, as `a value of type int with 65 bits`; never its text, which may be a secret."""

        self.reason = reason
        """Why Airflow cannot store it: a clause without a full stop."""

        self.hint = hint
        """What to do about it: a sentence."""

        self.nested = False
        """Whether the value is inside the one that was given to `exact`."""

    @property
    def why(self) -> str:
        """
        The end of a sentence that begins with the name of an option: `must not be a value of type …: …`, no full stop.
        """
        return f"must not {'contain' if self.nested else 'be'} {self.what}: {self.reason}"


def too_large(value: object) -> InexactError:
    """
    Return the reason for refusing a container with more than `MAX_VALUES` values.
    """
    what = f"with more than {MAX_VALUES:,} values"
    return InexactError(
        value, what, "Airflow would take too long to store it", "Read the values in the task."
    )


def unreadable(value: object, error: BaseException | None) -> InexactError:
    """
    Return the reason for refusing what raises *error* when it is read; `None`: a container without an end.
    """
    if error is None:
        what = "that contains itself or is nested too deeply"
        return InexactError(value, what, "Airflow cannot store it", "Pass plain values.")
    what = f"that raises {class_name(error)} when it is read"
    return InexactError(value, what, "Airflow cannot store it", "Pass plain values.")
