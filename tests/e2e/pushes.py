"""
Pipelines that a test pushes, and what it asks of the Airflow that follows the repository.
"""

from __future__ import annotations

import re
from pathlib import Path

import attrs

from tests.e2e.airflow_server import AirflowServer
from tests.e2e.repository import Repository

HELPERS = """
import os, time
from pathlib import Path

from flowkit import Group, python

VERSION = 1


def wait(name: str) -> None:
    mark = Path(os.environ["MARKS"], name)
    mark.with_suffix(".begun").touch()
    deadline = time.monotonic() + 120
    while not mark.exists():
        if time.monotonic() > deadline:
            raise TimeoutError(name)
        time.sleep(0.25)


def tell() -> None:
    print("helpers of version", VERSION)


def layer() -> Group:
    return Group("ingestion").task("tell", python(tell))
"""

BEGIN = """
from flowkit import Pipeline, generate, python
from flowkit.airflow.dags import register
from company.{helpers} import layer, tell, wait
"""

LAYERED = BEGIN + "register(Pipeline('{name}').then(layer()))\n"

SYNTAX = "\ndef broken(:\n"

PATIENT = (
    BEGIN
    + "register(Pipeline('{name}').task('first', python(wait, '{name}')).task('second', python(tell)))\n"
)

SEVERAL = (
    BEGIN
    + """
def build(name: str) -> Pipeline:
    made = Pipeline(name).then(layer())
    return made.task("twice").task("twice") if name in {broken} else made


register(generate(build, ["{name}_1", "{name}_2", "{name}_3"], dag_id=str))
"""
)

HELD = """
import os, time
from pathlib import Path

marks = Path(os.environ["MARKS"])
(marks / "{name}.parsed").touch()
while (marks / "{name}.held").exists():
    time.sleep(0.1)
"""
"""What makes the parse of a file last."""


@attrs.frozen
class Setting:
    """
    A repository, and the Airflow that follows it.
    """

    airflow: AirflowServer
    repository: Repository
    marks: Path
    synced: Path

    def push(
        self, name: str, template: str, *, version: int = 1, force: bool = False, broken: str = "()"
    ) -> str:
        """
        Push the pipelines of a test, and helpers of their own; return the commit.
        """
        # An edit of the file itself is parsed at once.
        text = f"# {version}\n" + template.format(name=name, helpers=name, broken=broken)
        helpers = HELPERS.replace("VERSION = 1", f"VERSION = {version}")
        files = {f"dags/{name}.py": text, f"dags/company/{name}.py": helpers}
        return self.repository.push(files, force=force)

    def wait_for_commit(self, commit: str, *dag_ids: str) -> None:
        """
        Wait until Airflow has parsed DAGs of this commit.
        """
        sql = "SELECT dag_id FROM dag WHERE bundle_version = :commit"
        self.airflow.wait_for(
            lambda: set(dag_ids) <= {row["dag_id"] for row in self.airflow.rows(sql, commit=commit)},
            f"parse of {dag_ids} at {commit}",
        )

    def wait_for_bundle(self, commit: str) -> None:
        """
        Wait until Airflow has fetched the commit.
        """
        sql = "SELECT name FROM dag_bundle WHERE version = :commit"
        self.airflow.wait_for(lambda: self.airflow.rows(sql, commit=commit), f"commit {commit}")

    def wait_until_stale(self, dag_id: str, stale: bool = True) -> None:
        """
        Wait until a DAG is no longer live, or is again.
        """
        self.airflow.wait_for(
            lambda: bool(self.airflow.dag_rows()[dag_id]["is_stale"]) is stale, f"stale={stale} of {dag_id}"
        )

    def errors(self, name: str) -> list[str]:
        """
        Return the import errors of the file of a test.
        """
        return [file for file in self.airflow.import_errors() if file.startswith(f"{name}.py")]

    def wait_for_no_errors(self, name: str) -> None:
        """
        Wait until a mended file has no errors. They have gone with its commit; but a parse that was under way then has
        brought them back, and Airflow keeps them until the next one.
        """
        if self.errors(name):
            self.repository.push({f"next/{name}": ""})
        self.airflow.wait_for(lambda: not self.errors(name), f"end of the errors of {name}")

    def begin(self, dag_id: str) -> str:
        """
        Start a run, and wait until its first task waits.
        """
        run = self.airflow.trigger(dag_id)
        begun = (self.marks / dag_id).with_suffix(".begun")
        self.airflow.wait_for(begun.exists, f"begin of {dag_id}")
        begun.unlink()
        return run

    def release(self, dag_id: str) -> None:
        """
        Let the first task go on.
        """
        (self.marks / dag_id).touch()

    def states(self, dag_id: str, run: str) -> dict[str, str | None]:
        """
        Return the state of each task of a run.
        """
        sql = "SELECT task_id, state FROM task_instance WHERE dag_id = :dag AND run_id = :run"
        return {row["task_id"]: row["state"] for row in self.airflow.rows(sql, dag=dag_id, run=run)}

    def told(self, dag_id: str, run: str, task: str) -> list[str]:
        """
        Return the versions of the helpers that a task of a run has printed.
        """
        folder = self.airflow.home / "logs" / f"dag_id={dag_id}" / f"run_id={run}" / f"task_id={task}"
        return re.findall(
            r"helpers of version (\d)", "".join(file.read_text() for file in folder.glob("*.log"))
        )

    def run(self, dag_id: str, task: str) -> list[str]:
        """
        Run a DAG with success, and return what its task has told.
        """
        run = self.airflow.trigger(dag_id)
        assert self.airflow.wait_for_run(dag_id, run) == "success"
        return self.told(dag_id, run, task)
