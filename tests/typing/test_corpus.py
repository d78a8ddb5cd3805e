"""
The corpus of mistakes: the tools find what its files and the documentation say.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from tests.typing import corpus, corpus_tools, mistakes_page
from tests.typing.checkers import OTHER_CHECKERS
from tests.typing.corpus import KINDS, TOOLS, Case, case_in, cases, catches, mended, wrong
from tests.typing.corpus_tools import Found, Kind, Tool
from tests.typing.mistakes_page import PARTS, RECOMMENDED, count

OWN, PLAIN = cases("pipelines"), cases("plain")
LEFT_TO_THE_RUN = {
    "pipelines/operators/delta_in_seconds.py": "the operator declares no type, and does not check the value",
    "pipelines/operators/file_of_no_template.py": "the file may be on the workers",
}
TARGET = {"pyright": 0.68}
_HAS_RIVAL = importlib.util.find_spec("airflow_mypy") is not None


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    A folder with the corpus, wrong and right.
    """
    made = tmp_path_factory.mktemp("corpus").resolve()
    corpus.write_copies(made)
    corpus_tools.write_stubs(made)
    return made


@pytest.fixture(scope="module")
def cache(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    A cache for mypy that only this module uses. The first run reads Airflow, and takes half a minute.
    """
    kept = getattr(pytestconfig, "cache", None)
    return Path(kept.mkdir("flowkit-corpus")) if kept else tmp_path_factory.mktemp("mypy")


@pytest.fixture(scope="module")
def found(folder: Path, cache: Path) -> dict[Tool, Found]:
    """
    What each tool says, by file.
    """
    return {
        **corpus_tools.pyright(folder),
        "mypy": corpus_tools.mypy(folder, cache / "flowkit", "flowkit.mypy", *KINDS),
        "flowkit check": corpus_tools.flowkit_check(folder),
        "parse": corpus_tools.parse(folder),
    }


@pytest.mark.e2e
@pytest.mark.parametrize("kind", KINDS)
def test_the_marks_are_true(kind: Kind, found: dict[Tool, Found]) -> None:
    """Each case is found by the tools that it names; `python -m tests.typing.corpus` writes the marks anew."""
    tools: list[Tool] = [tool for tool in TOOLS[kind] if tool in found]
    true = {str(case): [tool for tool in tools if catches(found[tool], case)] for case in cases(kind)}
    said = {str(case): [tool for tool in case.marks if tool in tools] for case in cases(kind)}

    assert said == true


@pytest.mark.e2e
def test_correct_pipelines_are_accepted(found: dict[Tool, Found]) -> None:
    """No tool says anything about a pipeline whose mistake is corrected."""
    right = {"mended" / case.path for case in OWN}
    said = {(tool, file.as_posix()): said[file] for tool, said in found.items() for file in right & set(said)}

    assert said == {}


@pytest.mark.e2e
@pytest.mark.skipif(not _HAS_RIVAL, reason="apache-airflow-mypy is not installed")
def test_the_marks_of_the_other_plugin_are_true(folder: Path, cache: Path) -> None:
    """Those cases name apache-airflow-mypy that it finds, and the page says how often it is wrong."""
    plugins = "airflow_mypy.plugins.decorators, airflow_mypy.plugins.outputs"
    said = corpus_tools.mypy(folder, cache / "airflow", plugins, "plain")
    true = {str(case) for case in PLAIN if catches(said, case)}

    assert {str(case) for case in PLAIN if "apache-airflow-mypy" in case.marks} == true
    alarms = corpus.false_alarms({"plain": {"apache-airflow-mypy": said}}, "plain")
    assert mistakes_page.written_alarms("apache-airflow-mypy") == alarms["apache-airflow-mypy"]


@pytest.mark.e2e
def test_the_page_holds_the_table(found: dict[Tool, Found]) -> None:
    """When this fails, `python -m tests.typing.corpus` writes the page anew."""
    alarms = corpus.false_alarms({"plain": found}, "plain")
    # Tests of their own measure these.
    elsewhere: tuple[Tool, ...] = (*OTHER_CHECKERS, "apache-airflow-mypy")
    written: dict[Tool, int] = {tool: mistakes_page.written_alarms(tool) for tool in elsewhere}
    all_alarms: dict[Tool, int] = {**alarms, **written}

    assert mistakes_page.written() == mistakes_page.table(all_alarms)


def test_mistakes_are_found_before_airflow_sees_them() -> None:
    """None is left to Airflow's parse, or to the run, but those that no source shows."""
    tools = {*RECOMMENDED, "mypy", "flowkit check"}

    assert {str(case) for case in OWN if not tools & set(case.marks)} == LEFT_TO_THE_RUN.keys()


def test_mypy_finds_most() -> None:
    """The plugin finds at least 88 of 100 mistakes; the others need the whole pipeline, or several."""
    assert count(OWN, "mypy") >= 0.88 * len(OWN)


def test_pyright_finds_more_than_half() -> None:
    """Without any plugin; more with the recommended settings and stubs; the page says what it cannot see."""
    standard, recommended = count(OWN, "pyright"), count(OWN, *RECOMMENDED)

    assert 0.6 * len(OWN) <= standard
    assert TARGET["pyright"] * len(OWN) <= recommended


def test_the_corpus_is_large() -> None:
    """Every part of the vocabulary has mistakes, and each can be made in plain Airflow, or says why not."""
    assert len(OWN) >= 80
    assert {case.part for case in OWN} == set(PARTS)
    twins = {(case.part, case.name) for case in PLAIN}
    assert twins == {(case.part, case.name) for case in OWN if case.impossible is None}


@pytest.mark.parametrize("case", [*OWN, *PLAIN], ids=str)
def test_the_mistake_can_be_corrected(case: Case) -> None:
    """Each file says what is right, and both it and its twin are Python."""
    source = (corpus.CORPUS / case.path).read_text(encoding="utf-8")

    assert mended(source) != wrong(source)
    assert "# right:" not in mended(source) + wrong(source)
    compile(mended(source), str(case), "exec")
    compile(wrong(source), str(case), "exec")


def test_lines_are_corrected_added_and_removed() -> None:
    """A comment says what stands in place of its line, what is missing, or that the line is too many."""
    source = 'def f():\n    a("#")  # right: b()\n    # right: c()\n    d()  # right:\n    e()\n'

    assert mended(source) == "def f():\n    b()\n    c()\n    e()\n"
    assert wrong(source).splitlines() == ["def f():", '    a("#")', "", "    d()", "    e()"]


def test_a_case_is_read(tmp_path: Path) -> None:
    """From its first lines: the title, the tools, and why there is no twin."""
    file = tmp_path / "part" / "name.py"
    file.parent.mkdir()
    file.write_text(
        '"""\nA title.\n"""\n# Caught by: mypy, parse.\n# In plain Airflow: cannot be made: why.\n',
        encoding="utf-8",
    )

    assert case_in("pipelines", file) == Case(
        "pipelines", "part", "name", "A title.", ("mypy", "parse"), "why"
    )


def test_a_complaint_about_the_right_file_does_not_count() -> None:
    """A tool that says the same of the correct file has not found the mistake."""
    case = Case("plain", "part", "name", "A title.", (), None)
    file = case.path

    assert catches({"mistakes" / file: ["a"]}, case)
    assert catches({"mistakes" / file: ["a", "b"], "mended" / file: ["b"]}, case)
    assert not catches({"mistakes" / file: ["a"], "mended" / file: ["b"]}, case)
    assert not catches({}, case)
