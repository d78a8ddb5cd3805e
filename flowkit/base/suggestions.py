"""
The nearest match for a misspelt name.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str | None:
    """
    Return the member of *known* closest to *name*; `None` if nothing is similar.
    """
    return next(iter(difflib.get_close_matches(name, tuple(known), n=1, cutoff=0.6)), None)


def did_you_mean(name: str, known: Iterable[str], *, otherwise: str = "") -> str:
    """
    Return a sentence that suggests the nearest member of *known*, or *otherwise*.
    """
    match = nearest(name, known)
    return f"Did you mean {match!r}?" if match else otherwise
