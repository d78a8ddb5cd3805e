"""
The DAG factory: each pipeline by itself.
"""

from __future__ import annotations

import asyncio
import builtins
import functools
from typing import Any, NoReturn

import attrs
import pytest

import flowkit
from flowkit import FlowkitError, Generated, Pipeline, PipelineError
from flowkit.model.pipeline import PipelineSpec
from tests.recorded import problem_of
from tests.resolve.locations import mark

generate: Any = flowkit.generate  # no checker would let pass what is refused here


@attrs.frozen
class Source:
    """A configuration."""

    id: str


def build(source: Source) -> Any:
    """Make a pipeline, or one of the mistakes that people make."""
    pipeline = Pipeline(f"etl_{source.id}")
    if source.id == "raises":
        raise KeyError("missing")
    if source.id == "nothing":
        return None
    if source.id == "open":
        return pipeline.group("load").task("a")
    if source.id == "text":
        return "etl"
    if source.id == "bad":
        return pipeline.task("a b")
    if source.id == "empty":
        return pipeline
    return pipeline.task("a")


HERE = mark()


def _text(member: Any) -> str | list[str]:
    try:
        spec = member.build()
    except PipelineError as error:
        return [f"{problem.dag_id}: {problem}" for problem in error.problems]
    assert isinstance(spec, PipelineSpec)
    return spec.dag_id


def test_one_pipeline_for_each_configuration() -> None:
    """In the order of the configurations; nothing is built before it is asked for."""
    called: list[str] = []

    def recorded(source: Source) -> Pipeline:
        called.append(source.id)
        return Pipeline(source.id).task("a")

    made: Generated[Source] = flowkit.generate(recorded, iter([Source("x"), Source("y")]))
    assert len(made) == 2
    assert called == []
    assert [pipeline.build().dag_id for pipeline in made] == ["x", "y"]
    assert [unbuilt.build().dag_id for unbuilt in made.unbuilt()] == ["x", "y"]
    assert [unbuilt.name for unbuilt in made.unbuilt()] == ["recorded['x']", "recorded['y']"]
    assert called == ["x", "y"] * 2


def test_an_error_of_one_harms_no_other() -> None:
    """What goes wrong for one configuration is the problem of its pipeline, with the line where it happened."""
    ids = ["one", "raises", "nothing", "open", "text", "bad", "empty", "two"]
    made = generate(build, [Source(name) for name in ids])

    here = mark()
    mend = "Fix the function or the configuration; the other pipelines are not affected."
    found = [_text(unbuilt) for unbuilt in made.unbuilt()]
    assert found == [
        "etl_one",
        [
            f"etl_raises: {HERE(-14)}: FK401 build() raised KeyError for the configuration 'raises' (index 1): "
            f"'missing'. {mend}"
        ],
        [
            f"etl_nothing: {here(-2)}: FK402 build() returned None, not a pipeline, for the configuration 'nothing' "
            "(index 2). Did you forget `return`?"
        ],
        [
            f"etl_open: {here(-2)}: FK402 build() returned <group 'load' without .end()>, not a pipeline, for the "
            "configuration 'open' (index 3). Close the group with .end()."
        ],
        [
            f"etl_text: {here(-2)}: FK402 build() returned str, not a pipeline, for the configuration 'text' "
            "(index 4). build() must return a Pipeline."
        ],
        [
            f"etl_bad: {HERE(-6)}: FK001 The task_id 'a b' contains a character that is not a letter, a digit, `-`, "
            "`_` or `.`. Use letters, digits, `-`, `_` and `.` only."
        ],
        [
            f"etl_empty: {HERE(-16)}: FK109 The pipeline has no tasks. "
            "Builders are immutable: keep what .task() and .then() return."
        ],
        "etl_two",
    ]


def test_problems_carry_the_dag_id_where_it_is_known() -> None:
    """`dag_id=` says which pipeline is broken, also when there is none."""
    made = generate(build, [Source("raises"), Source("bad")], dag_id=lambda source: f"etl_{source.id}")

    assert [text[0].split(":")[0] for text in map(_text, made.unbuilt())] == ["etl_raises", "etl_bad"]


def test_fk403_two_ids_for_one_pipeline() -> None:
    """`dag_id=` and the pipeline must agree."""
    made = generate(build, [Source("one")], dag_id=lambda source: source.id)

    assert _text(next(made.unbuilt())) == [
        f"one: {HERE(-16)}: FK403 generate(dag_id=…) returned 'one' for the configuration 'one' (index 0), but "
        "build() returned the pipeline 'etl_one'. Both must give the same id."
    ]


def test_fk401_dag_id_may_raise_as_well() -> None:
    """An error of `dag_id=` belongs to its configuration, too."""
    made = generate(build, [Source("one"), 3], dag_id=lambda source: f"etl_{source.id}")
    found = [_text(unbuilt) for unbuilt in made.unbuilt()]

    assert found[0] == "etl_one"
    assert "FK401 generate(dag_id=…) raised AttributeError for the configuration at index 1" in found[1][0]


def test_iterating_raises_at_the_first_that_is_missing() -> None:
    """A plain loop over the pipelines hides no error, and keeps its cause."""
    made = generate(build, [Source("one"), Source("raises")])

    with pytest.raises(PipelineError) as caught:
        list(made)
    assert isinstance(caught.value.__cause__, KeyError)


def test_fk008_what_generate_takes() -> None:
    """A function and several configurations."""
    here = mark()
    no_function = problem_of(generate(3, []))
    one_config = problem_of(generate(build, Source("x")))
    a_text = problem_of(generate(build, "abc"))
    no_id = problem_of(generate(build, [], dag_id="x"))

    assert [str(one) for one in (no_function, one_config, a_text, no_id)] == [
        f"{here(1)}: FK008 generate() takes a function as build, not int. Write generate(build, configs).",
        f"{here(2)}: FK008 generate() takes several configurations, not Source. Pass a list or a tuple.",
        f"{here(3)}: FK008 generate() takes several configurations, not str. Pass a list or a tuple.",
        f"{here(4)}: FK008 generate() takes a function as dag_id, not str. Write generate(build, configs).",
    ]


class Own(BaseException):
    pass


class NoText(Exception):  # noqa: N818 - one of the user's
    def __str__(self) -> str:
        raise SystemExit


RAISED = [
    SystemExit("enough"),
    KeyboardInterrupt(),
    GeneratorExit(),
    asyncio.CancelledError(),
    RecursionError(),
    Own(),
    NoText(),
    FlowkitError(),
    PipelineError([]),
    getattr(builtins, "BaseExceptionGroup", lambda *_: Own())("several", [SystemExit()]),
]


@pytest.mark.parametrize("error", RAISED, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("place", ["build", "dag_id", "both"])
def test_a_worker_gets_its_pipeline_whatever_the_others_raise(error: BaseException, place: str) -> None:
    """Where each pipeline is built to learn its id, and where `dag_id=` says it."""

    def throw(name: str) -> str:
        if name != "good":
            raise error
        return name

    def built(name: str) -> Pipeline:
        return Pipeline(name if place == "dag_id" else throw(name)).task("a")

    made = generate(built, ["bad", "good", "worse"], dag_id=None if place == "build" else throw)
    (found,) = made.unbuilt_named("good")
    assert found.build().dag_id == "good"
    for unbuilt in made.unbuilt():
        if unbuilt.dag_id != "good":
            with pytest.raises(PipelineError) as caught:
                unbuilt.build()
            (problem,) = caught.value.problems
            assert problem.code == "FK401"
            assert f"raised {type(error).__name__} for the configuration " in problem.message


@pytest.mark.parametrize("returned", [{"a": 1}, None, 3, ["good"], object()])
def test_fk403_an_id_that_is_no_string(returned: object) -> None:
    """What `dag_id=` returns is compared and shown."""
    made = generate(lambda name: Pipeline(name).task("a"), ["first"], dag_id=lambda _: returned)
    text = "".join(_text(next(made.unbuilt())))
    assert f"FK403 generate(dag_id=…) returned {type(returned).__name__}, not a string, for the" in text


def test_a_subclass_of_str_is_an_id() -> None:
    """Only its characters count."""

    class Id(str):
        __slots__ = ()

        def __eq__(self, _: object) -> bool:
            raise RuntimeError

        __hash__ = None  # type: ignore[assignment]

    made = generate(lambda name: Pipeline(name).task("a"), ["first"], dag_id=Id)
    (found,) = made.unbuilt_named("first")
    assert type(found.dag_id) is str
    assert _text(found) == "first"


def test_an_id_is_known_if_one_pipeline_was_created() -> None:
    """Of several, any may be the one that failed."""

    def several(name: str) -> Pipeline:
        for number in range(2 if name == "two" else 1):
            Pipeline(f"{name}_{number}")
        raise KeyError

    one, two = generate(several, ["one", "two"]).unbuilt()
    assert _text(one)[0].startswith("one_0: ")
    assert _text(two)[0].startswith("None: ")


def test_a_function_may_have_no_name() -> None:
    """Such as a partial one, or an object that can be called."""

    class Odd:
        def __call__(self, _: object) -> None: ...

        def __getattr__(self, name: str) -> NoReturn:
            raise RuntimeError

    for build in (Odd(), functools.partial(lambda _: None)):
        made = generate(build, [1])
        assert next(made.unbuilt()).name == "build[0]"
        assert "FK402 build() returned None" in _text(next(made.unbuilt()))[0]
