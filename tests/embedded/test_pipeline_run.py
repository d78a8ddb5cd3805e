"""
The parts of a local run that need no Airflow: its folder, its environment, its words.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from flowkit.base.errors import RunError
from flowkit.base.parsing_context import clear_parsing_context
from flowkit.embedded.home import Home, environment
from flowkit.embedded.pipeline_run import trim_tracebacks
from flowkit.embedded.run_events import (
    Event,
    Finished,
    Job,
    Phase,
    Refused,
    TaskLog,
    TaskState,
    decode,
    decode_job,
    encode,
)
from flowkit.embedded.run_job import upstream_first
from flowkit.project.root import project_root


@pytest.mark.parametrize(
    "event",
    [
        Phase("Starting Airflow"),
        TaskState("group.task", 3, 2, "success", 0.5),
        TaskLog("task", "two\nlines"),
        Refused("why"),
        Finished("failed", (TaskState("a", -1, 1, "success"), TaskState("b", -1, 0, "upstream_failed"))),
    ],
)
def test_an_event_survives_json(event: Event) -> None:
    """
    It is the same after decoding.
    """
    assert decode(json.loads(json.dumps(encode(event)))) == event


def test_a_job_survives_json() -> None:
    """
    Paths may contain line breaks.
    """
    job = Job("dag", "/a folder/é\n.py", "/a folder")

    assert decode_job(json.loads(json.dumps(encode(job)))) == job


def test_members_of_a_mapped_task_have_an_index_in_their_name() -> None:
    """
    -1 is Airflow's index of a task that is not mapped.
    """
    assert [TaskState("t", index, 1, "running").name for index in (-1, 0, 7)] == ["t", "t[0]", "t[7]"]


def test_the_parsing_context_is_dropped() -> None:
    """
    All variables of it go, and no other.
    """
    environ = {"_AIRFLOW_PARSING_CONTEXT_DAG_ID": "x", "_AIRFLOW_PARSING_CONTEXT_TASK_ID": "y", "OTHER": "z"}

    clear_parsing_context(environ)

    assert environ == {"OTHER": "z"}


def test_the_environment_leads_to_the_project_alone(tmp_path: Path) -> None:
    """
    Nothing of another installation is left; connections and variables are.
    """
    base = {
        "AIRFLOW_HOME": "/opt/airflow",
        "AIRFLOW_CONFIG": "/etc/airflow.cfg",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_CMD": "cat secret",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": "postgresql://production",
        "AIRFLOW__LOGGING__REMOTE_LOGGING": "True",
        "AIRFLOW__CORE__EXECUTOR": "KubernetesExecutor",
        "_AIRFLOW_PARSING_CONTEXT_DAG_ID": "x",
        "AIRFLOW_CONN_MAIN": "sqlite://",
        "AIRFLOW_VAR_REGION": "eu",
        "AIRFLOW__SECRETS__BACKEND": "my.Backend",
        "PATH": "/bin",
    }

    changed = environment(base, tmp_path / "home", state=tmp_path / "state", dags_folder=tmp_path / "dags")

    kept = {name: value for name, value in changed.items() if base.get(name) == value}
    assert sorted(kept) == ["AIRFLOW_CONN_MAIN", "AIRFLOW_VAR_REGION", "AIRFLOW__SECRETS__BACKEND", "PATH"]
    assert not {"AIRFLOW_CONFIG", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_CMD"} & set(changed)
    assert "AIRFLOW__LOGGING__REMOTE_LOGGING" not in changed
    assert changed["AIRFLOW_HOME"] == str(tmp_path / "home")
    assert changed["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] == f"sqlite:///{tmp_path}/state/airflow.db"
    (bundle,) = json.loads(changed["AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST"])
    assert bundle["kwargs"] == {"path": str(tmp_path / "home" / "empty")}
    assert base["AIRFLOW_HOME"] == "/opt/airflow"


@pytest.mark.parametrize("marker", ["pyproject.toml", ".git"])
def test_the_project_is_the_nearest_folder_with_a_marker(tmp_path: Path, marker: str) -> None:
    """
    Seen from the file, upwards.
    """
    dags = tmp_path / "outer" / "project" / "dags"
    dags.mkdir(parents=True)
    for folder in (tmp_path / "outer", tmp_path / "outer" / "project"):
        (folder / marker).touch()

    assert project_root(dags / "file.py") == tmp_path / "outer" / "project"


def test_the_users_home_is_no_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Settings kept in git in the home do not make it one: the working folder is taken.
    """
    (tmp_path / "me" / "work").mkdir(parents=True)
    (tmp_path / "me" / ".git").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    monkeypatch.chdir(tmp_path)

    assert project_root(tmp_path / "me" / "work") == tmp_path


def test_a_home_keeps_itself_out_of_git(tmp_path: Path) -> None:
    """
    The folder is made with all that a run needs, and git is told to pass it over.
    """
    (tmp_path / ".git").mkdir()

    home = Home.of(tmp_path / "dags")

    assert home.folder.parent == tmp_path / ".flowkit"
    assert (tmp_path / ".flowkit" / ".gitignore").read_text(encoding="utf-8") == "*\n"
    assert all(folder.is_dir() for folder in (home.empty, home.runs, home.logs))
    assert not home.template.exists()


def test_a_home_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    """
    The message says where, and why.
    """
    (tmp_path / ".git").mkdir()
    (tmp_path / ".flowkit").touch()

    with pytest.raises(RunError) as caught:
        Home.of(tmp_path)

    assert str(caught.value).startswith(f"{tmp_path}/.flowkit is not a folder, ")


def test_folders_of_killed_runs_go_after_a_day(tmp_path: Path) -> None:
    """
    Those of runs that may still be under way stay.
    """
    (tmp_path / ".git").mkdir()
    home = Home.of(tmp_path)
    old, young = home.new_run(), home.new_run()
    os.utime(old, (0, 0))

    new = home.new_run()

    assert not old.exists()
    assert young.is_dir()
    assert new.is_dir()


def test_two_processes_do_not_set_up_at_once(tmp_path: Path) -> None:
    """
    The second one is told that it waits, and goes on when the first has ended, even by a kill.
    """
    (tmp_path / ".git").mkdir()
    home = Home.of(tmp_path)
    code = (
        "import sys, time; from pathlib import Path; from flowkit.embedded.home import Home\n"
        "with Home(Path(sys.argv[1])).setting_up(lambda: None): print('mine', flush=True); time.sleep(60)"
    )
    told: list[str] = []
    with subprocess.Popen(
        [sys.executable, "-c", code, str(home.folder)], stdout=subprocess.PIPE, env=_env()
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == b"mine\n"

        def on_wait() -> None:
            told.append("waits")
            first.kill()

        with home.setting_up(on_wait):
            told.append("ours")

    assert told == ["waits", "ours"]


def _env() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def test_tracebacks_are_shown_from_the_users_first_line() -> None:
    """
    The lines of Airflow above it are dropped; those below it, and everything else, stay.
    """
    log = """before
Traceback (most recent call last):
  File "/env/airflow/sdk/execution_time/task_runner.py", line 1, in run
    result = execute()
             ^^^^^^^^^
  File "/project/dags/mine.py", line 2, in work
    hook.get()
  File "/env/airflow/providers/http/hook.py", line 3, in get
    raise ValueError("no")
ValueError: no
after"""

    assert (
        trim_tracebacks(log)
        == """before
Traceback (most recent call last):
  File "/project/dags/mine.py", line 2, in work
    hook.get()
  File "/env/airflow/providers/http/hook.py", line 3, in get
    raise ValueError("no")
ValueError: no
after"""
    )


def test_an_error_of_airflow_itself_keeps_its_innermost_line() -> None:
    """
    Some place is better than none.
    """
    log = """Traceback (most recent call last):
  File "/env/airflow/sdk/a.py", line 1, in a
    b()
  File "/env/airflow/sdk/b.py", line 2, in b
    raise KeyError
KeyError"""

    assert (
        trim_tracebacks(log)
        == """Traceback (most recent call last):
  File "/env/airflow/sdk/b.py", line 2, in b
    raise KeyError
KeyError"""
    )


def test_tasks_are_shown_upstream_first() -> None:
    """
    Otherwise in the order of the source.
    """
    waits_for = {"d": {"b", "c"}, "c": {"a"}, "b": {"a"}, "a": set(), "alone": set()}
    tasks = {task_id: SimpleNamespace(upstream_task_ids=ids) for task_id, ids in waits_for.items()}

    assert upstream_first(tasks) == ["a", "alone", "c", "b", "d"]


def test_the_names_of_secrets_of_the_user_s_airflow_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Also those in its configuration file, which the embedded Airflow does not read.
    """
    config = tmp_path / "airflow.cfg"
    config.write_text("[core]\nsensitive_var_conn_names = badge,gate\n", encoding="utf-8")
    monkeypatch.setenv("AIRFLOW_CONFIG", str(config))

    changed = environment(
        os.environ, tmp_path / "home", state=tmp_path / "state", dags_folder=tmp_path / "dags"
    )

    assert changed["AIRFLOW__CORE__SENSITIVE_VAR_CONN_NAMES"] == "badge,gate"
