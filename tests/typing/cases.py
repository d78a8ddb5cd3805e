"""
The cases of `mistakes/`, and what the type checkers say about them.

A line that a checker must reject ends in a comment:

- `# rejected`: both checkers report an error in this line.
- `# rejected: retires; mypy: retries`: the messages of both hold the first word, that of mypy also the second one.
- `# rejected, pyright at length`: pyright says in its first line what is wrong, and goes on to explain it, member by
  member of a union or part by part of a function, in up to eight lines; no annotation can shorten that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, TypeAlias, get_args

import attrs

Checker: TypeAlias = Literal["mypy", "pyright"]

CHECKERS: tuple[Checker, ...] = get_args(Checker)
FOLDER = Path(__file__).parent
MISTAKES = FOLDER / "mistakes"

LONGEST = 400
"""Characters that a message may have, with all its notes."""

LONGEST_EXPLANATION = 800
"""Characters that it may have where pyright explains at length; its first line stays below the other bound."""

_MARK = re.compile(r"# rejected(?P<long>, pyright at length)?(?:: (?P<words>.+))?$")


@attrs.frozen
class Case:
    """
    A line that both checkers must reject.
    """

    file: str
    line: int
    code: str

    words: tuple[tuple[Checker, str], ...]
    """What the message of a checker must hold."""

    long: bool
    """Whether pyright explains at length."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.code}"


@attrs.frozen
class Finding:
    """
    One error that a checker reports, with the notes that belong to it.
    """

    file: str
    """The path from the folder of the typing tests; of a file elsewhere, the whole path."""

    line: int
    message: str


def cases_in(file: Path) -> Iterator[Case]:
    """
    Return the marked lines of a file.

    Raises:
        ValueError: If a comment begins as a mark and is none.
    """
    for number, text in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if "# rejected" not in text:
            continue
        code, comment = text.split("# rejected", 1)
        mark = _MARK.fullmatch(f"# rejected{comment}")
        if mark is None:
            msg = f"{file.name}:{number} has a mark of no known form: {text}"
            raise ValueError(msg)
        words = tuple(_words(mark["words"])) if mark["words"] else ()
        yield Case(file.name, number, code.strip(), words, long=mark["long"] is not None)


def _words(text: str) -> Iterator[tuple[Checker, str]]:
    for part in text.split("; "):
        name, _, word = part.rpartition(": ")
        for checker in CHECKERS:
            if name in {"", checker}:
                yield checker, word


def faults(case: Case, checker: Checker, findings: Sequence[Finding]) -> list[str]:
    """
    Return what is wrong with the answer of a checker to a case; nothing when it is as it should be.
    """
    messages = [
        found.message
        for found in findings
        if found.file == f"mistakes/{case.file}" and found.line == case.line
    ]
    if not messages:
        return [f"{checker} accepts it"]

    missing = [
        f"{checker} does not say {word!r}"
        for whose, word in case.words
        if whose == checker and not any(word in message for message in messages)
    ]
    allowed = case.long and checker == "pyright"
    bound = LONGEST_EXPLANATION if allowed else LONGEST
    too_long = [f"{len(message)} characters" for message in messages if len(message) >= bound]
    heads = [len(message.splitlines()[0]) for message in messages] if allowed else []
    return missing + too_long + [f"its first line has {head} characters" for head in heads if head >= LONGEST]


CASES = [case for file in sorted(MISTAKES.glob("*.py")) for case in cases_in(file)]
