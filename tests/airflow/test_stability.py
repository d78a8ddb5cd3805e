"""
Same input, same DAG: in every process, with every hash seed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from flowkit import Group, Pipeline, python, task
from flowkit.airflow.compile import compile_pipeline
from tests import support

SOURCE = '''\
"""Attrs and dataclass arguments that hold sets, functions and each other."""
import dataclasses
import enum
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

import attrs

from flowkit import Group, Pipeline, each, generate, operator, over, python, task
from flowkit.airflow.dags import register


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"
    GREEN = "green"


@dataclasses.dataclass(frozen=True)
class Limits:
    names: frozenset[str]
    by_name: dict[str, Any]


@attrs.frozen
class Config:
    table: str
    tags: frozenset[str]
    function: Any
    limits: Limits
    colours: frozenset[Colour]
    places: frozenset[PurePosixPath]


def clean(text: str) -> str:
    return text


def load(config: Config, words: set[str], nested: dict[str, Any], *more: Any) -> list[str]:
    return sorted(words)


def show(item: str, config: Config) -> None:
    print(item)


WORDS = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta")


def config(table: str) -> Config:
    limits = Limits(frozenset(WORDS), {"first": frozenset({1, 2, 3}), "second": {"deep": clean}})
    places = frozenset(PurePosixPath("/", word) for word in WORDS)
    return Config(table, frozenset(WORDS), clean, limits, frozenset(Colour), places)


def build(table: str) -> Pipeline:
    given = config(table)
    loaded = task("load", python(load, given, set(WORDS), {"a": [given], "b": (set(WORDS), clean)}, WORDS))
    shown = task("show", each(show, item=over(loaded.output), config=given))
    return (
        Pipeline(table, schedule="@daily", start_date=datetime(2026, 1, 1), tags=list(WORDS))
        .defaults(owner="data", retries=2, retry_delay=timedelta(minutes=1))
        .task("start")
        .then(Group("work").then(loaded).then(shown))
        .task("end", trigger_rule="all_done")
    )


register(generate(build, ["users", "orders"], dag_id=str))
'''

# What a process that parses the file finds: the bytes that are stored, and what Airflow tells versions by. The keys of
# objects are sorted, as Airflow sorts them before it compares: it writes them in the order of a set of its own.
PARSE = """
import hashlib, json
from airflow.models.serialized_dag import SerializedDagModel
from tests import support

def parse(file):
    bag = support.load_dags(file)
    assert not bag.import_errors, bag.import_errors
    found = {}
    for dag_id in sorted(bag.dags):
        stored = support.serialized(bag.dags[dag_id])
        written = json.dumps(stored, sort_keys=True)
        found[dag_id] = [hashlib.sha256(written.encode()).hexdigest(), SerializedDagModel.hash(stored)]
    return json.dumps(found)
"""

FRESH = """
import sys
from pathlib import Path
print("FOUND" + parse(Path(sys.argv[1])))
"""

# As the DAG processor does it: a parent that has imported Airflow forks a process for each parse. (It has also parsed
# another file, so that the forks need not import what serializes DAGs.)
FORKS = """
import os, sys
from pathlib import Path
import airflow.dag_processing.processor

parse(Path(sys.argv[3]))
for number in range(int(sys.argv[2])):
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        # Objects lie at other addresses in each.
        filling = [bytearray(number * 7) for _ in range(number * 13)]
        os.write(write, parse(Path(sys.argv[1])).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as answer:
        print("FOUND" + answer.read())
    os.waitpid(child, 0)
"""

# Without Airflow: what flowkit describes.
SPECS = """
import hashlib, sys
from pathlib import Path
from flowkit.airflow import dags
from flowkit.project.loading import load

def canonical(value):
    if hasattr(value, "__attrs_attrs__"):
        return [type(value).__name__, *((field.name, canonical(getattr(value, field.name)))
                                        for field in value.__attrs_attrs__ if field.repr)]
    if isinstance(value, (list, tuple)):
        return [canonical(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return ["set", sorted(repr(canonical(item)) for item in value)]
    if hasattr(value, "items"):
        return [(canonical(key), canonical(item)) for key, item in value.items()]
    if hasattr(value, "__dataclass_fields__"):
        return [type(value).__name__, canonical(vars(value))]
    return getattr(value, "__qualname__", None) or repr(value)

specs = load(Path(sys.argv[1])).pipelines
assert len(specs) == 2, specs
assert "airflow" not in sys.modules
print("FOUND" + hashlib.sha256(repr([canonical(spec) for spec in specs]).encode()).hexdigest())
"""


def found(code: str, *arguments: str, seed: str = "random") -> list[str]:
    """
    Return what an interpreter of its own finds, with a hash seed.
    """
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, *arguments],
        env={
            **os.environ,
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": os.pathsep.join([str(support.ROOT), *sys.path]),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return [line.removeprefix("FOUND") for line in done.stdout.splitlines() if line.startswith("FOUND")]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    The DAG file.
    """
    path: Path = tmp_path_factory.mktemp("stability") / "stable.py"
    path.write_text(SOURCE)
    return path


@pytest.mark.e2e
def test_every_hash_seed_and_every_process_stores_the_same_bytes(file: Path) -> None:
    """
    Six interpreters with six seeds, and two hundred processes that one of them forks.
    """
    parsed = [found(PARSE + FRESH, str(file), seed=str(seed))[0] for seed in range(6)]
    other = file.with_name("other.py")
    other.write_text(SOURCE.replace('"users", "orders"', '"others"'))
    forks = found(PARSE + FORKS, str(file), "200", str(other))
    assert len(forks) == 200
    assert set(parsed) | set(forks) == {parsed[0]}
    assert sorted(json.loads(parsed[0])) == ["orders", "users"]


@pytest.mark.e2e
def test_every_hash_seed_describes_the_same_pipelines(file: Path) -> None:
    """
    Without Airflow, where a process costs little: twenty seeds.
    """
    (first,) = found(SPECS, str(file), seed="0")
    assert {found(SPECS, str(file), seed=str(seed))[0] for seed in range(1, 20)} == {first}


def pipeline(**options: Any) -> Pipeline:
    """
    Return one pipeline, made anew.
    """
    first = task("first", python(len, [1, 2]), **options)
    return (
        Pipeline("same").then(Group("g").then(first)).task("second", **dict(reversed(list(options.items()))))
    )


def test_equal_pipelines_store_the_same_bytes() -> None:
    """
    Made twice, by code that names the options in another order.
    """
    options: dict[str, Any] = {"retries": 2, "owner": "me", "pool": "small", "doc_md": "text"}
    swapped = dict(reversed(list(options.items())))
    stored = [
        json.dumps(
            support.serialized(compile_pipeline(made.build(), fileloc="/dags/same.py")), sort_keys=True
        )
        for made in (pipeline(**options), pipeline(**options), pipeline(**swapped))
    ]
    assert stored[0] == stored[1] == stored[2]
