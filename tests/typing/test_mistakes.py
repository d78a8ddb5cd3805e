"""
Mistakes that type checkers see: each case of `mistakes/` is rejected by mypy and by pyright, in few words.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.typing.cases import (
    CASES,
    CHECKERS,
    LONGEST,
    LONGEST_EXPLANATION,
    Case,
    Checker,
    Finding,
    cases_in,
    faults,
)


@pytest.mark.e2e
@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("checker", CHECKERS)
def test_rejected(case: Case, checker: Checker, findings: dict[Checker, list[Finding]]) -> None:
    """The checker rejects the line, names what is wrong, and is brief."""
    assert faults(case, checker, findings[checker]) == []


@pytest.mark.e2e
@pytest.mark.parametrize("checker", CHECKERS)
def test_nothing_else_is_rejected(checker: Checker, findings: dict[Checker, list[Finding]]) -> None:
    """The checker reports no error in a line without a mark."""
    marked = {(f"mistakes/{case.file}", case.line) for case in CASES}
    found = [finding for finding in findings[checker] if finding.file.startswith("mistakes/")]

    assert [finding for finding in found if (finding.file, finding.line) not in marked] == []


@pytest.mark.e2e
@pytest.mark.parametrize("case", [case for case in CASES if case.long], ids=str)
def test_long_only_where_it_must_be(case: Case, findings: dict[Checker, list[Finding]]) -> None:
    """A case says that pyright needs many words only where it does."""
    messages = [
        finding.message
        for finding in findings["pyright"]
        if (finding.file, finding.line) == (f"mistakes/{case.file}", case.line)
    ]
    assert max(map(len, messages)) >= LONGEST


def test_most_cases_are_brief() -> None:
    """Most mistakes are answered by both checkers within the bound."""
    assert sum(not case.long for case in CASES) >= 150


def test_cases_are_found(tmp_path: Path) -> None:
    """Marks are read: with words, with words for one checker, and without."""
    file = tmp_path / "some.py"
    file.write_text(
        "a\nb()  # rejected\nc()  # rejected, pyright at length: d; mypy: e f\n", encoding="utf-8"
    )

    assert list(cases_in(file)) == [
        Case("some.py", 2, "b()", (), long=False),
        Case("some.py", 3, "c()", (("mypy", "d"), ("pyright", "d"), ("mypy", "e f")), long=True),
    ]


def test_a_wrong_mark_is_found(tmp_path: Path) -> None:
    """A mark of another form is no mark that nobody reads."""
    file = tmp_path / "some.py"
    file.write_text("a()  # rejected because of b\n", encoding="utf-8")

    with pytest.raises(ValueError) as caught:
        list(cases_in(file))
    assert str(caught.value) == "some.py:1 has a mark of no known form: a()  # rejected because of b"


def test_faults_are_found() -> None:
    """A checker that accepts a case, misses the word or says too much fails the test of the case."""
    case = Case("some.py", 2, "a()", (("mypy", "word"),), long=False)
    elsewhere = Finding("mistakes/some.py", 3, "word")
    wordy = Finding("mistakes/some.py", 2, "x" * LONGEST)

    assert faults(case, "mypy", [elsewhere]) == ["mypy accepts it"]
    assert faults(case, "mypy", [wordy]) == ["mypy does not say 'word'", "400 characters"]
    assert faults(case, "pyright", [wordy]) == ["400 characters"]
    assert faults(case, "pyright", [Finding("mistakes/some.py", 2, "brief")]) == []


def test_faults_of_long_cases_are_found() -> None:
    """Where pyright may explain, it still says in the first line what is wrong, and mypy stays brief."""
    case = Case("some.py", 2, "a()", (), long=True)
    explained = Finding("mistakes/some.py", 2, "brief\n" + "x" * LONGEST)
    wordy = Finding("mistakes/some.py", 2, "x" * LONGEST)
    endless = Finding("mistakes/some.py", 2, "brief\n" + "x" * LONGEST_EXPLANATION)

    assert faults(case, "pyright", [explained]) == []
    assert faults(case, "mypy", [explained]) == ["406 characters"]
    assert faults(case, "pyright", [wordy]) == ["its first line has 400 characters"]
    assert faults(case, "pyright", [endless]) == ["806 characters"]
