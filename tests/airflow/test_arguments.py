"""
Arguments keep one written form in every process, and reach the function as what they are.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from flowkit import Pipeline, PipelineError, python
from tests import support

PIPELINE = '''
"""Every kind of argument, used by tests in this process and in others."""
import dataclasses
import enum
import json
import os
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import attrs

from flowkit import Pipeline, python, task
from flowkit.airflow.dags import register


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Pair(NamedTuple):
    left: int
    right: Any


def helper(x: int) -> int:
    return x + 1


@attrs.frozen
class Inner:
    names: frozenset[str]
    value: Any = None


@attrs.frozen
class Config:
    table: str
    tags: frozenset[str]
    function: Any
    inner: Inner
    rows: Any = None
    colours: tuple[Colour, ...] = (Colour.RED, Colour.BLUE)
    amounts: Mapping[str, Any] = attrs.field(factory=dict)


@dataclasses.dataclass(frozen=True)
class Limits:
    upper: int
    text: Any = "plain"


def fetch(table: str) -> list[int]:
    return [1, 2, 3]


def counts() -> dict[str, int]:
    return {"good": 7, "bad": 2}


def use(
    config: Config, limits: Limits, pair: Any, words: set[str], nested: dict[str, Any], params: Any, ds: Any,
    *, key: int, text: str,
) -> None:
    seen = {
        "table": config.table, "tags": sorted(config.tags), "function": config.function(1),
        "inner": [sorted(config.inner.names), config.inner.value], "rows": config.rows,
        "colours": [colour.name for colour in config.colours], "upper": limits.upper, "limit_text": limits.text,
        "pair": [type(pair).__name__, *pair], "words": sorted(words), "nested": nested, "params": params, "ds": ds,
        "key": key, "text": text, "kinds": [type(config).__name__, type(limits).__name__],
    }
    Path(os.environ["SEEN"]).write_text(json.dumps(seen))


rows = task("rows", python(fetch, "users"))
both = task("both", python(counts))
config = Config(
    "users", frozenset({"a", "b", "c", "d"}), helper, Inner(frozenset({"x", "y", "z"}), rows.output), rows.output,
    amounts={"b": Decimal("1.5"), "a": timedelta(hours=1), "c": date(2026, 1, 1), "p": PurePosixPath("/x")},
)
register(
    Pipeline("arguments").add(
        rows,
        both,
        task("use", python(
            use, config, Limits(3, f"all {both.output['good']}"), Pair(1, rows.output), {"p", "q", "r"},
            {"rows": [rows.output], "more": ({"deep": both.output["bad"]},)}, "mine", "also mine",
            key=both.output["good"], text=f"{both.output['good']} of {rows.output}",
        )),
    )
)
'''

SERIALIZE = """
import json, sys
from tests import support
from pathlib import Path
bag = support.load_dags(Path(sys.argv[1]))
assert not bag.import_errors, bag.import_errors
print("JSON" + json.dumps(support.serialized(bag.dags["arguments"]), sort_keys=True))
"""


@pytest.fixture(scope="module")
def file(airflow_home: Path) -> Path:
    """
    The file, in the folder of Airflow's own bundle: `dag.test()` takes no other.
    """
    path = airflow_home / "dags" / "arguments.py"
    path.write_text(PIPELINE)
    return path


@pytest.mark.e2e
def test_the_written_form_is_the_same_under_every_hash_seed(file: Path, airflow_home: Path) -> None:
    """
    Airflow would write the `repr` of an attrs value: with a set in it, three seeds make three DAG versions.
    """
    forms = set()
    for seed in "01234":
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": os.pathsep.join([str(support.ROOT), *sys.path]),
        }
        done = subprocess.run(
            [sys.executable, "-c", SERIALIZE, str(file)],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        forms.add(done.stdout.rpartition("JSON")[2])
    (form,) = forms
    use = next(
        task["__var"] for task in json.loads(form)["dag"]["tasks"] if task["__var"]["task_id"] == "use"
    )
    assert " at 0x" not in form
    if isinstance(use["op_args"], str):
        # Airflow 3.1 stores the text of all arguments.
        assert "'tags': ['a', 'b', 'c', 'd']" in use["op_args"]
        return
    written = use["op_args"][0]
    assert written["__type__"] == "Config"
    assert written["tags"] == ["a", "b", "c", "d"]
    assert written["function"] == "<callable helper>"
    assert written["amounts"] == {"a": "1:00:00", "b": "1.5", "c": "2026-01-01", "p": "/x"}


# `dag.test()` imports Airflow's API server, whose libraries warn about each other.
@pytest.mark.filterwarnings("ignore")
def test_the_function_gets_the_real_values(
    file: Path, airflow_db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Run by Airflow: outputs within containers, attrs, dataclass and named tuple values, by key and in texts.
    """
    seen = tmp_path / "seen.json"
    monkeypatch.setenv("SEEN", str(seen))
    dag = support.load_dags(file).dags["arguments"]
    run = dag.test()
    assert str(run.state) == "success"
    assert json.loads(seen.read_text()) == {
        "table": "users",
        "tags": ["a", "b", "c", "d"],
        "function": 2,
        "inner": [["x", "y", "z"], [1, 2, 3]],
        "rows": [1, 2, 3],
        "colours": ["RED", "BLUE"],
        "upper": 3,
        "limit_text": "all 7",
        "pair": ["Pair", 1, [1, 2, 3]],
        "words": ["p", "q", "r"],
        "nested": {"rows": [[1, 2, 3]], "more": [{"deep": 2}]},
        "params": "mine",
        "ds": "also mine",
        "key": 7,
        "text": "7 of [1, 2, 3]",
        "kinds": ["Config", "Limits"],
    }


def test_outputs_deep_in_values_make_edges(file: Path) -> None:
    """
    Also where Airflow itself would not look.
    """
    use = support.load_dags(file).dags["arguments"].get_task("use")
    assert use.upstream_task_ids == {"rows", "both"}


class Opaque:
    """
    An object that Python shows by its address.
    """


@pytest.mark.parametrize("value", [Opaque(), [Opaque()], {"x": Opaque()}, (x for x in [1])])
def test_what_has_no_stable_form_is_a_problem(value: Any) -> None:
    """
    Airflow would make a new version of the DAG at every parse.
    """

    def take(value: Any) -> None: ...

    with pytest.raises(PipelineError) as caught:
        Pipeline("p").task("a", python(take, value)).build()
    (problem,) = caught.value.problems
    assert problem.code == "FK204"
    assert "has no stable serialized form" in problem.message
