"""
One broken pipeline harms no other: as Airflow's processor parses files, and as it writes the result to its database.
"""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import structlog

from tests import support
from tests.airflow.twelve_mistakes import SEVERAL, TWELVE, broken_id, expected, ids, name_of, source, write

FILES = [(mistake, good) for mistake in (*TWELVE, SEVERAL) for good in (5, 49)]
BUNDLE = "dags-folder"


def parsed(file: Path) -> Any:
    """
    Return what the process that parses a file sends to the DAG processor: DAGs in their stored form, and errors.
    """
    module = import_module("airflow.dag_processing.processor")
    known = {"file": str(file), "bundle_path": file.parent, "bundle_name": BUNDLE}
    wanted = {name: value for name, value in known.items() if name in module.DagFileParseRequest.model_fields}
    return module._parse_file(module.DagFileParseRequest(**wanted), structlog.get_logger())


def stored(result: Any, file: Path) -> None:
    """
    Write that to the database, as the DAG processor does.
    """
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.dag_processing.collection import update_dag_parsing_results_in_db
    from airflow.utils.session import create_session

    errors = {(BUNDLE, name): text for name, text in (result.import_errors or {}).items()}
    with create_session() as session:
        manager: Any = DagBundlesManager
        manager().sync_bundles_to_db(session=session)
        session.commit()
        update_dag_parsing_results_in_db(
            bundle_name=BUNDLE,
            bundle_version=None,
            dags=result.serialized_dags,
            import_errors=errors,
            parse_duration=0.1,
            warnings=set(),
            session=session,
            files_parsed={(BUNDLE, file.name), *errors},
        )


def states(file: Path) -> dict[str, tuple[bool, bool]]:
    """
    Return by DAG of a file whether the database has it as stale, and as one with import errors.
    """
    from airflow.models.dag import DagModel
    from airflow.utils.session import create_session

    with create_session() as session:
        rows = session.query(DagModel).filter(DagModel.relative_fileloc == file.name)
        return {row.dag_id: (row.is_stale, bool(row.has_import_errors)) for row in rows}


def shown(file: Path) -> dict[str, str]:
    """
    Return the import errors that the database has of a file and of its pipelines.
    """
    from airflow.models.errors import ParseImportError
    from airflow.utils.session import create_session

    with create_session() as session:
        found = {str(row.filename): str(row.stacktrace) for row in session.query(ParseImportError)}
        return {name: text for name, text in found.items() if name.startswith(file.name)}


@pytest.fixture(autouse=True)
def _helpers_lie_beside_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)


@pytest.mark.parametrize(("mistake", "good"), FILES)
def test_in_the_database_only_the_broken_one_is_broken(
    tmp_path: Path, airflow_db: Path, mistake: str, good: int
) -> None:
    """
    The good ones are neither stale nor marked; the message of the broken one has each problem with its line.
    """
    file = write(tmp_path, mistake, good)
    stored(parsed(file), file)
    assert states(file) == dict.fromkeys(ids(mistake, good), (False, False))
    ((name, message),) = shown(file).items()
    assert name == f"{name_of(mistake, good)}::{broken_id(mistake, good)}"
    assert re.findall(r"(\w+\.py:\d+: FK\d+) ", message) == expected(mistake, good)


@pytest.mark.parametrize("mistake", [*TWELVE, SEVERAL])
def test_a_bag_shows_it_too(tmp_path: Path, mistake: str) -> None:
    """
    A `DagBag`, as people write it in their tests.
    """
    bag = support.load_dags(write(tmp_path, mistake, 5))
    assert sorted(bag.dags) == ids(mistake, 5)
    assert [name.rpartition("/")[2] for name in bag.import_errors] == [
        f"{name_of(mistake, 5)}::{broken_id(mistake, 5)}"
    ]


def test_several_broken_ones_are_each_shown_and_their_bag_can_be_stored(
    tmp_path: Path, airflow_db: Path
) -> None:
    """
    `airflow dags reserialize`, `dag.test()` and `airflow tasks test` store a whole bag.
    """
    for mistake in TWELVE:
        write(tmp_path, mistake, 2)
    bag = support.load_dags(tmp_path)
    assert len(bag.import_errors) == len(TWELVE)
    import_module(type(bag).__module__).sync_bag_to_db(bag, BUNDLE, None)


def test_mended_a_pipeline_is_live(tmp_path: Path, airflow_db: Path) -> None:
    """
    Beside the others. Its error stays until the bundle is refreshed: Airflow clears errors by the name of the file.
    """
    file = tmp_path / "cron_5.py"
    for mended in (False, True):
        file.write_text(source("cron", 5, mended=mended))
        stored(parsed(file), file)
    assert set(states(file).values()) == {(False, False)}
    assert list(shown(file)) == ["cron_5.py::cron_5_broken"]


REFUSED = """\
import sys
from airflow.sdk import BaseOperator
from airflow.timetables.base import Timetable
from flowkit import Pipeline, generate, operator
from flowkit.airflow.dags import register


class Unregistered(Timetable):
    def infer_manual_data_interval(self, *, run_after): ...
    def next_dagrun_info(self, *, last_automated_data_interval, restriction): ...


class WithoutText:
    def __str__(self):
        raise RuntimeError("no text for this")


class Opaque(BaseOperator):
    template_fields = ("field",)

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.field = WithoutText()


BROKEN = {
    "timetable": lambda name: Pipeline(name, schedule=Unregistered()).task("a"),
    "field": lambda name: Pipeline(name).task("a", operator(Opaque)),
    "policy": lambda name: Pipeline(name).task("forbidden"),
    "exit": lambda name: sys.exit("enough"),
}


def build(name):
    return BROKEN[KIND](name) if name == "broken" else Pipeline(name).task("a")


register(generate(build, ["one", "broken", "two"], dag_id=str))
"""


def refuse_forbidden(task: Any) -> None:
    from airflow.exceptions import AirflowClusterPolicyViolation

    if task.task_id == "forbidden":
        raise AirflowClusterPolicyViolation("tasks must not be called so")


class TestWhatAirflowRefuses:
    """
    Airflow itself would count all of these against the file, and every DAG of it would be stale.
    """

    def file(self, folder: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> Path:
        """
        Write a file with a pipeline that is broken in this way.
        """
        monkeypatch.setattr("airflow.settings.task_policy", refuse_forbidden)
        file = folder / f"refused_{kind}.py"
        file.write_text(REFUSED.replace("KIND", repr(kind)))
        return file

    @pytest.mark.parametrize(
        ("kind", "said"),
        [
            ("timetable", "FK901 Airflow rejected the pipeline: "),
            ("field", "no text for this"),
            ("policy", "FK901 Airflow rejected the pipeline: tasks must not be called so."),
            ("exit", "FK401 build() raised SystemExit for the configuration 'broken' (index 1): enough."),
        ],
    )
    def test_harms_no_other(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, said: str
    ) -> None:
        """
        A timetable that no plugin registers, a field that cannot be stored, a cluster policy, and `sys.exit()`.
        """
        file = self.file(tmp_path, kind, monkeypatch)
        result = parsed(file)
        assert sorted(dag.dag_id for dag in result.serialized_dags) == ["one", "two"]
        ((name, message),) = result.import_errors.items()
        assert name == f"{file.name}::broken"
        assert said in message
        assert re.search(rf"{file.name}:\d+: FK", message)

    def test_a_dag_of_another_file_keeps_its_place(self, tmp_path: Path) -> None:
        """
        The second file with a dag_id is refused by name, and its other pipelines live.
        """
        text = "from flowkit import Pipeline\nfrom flowkit.airflow.dags import register\n"
        (tmp_path / "a.py").write_text(f"{text}register(Pipeline('same').task('a'))\n")
        (tmp_path / "b.py").write_text(
            f"{text}register(Pipeline('same').task('b'), Pipeline('other').task('b'))\n"
        )
        bag = support.load_dags(tmp_path)
        assert sorted(bag.dags) == ["other", "same"]
        first = "a" if bag.dags["same"].has_task("a") else "b"
        second = "b" if first == "a" else "a"
        assert bag.dags["same"].fileloc == str(tmp_path / f"{first}.py")
        assert list(bag.import_errors) == [f"{tmp_path / second}.py::same"]

    def test_what_is_not_flowkits_is_left_to_airflow(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        A DAG written by hand in the same file is refused as ever, under the name of the file.
        """
        monkeypatch.setattr("airflow.settings.task_policy", refuse_forbidden)
        file = tmp_path / "mixed.py"
        file.write_text(
            "from airflow.sdk import DAG\n"
            "from airflow.providers.standard.operators.empty import EmptyOperator\n"
            "from flowkit import Pipeline\nfrom flowkit.airflow.dags import register\n"
            "register(Pipeline('mine').task('a'))\n"
            "with DAG('by_hand'):\n    EmptyOperator(task_id='forbidden')\n"
        )
        bag = support.load_dags(file)
        assert list(bag.dags) == ["mine"]
        assert list(bag.import_errors) == [str(file)]
