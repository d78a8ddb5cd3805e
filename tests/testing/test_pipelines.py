"""
`flowkit.testing`: pipelines for a test, and what is wrong with them.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from flowkit.base.errors import LoadError
from flowkit.testing import assert_valid, load_pipelines
from tests.support import DAGS

HEAD = "from flowkit import Pipeline\nfrom flowkit.airflow.dags import register\n"
GOOD = HEAD + "register(Pipeline('good').task('a').task('b'))\n"
BROKEN = HEAD + "register(Pipeline('bad').task('a').task('a'))\nregister(Pipeline('empty'))\n"
TOLD = (
    "from flowkit import Pipeline, python\nfrom flowkit.airflow.dags import register\n"
    "def load(password): ...\n"
    "register(Pipeline('told').task('a', python(load, password='3f9a81c2')))\n"
)


def test_pipelines_come_by_their_ids(tmp_path: Path) -> None:
    """
    A test asks the spec for its tasks.
    """
    (tmp_path / "good.py").write_text(GOOD)

    pipelines = load_pipelines(tmp_path)

    assert list(pipelines) == ["good"]
    assert pipelines["good"].task("b").upstream == ("a",)


def test_a_path_may_be_a_text(tmp_path: Path) -> None:
    """
    A file works as well as a folder.
    """
    (tmp_path / "good.py").write_text(GOOD)

    assert list(load_pipelines(str(tmp_path / "good.py"))) == ["good"]
    assert_valid(str(tmp_path / "good.py"))


@pytest.mark.parametrize("check", [load_pipelines, assert_valid])
def test_all_problems_are_in_the_message(check: object, tmp_path: Path) -> None:
    """
    A test fails with everything that is wrong, each with its line.
    """
    (tmp_path / "broken.py").write_text(BROKEN)
    (tmp_path / "fails.py").write_text(GOOD + "1 / 0\n")

    with pytest.raises(AssertionError) as raised:
        check(tmp_path)  # type: ignore[operator]

    said = str(raised.value)
    assert said.startswith("3 problems in ")
    assert "broken.py:3: FK101" in said
    assert "broken.py:4: FK109" in said
    assert "ZeroDivisionError" in said


def test_nothing_is_not_valid(tmp_path: Path) -> None:
    """
    A test that looks into the wrong folder must not pass for ever.
    """
    (tmp_path / "helper.py").write_text("x = 1\n")

    for check in (load_pipelines, assert_valid):
        with pytest.raises(LoadError, match="No pipeline in"):
            check(tmp_path)
        with pytest.raises(LoadError):
            check(tmp_path / "not_there")


def test_warnings_count_if_they_shall(tmp_path: Path) -> None:
    """
    Airflow would run what is only warned of.
    """
    (tmp_path / "told.py").write_text(TOLD)

    assert_valid(tmp_path)
    with pytest.raises(AssertionError, match="FK505"):
        assert_valid(tmp_path, warnings=True)


def test_the_examples_are_valid() -> None:
    """
    As `flowkit check` finds them.
    """
    assert_valid(DAGS)


def test_no_airflow_is_needed() -> None:
    """
    Tests of specs start in a moment.
    """
    code = "import sys, flowkit.testing; sys.exit('airflow' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
