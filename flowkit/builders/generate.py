"""
The DAG factory: one pipeline for each configuration.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, Generic, TypeVar, final

from flowkit.base.call_site import SourceLocation, caller, users_line
from flowkit.base.errors import PipelineError, problems_of
from flowkit.base.exception_text import class_name, sentence
from flowkit.base.interruption import is_interruption
from flowkit.base.printable import one_line
from flowkit.base.problems import Problem
from flowkit.base.record import evolve
from flowkit.base.recording import counted, recorded
from flowkit.builders.chain import OpenGroup
from flowkit.builders.configuration import configuration_name, noting_dag_ids
from flowkit.builders.immutable import Immutable
from flowkit.builders.invalid import invalid
from flowkit.builders.pipeline import Pipeline
from flowkit.model.pipeline import PipelineSpec

C = TypeVar("C")

_MAX_NAME_CHARS = 100


@final
class Generated(Immutable, Generic[C]):
    """
    The pipelines of `generate`, each built when it is needed. Pass it to `register`.

    Iterating yields the pipelines one by one, and raises `PipelineError` at the first configuration that fails.
    """

    __slots__ = ("_build", "_configs", "_dag_id", "_location", "problems")

    def __init__(
        self,
        build: Callable[[C], Pipeline],
        configs: tuple[C, ...],
        dag_id: Callable[[C], str] | None,
        location: SourceLocation,
        problems: tuple[Problem, ...] = (),
    ) -> None:
        self._build = build
        self._configs = configs
        self._dag_id = dag_id
        self._location = location
        self.problems: Final[tuple[Problem, ...]] = problems
        """What is wrong with the call of `generate`. It then has one pipeline, which raises them."""

    def __flowkit_note__(self, problems: tuple[Problem, ...]) -> None:
        for name in ("_build", "_configs", "_dag_id", "problems"):
            object.__setattr__(self, name, getattr(no_pipelines(problems), name))

    def __repr__(self) -> str:
        return f"<Generated {self.name} of {len(self)}{counted(self.problems)}>"

    def __len__(self) -> int:
        return len(self._configs)

    def __iter__(self) -> Iterator[Pipeline]:
        for index, config in enumerate(self._configs):
            yield self._pipeline(index, config)

    def unbuilt(self) -> Iterator[UnbuiltPipeline[C]]:
        """
        Return one `UnbuiltPipeline` for each configuration: an error of one does not affect the others.
        """
        return (UnbuiltPipeline(self, index, config) for index, config in enumerate(self._configs))

    def unbuilt_named(self, dag_id: str) -> Iterator[UnbuiltPipeline[C]]:
        """
        Return those whose pipeline has this id; there is one, unless ids are missing or duplicate.

        A worker does no more than this for the thousands of pipelines that it does not need.
        """
        if self._dag_id is None:
            yield from (pipeline for pipeline in self.unbuilt() if pipeline.dag_id == dag_id)
            return
        for index, config in enumerate(self._configs):
            try:
                found = self._id(index, config) == dag_id
            except PipelineError:  # another pipeline's problem, which is reported when all are built
                continue
            if found:
                yield UnbuiltPipeline(self, index, config)

    @property
    def name(self) -> str:
        """
        The name of the function, for messages.
        """
        try:
            name = self._build.__name__
        except BaseException as error:
            if is_interruption(error):
                raise
            return "build"
        return one_line(name, _MAX_NAME_CHARS) if type(name) is str else "build"

    @property
    def knows_dag_ids(self) -> bool:
        """
        Whether `dag_id=` was given, so that nothing has to be built to know the ids.
        """
        return self._dag_id is not None

    def _pipeline(self, index: int, config: C) -> Pipeline:
        dag_id = self._id(index, config)
        created: Any = ()
        try:
            with noting_dag_ids() as created:
                pipeline = self._build(config)
        # Whatever it is, also sys.exit(): one configuration must not take the others down.
        except BaseException as error:
            if is_interruption(error):
                raise
            known = dag_id or _only(created)
            problems = [
                problem if problem.dag_id else evolve(problem, dag_id=known) for problem in problems_of(error)
            ]
            if not problems:
                problems.append(self._raised(error, f"{self.name}()", _which(index, config), known))
            raise PipelineError(problems) from error

        if type(pipeline) is not Pipeline:
            known = dag_id or _only(created)
            raise PipelineError([self._not_a_pipeline(pipeline, _which(index, config), known)])
        if dag_id is not None and dag_id != pipeline.dag_id and not pipeline._has_invalid_id:
            message = (
                f"generate(dag_id=…) returned {dag_id!r} for {_which(index, config)}, but {self.name}() "
                f"returned the pipeline {pipeline.dag_id!r}."
            )
            hint = "Both must give the same id."
            raise PipelineError([Problem("FK403", message, hint, pipeline._head.location, dag_id)])
        return pipeline

    def _id(self, index: int, config: C) -> str | None:
        """
        Return what `dag_id=` says; `None` without it.
        """
        if self._dag_id is None:
            return None
        try:
            dag_id: object = self._dag_id(config)
        except BaseException as error:
            if is_interruption(error):
                raise
            raise PipelineError(
                [self._raised(error, "generate(dag_id=…)", _which(index, config), None)]
            ) from error
        if issubclass(type(dag_id), str):
            return str.__str__(dag_id)
        returned = f"generate(dag_id=…) returned {class_name(dag_id)}, not a string,"
        message = f"{returned} for {_which(index, config)}."
        raise PipelineError([Problem("FK403", message, "Return the id of the pipeline.", self._location)])

    def _raised(self, error: BaseException, what: str, which: str, dag_id: str | None) -> Problem:
        message = sentence(f"{what} raised {class_name(error)} for {which}", error)
        location = users_line(error) or self._location
        hint = "Fix the function or the configuration; the other pipelines are not affected."
        return Problem("FK401", message, hint, location, dag_id)

    def _not_a_pipeline(self, value: object, which: str, dag_id: str | None) -> Problem:
        what = repr(value) if type(value) is OpenGroup or value is None else class_name(value)
        message = f"{self.name}() returned {what}, not a pipeline, for {which}."
        if value is None:
            hint = "Did you forget `return`?"
        elif type(value) is OpenGroup:
            hint = "Close the group with .end()."
        else:
            hint = f"{self.name}() must return a Pipeline."
        return Problem("FK402", message, hint, self._location, dag_id)


@final
class UnbuiltPipeline(Immutable, Generic[C]):
    """
    One pipeline of `generate` that has not been built yet.
    """

    __slots__ = ("_config", "_generated", "_index")

    def __init__(self, generated: Generated[C], index: int, config: C) -> None:
        self._generated = generated
        self._index = index
        self._config = config

    @property
    def name(self) -> str:
        """
        A name for messages, for when the id of the pipeline is not known: that of its configuration, else its index.
        """
        name = configuration_name(self._config)
        return f"{self._generated.name}[{self._index if name is None else repr(name)}]"

    @property
    def dag_id(self) -> str | None:
        """
        The id of the pipeline, which is built for it unless `generate` got `dag_id=`; `None` if that fails.
        """
        try:
            dag_id = self._generated._id(self._index, self._config)
            return self.pipeline().dag_id if dag_id is None else dag_id
        except PipelineError:  # `build` reports it
            return None

    def build(self) -> PipelineSpec:
        """
        Return the spec.

        Raises:
            PipelineError: If the configuration gives no pipeline, or one with problems.
        """
        return self.pipeline().build()

    def pipeline(self) -> Pipeline:
        """
        Return the pipeline.

        Raises:
            PipelineError: If the configuration gives no pipeline.
        """
        return self._generated._pipeline(self._index, self._config)


def no_pipelines(problems: tuple[Problem, ...]) -> Generated[Any]:
    """
    Return what stands for pipelines that are not known because of *problems*: one that has these.
    """

    def generate(_: object) -> Pipeline:
        raise PipelineError(problems)

    return Generated(generate, (None,), None, caller(), problems)


@recorded(no_pipelines)
def generate(
    build: Callable[[C], Pipeline], configs: Iterable[C], *, dag_id: Callable[[C], str] | None = None
) -> Generated[C]:
    """
    Return one pipeline for each of *configs*: `build(config)`.

    An error in one is reported under its dag_id, and does not affect the others.

    Args:
        build: A function from a configuration to a pipeline: how to run it.

        configs: The configurations: what to run. The pipelines keep their order.

        dag_id: A function from a configuration to the id of its pipeline. With it, flowkit finds the pipeline that a
            worker needs without calling *build* for the others.
    """
    problems = [
        invalid(
            f"generate() takes a function as {name}, not {class_name(value)}",
            "Write generate(build, configs).",
        )
        for name, value in (("build", build), ("dag_id", dag_id))
        if not callable(value) and (value is not None or name == "build")
    ]
    kind = type(configs)
    if issubclass(kind, str | bytes) or not issubclass(kind, Iterable):
        what = f"generate() takes several configurations, not {class_name(configs)}"
        problems.append(invalid(what, "Pass a list or a tuple."))
    if problems:
        return no_pipelines(tuple(problems))

    return Generated(build, tuple(configs), dag_id, caller())


def _only(dag_ids: list[str]) -> str | None:
    # A function that creates several pipelines may have failed in any of them.
    return dag_ids[0] if len(set(dag_ids)) == 1 else None


def _which(index: int, config: object) -> str:
    name = configuration_name(config)
    return (
        f"the configuration at index {index}"
        if name is None
        else f"the configuration {name!r} (index {index})"
    )
