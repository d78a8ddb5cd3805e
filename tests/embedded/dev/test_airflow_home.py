"""
Where the Airflow of `flowkit dev` lives.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from flowkit.base.airflow_config import airflow_version
from flowkit.base.errors import RunError
from flowkit.embedded.dev import airflow_home
from flowkit.embedded.dev.airflow_home import ServerHome, migration_env, server_environment


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """
    A project.
    """
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "dags").mkdir()
    return tmp_path


def test_it_lies_in_the_folder_of_the_project(project: Path) -> None:
    """
    Which neither git nor Airflow looks into.
    """
    home = ServerHome.of(project / "dags")
    assert home.folder == project / ".flowkit" / "dev"
    assert home.logs.is_dir()
    assert (project / ".flowkit" / ".gitignore").read_text() == "*\n"


# Airflow 3.3 uses a class of pathspec's that newer ones warn of.
@pytest.mark.filterwarnings("ignore:GitWildMatchPattern:DeprecationWarning")
@pytest.mark.parametrize("syntax", ["glob", "regexp"])
def test_airflow_looks_for_no_dags_in_it(project: Path, syntax: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Even if the project's folder is the DAG folder.
    """
    from airflow.utils.file import list_py_file_paths

    monkeypatch.setenv("AIRFLOW__CORE__DAG_IGNORE_FILE_SYNTAX", syntax)
    home = ServerHome.of(project)
    for file in (home.folder / "some.py", home.logs / "deep" / "some.py", home.folder.parent / "some.py"):
        file.parent.mkdir(exist_ok=True)
        file.touch()
    (project / "mine.py").touch()
    assert list_py_file_paths(project, safe_mode=False) == [str(project / "mine.py")]


def test_each_version_of_airflow_has_a_database(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The nearest one before it is found by its number, and not by its name.
    """
    home = ServerHome.of(project)
    assert home.database == home.folder / f"airflow-{airflow_version()}.db"
    assert home.earlier is None
    for version in ("3.9.2", "3.10.1", "3.10.2rc1", "3.11.0", "old"):
        (home.folder / f"airflow-{version}.db").touch()
    monkeypatch.setattr(airflow_home, "airflow_version", lambda: "3.10.2")
    assert ServerHome.of(project).earlier == ("3.10.2rc1", home.folder / "airflow-3.10.2rc1.db")


def test_one_process_holds_it(project: Path) -> None:
    """
    The next one learns which, and where its UI is; afterwards it is free.
    """
    home = ServerHome.of(project)
    with home.locked("http://127.0.0.1:1"), pytest.raises(RunError) as caught, home.locked("x"):
        pass
    assert (
        str(caught.value)
        == f"flowkit dev is already running for this project, as process {os.getpid()}: http://127.0.0.1:1."
    )
    with home.locked("x"):
        pass


def test_a_full_disk_is_reported(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Before anything is started.
    """
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 - as the standard library has it
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10, 9, 5 * 1024 * 1024))
    with pytest.raises(
        RunError, match=r"is full: 5 MB are left, and .* need 200 MB\. Free some space, or delete"
    ):
        ServerHome.of(project)


def test_a_folder_that_cannot_be_written_is_reported(project: Path) -> None:
    """
    With the reason.
    """
    (project / ".flowkit").write_text("")
    with pytest.raises(RunError, match=r"\.flowkit is not a folder, .* Delete it\."):
        ServerHome.of(project)


def test_the_environment_points_to_one_folder(project: Path) -> None:
    """
    Nothing of another installation is left in it; nothing that Airflow does by the clock disturbs.
    """
    home = ServerHome.of(project)
    base = {
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": "postgresql://elsewhere",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "1",
        "AIRFLOW_CONN_DB": "sqlite://",
        "_AIRFLOW_PARSING_CONTEXT_DAG_ID": "x",
    }
    found = server_environment(base, home, folder=project / "dags", port=4711)
    assert found["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] == f"sqlite:///{home.database}"
    assert found["AIRFLOW_CONN_DB"] == "sqlite://"
    assert "_AIRFLOW_PARSING_CONTEXT_DAG_ID" not in found
    (bundle,) = json.loads(found["AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST"])
    assert bundle["kwargs"] == {"path": str(project / "dags")}
    assert found["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert found["AIRFLOW__CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL"] == "0"
    assert int(found["AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL"]) > 1_000_000
    elsewhere = migration_env(found, project / "x.db")["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]
    assert elsewhere == f"sqlite:///{project / 'x.db'}"
