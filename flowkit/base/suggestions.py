"""
The nearest match for a misspelt name.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str | None:
    """
    Return the member of *known* that *name* was probably meant to be, if there is one.
    """
    found = difflib.get_close_matches(name, tuple(known), n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(name: str, known: Iterable[str], *, otherwise: str = "") -> str:
    """
    Return a sentence that proposes the nearest member of *known*, or *otherwise*.
    """
    match = nearest(name, known)
    return f"Did you mean {match!r}?" if match else otherwise
