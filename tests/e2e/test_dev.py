"""
`flowkit dev`, as a person uses it: edits, and what its terminal and Airflow show.

One session serves all tests, in the order of this file; the last ones end it.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import attrs
import httpx
import pytest
from sqlalchemy.exc import OperationalError

from flowkit.base.airflow_config import airflow_version
from flowkit.embedded.dev.airflow_home import ServerHome, migration_env, server_environment
from flowkit.embedded.dev.airflow_processes import Processes, end_marked, marked
from flowkit.embedded.dev.database_setup import set_up
from tests.e2e.airflow_server import free_port
from tests.e2e.database import Database
from tests.support import DAGS, ROOT

pytestmark = pytest.mark.e2e

HEAD = "from flowkit import Pipeline\nfrom flowkit.airflow.dags import register\n"
TWO = f"""{HEAD}
register(
    Pipeline("first").task("t"),
    Pipeline("second").task("t").task("NAME"),
)
"""
PLAIN = """
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG

with DAG("NAME", schedule=None):
    EmptyOperator(task_id="t")
"""


@attrs.define(eq=False)
class Session(Database):
    """
    A `flowkit dev` that runs.
    """

    project: Path
    port: int = attrs.field(factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def folder(self) -> Path:
        """
        The DAG folder.
        """
        return self.project / "dags"

    @property
    def home(self) -> Path:
        """
        Where its Airflow lives.
        """
        return self.project / ".flowkit" / "dev"

    @property
    def database(self) -> Path:
        """
        The file of its database.
        """
        return self.home / f"airflow-{airflow_version()}.db"

    @property
    def database_url(self) -> str:
        """
        The database of its Airflow.
        """
        return f"sqlite:///{self.database}"

    def command(self, *arguments: str) -> list[str]:
        """
        Return a command line of `flowkit dev`.
        """
        return [sys.executable, "-m", "flowkit", "dev", "dags", *arguments]

    @property
    def environment(self) -> dict[str, str]:
        """
        Its environment.
        """
        return {**os.environ, "PYTHONPATH": f"{ROOT}:{self.project / 'src'}", "HOME": str(self.project)}

    def start(self) -> None:
        """
        Start it.
        """
        with (self.project / "out.txt").open("wb") as out:
            self.process = subprocess.Popen(
                self.command("--port", str(self.port)),
                cwd=self.project,
                env=self.environment,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def stop(self, number: signal.Signals) -> int:
        """
        Send it a signal, and return its exit code.
        """
        assert self.process is not None
        self.process.send_signal(number)
        # Ten seconds are promised. The machine may be slow.
        return self.process.wait(timeout=30)

    def again(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """
        Return how another `flowkit dev` ended for the same project.
        """
        return subprocess.run(
            self.command(*arguments),
            cwd=self.project,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    @property
    def out(self) -> str:
        """
        What it has printed.
        """
        return (self.project / "out.txt").read_text()

    def write(self, name: str, text: str) -> None:
        """
        Save a file as editors do: another one is put in its place.
        """
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_name(f".{file.name}.tmp")
        new.write_text(text)
        new.replace(file)

    def wait_for(self, question: Callable[[], object], what: str, timeout: float = 45) -> None:
        """
        Wait until the answer is true.
        """
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            try:
                if question():
                    return
            except (OperationalError, httpx.HTTPError):
                pass
            time.sleep(0.1)
        raise TimeoutError(f"No {what} within {timeout:.0f} s.\n{self.out}")

    def wait_for_line(self, pattern: str, after: int) -> str:
        """
        Wait until a line that matches is printed, and return it.
        """
        self.wait_for(lambda: re.search(pattern, self.out[after:]), f"line like {pattern!r}")
        found = re.search(pattern, self.out[after:])
        assert found is not None
        return found[0]

    def tasks(self, dag_id: str) -> set[str]:
        """
        Return the tasks of a DAG, as the API has them.
        """
        with httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30) as client:
            token = client.get("auth/token").raise_for_status().json()["access_token"]
            answer = client.get(
                f"api/v2/dags/{dag_id}/tasks", headers={"Authorization": f"Bearer {token}"}
            ).raise_for_status()
        return {task["task_id"] for task in answer.json()["tasks"]}


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory, migrated_database: Path) -> Iterator[Session]:
    """
    A `flowkit dev` on the example pipelines and some broken ones.
    """
    project = tmp_path_factory.mktemp("project")
    (project / "pyproject.toml").touch()
    (project / "src").mkdir()
    (project / "src" / "library.py").write_text('STEP = "from_library"\n')
    shutil.copytree(DAGS, project / "dags", ignore=shutil.ignore_patterns("__pycache__"))
    session = Session(project)
    session.write("two.py", TWO.replace("NAME", "t"))
    session.write("not_python.py", f"{HEAD}register(")
    session.write("rows.json", '["one"]')
    session.write("steps.py", 'NAME = "alpha"\n')
    session.write(
        "uses.py",
        "import json, pathlib, library, steps\n"
        + HEAD
        + 'rows = json.loads((pathlib.Path(__file__).parent / "rows.json").read_text())\n'
        + 'register(Pipeline("uses").task(steps.NAME).task(library.STEP).task(rows[0]))\n',
    )
    session.write("plain.py", PLAIN.replace("NAME", "plain"))
    # A database from another day: the twelve seconds that setting it up takes are spent once in all tests.
    session.home.mkdir(parents=True)
    shutil.copy(migrated_database, session.database)
    session.start()
    try:
        session.wait_for(lambda: "has read all files" in session.out, "start", 150)
        yield session
    finally:
        if session.process is not None and session.process.poll() is None:
            session.stop(signal.SIGTERM)
        end_marked(session.home, 2.0)


def test_it_shows_what_is_there(dev: Session) -> None:
    """
    The good ones live, the broken ones by name, and each problem as `flowkit check` prints it.
    """
    assert {"first", "uses", "plain", "complex_processing"} <= set(dev.dags())
    assert set(dev.import_errors()) == {"two.py::second", "not_python.py"}
    assert re.search(r"^dags/two\.py:\d+: FK101 Duplicate task id 't' in the pipeline", dev.out, re.MULTILINE)
    assert re.search(r"^dags/not_python\.py:\d+: FK501 ", dev.out, re.MULTILINE)
    assert "2 problems." in dev.out


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "auth/token"), ("POST", "api/v2/dags/first/dagRuns"), ("GET", "execution/health")],
)
@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_other_web_pages_are_kept_out(dev: Session, method: str, path: str, headers: dict[str, str]) -> None:
    """
    Airflow itself would answer: nobody has to log in.
    """
    with httpx.Client(base_url=f"http://localhost:{dev.port}", timeout=30) as client:
        assert client.request(method, path, headers=headers).status_code == 403
        assert client.request(method, path).status_code != 403


def test_an_edit_is_live(dev: Session) -> None:
    """
    One line reports what changed, and the API has it. The errors by name are still there.
    """
    at = len(dev.out)
    dev.write("two.py", TWO.replace("NAME", "u"))
    assert dev.wait_for_line(r"second fixed: live after .*", at)
    assert dev.tasks("second") == {"t", "u"}
    at = len(dev.out)
    dev.write("two.py", TWO.replace("NAME", "v"))
    dev.wait_for_line(r"second: task u (removed|renamed|moved).*live after .*|second: .*v.*live after .*", at)
    assert dev.tasks("second") == {"t", "v"}


def test_a_broken_pipeline_keeps_its_last_good_version(dev: Session) -> None:
    """
    Its error is in Airflow by name, and stays there while other files are saved.
    """
    at = len(dev.out)
    dev.write("two.py", TWO.replace("NAME", "t"))
    dev.wait_for_line(r"1 problem\. Airflow keeps the last good version\.", at)
    dev.wait_for(lambda: "two.py::second" in dev.import_errors(), "error")
    assert dev.tasks("second") == {"t", "v"}
    at = len(dev.out)
    dev.write("new.py", f'{HEAD}register(Pipeline("new").task("t"))\n')
    dev.wait_for_line(r"new added: live after", at)
    dev.wait_for(lambda: "two.py::second" in dev.import_errors(), "error")
    assert {"second", "new"} <= set(dev.dags())


@pytest.mark.parametrize(
    ("file", "text", "task"),
    [
        ("dags/steps.py", 'NAME = "betas"\n', "betas"),
        ("dags/rows.json", '["two"]', "two"),
        ("src/library.py", 'STEP = "from_elsewhere"\n', "from_elsewhere"),
    ],
)
def test_what_a_file_uses_concerns_it(dev: Session, file: str, text: str, task: str) -> None:
    """
    A helper module, a file that it reads, a module of the project outside the DAG folder.
    """
    at = len(dev.out)
    dev.write(f"../{file}", text)
    dev.wait_for_line(rf"uses: .*{task}.*live after", at)
    assert task in dev.tasks("uses")


def test_a_helper_may_be_broken_and_missing(dev: Session) -> None:
    """
    The last good version stays until it is fixed.
    """
    steps = dev.folder / "steps.py"
    good, tasks = steps.read_text(), dev.tasks("uses")
    spoils: list[Callable[[], None]] = [lambda: dev.write("steps.py", "NAME = ("), steps.unlink]
    for spoil in spoils:
        at = len(dev.out)
        spoil()
        dev.wait_for_line(r"dags/.*: FK501 (.*\n)*?.*1 problem\. Airflow keeps the last good version\.", at)
        dev.wait_for(lambda: "uses.py" in dev.import_errors(), "error")
        assert "uses" in dev.dags()
        assert dev.tasks("uses") == tasks
        at = len(dev.out)
        dev.write("steps.py", good)
        dev.wait_for_line(r"uses fixed: live after", at)
        assert "uses.py" not in dev.import_errors()


def test_a_file_may_be_renamed_and_deleted(dev: Session) -> None:
    """
    Its pipelines stay, and go.
    """
    at = len(dev.out)
    (dev.folder / "new.py").rename(dev.folder / "newer.py")
    dev.wait_for_line(r"new moved: live after", at)
    assert dev.rows("SELECT relative_fileloc FROM dag WHERE dag_id = 'new'") == [
        {"relative_fileloc": "newer.py"}
    ]
    at = len(dev.out)
    (dev.folder / "newer.py").unlink()
    dev.wait_for_line(r"new removed: live after", at)
    assert "new" not in dev.dags()


def test_many_files_are_saved_at_once(dev: Session) -> None:
    """
    One line reports all of them, also when they are ignored.
    """
    at = len(dev.out)
    for number in range(10):
        dev.write(f"many/file_{number}.py", f'{HEAD}register(Pipeline("many_{number}").task("t"))\n')
    dev.wait_for(lambda: sum(f"many_{n}" in dev.dags() for n in range(10)) == 10, "ten DAGs")
    dev.wait_for_line(r"(?s)many_.*live after", at)
    at = len(dev.out)
    dev.write(".airflowignore", "many/\n")
    dev.wait_for_line(r"10 pipelines removed \(many_0, .*\): live after", at)
    assert not [dag_id for dag_id in dev.dags() if dag_id.startswith("many")]


def test_edits_may_come_faster_than_airflow_parses(dev: Session) -> None:
    """
    The last one counts.
    """
    for number in range(12):
        dev.write("fast.py", f'{HEAD}register(Pipeline("fast").task("t{number:02}"))\n')
        time.sleep(0.15)
    dev.wait_for(lambda: dev.tasks("fast") == {"t11"}, "last edit")


def test_files_without_flowkit_are_followed(dev: Session) -> None:
    """
    Edited, and broken.
    """
    at = len(dev.out)
    dev.write("plain.py", PLAIN.replace("NAME", "other"))
    dev.wait_for_line(r"Airflow has read dags/plain\.py after", at)
    dev.wait_for(lambda: "plain" not in dev.dags() and "other" in dev.dags(), "other DAG")
    at = len(dev.out)
    dev.write("plain.py", PLAIN.replace("NAME", "other") + "\n1 / 0\n")
    dev.wait_for_line(r"Airflow refuses plain\.py:\n(.*\n)*?.*ZeroDivisionError", at)
    assert "other" in dev.dags()


def test_a_file_that_ends_python(dev: Session) -> None:
    """
    It is reported, and the next edit is live as usual.
    """
    at = len(dev.out)
    dev.write("ends.py", f"import os\n{HEAD}os._exit(7)\n")
    dev.wait_for_line(r"dags/ends\.py:1: FK501 Python exited with code 7", at)
    at = len(dev.out)
    dev.write("ends.py", f'{HEAD}register(Pipeline("ends").task("t"))\n')
    dev.wait_for_line(r"ends (added|fixed): live after", at)


def test_a_second_one_is_refused(dev: Session) -> None:
    """
    It names the first.
    """
    done = dev.again("--port", str(free_port()))
    assert done.returncode == 1
    assert dev.process is not None
    assert (
        f"is already running for this project, as process {dev.process.pid}: http://127.0.0.1:{dev.port}"
        in done.stderr
    )


def test_a_crashed_component_is_started_again(dev: Session) -> None:
    """
    After the end of its log.
    """
    at = len(dev.out)
    (triggerer,) = [
        process
        for process in marked(dev.home)
        if "triggerer" in process.cmdline() and os.getsid(process.pid) == process.pid
    ]
    triggerer.kill()
    dev.wait_for_line(r"Airflow's triggerer exited with code -9\. Restarting it\.", at)
    dev.wait_for(
        lambda: any("triggerer" in one.cmdline() and one.pid != triggerer.pid for one in marked(dev.home)),
        "triggerer",
    )


def test_a_killed_one_is_cleaned_up_by_the_next(dev: Session) -> None:
    """
    Also while the port is still in use by what was left. What was shown is shown again.
    """
    assert dev.stop(signal.SIGKILL) == -signal.SIGKILL
    left = {process.pid for process in marked(dev.home)}
    assert left
    (dev.folder / "two.py").unlink()
    dev.start()
    dev.wait_for(lambda: "has read all files" in dev.out, "start", 150)
    assert "Ended the processes that an earlier flowkit dev left running." in dev.out
    assert left.isdisjoint(process.pid for process in marked(dev.home))
    assert "uses" in dev.dags()
    assert {"first", "second"}.isdisjoint(dev.dags())


def test_ctrl_c_ends_everything(dev: Session) -> None:
    """
    No process is left, and no lock.
    """
    assert dev.stop(signal.SIGINT) == 0
    assert marked(dev.home) == []
    assert dev.out.splitlines()[-1].endswith("Stopped. The history of runs is kept.")
    with ServerHome.of(dev.folder).locked("x"):
        pass


def test_it_ends_cleanly_while_it_starts(dev: Session) -> None:
    """
    Nothing is left then either.
    """
    dev.start()
    dev.wait_for(lambda: "Starting the API server" in dev.out, "start")
    assert dev.stop(signal.SIGTERM) == 0
    assert marked(dev.home) == []


def test_it_ends_cleanly_while_it_sets_up_the_database(dev: Session) -> None:
    """
    No half of one is left.
    """
    for file in dev.home.glob("airflow-*.db*"):
        file.unlink()
    dev.start()
    dev.wait_for((dev.home / "unfinished" / dev.database.name).exists, "begin of the migration")
    assert dev.stop(signal.SIGHUP) == 0
    assert marked(dev.home) == []
    assert not dev.database.exists()


def test_the_database_of_an_earlier_airflow_is_migrated(dev: Session) -> None:
    """
    What was in it is in that of this Airflow. The old one is still there, for those who go back.
    """
    home = ServerHome.of(dev.folder)
    old = home.folder / "airflow-3.0.0.db"
    processes = Processes(home.folder, server_environment(os.environ, home, folder=dev.folder, port=dev.port))
    log = home.log_of("made")
    environment = migration_env(processes.environment, old)
    assert processes.run("db", "migrate", "--to-version", "3.0.0", log=log, environment=environment) == 0
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute("INSERT INTO variable (key, val, is_encrypted) VALUES ('city', 'Bremen', 0)")
    began = [event.what for event in set_up(home, processes)]
    assert began == [f"Migrating the database from Airflow 3.0.0 to {home.version} (once) …"]
    assert dev.rows("SELECT val FROM variable WHERE key = 'city'") == [{"val": "Bremen"}]
    assert old.exists()
    assert not home.unfinished.exists()
    assert list(set_up(home, processes)) == []
