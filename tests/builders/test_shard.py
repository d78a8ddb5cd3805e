"""
Shards: one set of pipelines, spread over several DAG files.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flowkit
from flowkit import Pipeline, PipelineError, generate
from tests.recorded import problem_of
from tests.resolve.locations import mark

shard: Any = flowkit.shard  # no checker would let pass what is refused here

IDS = st.lists(st.from_regex(r"[A-Za-z0-9_-]{1,30}", fullmatch=True), min_size=1, max_size=40, unique=True)


def build(dag_id: str) -> Pipeline:
    """Make a pipeline."""
    return Pipeline(dag_id).task("a")


def _ids(pipelines: Any, number: int, of: int) -> list[str]:
    return [member.dag_id for member in shard(pipelines, number, of=of)]


def _where(pipelines: Any, of: int) -> dict[str, int]:
    return {dag_id: number for number in range(1, of + 1) for dag_id in _ids(pipelines, number, of)}


@given(IDS, st.integers(1, 12), st.booleans())
def test_each_pipeline_is_in_one_shard(ids: list[str], of: int, named: bool) -> None:
    """The shards together are the whole set, no two overlap, and each keeps the order of the source."""
    made = generate(build, ids, dag_id=str if named else None)
    shards = [_ids(made, number, of) for number in range(1, of + 1)]

    assert Counter(dag_id for one in shards for dag_id in one) == Counter(ids)
    for one in shards:
        assert one == sorted(one, key=ids.index)


@given(IDS, st.integers(1, 12), st.data())
def test_a_pipeline_stays_when_others_come_and_go(ids: list[str], of: int, data: st.DataObject) -> None:
    """Where it goes depends on its own id, however the set changes and whatever its pipelines come from."""
    kept = data.draw(st.lists(st.sampled_from(ids), unique=True, min_size=1))
    before = _where(generate(build, ids, dag_id=str), of)

    assert _where([build(dag_id) for dag_id in kept], of) == {dag_id: before[dag_id] for dag_id in kept}
    assert _where(generate(build, kept), of) == {dag_id: before[dag_id] for dag_id in kept}


@pytest.mark.parametrize("pattern", ["etl_{}", "etl_{:05d}", "{}_load", "tenant-{}-daily"])
@pytest.mark.parametrize("of", [2, 5, 8, 16])
def test_shards_are_of_similar_size(pattern: str, of: int) -> None:
    """Ids that differ in a number alone spread evenly as well."""
    made = generate(build, [pattern.format(number) for number in range(2_000)], dag_id=str)
    sizes = [len(_ids(made, number, of)) for number in range(1, of + 1)]

    assert min(sizes) > 0.7 * 2_000 / of
    assert max(sizes) < 1.3 * 2_000 / of


def test_shards_are_the_same_in_every_process() -> None:
    """Python's own hash of a text is another one in each process; and releases of flowkit must agree as well."""
    code = (
        "from flowkit import Pipeline, generate, shard\n"
        "made = generate(Pipeline, [f'p{n}' for n in range(20)], dag_id=str)\n"
        "print([[one.dag_id for one in shard(made, n, of=3)] for n in (1, 2, 3)])"
    )
    command = [sys.executable, "-c", code]
    outputs = [
        subprocess.run(
            command, env={"PYTHONHASHSEED": seed}, capture_output=True, check=True, text=True
        ).stdout
        for seed in ("1", "2")
    ]

    expected = [_ids([Pipeline(f"p{n}") for n in range(20)], number, 3) for number in (1, 2, 3)]
    assert outputs == [f"{expected}\n"] * 2
    assert expected[0] == ["p0", "p5", "p7", "p8", "p9"]


def test_pipelines_of_other_shards_are_not_built() -> None:
    """With `dag_id=`, only those of the shard are made, and only when they are asked for."""
    called: list[str] = []

    def recorded(dag_id: str) -> Pipeline:
        called.append(dag_id)
        return build(dag_id)

    ids = [f"p{number}" for number in range(30)]
    own = list(shard(generate(recorded, ids, dag_id=str), 2, of=4))
    assert called == []
    assert [member.build().dag_id for member in own] == called
    assert 0 < len(called) < 30

    called.clear()
    for number in (1, 2, 3, 4):
        for member in shard(generate(recorded, ids), number, of=4):
            member.build()
    assert called == ids * 4, "without `dag_id=` each file makes all of them, each once"


def test_a_broken_pipeline_is_in_one_shard() -> None:
    """Its problem is shown once, whether its id is known or not."""

    def broken(number: int) -> Pipeline:
        raise ValueError(number)

    def unnamed(number: int) -> str:
        raise KeyError(number)

    for dag_id in (None, unnamed, lambda number: f"p{number}"):
        made: Any = generate(broken, range(20), dag_id=dag_id)
        found = [member for number in (1, 2, 3) for member in shard(made, number, of=3)]
        assert Counter(member.name for member in found) == Counter(f"broken[{n}]" for n in range(20))
        for member in found:
            with pytest.raises(PipelineError, match="FK401"):
                member.build()


def test_sets_and_pipelines_stand_together() -> None:
    """A list may hold pipelines and what `generate` returns; the order is that of the source."""
    sets = [build("z"), generate(build, ["b", "a"], dag_id=str), [build("y")]]

    assert _ids(sets, 1, 1) == ["z", "b", "a", "y"]


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("/dags/loader_3_of_8.py", (3, 8)),
        ("loader-03-of-08.py", (3, 8)),
        ("1_of_1.py", (1, 1)),
        ("/dags_9_of_9/etl_2_of_3_12_of_40.py", (12, 40)),
    ],
)
def test_the_file_tells_its_number(file: str, expected: tuple[int, int]) -> None:
    """Files of the same text differ in their names alone."""
    one = shard([build("a")], file=file)

    assert (one.number, one.of) == expected
    assert repr(one) == f"<Shard {expected[0]} of {expected[1]}>"


def _message(*args: Any, **kwargs: Any) -> str:
    caught = problem_of(shard(*args, **kwargs))
    return str(caught)


def test_fk407_no_such_shard() -> None:
    """Shards are numbered from 1."""
    here = mark()
    found = [_message([build("a")], number, of=of) for number, of in [(0, 8), (9, 8), (1, 0), (-1, -2)]]
    found.append(_message([build("a")], file="loader_9_of_8.py"))

    location = str(here(1)).rpartition(":")[0]
    assert [text.replace(location, "file").partition(" ")[2] for text in found] == [
        "FK407 There is no shard 0 of 8: shards are numbered from 1. Use a number from 1 to 8.",
        "FK407 There is no shard 9 of 8: shards are numbered from 1. Use a number from 1 to 8.",
        "FK407 There is no shard 1 of 0: shards are numbered from 1. of= must be 1 or more.",
        "FK407 There is no shard -1 of -2: shards are numbered from 1. of= must be 1 or more.",
        "FK407 There is no shard 9 of 8: shards are numbered from 1. Use a number from 1 to 8.",
    ]


@pytest.mark.parametrize("name", ["loader.py", "loader_3_of.py", "loader3of8.py", "loader_3_of_8_old.py"])
def test_fk408_a_file_without_a_number(name: str) -> None:
    """The name of the file must end with its number."""
    found = _message([build("a")], file=f"/dags/{name}").partition(" ")[2]

    assert found == (
        f"FK408 The file name {name!r} does not say which shard the file holds. Name the file like "
        "loader_3_of_8.py, or write shard(pipelines, 3, of=8)."
    )


@pytest.mark.parametrize(
    ("args", "kwargs", "message"),
    [
        (([build("a")],), {}, "needs either a number and of=, or file="),
        (([build("a")], 1), {}, "needs either a number and of=, or file="),
        (([build("a")], 1), {"of": 2, "file": "a_1_of_2.py"}, "needs either a number and of=, or file="),
        (([build("a")], "1"), {"of": 2}, "takes integers"),
        (([build("a")], True), {"of": 2}, "takes integers"),
        (([build("a")],), {"file": 3}, "takes the name of a file, not int"),
        ((build("a"), 1), {"of": 2}, "takes several pipelines, not Pipeline"),
        (("abc", 1), {"of": 2}, "takes several pipelines, not str"),
        ((["abc"], 1), {"of": 2}, "takes pipelines, not str"),
        (([build], 1), {"of": 2}, "takes pipelines, not function"),
        (([], 1), {"of": 2}, "got no pipelines"),
        ((generate(build, []), 1), {"of": 2}, "got no pipelines"),
    ],
)
def test_fk008_what_shard_takes(args: tuple[Any, ...], kwargs: dict[str, Any], message: str) -> None:
    """Several pipelines, and which shard of them."""
    assert f"FK008 shard() {message}" in _message(*args, **kwargs)
