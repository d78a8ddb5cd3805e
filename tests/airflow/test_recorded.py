"""
Pipelines written at the top of one file: those with wrong values are set aside, the others are stored.
"""

from __future__ import annotations

from pathlib import Path

from tests.airflow.test_isolation import parsed

SOURCE = """
from datetime import datetime

from flowkit import Claim, Group, Pipeline, Pod, Secret, chain, cron, each, generate, operator, over, python, shard
from flowkit import task
from flowkit.airflow.dags import register


def run() -> None: ...


START = {"start_date": datetime(2026, 1, 1)}

register(
    Pipeline("first", **START, schedule=cron("0 6 * * *")).task("run", python(run), retries=3),
    Pipeline("option").task("run", python(run), retries="3", retires=2),
    Pipeline("setting", schedule="@dayly").task("run"),
    Pipeline("my id").task("run"),
    Pipeline("schedule", schedule=cron("0 25 * * *", timezon="UTC")).task("run"),
    Pipeline("pod").task("run", pod=Pod(cpus="1", env={"A": Secret("A b")}, volumes={"/a": Claim()})),
    Pipeline("action").task("run", run),
    Pipeline("placed").task("run").then("run"),
    Pipeline("arrow").then(chain(task("a"), 5)),
    Pipeline("mapped").task("run", each(run, over(3))),
    Pipeline("operator").task("run", operator(run)),
    Pipeline("group").then(Group("g", tooltpi="x").task("a")).group("h").task("b").end(1),
    Pipeline("surplus").task("a", python(run), "x"),
    Pipeline("last", **START).task("run", python(run)),
)
register(generate(lambda name: Pipeline(name).task("run"), ["x"], dagid=str), shard([], 1, of=2))
register(Pipeline("after").task("run"))
"""

CODES = {
    "option": ["FK005", "FK006"],
    "setting": ["FK003"],
    "my id": ["FK001"],
    "schedule": ["FK002", "FK005"],
    "pod": ["FK005", "FK011", "FK014"],
    "action": ["FK008"],
    "placed": ["FK008"],
    "arrow": ["FK008"],
    "mapped": ["FK304"],
    "operator": ["FK008"],
    "group": ["FK005", "FK014"],
    "surplus": ["FK014"],
}


def test_wrong_values_at_the_top_of_a_file_harm_no_other_pipeline(tmp_path: Path) -> None:
    """Each broken pipeline is named, with all of its problems and their lines; the file itself has no error."""
    file = tmp_path / "recorded.py"
    file.write_text(SOURCE)
    result = parsed(file)
    errors = result.import_errors or {}

    assert sorted(dag.dag_id for dag in result.serialized_dags) == ["after", "first", "last"]
    assert file.name not in {Path(name).name for name in errors}
    by_id = {name.rpartition("::")[2]: text for name, text in errors.items()}
    lines = SOURCE.splitlines()
    for dag_id, codes in CODES.items():
        text = by_id.pop(dag_id)
        assert codes == sorted({word for word in text.split() if word.startswith("FK")})
        number = next(number for number, line in enumerate(lines, 1) if f'Pipeline("{dag_id}"' in line)
        assert f"recorded.py:{number}: FK" in text
    (text,) = by_id.values()
    assert "FK005 generate() got an unexpected argument 'dagid'." in text
    assert "FK008 shard() got no pipelines." in text
