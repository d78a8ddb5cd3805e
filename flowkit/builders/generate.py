"""
The DAG factory: one pipeline for each configuration.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Generic, TypeVar, final

from flowkit.base.call_site import SourceLocation, caller, is_users
from flowkit.base.errors import DefinitionError, FlowkitError, PipelineError
from flowkit.base.problems import Problem
from flowkit.builders.chain import OpenGroup
from flowkit.builders.immutable import Immutable
from flowkit.builders.pipeline import Pipeline
from flowkit.model.pipeline import PipelineSpec

C = TypeVar("C")


@final
class Generated(Immutable, Generic[C]):
    """
    The pipelines of `generate`, built when they are asked for. Given to `register`.

    Iterating gives the pipelines one by one, and raises at the first configuration for which there is none.
    """

    __slots__ = ("_build", "_configs", "_dag_id", "_location")

    def __init__(
        self,
        build: Callable[[C], Pipeline],
        configs: tuple[C, ...],
        dag_id: Callable[[C], str] | None,
        location: SourceLocation,
    ) -> None:
        self._build = build
        self._configs = configs
        self._dag_id = dag_id
        self._location = location

    def __len__(self) -> int:
        return len(self._configs)

    def __iter__(self) -> Iterator[Pipeline]:
        for index, config in enumerate(self._configs):
            yield self._pipeline(index, config)

    def members(self) -> Iterator[Member[C]]:
        """
        Return one `Member` for each configuration. Nothing is built yet, and an error of one harms no other.
        """
        return (Member(self, index, config) for index, config in enumerate(self._configs))

    def members_named(self, dag_id: str) -> Iterator[Member[C]]:
        """
        Return the members whose pipeline has this id: one, where all is well.

        This is all that a worker does for the thousands of pipelines that it does not need.
        """
        if self._dag_id is None:
            yield from (member for member in self.members() if member.dag_id == dag_id)
            return
        for index, config in enumerate(self._configs):
            try:
                found = self._dag_id(config)
            except Exception:  # noqa: BLE001, S112 - it is not the one: its own problem is reported when all are built
                continue
            if found == dag_id:
                yield Member(self, index, config)

    @property
    def names_ids(self) -> bool:
        """
        Whether `dag_id=` tells the ids, so that nothing has to be built for them.
        """
        return self._dag_id is not None

    def _pipeline(self, index: int, config: C) -> Pipeline:
        name = getattr(self._build, "__name__", "build")
        dag_id = None
        try:
            if self._dag_id is not None:
                dag_id = self._dag_id(config)
            pipeline = self._build(config)
        except FlowkitError as error:
            raise PipelineError(_known(error, dag_id)) from error
        # Also sys.exit(): one configuration must not end the file for all others.
        except (Exception, SystemExit) as error:
            raise PipelineError([self._raised(error, name, index, dag_id)]) from error

        if not isinstance(pipeline, Pipeline):
            raise PipelineError([self._not_a_pipeline(pipeline, name, index, dag_id)])
        if dag_id is not None and dag_id != pipeline.dag_id:
            message = (
                f"generate(dag_id=…) says {dag_id!r} for the configuration at index {index}, but {name}() returned "
                f"the pipeline {pipeline.dag_id!r}."
            )
            hint = "Let both give the same id."
            raise PipelineError([Problem("FK403", message, hint, pipeline._head.location, dag_id)])
        return pipeline

    def _raised(self, error: Exception | SystemExit, name: str, index: int, dag_id: str | None) -> Problem:
        message = f"{name}() raised {type(error).__name__} for the configuration at index {index}: {error}."
        location = _raised_at(error.__traceback__) or self._location
        hint = "Mend the function, or the configuration; the other pipelines are not affected."
        return Problem("FK401", message.replace("..", "."), hint, location, dag_id)

    def _not_a_pipeline(self, value: object, name: str, index: int, dag_id: str | None) -> Problem:
        what = repr(value) if isinstance(value, OpenGroup) or value is None else type(value).__name__
        message = f"{name}() returned {what}, not a pipeline, for the configuration at index {index}."
        if value is None:
            hint = "Did you forget `return`?"
        elif isinstance(value, OpenGroup):
            hint = "Close the group with .end()."
        else:
            hint = f"Let {name}() return a Pipeline."
        return Problem("FK402", message, hint, self._location, dag_id)


@final
class Member(Immutable, Generic[C]):
    """
    One pipeline of `generate`, not built yet.
    """

    __slots__ = ("_config", "_index", "_of")

    def __init__(self, of: Generated[C], index: int, config: C) -> None:
        self._of = of
        self._index = index
        self._config = config

    @property
    def name(self) -> str:
        """
        A name for messages, where the id of the pipeline is not known.
        """
        return f"{getattr(self._of._build, '__name__', 'build')}[{self._index}]"

    @property
    def dag_id(self) -> str | None:
        """
        The id of its pipeline.

        `generate(dag_id=…)` tells it; without that, the pipeline is made to be asked. `None`: there is no pipeline.
        """
        try:
            return self._of._dag_id(self._config) if self._of._dag_id else self.pipeline().dag_id
        except Exception:  # noqa: BLE001 - whatever it is, `build` reports it as the problem that it is
            return None

    def build(self) -> PipelineSpec:
        """
        Return the spec.

        Raises:
            PipelineError: If there is no pipeline for this configuration, or it has problems.
        """
        return self.pipeline().build()

    def pipeline(self) -> Pipeline:
        """
        Return the pipeline.

        Raises:
            PipelineError: If there is none for this configuration.
        """
        return self._of._pipeline(self._index, self._config)


def generate(
    build: Callable[[C], Pipeline], configs: Iterable[C], *, dag_id: Callable[[C], str] | None = None
) -> Generated[C]:
    """
    Return one pipeline for each of *configs*: `build(config)`.

    An error of one is reported under its name, and harms no other.

    Args:
        build: A function from a configuration to a pipeline: how to run it.

        configs: The configurations: what to run. Their order is the order of the pipelines.

        dag_id: A function from a configuration to the id of its pipeline. Given it, flowkit knows which pipeline
            belongs to which configuration without a call of *build*.

    Raises:
        DefinitionError: If *build* cannot be called, or *configs* cannot be iterated.
    """
    for word, value in (("build", build), ("dag_id", dag_id)):
        if value is not None and not callable(value):
            message = f"generate() takes a function as {word}, not {type(value).__name__}."
            raise DefinitionError(Problem("FK008", message, "Write generate(build, configs).", caller()))
    if isinstance(configs, str | bytes) or not isinstance(configs, Iterable):
        message = f"generate() takes several configurations, not {type(configs).__name__}."
        raise DefinitionError(Problem("FK008", message, "Give a list or a tuple of them.", caller()))

    return Generated(build, tuple(configs), dag_id, caller())


def _known(error: FlowkitError, dag_id: str | None) -> list[Problem]:
    found: tuple[Problem, ...] = getattr(error, "problems", ())
    one: Problem | None = getattr(error, "problem", None)
    problems = [*found, *([one] if one else [])]
    return [
        problem
        if problem.dag_id
        else Problem(problem.code, problem.message, problem.hint, problem.location, dag_id)
        for problem in problems
    ]


def _raised_at(traceback: TracebackType | None) -> SourceLocation | None:
    # The innermost line of the user's own: below it may be lines of the standard library.
    location = None
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        if is_users(file):
            location = SourceLocation(file, traceback.tb_lineno)
        traceback = traceback.tb_next
    return location
