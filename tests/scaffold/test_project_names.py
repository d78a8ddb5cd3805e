"""
What a new project is called.
"""

from __future__ import annotations

import keyword
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowkit.base.errors import FlowkitError
from flowkit.scaffold.project_names import ProjectNames

_PROJECT = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PACKAGE = re.compile(r"[a-z][a-z0-9_]*")
_FOLDERS = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1).filter(
    lambda name: name not in {".", ".."}
)


@pytest.mark.parametrize(
    ("folder", "project", "package"),
    [
        ("shop", "shop", "shop"),
        ("My Shop.2", "my-shop-2", "my_shop_2"),
        ("2026", "2026", "pipelines_2026"),
        ("läden", "laden", "laden"),
        ("Straßen", "strassen", "strassen"),
        ("店", "pipelines", "pipelines"),
        # Airflow would find what is installed, or what Python brings.
        ("airflow", "airflow", "airflow_pipelines"),
        ("json", "json", "json_pipelines"),
        ("class", "class", "class_pipelines"),
        # The project has a folder `tests` and a pipeline `sales`.
        ("tests", "tests", "tests_pipelines"),
        ("sales", "sales", "sales_pipelines"),
        # A project that depends on itself cannot be installed.
        ("apache-airflow", "apache-airflow-pipelines", "apache_airflow_pipelines"),
    ],
)
def test_names_come_from_the_folder(folder: str, project: str, package: str) -> None:
    """
    The project is called as its folder, and its package cannot be taken for another.
    """
    names = ProjectNames.from_folder(Path(folder))
    assert (names.project, names.package) == (project, package)


@given(_FOLDERS)
def test_any_folder_gives_good_names(folder: str) -> None:
    """
    Whatever the folder is called: a name that pip takes, and a package that Python can import.
    """
    names = ProjectNames.from_folder(Path("parent", folder))
    assert _PROJECT.fullmatch(names.project)
    assert _PACKAGE.fullmatch(names.package)
    assert not keyword.iskeyword(names.package)
    assert ProjectNames.from_name(names.project) == names


def test_names_are_for_what_is_installed() -> None:
    """
    The Python that runs, and the Airflow that is beside it.
    """
    names = ProjectNames.from_name("Shop.Pipelines")
    assert (names.project, names.package) == ("shop-pipelines", "shop_pipelines")
    assert names.python == ".".join(map(str, sys.version_info[:2]))
    assert re.fullmatch(r"3\.\d+\.\d+", names.airflow)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "my shop",
            "Invalid project name 'my shop': use letters, digits, '-', '_' and '.', and begin and end with a letter or "
            "a digit.",
        ),
        ("Apache_Airflow", "The project depends on apache-airflow: choose another name."),
    ],
)
def test_names_that_cannot_be(name: str, message: str) -> None:
    """
    A name that somebody gave is refused, not bent.
    """
    with pytest.raises(FlowkitError) as caught:
        ProjectNames.from_name(name)
    assert str(caught.value) == message
