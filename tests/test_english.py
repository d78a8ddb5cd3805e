"""
Messages, `--help` and docstrings are written in plain English: phrases that read as if translated do not come back.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.support import ROOT

INSTEAD = {
    r"without a word": "silently",
    r"by and by": "eventually",
    r"\bmends?\b": "fix",
    r"\bcures?\b": "hint, or what to do about it",
    r"\b(?:is|are|was|were|be) told\b": "name what is passed, or who reports what",
    r"\bnobody takes\b": "is never used",
    r"\bnone of (?:ours|our|its business)\b": "unrelated",
    r"\bin a wrong way\b": "usage error",
    r"\bstands? (?:in the way|at the door|in clear)\b": "say what happens instead",
    r"\bthere is no place for\b": "unexpected argument",
    r"\bis no whole number\b": "must be a positive integer",
    r"\bnought\b": "zero, or nothing",
    r"\bheed(?:s|ed)?\b": "respect, or use",
    r"\bhas had enough\b": "closes the pipe",
    r"\bfor people who\b": "for users who",
}
"""By phrase, as a regular expression: what to write instead."""


def _phrases(text: str) -> list[str]:
    words = " ".join(text.split())
    return [found.group() for pattern in INSTEAD for found in re.finditer(pattern, words, re.IGNORECASE)]


def _texts(source: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def test_texts_are_in_plain_english() -> None:
    """No message, no help and no docstring of flowkit contains one of the phrases."""
    offenders = [
        f"{file.relative_to(ROOT)}:{line}: {phrase!r}"
        for file in sorted((ROOT / "flowkit").rglob("*.py"))
        for line, text in _texts(file.read_text(encoding="utf-8"))
        for phrase in _phrases(text)
    ]

    assert offenders == []


@pytest.mark.parametrize(
    ("source", "phrases"),
    [
        ('"""It is skipped\n    without a word."""', ["without a word"]),
        ('error(f"{name!r} is no whole number of 1 or more")', ["is no whole number"]),
        ('help = ("Mend the " "function")', ["Mend"]),
        ('"Fix the function; it is recommended."', []),
    ],
)
def test_phrases_are_found(source: str, phrases: list[str]) -> None:
    """In docstrings, f-strings and joined strings, across lines; but only whole words."""
    assert [phrase for _, text in _texts(source) for phrase in _phrases(text)] == phrases
