"""
basedpyright, ty, pyrefly and zuban: what they find of the mistakes, and what they accept.

Each runs once, over everything. The versions are those of `constraints.txt`: others find other things.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs
import pytest

from flowkit.cli.main import main
from tests.support import DAGS, ROOT
from tests.typing import checkers, checkers_page, corpus, corpus_tools, documented, mistakes_page
from tests.typing.cases import CASES, MISTAKES
from tests.typing.checkers import OTHER_CHECKERS, Error, OtherChecker
from tests.typing.checkers_page import KNOWN, Known
from tests.typing.corpus import KINDS, cases, catches

PORTS = ROOT / "tests" / "parity" / "ports"
GOOD = sorted(Path(__file__).parent.glob("test_good_*.py"))
TARGETS: Mapping[OtherChecker, float] = {"basedpyright": 0.65, "ty": 0.65, "pyrefly": 0.65, "zuban": 0.6}

_MISSING_MODULE = re.compile("import-not-found|Cannot find (implementation|module)|could not be resolved")

pytestmark = pytest.mark.skipif(
    not all(map(checkers.is_installed, OTHER_CHECKERS)), reason="a type checker is not installed"
)


@attrs.frozen
class Measured:
    """
    What the checkers report.
    """

    folder: Path
    """The corpus, the code of the documentation, and a new project."""

    errors: Mapping[OtherChecker, Sequence[Error]]


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    """
    One run of each checker over all that the tests are about.
    """
    folder = tmp_path_factory.mktemp("checkers").resolve()
    corpus.write_copies(folder)
    corpus_tools.write_stubs(folder)
    (folder / "pages").mkdir()
    assert len(documented.write(folder / "pages")) > 150
    assert main(["init", str(folder / "project")]) == 0
    lines = sorted(MISTAKES.glob("*.py"))
    made = [folder / name for name in ("pages", "project")]
    search = [DAGS, folder / "project" / "dags"]
    errors = corpus_tools.other_checkers(folder, [*made, DAGS, PORTS, *GOOD, *lines], search)
    return Measured(folder, errors)


@pytest.mark.e2e
@pytest.mark.parametrize("checker", OTHER_CHECKERS)
def test_the_marks_are_true(checker: OtherChecker, measured: Measured) -> None:
    """Each mistake is found by the checkers that its file names; `python -m tests.typing.corpus` updates these."""
    found = corpus_tools.of_copies(measured.errors[checker], measured.folder)
    every = [case for kind in KINDS for case in cases(kind)]

    assert [str(case) for case in every if checker in case.marks] == [
        str(case) for case in every if catches(found, case)
    ]
    alarms = corpus.false_alarms({"plain": {checker: found}}, "plain")
    assert mistakes_page.written_alarms(checker) == alarms[checker]


@pytest.mark.e2e
@pytest.mark.parametrize("checker", OTHER_CHECKERS)
def test_marked_lines_are_rejected(checker: OtherChecker, measured: Measured) -> None:
    """The lines that mypy and pyright reject are errors here, too, but for those that the page counts."""
    lines = {(error.file, error.line) for error in measured.errors[checker] if error.file.parent == MISTAKES}
    marked = {(MISTAKES / case.file, case.line) for case in CASES}

    assert lines <= marked
    assert checkers_page.rows()[checker].rejected == f"{len(lines)} of {len(marked)}"


@pytest.mark.e2e
@pytest.mark.parametrize("checker", OTHER_CHECKERS)
def test_correct_code_is_accepted(checker: OtherChecker, measured: Measured) -> None:
    """There is no error in correct code but those that the documentation names, and these still occur."""
    folder = measured.folder
    wrong = (folder / "mistakes", folder / "mended" / "plain", MISTAKES)
    alarms = [
        error
        for error in measured.errors[checker]
        if not any(error.file.is_relative_to(location) for location in wrong)
        # The pages show modules of the reader's, and a port imports a database that need not be installed.
        and not (_MISSING_MODULE.search(error.message) and folder / "project" not in error.file.parents)
    ]
    known = [one for one in KNOWN if one.checker == checker]

    assert [error for error in alarms if not any(one.explains(error) for one in known)] == []
    assert [one for one in known if not any(one.explains(error) for error in alarms)] == []
    assert checkers_page.rows()[checker].alarms == str(len(alarms))


@pytest.mark.parametrize("checker", OTHER_CHECKERS)
def test_the_page_names_the_version(checker: OtherChecker) -> None:
    """The figures are those of the versions that the tests install."""
    pinned = re.search(
        rf"^{checker}==(\S+)$", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE
    )

    assert pinned is not None
    assert checkers_page.rows()[checker].version == pinned[1] == checkers.version(checker)


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: f"{known.checker}-{known.name}")
def test_the_page_explains_false_alarms(known: Known) -> None:
    """Each known false alarm has an entry in the documentation."""
    assert f"- {known.checker}: {known.entry}" in checkers_page.PAGE.read_text(encoding="utf-8")


def test_targets() -> None:
    """Without plugins, the checkers find most of the mistakes."""
    own = cases("pipelines")

    for checker, share in TARGETS.items():
        assert mistakes_page.count(own, checker) >= share * len(own)
