"""
One broken pipeline harms no other: as the database of a real Airflow has it.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
from pathlib import Path

import pytest

from benchmarks import isolation
from tests.airflow import broken_kinds
from tests.airflow.twelve_mistakes import (
    HELPER,
    SEVERAL,
    TWELVE,
    broken_id,
    expected,
    ids,
    name_of,
    source,
    write,
)
from tests.e2e.airflow_server import AirflowServer, StartAirflow

pytestmark = pytest.mark.e2e

NUMBERS = (5, 49)
KINDS = (*broken_kinds.WRONG, *broken_kinds.RAISED)
FILES = [(mistake, good) for mistake in (*TWELVE, SEVERAL) for good in NUMBERS]


def parse_once(airflow: AirflowServer) -> None:
    """
    Let a DAG processor look at each file once.
    """
    done = airflow.cli("dag-processor", "--num-runs", "1", timeout=240)
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.fixture(scope="module")
def parsed(start_airflow: StartAirflow) -> AirflowServer:
    """
    An Airflow without any process, and all files with mistakes, parsed once.
    """
    airflow = start_airflow(components=())
    for mistake, good in FILES:
        write(airflow.dag_folder, mistake, good)
    parse_once(airflow)
    return airflow


class TestTwelveMistakes:
    """
    Each in a file of its own, among 5 and among 49 good pipelines; one DAG processor parses all files once.
    """

    def test_the_good_ones_are_live(self, parsed: AirflowServer) -> None:
        """
        None is stale, none is marked for an import error, and the broken ones are no DAGs.
        """
        assert {
            dag_id: (row["is_stale"], row["has_import_errors"], row["relative_fileloc"])
            for dag_id, row in parsed.dag_rows().items()
        } == {dag_id: (0, 0, name_of(*file)) for file in FILES for dag_id in ids(*file)}

    def test_each_broken_one_is_shown_by_name(self, parsed: AirflowServer) -> None:
        """
        Nothing else is.
        """
        assert sorted(parsed.import_errors()) == sorted(
            f"{name_of(*file)}::{broken_id(*file)}" for file in FILES
        )

    @pytest.mark.parametrize(("mistake", "good"), FILES)
    def test_the_message_has_all_that_is_wrong(self, parsed: AirflowServer, mistake: str, good: int) -> None:
        """
        Each problem with its file, line and code.
        """
        message = parsed.import_errors()[f"{name_of(mistake, good)}::{broken_id(mistake, good)}"]
        shown = re.findall(r"(\w+\.py:\d+: FK\d+) ", message)
        assert shown == expected(mistake, good)
        assert message.startswith(f"Pipeline {broken_id(mistake, good)!r} has {len(shown)} problem")

    def test_the_command_line_lists_them(self, parsed: AirflowServer) -> None:
        """
        From the database.
        """
        done = parsed.cli("dags", "list-import-errors", "--output", "json")
        listed = {row["filepath"] for row in json.loads(done.stdout[done.stdout.index("[{") :])}
        assert listed == set(parsed.import_errors())

    def test_the_command_line_finds_them_in_the_files(self, parsed: AirflowServer) -> None:
        """
        With `--local`.
        """
        done = parsed.cli("dags", "list-import-errors", "--local", "--output", "json")
        listed = {row["filepath"] for row in json.loads(done.stdout[done.stdout.index("[{") :])}
        assert {name.rpartition("/")[2] for name in listed} == set(parsed.import_errors())

    def test_dags_can_be_serialized_anew(self, parsed: AirflowServer) -> None:
        """
        `airflow dags reserialize` writes the good ones, and keeps the errors.
        """
        before = parsed.import_errors()
        done = parsed.cli("dags", "reserialize")
        assert done.returncode == 0, done.stderr[-3000:]
        assert parsed.import_errors() == before
        assert len(parsed.dags()) == sum(good for _, good in FILES)

    def test_a_task_of_a_good_one_can_be_tested(self, parsed: AirflowServer) -> None:
        """
        `airflow tasks test` loads all files for it.
        """
        done = parsed.cli("tasks", "test", "cron_5_1", "fetch", "2026-01-01")
        assert done.returncode == 0, done.stderr[-3000:]

    def test_a_good_one_can_be_run_alone(self, parsed: AirflowServer) -> None:
        """
        `dag.test()` writes the whole bundle first.
        """
        code = (
            "from airflow.dag_processing.dagbag import DagBag\n"
            f"bag = DagBag({str(parsed.dag_folder / name_of('cycle', 5))!r})\n"
            "print('STATE', bag.dags['cycle_5_1'].test().state)\n"
        )
        done = subprocess.run(
            [parsed.python, "-c", code],
            env=parsed.env,
            cwd=parsed.home,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert "STATE success" in done.stdout, done.stderr[-3000:]

    def test_mended_they_are_gone(self, parsed: AirflowServer) -> None:
        """
        With the first refresh of the bundle: the next DAG processor begins with one.
        """
        (parsed.dag_folder / HELPER).unlink()
        for mistake, good in FILES:
            parsed.write(name_of(mistake, good), source(mistake, good, mended=True))
        parse_once(parsed)
        assert parsed.import_errors() == {}
        assert len(parsed.dags()) == sum(good for _, good in FILES)


STEPS = """\
from datetime import datetime

from flowkit import Pipeline, generate, python
from flowkit.airflow.dags import register


def work(name: str) -> None:
    print("worked for", name)


def build(name: str) -> Pipeline:
    made = Pipeline(name, start_date=datetime(2026, 1, 1)).task("work", python(work, name))
    return made.task("work") if name in BROKEN else made


register(generate(build, ["first", "second", "third"], dag_id=str))
"""


class TestRunning:
    """
    An Airflow that runs, with everything that a task needs.
    """

    @pytest.fixture(autouse=True)
    def _a_file_without_mistakes(self, running: AirflowServer) -> None:
        running.write("steps.py", STEPS.replace("BROKEN", "[]"))

    def test_a_worker_is_told_what_is_wrong(self, running: AirflowServer) -> None:
        """
        The message stands in the log of the task; the neighbours of a broken pipeline run.
        """
        running.wait_for(lambda: len(running.dags()) == 3, "the three DAGs")
        # Airflow takes the task for good until it parses the file again.
        running.kill("dag-processor", signal.SIGTERM)
        running.write("steps.py", STEPS.replace("BROKEN", '["second"]'))
        assert running.wait_for_run("second", running.trigger("second")) == "failed"
        log = running.task_log("second", "work").replace("\\n", "\n")
        assert "Pipeline 'second' has 1 problem:" in log
        assert re.search(r"steps\.py:13: FK101 Duplicate task id 'work' in the pipeline", log)

        running.start_component("dag-processor")
        running.wait_for(running.import_errors, "the error of 'second'")
        assert list(running.import_errors()) == ["steps.py::second"]
        assert running.wait_for_run("third", running.trigger("third")) == "success"
        assert "worked for third" in running.task_log("third", "work")
        shown = running.client.get("importErrors").raise_for_status().json()["import_errors"]
        assert [error["filename"] for error in shown] == ["steps.py::second"]

        running.write("steps.py", STEPS.replace("BROKEN", "[]"))
        running.wait_for(lambda: not running.import_errors(), "the end of the error")
        parsed = running.dag_rows()["second"]["last_parsed_time"]
        running.wait_for(lambda: running.dag_rows()["second"]["last_parsed_time"] > parsed, "the next parse")
        assert running.import_errors() == {}
        assert running.wait_for_run("second", running.trigger("second")) == "success"


@pytest.fixture(scope="module")
def running(start_airflow: StartAirflow) -> AirflowServer:
    """
    An Airflow with its three usual processes, which looks at files and bundles every few seconds.
    """
    return start_airflow(
        settings={
            "AIRFLOW__DAG_PROCESSOR__BUNDLE_REFRESH_CHECK_INTERVAL": "1",
            "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "1",
            "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "15",
            # As often as a worker looks for a DAG that it does not find, a minute apart.
            "AIRFLOW__WORKERS__MISSING_DAG_RETRIES": "0",
        }
    )


def test_five_broken_ones_among_a_hundred(migrated_database: Path, tmp_path: Path) -> None:
    """
    A scheduler runs the ninety-five on schedule, and the errors of the five are there after each parse of an edited
    file. `benchmarks/isolation.py` does the same with 500.
    """
    seen = isolation.observe(
        tmp_path / "home", pipelines=100, broken=5, edits=3, database=migrated_database, say=lambda _: None
    )
    assert seen.parses == 3
    assert (seen.ever_stale, seen.ever_marked) == (set(), set())
    assert seen.errors_after_parses == [5, 5, 5]
    assert seen.fewest_errors == 5
    assert min(seen.successes.values()) >= 1
    assert len(seen.successes) == 95
    assert seen.failures == 0


class TestEveryKind:
    """
    Values that Airflow's processor cannot handle, and code that ends in any way that Python has.
    """

    @pytest.fixture(scope="class")
    @classmethod
    def kinds(cls, start_airflow: StartAirflow) -> AirflowServer:
        """
        A file for each kind, with two good pipelines, and one file for all kinds, parsed once by a DAG processor.
        """
        airflow = start_airflow(components=())
        for kind in KINDS:
            text = broken_kinds.source("generate_with_ids", [kind])
            airflow.write(
                f"{kind}_.py", text.replace("'first'", f"'first_{kind}'").replace("'last'", f"'last_{kind}'")
            )
        airflow.write("all_.py", broken_kinds.source("generate_with_ids", KINDS))
        parse_once(airflow)
        return airflow

    def test_the_good_ones_are_live(self, kinds: AirflowServer) -> None:
        """
        None is stale, none is marked for an import error, and no broken one is a DAG.
        """
        good = {"first", "last", *(f"{end}_{kind}" for kind in KINDS for end in ("first", "last"))}
        states = {
            dag_id: (row["is_stale"], row["has_import_errors"]) for dag_id, row in kinds.dag_rows().items()
        }
        assert states == dict.fromkeys(good, (0, 0))

    def test_each_broken_one_is_named_with_its_line(self, kinds: AirflowServer) -> None:
        """
        Alone in its file, and among all others.
        """
        errors = kinds.import_errors()
        names = {name: name.partition("::")[0] for name in errors}
        assert set(names) == {f"{kind}_.py::{kind}" for kind in KINDS} | {
            f"all_.py::{kind}" for kind in KINDS
        }
        unlocated = [
            name for name, file in names.items() if not re.search(rf"{file}:\d+: FK\d+ ", errors[name])
        ]
        assert unlocated == []


def test_fifteen_kinds_among_three_hundred(migrated_database: Path, tmp_path: Path) -> None:
    """
    A scheduler runs the 285 good ones on schedule, while the file is edited ten times; the fifteen stay named.
    """
    seen = isolation.observe(
        tmp_path / "home",
        pipelines=300,
        broken=15,
        edits=10,
        database=migrated_database,
        say=lambda _: None,
        write=broken_kinds.many,
    )
    assert (seen.ever_stale, seen.ever_marked) == (set(), set())
    assert seen.errors_after_parses == [15] * 10
    assert set(seen.errors) == {f"many.py::{kind}" for kind in broken_kinds.FIFTEEN}
    assert all(re.search(r"many\.py:\d+: FK\d+ ", text) for text in seen.errors.values())
    assert len(seen.successes) == 285
    assert seen.failures == 0
