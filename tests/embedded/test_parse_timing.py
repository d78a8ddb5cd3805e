"""
How long Airflow needs for files.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from flowkit.base.errors import RunError
from flowkit.embedded.parse_timing import measure
from flowkit.project.parse_limits import Timing

HEAD = "import helper\nfrom flowkit import Pipeline, generate\nfrom flowkit.airflow.dags import register\n"


def _measure(folder: Path, longest: float = 60, **files: str) -> dict[str, Timing]:
    (folder / "helper.py").touch()
    for name, text in files.items():
        (folder / f"{name}.py").write_text(HEAD + text, encoding="utf-8")
    seen: list[str] = []
    paths = [str(folder / f"{name}.py") for name in files]
    found = measure(paths, folder, longest=longest, on_file=seen.append)
    assert seen == paths == list(found)
    return {Path(file).stem: timing for file, timing in found.items()}


@pytest.mark.e2e
def test_files_are_loaded_by_airflow(tmp_path: Path) -> None:
    """
    Pipelines and tasks are counted, helpers found; a file that fails or ends Python harms no other.
    """
    found = _measure(
        tmp_path,
        good='print("hello")\nfor n in range(3):\n    register(Pipeline(f"p{n}").task("a").task("b"))\n',
        bad="1 / 0\n",
        ends="import os\nos._exit(3)\n",
        last='register(Pipeline("last").task("a"))\n',
    )

    assert {name: (timing.pipelines, timing.tasks, timing.ended) for name, timing in found.items()} == {
        "good": (3, 6, True),
        "bad": (0, 0, True),
        "ends": (0, 0, True),
        "last": (1, 1, True),
    }
    codes = {name: [problem.code for problem in timing.problems] for name, timing in found.items()}
    assert codes == {"good": [], "bad": ["FK501"], "ends": ["FK501"], "last": []}
    assert "ZeroDivisionError" in found["bad"].problems[0].traceback
    assert found["good"].load > 0
    assert found["good"].serialize > 0


REJECTED = """
import sys
from airflow.sdk import DAG, BaseOperator
from airflow.timetables.base import Timetable
from flowkit import operator

class Exits(BaseOperator):
    def __init__(self, **kwargs):
        sys.exit(3)

class Odd:
    def __str__(self):
        raise RuntimeError("no text")

class Holds(BaseOperator):
    template_fields = ("field",)
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.field = Odd()

register(
    Pipeline("good").task("a"),
    Pipeline("exits").task("a", operator(Exits)),
    Pipeline("holds").task("a", operator(Holds)),
    Pipeline("empty"),
    3,
)
with DAG("by_hand", schedule=None):
    Holds(task_id="a")
"""


@pytest.mark.e2e
def test_what_airflow_rejects_is_reported(tmp_path: Path) -> None:
    """
    With what flowkit itself would have found, and DAGs that are not flowkit's.
    """
    (timing,) = _measure(tmp_path, rejected=REJECTED).values()
    assert [(problem.code, problem.dag_id) for problem in timing.problems] == [
        ("FK109", "empty"),
        ("FK405", None),
        ("FK901", "exits"),
        ("FK901", "holds"),
        ("FK901", "by_hand"),
    ]
    assert all(problem.location is not None for problem in timing.problems)
    assert (timing.pipelines, timing.ended) == (2, True)


@pytest.mark.e2e
def test_a_file_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    """
    While it is loaded; the next one has its time.
    """
    found = _measure(
        tmp_path,
        longest=3,
        slow="import time\ntime.sleep(600)\n",
        quick='register(Pipeline("p").task("a"))\n',
    )

    assert not found["slow"].ended
    assert 3 <= found["slow"].load < 60
    assert (found["quick"].pipelines, found["quick"].ended) == (1, True)


@pytest.mark.e2e
def test_an_airflow_that_cannot_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Is told with the end of what it said.
    """
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "nonsense")

    with pytest.raises(RunError, match="Airflow could not be timed") as caught:
        _measure(tmp_path, good="")
    assert "nonsense" in str(caught.value) or "Error" in str(caught.value)
