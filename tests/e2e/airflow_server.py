"""
A real Airflow for tests: scheduler, DAG processor, API server and triggerer, in a temporary folder.

In a test module, the fixture `start_airflow` (`conftest.py`) gives a function that starts one. It lives as long as
the module's tests; every module that uses it says `pytestmark = pytest.mark.e2e`:

    @pytest.fixture(scope="module")
    def airflow(start_airflow: StartAirflow) -> AirflowServer:
        return start_airflow(settings={"AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "5"})

    def test_something(airflow: AirflowServer) -> None:
        airflow.write("etl.py", "from flowkit import …")          # into the DAG folder, in one step
        airflow.wait_for(lambda: "etl" in airflow.dags(), "the DAG 'etl'")
        run_id = airflow.trigger("etl")
        assert airflow.wait_for_run("etl", run_id) == "success"
        assert airflow.import_errors() == {}

Elsewhere, as in a benchmark:

    with AirflowServer(folder, database=migrated(folder)) as airflow: ...

What to know:

- `components` says which processes there are. Tests of parsing need the DAG processor alone, and read the database.
- The database is a copy of an empty one that is up to date (`migrated`), or what `connection=` says, which is migrated.
- `import_errors()`, `dag_rows()`, `rows(sql)` read the database, and need no API server; `client` is an `httpx.Client`
  for `/api/v2/`, with a token of an admin; `url` is for browsers, and needs no login.
- `settings` are variables of the environment, and win over those set here; nothing of the caller's Airflow is
  inherited. `airflow.env` is that environment.
- `cli("tasks", "test", …)` runs an Airflow command in it; `log(component)` is what a process has printed.
- Every wait has a limit, and fails with the end of the logs. All processes are ended with the block or the fixture,
  and also when the test run itself is killed (`processes.py`); one that is left is an error.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias, TypeVar
from urllib.parse import quote

import attrs
import httpx
import psutil
from sqlalchemy.exc import OperationalError
from typing_extensions import Self

from tests.e2e.database import Database
from tests.e2e.processes import Family, tails
from tests.e2e.servers import free_port as free_port  # noqa: PLC0414 - others take it from here
from tests.support import ROOT

T = TypeVar("T")

StartAirflow: TypeAlias = Callable[..., "AirflowServer"]
"""The fixture `start_airflow`: takes the keywords of `AirflowServer`."""

COMPONENTS: dict[str, tuple[str, ...]] = {
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "dag-processor": ("dag-processor",),
    "api-server": ("api-server",),
    "triggerer": ("triggerer", "--skip-serve-logs"),
}
"""The command of each."""

_JOBS = {"scheduler": "SchedulerJob", "dag-processor": "DagProcessorJob", "triggerer": "TriggererJob"}


def migrated(folder: Path, python: str = sys.executable) -> Path:
    """
    Return an empty Airflow database that is up to date, made in *folder* once.
    """
    made = folder / "migrated.db"
    if not made.exists():
        home = folder / "migrating"
        home.mkdir(parents=True)
        server = AirflowServer(home, python=python)
        server.migrate()
        shutil.move(home / "airflow.db", made)
        shutil.rmtree(home)
    return made


@attrs.define(kw_only=True, eq=False)
class AirflowServer(Database):
    """
    An Airflow that runs between `start` and `stop`, or in a `with` block. The module says how it is used.
    """

    home: Path = attrs.field(kw_only=False)
    """An empty folder: AIRFLOW_HOME."""

    components: Sequence[str] = ("scheduler", "dag-processor", "api-server")
    """The processes to start."""

    settings: Mapping[str, str] = attrs.field(factory=dict)
    """More variables of the environment."""

    executor: str = "LocalExecutor"
    """What runs the tasks."""

    connection: str | None = None
    """The database, as SQLAlchemy writes it. `None`: a SQLite file in *home*."""

    is_migrated: bool = False
    """Whether the database of *connection* is up to date already."""

    database: Path | None = None
    """A SQLite file to begin with: what `migrated` gives. `None`: the database is migrated at the start."""

    commands: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    """By name: the Airflow commands of further processes, which *components* and `start_component` then know."""

    logs: Sequence[Path] = ()
    """More log files, such as those of the database, whose end is shown when something does not come."""

    python: str = sys.executable
    """The Python that has the Airflow to start."""

    timeout: float = 180
    """How many seconds the start may take."""

    port: int = attrs.field(factory=free_port, init=False)
    _family: Family = attrs.field(factory=Family, init=False)
    _running: dict[str, subprocess.Popen[bytes]] = attrs.field(factory=dict, init=False)
    _client: httpx.Client | None = attrs.field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        self.commands = {**COMPONENTS, **self.commands}

    @property
    def dag_folder(self) -> Path:
        """
        The folder of the DAG files: its one bundle, `dags-folder`.
        """
        return self.home / "dags"

    @property
    def url(self) -> str:
        """
        Where the UI and the API are.
        """
        return f"http://127.0.0.1:{self.port}"

    @property
    def database_url(self) -> str:
        """
        The database, as SQLAlchemy writes it.
        """
        return self.connection or f"sqlite:///{self.home / 'airflow.db'}"

    @property
    def env(self) -> dict[str, str]:
        """
        The environment of its processes.
        """
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AIRFLOW_", "_AIRFLOW_", "FLOWKIT_"))
        }
        return {
            **inherited,
            "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), inherited.get("PYTHONPATH")])),
            "AIRFLOW_HOME": str(self.home),
            "AIRFLOW__API__BASE_URL": self.url,
            "AIRFLOW__API__HOST": "127.0.0.1",
            "AIRFLOW__API__PORT": str(self.port),
            "AIRFLOW__API__SECRET_KEY": "secret of a test",
            "AIRFLOW__API__WORKERS": "1",
            "AIRFLOW__API_AUTH__JWT_SECRET": "secret of a test, as long as one has to be: 64 bytes and a few more",
            "AIRFLOW__CORE__DAGS_FOLDER": str(self.dag_folder),
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{self.url}/execution/",
            "AIRFLOW__CORE__EXECUTOR": self.executor,
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__PARALLELISM": "2",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
            "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": "1",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": self.database_url,
            "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(self.home / "logs"),
            "AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK": "False",
            "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
            **self.settings,
        }

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """
        Prepare the database, start the processes, and wait until all of them work.
        """
        try:
            self.dag_folder.mkdir(parents=True, exist_ok=True)
            if self.database is not None and self.connection is None:
                shutil.copy(self.database, self.home / "airflow.db")
            elif not self.is_migrated:
                self.migrate()
            for component in self.components:
                self.start_component(component, wait=False)
            for component in self.components:
                self.wait_for(partial(self._works, component), f"the {component}", self.timeout)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """
        End all processes.

        Raises:
            RuntimeError: If one cannot be ended.
        """
        if self._client is not None:
            self._client.close()
            self._client = None
        self._family.stop()
        while self._running:
            self._running.popitem()[1].wait()

    def migrate(self) -> None:
        """
        Create the tables of the database.
        """
        _say("migrates the database")
        done = self.cli("db", "migrate")
        if done.returncode:
            raise RuntimeError(f"`airflow db migrate` failed:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")

    def start_component(self, component: str, *, wait: bool = True) -> None:
        """
        Start one process, as after `kill`.
        """
        _say(f"starts the {component}")
        command = [self.python, "-m", "airflow", *self.commands[component]]
        log = self.home / f"{component}.log"
        self._running[component] = self._family.start(command, env=self.env, log=log, cwd=self.home)
        if wait:
            self.wait_for(lambda: self._works(component), f"the {component}", self.timeout)

    @property
    def pids(self) -> dict[str, int]:
        """
        The ids of the processes that run, by component.
        """
        return {component: process.pid for component, process in self._running.items()}

    def kill(self, component: str, number: signal.Signals = signal.SIGKILL) -> None:
        """
        Send a signal to a process and to those that it has forked, and wait for its end.
        """
        process = self._running.pop(component)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        process.wait(timeout=30)

    def restart(self, component: str) -> None:
        """
        End one process in peace, and start it again.
        """
        self.kill(component, signal.SIGTERM)
        self.start_component(component)

    def cli(self, *arguments: str, timeout: float = 240, **env: str) -> subprocess.CompletedProcess[str]:
        """
        Run an `airflow` command, and return what it printed. More variables of the environment may be given.
        """
        return subprocess.run(
            [self.python, "-m", "airflow", *arguments],
            env={**self.env, **env},
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def log(self, component: str) -> str:
        """
        Return what a process has printed.
        """
        log = self.home / f"{component}.log"
        return log.read_text(errors="replace") if log.exists() else ""

    def task_log(self, dag_id: str, task_id: str) -> str:
        """
        Return the logs of all tries of a task, as they lie in the folder of logs.
        """
        folder = self.home / "logs" / f"dag_id={dag_id}"
        files = sorted(folder.glob(f"run_id=*/task_id={task_id}/*.log"))
        return "".join(file.read_text(errors="replace") for file in files)

    def write(self, name: str, text: str) -> Path:
        """
        Write a file in the DAG folder. Airflow sees the old or the new text, never half of it.
        """
        file = self.dag_folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        new = self.home / "new file"
        new.write_text(text)
        return new.replace(file)

    @property
    def client(self) -> httpx.Client:
        """
        A client of the REST API, with the rights of an admin; its base is `/api/v2/`.
        """
        if self._client is None:
            token = httpx.get(f"{self.url}/auth/token", timeout=30).raise_for_status().json()["access_token"]
            self._client = httpx.Client(
                base_url=f"{self.url}/api/v2/", headers={"Authorization": f"Bearer {token}"}, timeout=60
            )
        return self._client

    def trigger(self, dag_id: str, conf: Mapping[str, Any] | None = None) -> str:
        """
        Start a run of a DAG, taking it off pause first, and return the id of the run.
        """
        at = f"dags/{quote(dag_id)}"
        self.client.patch(at, json={"is_paused": False}).raise_for_status()
        body = {"logical_date": None, "conf": dict(conf or {})}
        answer = self.client.post(f"{at}/dagRuns", json=body).raise_for_status()
        run_id: str = answer.json()["dag_run_id"]
        return run_id

    def wait_for_run(self, dag_id: str, run_id: str, timeout: float = 120) -> str:
        """
        Return the state in which a run has ended.
        """

        def state() -> str | None:
            sql = "SELECT state FROM dag_run WHERE dag_id = :dag AND run_id = :run"
            found = [row["state"] for row in self.rows(sql, dag=dag_id, run=run_id)]
            return found[0] if found and found[0] in {"success", "failed"} else None

        return self.wait_for(state, f"the end of run {run_id!r} of {dag_id!r}", timeout)

    def wait_for(
        self, question: Callable[[], T | None], what: str, timeout: float = 60, pause: float = 0.25
    ) -> T:
        """
        Ask until the answer is true, and return it.

        Args:
            question: What to ask. It may raise while the database is busy, or a server does not answer yet.

            what: What is waited for, for the message.

            timeout: Seconds.

            pause: Seconds between two questions.

        Raises:
            TimeoutError: If the time is over; with the last lines of the logs.
            RuntimeError: If a process has ended meanwhile.
        """
        deadline = time.monotonic() + timeout
        error: Exception | None = None
        while time.monotonic() < deadline:
            try:
                if answer := question():
                    return answer
            except (OperationalError, httpx.HTTPError) as problem:
                error = problem
            for name, process in self._running.items():
                if process.poll() is not None:
                    raise RuntimeError(f"The {name} has ended, with {process.returncode}.\n{self._logs()}")
            time.sleep(pause)
        raise TimeoutError(f"No {what} within {timeout:.0f} s (last error: {error}).\n{self._logs()}")

    def _works(self, component: str) -> bool:
        if component == "api-server":
            return httpx.get(f"{self.url}/api/v2/version", timeout=10).is_success
        # Its row of an earlier life may still be there after a kill.
        kind = _JOBS.get(self.commands[component][0])
        sql = "SELECT id FROM job WHERE job_type = :type AND state = 'running' AND start_date > :since"
        created = psutil.Process(self._running[component].pid).create_time()
        since = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(created - 1))
        return kind is None or bool(self.rows(sql, type=kind, since=since))

    def _logs(self) -> str:
        return tails([*sorted(self.home.glob("*.log")), *self.logs])


def _say(what: str) -> None:
    # A person who runs the tests with `-s` sees that something happens.
    print(f"[{time.strftime('%H:%M:%S')}] Airflow for tests: {what}", file=sys.stderr, flush=True)  # noqa: T201
