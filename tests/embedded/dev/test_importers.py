"""
Which DAG files a helper module concerns.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flowkit.embedded.dev.importers import ImportGraph


@pytest.fixture
def dags(tmp_path: Path) -> Path:
    """
    A DAG folder.
    """
    folder = tmp_path / "dags"
    folder.mkdir()
    return folder


def _write(folder: Path, **texts: str) -> list[Path]:
    # Two lines under a name stand for a slash, `INIT` for `__init__`.
    files = []
    for name, text in texts.items():
        file = folder / f"{name.replace('__', '/').replace('INIT', '__init__')}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        files.append(file)
    return files


def test_a_file_concerns_itself(dags: Path) -> None:
    """
    And no other.
    """
    one, two = _write(dags, one="", two="")
    assert ImportGraph([dags]).affected([one], [one, two]) == {one}


@pytest.mark.parametrize(
    "line",
    [
        "import steps",
        "import steps as s",
        "from steps import fetch",
        "def f():\n    from steps import fetch",
        "with lazy_imports():\n    import steps",
    ],
)
def test_a_helper_concerns_those_that_import_it(dags: Path, line: str) -> None:
    """
    However they do it.
    """
    one, two, steps = _write(dags, one=line, two="import json", steps="")
    assert ImportGraph([dags]).affected([steps], [one, two]) == {one}


def test_an_import_of_an_import_counts(dags: Path) -> None:
    """
    Also in a circle, and by a relative import within a package.
    """
    one, low, _ = _write(
        dags,
        one="from team.high import x",
        team__low="from team import high",
        team__high="from . import low",
    )
    _write(dags, team__INIT="")
    assert ImportGraph([dags]).affected([low], [one]) == {one}


def test_the_init_of_a_package_counts(dags: Path) -> None:
    """
    Python executes it on the way.
    """
    one, init, _ = _write(dags, one="import team.deep.steps", team__INIT="", team__deep__steps="")
    assert ImportGraph([dags]).affected([init], [one]) == {one}


def test_packages_elsewhere_in_the_project_count(dags: Path) -> None:
    """
    Such as one that is installed so that it can be edited.
    """
    (one,) = _write(dags, one="from library.steps import fetch")
    source = dags.parent / "src"
    (steps,) = _write(source, library__steps="")
    assert ImportGraph([dags, source]).affected([steps], [one]) == {one}
    assert ImportGraph([dags]).affected([steps], [one]) == set()


def test_a_helper_that_is_gone_concerns_those_that_import_it(dags: Path) -> None:
    """
    They are broken now.
    """
    one, steps = _write(dags, one="import steps", steps="")
    steps.unlink()
    assert ImportGraph([dags]).affected([steps], [one]) == {one}


def test_imports_are_read_again_when_a_file_is_saved(dags: Path) -> None:
    """
    What was known of it counts no more.
    """
    one, steps = _write(dags, one="", steps="")
    imports = ImportGraph([dags])
    assert imports.affected([steps], [one]) == set()
    _write(dags, one="import steps")
    os.utime(one, (1, 1))
    assert imports.affected([steps], [one]) == {one}


def test_a_file_that_is_not_python_imports_nothing(dags: Path) -> None:
    """
    Half a line is no error here: loading tells.
    """
    one, steps = _write(dags, one="import (", steps="")
    assert ImportGraph([dags]).affected([steps, one], [one]) == {one}


def test_those_beside_share_a_helper(dags: Path) -> None:
    """
    What a helper reads at its import is read once for all of them.
    """
    one, two, three, _ = _write(dags, one="import steps", two="import steps", three="", steps="")
    assert ImportGraph([dags]).sharing_helpers([one], [one, two, three]) == {one, two}
    assert ImportGraph([dags]).sharing_helpers([three], [one, two, three]) == {three}
