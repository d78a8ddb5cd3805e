"""
What Airflow's configuration says, read without Airflow.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flowkit.base.airflow_config import AirflowConfig
from flowkit.embedded.home import environment

IMPORT = "AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT"
PROCESSOR = "AIRFLOW__DAG_PROCESSOR__DAG_FILE_PROCESSOR_TIMEOUT"


def _config(home: Path, text: str) -> dict[str, str]:
    (home / "airflow.cfg").write_text(text, encoding="utf-8")
    return {"AIRFLOW_HOME": str(home)}


def test_defaults_are_those_of_airflow(tmp_path: Path) -> None:
    """
    With no file and no variable, as the installed Airflow has them.
    """
    from airflow.configuration import conf

    found = AirflowConfig.read({"AIRFLOW_HOME": str(tmp_path)})

    assert found.dags_folder is None
    assert found.import_timeout == float(str(conf.get_default_value("core", "dagbag_import_timeout")))
    default = conf.get_default_value("dag_processor", "dag_file_processor_timeout")
    assert found.processor_timeout == float(str(default))


def test_the_file_is_read(tmp_path: Path) -> None:
    """
    From Airflow's home, or where `AIRFLOW_CONFIG` says; percent signs in it are left alone.
    """
    text = "[core]\ndags_folder = ~/our\ndagbag_import_timeout = 5.5\nodd = %Y%\n"
    text += "[dag_processor]\ndag_file_processor_timeout = 9\n"
    environ = _config(tmp_path, text)

    found = AirflowConfig.read(environ)

    assert found == AirflowConfig(Path("~/our").expanduser(), 5.5, 9)
    assert AirflowConfig.read({"AIRFLOW_CONFIG": str(tmp_path / "airflow.cfg")}) == found


def test_variables_win(tmp_path: Path) -> None:
    """
    Over the file, as with Airflow.
    """
    environ = _config(tmp_path, "[core]\ndagbag_import_timeout = 5\n")

    found = AirflowConfig.read(
        environ | {IMPORT: "7", PROCESSOR: "0", "AIRFLOW__CORE__DAGS_FOLDER": str(tmp_path)}
    )

    assert found == AirflowConfig(tmp_path, 7, 0)


def test_the_former_name_of_the_timeout(tmp_path: Path) -> None:
    """
    Airflow 2 had it in another section.
    """
    environ = _config(tmp_path, "[core]\ndag_file_processor_timeout = 11\n")

    assert AirflowConfig.read(environ).processor_timeout == 11


@pytest.mark.parametrize("text", ["[core\n", "no sections", "[core]\ndagbag_import_timeout = soon\n"])
def test_a_file_that_nobody_can_read(tmp_path: Path, text: str) -> None:
    """
    Is as good as none.
    """
    assert AirflowConfig.read(_config(tmp_path, text)) == AirflowConfig()


def test_an_airflow_of_flowkits_own_names_no_folder(tmp_path: Path) -> None:
    """
    Its folder is that of one command.
    """
    environ = environment(os.environ, tmp_path, state=tmp_path, dags_folder=tmp_path / "x")

    assert AirflowConfig.read(environ).dags_folder is None
