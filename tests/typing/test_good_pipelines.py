"""
Good uses of `Pipeline`, `generate` and `register`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import attrs
from typing_extensions import TypeVar, assert_type

from flowkit import (
    Generated,
    Group,
    OpenGroup,
    Pipeline,
    Pod,
    Schedule,
    Task,
    cron,
    generate,
    materialize,
    python,
    task,
)
from flowkit.airflow.dags import register
from flowkit.builders.chain import Chain
from flowkit.model import collection
from flowkit.model.pipeline import PipelineSpec
from tests.typing import steps
from tests.typing.twins import kind, refers

C = TypeVar("C", bound="Chain[Any]")


def test_pipeline() -> None:
    """Every method of a pipeline returns a pipeline."""
    bare = Pipeline("etl", schedule="@daily", start_date=datetime(2026, 1, 1), catchup=False, tags=["a"])
    number = task("number", python(steps.double, 1))
    chained = (
        bare.defaults(retries=3, owner="data-platform", pod=Pod(memory="1Gi"))
        .task("start")
        .then(number, task("beside"))
        .task("end", python(steps.double, number.output), after=number, retries=0)
        .add(task("extra", after="start"))
    )
    built = chained.build()

    assert_type(bare, Pipeline)
    assert kind(bare) is Pipeline
    assert_type(chained, Pipeline)
    assert kind(chained) is Pipeline
    assert_type(built, PipelineSpec)
    assert kind(built) is PipelineSpec
    assert [one.task_id for one in built.tasks] == ["start", "number", "beside", "end", "extra"]


def test_group_in_a_pipeline() -> None:
    """`.group` opens a group, and `.end` gives the pipeline back."""
    opened = Pipeline("etl").task("start").group("publish", tooltip="Tell everyone")
    filled = opened.task("mail").then(task("chat"), task("log")).add(task("extra"))
    deeper = filled.group("archive").task("zip")
    ended = deeper.end().task("close").end().task("end")

    assert_type(opened, OpenGroup[Pipeline])
    assert kind(opened) is OpenGroup
    assert_type(filled, OpenGroup[Pipeline])
    assert kind(filled) is OpenGroup
    assert_type(filled.end(), Pipeline)
    assert kind(filled.end()) is Pipeline
    assert_type(deeper, OpenGroup[OpenGroup[Pipeline]])
    assert kind(deeper) is OpenGroup
    assert_type(ended, Pipeline)
    assert kind(ended) is Pipeline
    assert [one.group_id for one in ended.build().groups] == ["publish", "publish.archive"]


def test_shared_base() -> None:
    """A base is changed by `.settings` and `.named`, and stays as it is."""
    base = Pipeline("base", schedule=None).task("a")
    changed = base.settings(schedule=timedelta(hours=1), description=None)
    renamed = changed.named("other")

    assert_type(changed, Pipeline)
    assert kind(changed) is Pipeline
    assert changed.build().settings["schedule"] == timedelta(hours=1)
    assert_type(renamed, Pipeline)
    assert kind(renamed) is Pipeline
    assert renamed.build().dag_id == "other"
    assert base.build().settings == {"schedule": None}


def policy(pipeline: Pipeline, owner: str, *, retries: int = 2) -> Pipeline:
    """
    What a platform team shares.
    """
    return pipeline.defaults(owner=owner, retries=retries)


def audited(builder: C, task_id: str) -> C:
    """
    The same for every kind of builder.
    """
    return builder.task(task_id)


def numbered(pipeline: Pipeline) -> tuple[Pipeline, Task[int]]:
    """
    A function that returns more than the builder.
    """
    number = task("number", python(steps.double, 1))
    return pipeline.then(number), number


def test_apply() -> None:
    """`.apply` passes the builder on, and has the type of what the function returns."""
    base = Pipeline("etl")
    owned = base.apply(policy, "data-platform", retries=5).task("a")
    inner = base.group("g").apply(audited, "audit")
    both = base.apply(numbered)

    assert_type(owned, Pipeline)
    assert owned.build().defaults == {"owner": "data-platform", "retries": 5}
    assert_type(base.apply(audited, "audit"), Pipeline)
    assert kind(base.apply(audited, "audit")) is Pipeline
    assert_type(inner, OpenGroup[Pipeline])
    assert kind(inner) is OpenGroup
    assert_type(both, tuple[Pipeline, Task[int]])
    assert [kind(one) for one in both] == [Pipeline, Task]


def test_placing_what_returns() -> None:
    """A group is placed with `.then`, and its output used by a task."""
    number = task("number", python(steps.double, 1))
    group = Group("numbers").then(number).returns(number)
    twice = task("twice", python(steps.double, group.output))
    pipeline = Pipeline("etl").then(group).then(twice)

    assert_type(pipeline, Pipeline)
    assert kind(pipeline) is Pipeline
    assert_type(twice.output, int)
    assert refers(twice.output, to=twice)
    assert pipeline.build().task("twice").uses == ("numbers.number",)


@attrs.frozen
class Source:
    """
    What to run.
    """

    id: str
    schedule: Schedule
    cpu: str


SOURCES = (Source("users", "@hourly", "500m"), Source("orders", cron("*/15 * * * *"), "1"))


def ingest(source: Source) -> Pipeline:
    """
    How to run it.
    """
    return Pipeline(source.id, schedule=source.schedule).defaults(pod=Pod(cpu=source.cpu)).task("start")


def named(source: Source) -> str:
    """
    The id that `ingest` gives.
    """
    return source.id


def sources() -> Iterator[Source]:
    """
    Configurations may come from anywhere.
    """
    yield from SOURCES


def test_generate() -> None:
    """`generate` takes configurations of the type that the function takes, and gives pipelines."""
    made = generate(ingest, SOURCES)
    lazily = generate(ingest, sources(), dag_id=named)
    simply = generate(Pipeline, ["a", "b"])

    assert_type(made, Generated[Source])
    assert kind(made) is Generated
    assert_type(list(made), list[Pipeline])
    assert [kind(one) for one in list(made)] == [Pipeline, Pipeline]
    assert_type(lazily, Generated[Source])
    assert [one.build().dag_id for one in lazily] == ["users", "orders"]
    assert_type(simply, Generated[str])
    assert len(simply) == 2


def test_materialize() -> None:
    """`materialize` takes an asset or several, any function and settings, and gives a pipeline."""
    from airflow.sdk import Asset

    one = materialize(Asset("one"), steps.read, schedule="@daily")
    several = materialize([Asset("one"), Asset("two")], steps.read).defaults(retries=2)

    assert_type(one, Pipeline)
    assert kind(one) is Pipeline
    assert_type(several, Pipeline)
    assert kind(several) is Pipeline


def test_register() -> None:
    """`register` takes pipelines, what `generate` gives, and several of them."""
    one = Pipeline("one").task("a")
    several = [Pipeline("two").task("a"), Pipeline("three").task("a")]
    with collection.collecting(__file__, __name__) as collected:
        register(one, generate(ingest, SOURCES), several)
        register(one.named("four"), namespace={})

    assert [kind(item) for item in collected.items] == [PipelineSpec] * 6
