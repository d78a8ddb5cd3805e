"""
`register(shard(…))` in files that Airflow loads.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from flowkit import Pipeline, RegisterError, generate, shard
from flowkit.airflow.dags import register
from flowkit.project.loading import load
from tests import support
from tests.recorded import problem_of

LOADER = """\
import os
from flowkit import Pipeline, generate, shard
from flowkit.airflow.dags import register

def ingest(number):
    with open(os.environ["CALLED"], "a") as file:
        file.write(f"{number} ")
    if number == 3:
        raise KeyError("table")
    return Pipeline(f"p{number}").task("a").task("b", after="nowhere" if number == 5 else ())

register(shard(generate(ingest, range(10), dag_id=lambda number: f"p{number}"), file=__file__))
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Four files of one text."""
    monkeypatch.setenv("CALLED", str(tmp_path / "called.txt"))
    folder = tmp_path / "dags"
    folder.mkdir()
    for number in (1, 2, 3, 4):
        (folder / f"loader_{number}_of_4.py").write_text(LOADER)
    return folder


def _called(folder: Path) -> list[str]:
    file = folder.parent / "called.txt"
    return file.read_text().split() if file.exists() else []


def test_the_files_hold_the_set_together(folder: Path) -> None:
    """Each pipeline is in one file, and is made there alone; a broken one is listed once."""
    bag = support.load_dags(folder)

    assert sorted(bag.dags) == ["p0", "p1", "p2", "p4", "p6", "p7", "p8", "p9"]
    assert sorted(key.partition("::")[2] for key in bag.import_errors) == ["p3", "p5"]
    assert sorted(_called(folder)) == [str(number) for number in range(10)]
    files = {Path(dag.fileloc).name for dag in bag.dags.values()}
    assert len(files) > 1


def test_flowkit_sees_the_same(folder: Path) -> None:
    """So do the commands, which load files without Airflow."""
    loaded = load(folder)

    assert sorted(spec.dag_id for spec in loaded.pipelines) == sorted(support.load_dags(folder).dags)
    assert sorted(broken.dag_id or "" for broken in loaded.broken) == ["p3", "p5"]
    assert loaded.failures == ()


def test_a_worker_builds_one_pipeline_of_one_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other files register nothing, which is no error."""
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", "p2")
    bag = support.load_dags(folder)

    assert (list(bag.dags), bag.import_errors) == (["p2"], {})
    assert _called(folder) == ["2"]


def test_an_empty_shard_is_no_error() -> None:
    """One pipeline in 50 files leaves 49 without any; but nothing to spread is a mistake."""
    namespace: dict[str, object] = {}
    for number in range(1, 51):
        register(shard([Pipeline("alone").task("a")], number, of=50), namespace=namespace)
    assert [key for key in namespace if not key.startswith("_")] == ["alone"]

    assert problem_of(shard([], 1, of=50)).code == "FK008"
    with pytest.raises(RegisterError, match="FK405"):
        register(generate(Pipeline, []), namespace=namespace)
