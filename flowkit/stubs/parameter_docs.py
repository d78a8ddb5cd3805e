"""
The documentation of parameters in a docstring: `:param name: …`, as Airflow writes it.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping
from typing import Final

_FIELD: Final = re.compile(r"^\s*:\w[^:\n]*:", re.MULTILINE)
_PARAMETER: Final = re.compile(r"^\s*:param(?:eter)?\s+(?:[^:\n]*\s)?\**(\w+)\s*:", re.MULTILINE)


def parameter_docs(docstring: str) -> dict[str, str]:
    """
    Return the text of each `:param name:` field of a docstring, field name included, by the name of the parameter.
    """
    docs: dict[str, str] = {}
    text = inspect.cleandoc(docstring)
    for match in _PARAMETER.finditer(text):
        docs.setdefault(match[1], text[match.start() : _end(text, match.end())].strip())
    return docs


def _end(text: str, start: int) -> int:
    """
    Return where the field ends that begins before *start*: at the next field, or the next text without indentation.
    """
    following = _FIELD.search(text, start)
    end = following.start() if following else len(text)
    first_line = text.find("\n", start)
    if first_line < 0 or first_line > end:
        return end
    outside = re.search(r"^\S", text[first_line:end], re.MULTILINE)
    return first_line + outside.start() if outside else end


def with_parameters(docstring: str, docs: Mapping[str, str], names: Iterable[str]) -> str:
    """
    Return *docstring* with the documentation of the parameters *names* that it lacks, after those that it has.
    """
    text = inspect.cleandoc(docstring)
    own = parameter_docs(text)
    missing = [docs[name] for name in names if name not in own and name in docs]
    if not missing:
        return text
    last = max((match.end() for match in _PARAMETER.finditer(text)), default=None)
    end = len(text) if last is None else _end(text, last)
    before, after = text[:end].rstrip(), text[end:].strip()
    gap = "\n" if last is not None else "\n\n"
    parts = [f"{before}{gap if before else ''}" + "\n".join(missing), after]
    return "\n\n".join(part for part in parts if part)
