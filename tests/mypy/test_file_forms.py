"""
The words of `Form` that the plugin checks in annotations.
"""

from __future__ import annotations

import ast

import pytest

from flowkit.mypy.file_forms import check_forms
from flowkit.mypy.file_syntax import FileSyntax


def messages(field: str, imports: str = "from flowkit import Form") -> list[str]:
    """
    Return what is wrong with a field of a params class.
    """
    source = f"{imports}\nclass Options:\n    {field}\n"
    return [message for _, message in check_forms(FileSyntax(ast.parse(source)))]


@pytest.mark.parametrize(
    ("field", "message"),
    [
        (
            'x: Annotated[int, Form(titel="X")] = 1',
            "Form() got an unexpected argument 'titel'. Did you mean 'title'?",
        ),
        (
            "x: Annotated[str, Form(pattern=3)] = 'a'",
            "Form(pattern=…) takes a string, not int. Pass a string.",
        ),
        ('x: Annotated[int, Form(minimum="1")] = 1', "Form(minimum=…) takes a number. Write minimum=10."),
        (
            "x: Annotated[int, Form(maximum=10)] = 100",
            "x has a default beyond maximum=10: the form would refuse it. Change the default or the limit.",
        ),
        (
            "x: Annotated[str, Form(min_length=2)] = 'a'",
            "x has a default beyond min_length=2: the form would refuse it. Change the default or the limit.",
        ),
    ],
)
def test_wrong_forms(field: str, message: str) -> None:
    """An unknown word, a value of another type, and a default beyond a limit."""
    assert messages(field) == [message]


@pytest.mark.parametrize(
    "field",
    [
        "x: Annotated[int, Form(minimum=0, maximum=10, title=TITLE)] = 5",
        "x: Annotated[int, Form(minimum=LOWEST)] = -5",
        "x: Annotated[str, Form(maximum=1)] = 'text'",
        "x: Annotated[int, Form(minimum=0)]",
        "x: Annotated[int, Form(minimum=0)] = attrs.field(default=-1)",
        "x: Annotated[int, 'a note'] = 1",
        "x: list[int] = []",
        "x: int = 1",
        "x: Annotated[int, Form(**words)] = 1",
    ],
)
def test_right_forms(field: str) -> None:
    """Nothing is said of what is right, or not known."""
    assert messages(field) == []


def test_other_forms() -> None:
    """A class of another package may have the same name."""
    assert messages('x: Annotated[int, Form(titel="X")] = 1', "from wtforms import Form") == []
