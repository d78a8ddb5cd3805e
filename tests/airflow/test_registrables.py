"""
Whatever `register` is given, the pipelines in it are registered.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from importlib import import_module
from operator import attrgetter
from typing import Any, NoReturn

import pytest

from flowkit import Group, Pipeline, generate
from flowkit.airflow import registrables
from flowkit.airflow.registrables import Sources
from flowkit.base.call_site import SourceLocation
from flowkit.model.collection import BrokenPipeline
from flowkit.model.pipeline import PipelineSpec

HERE = SourceLocation("dags.py", 3)
GOOD = (Pipeline("first").task("a"), Pipeline("last").task("a"))


class BuildRaises:
    dag_id = "foreign"

    def build(self) -> NoReturn:
        raise SystemExit(3)


class BuildIsWrong:
    def build(self) -> int:
        return 3


class BuildCannotBeRead:
    @property
    def build(self) -> NoReturn:
        raise KeyboardInterrupt


class IdCannotBeRead:
    @property
    def dag_id(self) -> NoReturn:
        raise SystemExit(3)

    name = dag_id

    def build(self) -> PipelineSpec:
        return Pipeline("odd").task("a").build()


class Built:
    """
    An object of one's own that builds a pipeline.
    """

    def __init__(self, dag_id: str) -> None:
        self.spec = Pipeline(dag_id).task("a").build()

    def build(self) -> PipelineSpec:
        return self.spec


class IterationRaises:
    def __iter__(self) -> Iterator[Any]:
        yield Pipeline("within").task("a")
        msg = "no more"
        raise GeneratorExit(msg)


def containing_itself() -> list[Any]:
    items: list[Any] = [Pipeline("within").task("a")]
    items.append(items)
    return items


def nested(depth: int) -> Any:
    item: Any = Pipeline("within").task("a")
    for _ in range(depth):
        item = [item]
    return item


def built(*items: Any, wanted: str | None = None) -> tuple[list[str], list[BrokenPipeline]]:
    """
    Return the ids of what can be registered of *items*, and what is broken.
    """
    sources = Sources(HERE)
    sources.add((GOOD[0], *items, GOOD[1]))
    specs, broken = sources.build(wanted)
    return [spec.dag_id for spec in specs], broken


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (5, "register() takes pipelines, not int."),
        ("sales", "register() takes pipelines, not str."),
        ({"sales": GOOD[0]}, "register() takes pipelines, not dict."),
        (Pipeline("p").group("g"), "register() got <group 'g' without .end()>: the group is still open."),
        (Group("g"), "register() takes pipelines, not Group."),
        (BuildCannotBeRead(), "register() takes pipelines, not BuildCannotBeRead."),
        (BuildRaises(), "register() got BuildRaises, whose build() raised SystemExit: 3."),
        (
            BuildIsWrong(),
            "register() got BuildIsWrong, whose build() returned int, not what Pipeline.build() returns.",
        ),
        (
            IterationRaises(),
            "register() could not read the items of IterationRaises, which raised GeneratorExit: no more.",
        ),
        (containing_itself(), "register() got a list that contains itself or is nested too deeply."),
        (nested(100), "register() got a list that contains itself or is nested too deeply."),
    ],
)
def test_what_cannot_be_registered_harms_no_other(item: Any, message: str) -> None:
    """
    What an iterable yields before it fails is registered, too.
    """
    found, (broken,) = built(item)
    assert [dag_id for dag_id in found if dag_id != "within"] == ["first", "last"]
    (problem,) = broken.problems
    assert (problem.code, problem.message, problem.location) == ("FK405", message, HERE)


def test_an_endless_iterable_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registrables, "_MAX_PIPELINES", 10)
    found, (broken,) = built(Pipeline(f"p{number}").task("a") for number in itertools.count())
    assert found == ["first", *(f"p{number}" for number in range(9))]
    assert broken.problems[0].message == "register() got more than 10 items; the rest is not read."


def test_the_same_mistake_is_reported_once() -> None:
    found, (broken,) = built(["a"] * 1000)
    assert found == ["first", "last"]
    assert broken.problems[0].message == "register() takes pipelines, not str."


def test_an_id_that_cannot_be_read_does_not_matter() -> None:
    found, broken = built(IdCannotBeRead())
    assert (found, broken) == (["first", "odd", "last"], [])


def test_an_error_of_flowkit_is_reported_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    With the id and the line of the pipeline, and that of flowkit.
    """
    sources = Sources(HERE)
    sources.add([Built("first"), Pipeline("broken").task("a"), Built("last")])
    monkeypatch.setattr(import_module("flowkit.builders.pipeline"), "resolve", attrgetter("nothing"))
    specs, (broken,) = sources.build(None)
    assert [spec.dag_id for spec in specs] == ["first", "last"]
    (problem,) = broken.problems
    assert (problem.code, problem.dag_id) == ("FK999", "broken")
    assert problem.message.startswith(
        "Internal error: flowkit failed with AttributeError at flowkit/builders/pipeline.py:"
    )
    assert problem.location is not None
    assert problem.location.file == __file__


def test_an_error_of_a_value_is_a_problem_of_its_pipeline() -> None:
    """
    Whatever of it flowkit reads.
    """

    class Schedule:
        def __getattr__(self, name: str) -> NoReturn:
            raise GeneratorExit(name)

    odd: Any = Schedule()
    found, (broken,) = built(Pipeline("broken", schedule=odd).task("a"))
    assert found == ["first", "last"]
    assert broken.dag_id == "broken"
    assert "GeneratorExit" in broken.problems[0].message


class TestWorker:
    """
    A worker gets the one pipeline that it needs, and hears of no other.
    """

    @pytest.mark.parametrize(
        "item", [5, BuildRaises(), BuildIsWrong(), BuildCannotBeRead(), IdCannotBeRead(), IterationRaises()]
    )
    def test_whatever_the_others_are(self, item: Any) -> None:
        assert built(item, wanted="last") == (["last"], [])

    def test_its_own_problems_are_raised(self) -> None:
        found, (broken,) = built(Pipeline("empty"), wanted="empty")
        assert found == []
        assert broken.dag_id == "empty"

    def test_one_that_is_missing_is_no_error(self) -> None:
        assert built(5, BuildRaises(), wanted="elsewhere") == ([], [])

    def test_of_two_with_the_id_it_gets_the_first(self) -> None:
        assert built(Pipeline("last").task("b"), wanted="last") == (["last"], [])


def test_a_set_of_generated_pipelines_stays_lazy() -> None:
    called = []

    def build(name: str) -> Pipeline:
        called.append(name)
        return Pipeline(name).task("a")

    assert built(generate(build, ["one", "two"], dag_id=str), wanted="two") == (["two"], [])
    assert called == ["two"]
