"""
The nearest match for a misspelt name.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Final

_MAX_EDITS: Final = 2
# Letters of a word in which two edits, or one, are a misspelling.
_LONG_WORD: Final = 8
_SHORT_WORD: Final = 4


def nearest(name: str, known: Iterable[str]) -> str | None:
    """
    Return the member of *known* closest to *name*; `None` if nothing is similar.
    """
    return next(iter(difflib.get_close_matches(name, tuple(known), n=1, cutoff=0.6)), None)


def misspelling(name: str, known: Iterable[str]) -> str | None:
    """
    Return the member of *known* that *name* is certainly a misspelling of; `None` if it may be another name.

    They differ in case or separators, or by one or two letters in one word. Names of a family, such as `sales_de` and
    `sales_fr`, or `load_v1` and `load_v2`, are different names.
    """
    return next((other for other in known if _is_misspelt(name, other)), None)


def _is_misspelt(name: str, other: str) -> bool:
    if abs(len(name) - len(other)) > _MAX_EDITS:
        return False
    words, others = (re.split(r"[-_.]", text.lower()) for text in (name, other))
    if "".join(words) == "".join(others):
        return True
    different = [(one, two) for one, two in zip(words, others, strict=False) if one != two]
    if len(words) != len(others) or len(different) != 1:
        return False
    one, two = different[0]
    if any(character.isdigit() for character in one + two):
        return False
    shortest = min(len(one), len(two))
    return _edits(one, two) <= (_MAX_EDITS if shortest >= _LONG_WORD else 1) and shortest >= _SHORT_WORD


def _edits(one: str, other: str) -> int:
    """
    Return how many letters have to be inserted, removed, replaced or swapped with their neighbour.
    """
    rows = [list(range(len(other) + 1))]
    for i, left in enumerate(one, 1):
        above, row = rows[-1], [i]
        for j, right in enumerate(other, 1):
            cost = min(above[j] + 1, row[-1] + 1, above[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]


def did_you_mean(name: str, known: Iterable[str], *, otherwise: str = "") -> str:
    """
    Return a sentence that suggests the nearest member of *known*, or *otherwise*.
    """
    match = nearest(name, known)
    return f"Did you mean {match!r}?" if match else otherwise
