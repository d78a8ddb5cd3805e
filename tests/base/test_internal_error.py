"""
Errors of flowkit itself.
"""

from __future__ import annotations

import re
from typing import Any

from flowkit.base.call_site import SourceLocation
from flowkit.base.internal_error import internal_error, is_internal, unexpected_error
from flowkit.base.suggestions import did_you_mean

HERE = SourceLocation("file.py", 3)


class Odd:
    def __iter__(self) -> Any:
        msg = "odd"
        raise TypeError(msg)


def error_for(name: Any, known: Any) -> BaseException:
    """
    Return what a function of flowkit raises for these arguments.
    """
    try:
        did_you_mean(name, known, otherwise="")
    except TypeError as error:
        return error
    raise AssertionError


def test_an_error_of_flowkit_names_its_line() -> None:
    error = error_for(3, 3)
    problem = internal_error(error, HERE, "sales")
    assert is_internal(error)
    assert (problem.code, problem.location, problem.dag_id) == ("FK999", HERE, "sales")
    assert re.fullmatch(
        r"Internal error: flowkit failed with TypeError at flowkit/base/suggestions\.py:\d+: .*",
        problem.message,
    )
    assert "report it" in problem.hint


def test_an_error_of_what_flowkit_called_is_not_internal() -> None:
    assert not is_internal(error_for("name", Odd()))
    assert not is_internal(ValueError())


def test_an_unexpected_error_is_told_by_where_it_was_raised() -> None:
    assert unexpected_error(error_for(3, 3), HERE, "sales").code == "FK999"
    problem = unexpected_error(error_for("name", Odd()), HERE, "sales")
    assert (problem.code, problem.location, problem.dag_id) == ("FK008", HERE, "sales")
    assert problem.message == "The pipeline holds a value that raised TypeError when it was read: odd."
