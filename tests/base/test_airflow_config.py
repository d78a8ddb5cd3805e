"""
Airflow's configuration, read without Airflow.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from flowkit.base.airflow_config import AirflowConfig, option
from flowkit.embedded.home import environment

OPTIONS = [
    ("core", "dags_folder"),
    ("core", "dagbag_import_timeout"),
    ("dag_processor", "dag_file_processor_timeout"),
    ("core", "sensitive_var_conn_names"),
    ("core", "allowed_deserialization_classes"),
    ("core", "allowed_deserialization_classes_regexp"),
]

# Everything that an option may be given by. In files and variables `{folder}` is the folder of the test, which is
# the home of the user as well.
CASES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "the file in AIRFLOW_HOME": (
        {"AIRFLOW_HOME": "{folder}/home"},
        {"home/airflow.cfg": "[core]\nsensitive_var_conn_names = badge, Pin\ndagbag_import_timeout = 5.5\n"},
    ),
    "~ in AIRFLOW_HOME": (
        {"AIRFLOW_HOME": "~/home"},
        {"home/airflow.cfg": "[core]\nsensitive_var_conn_names = badge\n"},
    ),
    "~ in AIRFLOW_CONFIG": (
        {"AIRFLOW_CONFIG": "~/my.cfg", "AIRFLOW_HOME": "{folder}/home"},
        {
            "my.cfg": "[core]\nsensitive_var_conn_names = badge\nallowed_deserialization_classes = our.*  a.B\n",
            "home/airflow.cfg": "[core]\nsensitive_var_conn_names = another\n",
        },
    ),
    "variables in AIRFLOW_CONFIG": (
        {"AIRFLOW_CONFIG": "$WHERE/${NAME}.cfg", "WHERE": "~/$INNER", "INNER": "inner", "NAME": "my"},
        {"inner/my.cfg": "[core]\nsensitive_var_conn_names = badge\n"},
    ),
    "variables in AIRFLOW_HOME": (
        {"AIRFLOW_HOME": "$WHERE/home", "WHERE": "{folder}"},
        {"home/airflow.cfg": "[core]\ndags_folder = $AIRFLOW_HOME/dags\n"},
    ),
    "neither AIRFLOW_HOME nor AIRFLOW_CONFIG": (
        {},
        {"airflow/airflow.cfg": "[core]\ndags_folder = ~/our\n"},
    ),
    "a variable over the file": (
        {
            "AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT": "7",
            "AIRFLOW__CORE__DAGS_FOLDER": "~/$INNER",
            "INNER": "inner",
        },
        {"airflow/airflow.cfg": "[core]\ndagbag_import_timeout = 5\ndags_folder = /dags\n"},
    ),
    "an empty variable over the file": (
        {
            "AIRFLOW__CORE__SENSITIVE_VAR_CONN_NAMES": "",
            "AIRFLOW__CORE__ALLOWED_DESERIALIZATION_CLASSES": "",
        },
        {
            "airflow/airflow.cfg": "[core]\nsensitive_var_conn_names = badge\n"
            "allowed_deserialization_classes = our.*\n"
        },
    ),
    "percent signs": (
        {"AIRFLOW__CORE__SENSITIVE_VAR_CONN_NAMES": "100%%, %(here)s"},
        {
            "airflow/airflow.cfg": "[core]\nhere = our\nodd = %Y%\ndags_folder = /%(here)s/100%%/x\n"
            "allowed_deserialization_classes_regexp = our\\.a$$ b\\d%%\n"
        },
    ),
    "comments": (
        {},
        {
            "airflow/airflow.cfg": "# [core]\n[core]\n; a = 1\nsensitive_var_conn_names = badge # a comment\n"
            "  # within a value\n  pin ; x\n"
        },
    ),
    "the case of names": (
        {"airflow__core__sensitive_var_conn_names": "badge"},
        {"airflow/airflow.cfg": "[core]\nDags_Folder = /dags\n[CORE]\ndagbag_import_timeout = 1\n"},
    ),
    "the section DEFAULT": (
        {},
        {"airflow/airflow.cfg": "[DEFAULT]\ndags_folder = /dags\n[core]\nx = 1\n"},
    ),
    "an older name in the file": (
        {},
        {"airflow/airflow.cfg": "[core]\ndag_file_processor_timeout = 11\n"},
    ),
    "an older name in the environment": (
        {"AIRFLOW__CORE__DAG_FILE_PROCESSOR_TIMEOUT": "12"},
        {"airflow/airflow.cfg": "[dag_processor]\ndag_file_processor_timeout = 9\n"},
    ),
    "both names": (
        {},
        {
            "airflow/airflow.cfg": "[core]\ndag_file_processor_timeout = 11\n"
            "[dag_processor]\ndag_file_processor_timeout = 9\n"
        },
    ),
    "commands, which Airflow executes for other options only": (
        {
            "AIRFLOW__CORE__SENSITIVE_VAR_CONN_NAMES_CMD": "touch {folder}/executed",
            "AIRFLOW__CORE__DAGS_FOLDER_SECRET": "path/in/a/backend",
        },
        {"airflow/airflow.cfg": "[core]\ndagbag_import_timeout_cmd = touch {folder}/executed\n"},
    ),
}

# Starts anew, as a process of its own would, for each case: from Airflow's variables to its configuration.
PROBE = """
import json, os, sys
import airflow.configuration as configuration

cases, options = json.load(sys.stdin)
found = []
for environ in cases:
    os.environ.clear()
    os.environ.update(environ)
    configuration.AIRFLOW_HOME = configuration.get_airflow_home()
    configuration.AIRFLOW_CONFIG = configuration.get_airflow_config(configuration.AIRFLOW_HOME)
    conf = configuration.initialize_config()
    found.append([conf.get(section, key) for section, key in options])
json.dump(found, sys.stdout)
"""


def _environ(name: str, folder: Path) -> dict[str, str]:
    """
    Write the files of a case, and return its environment.
    """
    environ, files = CASES[name]
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text.replace("{folder}", str(folder)), encoding="utf-8")
    values = {key: value.replace("{folder}", str(folder)) for key, value in environ.items()}
    return {"HOME": str(folder), **values}


@pytest.fixture(scope="module")
def airflows_answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[dict[str, str], list[str]]]:
    """
    By case: its environment, and what Airflow says to each of the options.
    """
    environs = {name: _environ(name, tmp_path_factory.mktemp("home")) for name in [*CASES]}
    without_any = {"HOME": str(tmp_path_factory.mktemp("empty"))}
    done = subprocess.run(
        [sys.executable, "-c", PROBE],
        input=json.dumps([[*environs.values(), without_any], OPTIONS]),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    *found, defaults = json.loads(done.stdout)
    environs["nothing at all"] = without_any
    return dict(zip(environs, zip(environs.values(), [*found, defaults], strict=True), strict=True))


@pytest.mark.parametrize("name", [*CASES, "nothing at all"])
def test_options_are_those_of_airflow(
    name: str,
    airflows_answers: dict[str, tuple[dict[str, str], list[str]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Wherever they are set; where they are not, Airflow has its default.
    """
    environ, expected = airflows_answers[name]
    _, defaults = airflows_answers["nothing at all"]
    _set(monkeypatch, environ)

    found = [option(section, key) for section, key in OPTIONS]

    home = Path(environ["HOME"], "home" if "AIRFLOW_HOME" in environ else "airflow")
    for (section, key), here, there, default in zip(OPTIONS, found, expected, defaults, strict=True):
        if here is not None:
            assert here == there, (section, key)
        else:
            assert there == (f"{home}/dags" if key == "dags_folder" else default), (section, key)
    assert not Path(environ["HOME"], "executed").exists()


def test_defaults_are_those_of_airflow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    With no file and no variable, as the installed Airflow has them.
    """
    from airflow.configuration import conf

    _set(monkeypatch, {"AIRFLOW_HOME": str(tmp_path)})
    config = AirflowConfig.read()

    assert config == AirflowConfig()
    assert config.import_timeout == float(str(conf.get_default_value("core", "dagbag_import_timeout")))
    timeout = conf.get_default_value("dag_processor", "dag_file_processor_timeout")
    assert config.processor_timeout == float(str(timeout))
    classes = conf.get_default_value("core", "allowed_deserialization_classes")
    assert config.allowed_classes == tuple(str(classes).split())


def test_options_as_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Each in the type that flowkit works with.
    """
    text = "[core]\ndags_folder = ~/our\ndagbag_import_timeout = 5.5\nodd = %Y%\n"
    text += "sensitive_var_conn_names = badge, Pin,\nallowed_deserialization_classes = our.* a.B\n"
    text += "allowed_deserialization_classes_regexp = x.+\n"
    text += "[dag_processor]\ndag_file_processor_timeout = 9\n"
    _write(monkeypatch, tmp_path, text)

    assert AirflowConfig.read() == AirflowConfig(
        dags_folder=Path("~/our").expanduser(),
        import_timeout=5.5,
        processor_timeout=9,
        sensitive_names=frozenset({"badge", "pin"}),
        allowed_classes=("our.*", "a.B"),
        allowed_class_patterns=("x.+",),
    )


@pytest.mark.parametrize("text", ["[core\n", "no sections", "[core]\ndagbag_import_timeout = soon\n"])
def test_a_file_that_airflow_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """
    Counts as none.
    """
    _write(monkeypatch, tmp_path, text)

    assert AirflowConfig.read() == AirflowConfig()


def test_what_airflow_cannot_interpolate_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Rather than that a name in it is not masked.
    """
    _write(monkeypatch, tmp_path, "[core]\nsensitive_var_conn_names = badge, 100%\n")

    assert AirflowConfig.read().sensitive_names == {"badge", "100%"}


def test_a_variable_that_contains_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Does not keep flowkit busy for ever, as it does Airflow.
    """
    _set(monkeypatch, {"AIRFLOW_HOME": str(tmp_path), "LOOP": "x$LOOP"})
    monkeypatch.setenv("AIRFLOW__CORE__DAGS_FOLDER", "/$LOOP")

    assert (option("core", "dags_folder") or "").startswith("/xxx")


def test_an_embedded_airflow_names_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Its folder is that of one command.
    """
    _set(monkeypatch, environment(os.environ, tmp_path, state=tmp_path, dags_folder=tmp_path / "x"))

    assert AirflowConfig.read().dags_folder is None


def _write(monkeypatch: pytest.MonkeyPatch, home: Path, text: str) -> None:
    (home / "airflow.cfg").write_text(text, encoding="utf-8")
    _set(monkeypatch, {"AIRFLOW_HOME": str(home)})


def _set(monkeypatch: pytest.MonkeyPatch, environ: dict[str, str]) -> None:
    for key in [key for key in os.environ if key.startswith("AIRFLOW_")]:
        monkeypatch.delenv(key)
    for key, value in environ.items():
        monkeypatch.setenv(key, value)
