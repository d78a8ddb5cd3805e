"""
What `register` is given → the pipelines in it, built one by one. Whatever one of them does, the others are registered.

This module does not import Airflow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final, final

from flowkit.airflow.register_problems import (
    broken_iterable,
    duplicate_pipeline,
    foreign_failure,
    not_a_pipeline,
    too_many_pipelines,
)
from flowkit.base.call_site import SourceLocation
from flowkit.base.errors import problems_of
from flowkit.base.internal_error import unexpected_error
from flowkit.base.interruption import is_interruption
from flowkit.base.problems import Problem
from flowkit.base.record import field, record
from flowkit.model.collection import BrokenPipeline
from flowkit.model.pipeline import PipelineSpec

# More than this is an iterable that never ends.
_MAX_PIPELINES: Final = 100_000
_MAX_NESTING: Final = 20


@final
@record(eq=False, frozen=False)
class Sources:
    """
    The pipelines of a call of `register`, not built yet. What `generate` returned stays whole: it may hold thousands.
    """

    location: SourceLocation
    found: list[Any] = field(factory=list)
    problems: dict[Problem, None] = field(factory=dict)
    may_be_empty: bool = False

    def add(self, items: Iterable[Any], around: tuple[int, ...] = ()) -> None:
        """
        Add what *items* contains; what is no pipeline becomes a problem.
        """
        try:
            for item in islice(items, _MAX_PIPELINES - len(self.found) + 1):
                if len(self.found) == _MAX_PIPELINES:
                    self._report(too_many_pipelines(_MAX_PIPELINES, self.location))
                    return
                self._add_one(item, around)
        except BaseException as error:
            if is_interruption(error):
                raise
            self._report(broken_iterable(items, error, self.location))

    def _add_one(self, item: Any, around: tuple[int, ...]) -> None:
        kind = type(item)
        if is_generated(item) or (callable(_attribute(item, "build")) and not issubclass(kind, type)):
            self.found.append(item)
        elif issubclass(kind, str | bytes | Mapping) or not issubclass(kind, Iterable):
            self._report(not_a_pipeline(item, self.location))
        elif id(item) in around or len(around) == _MAX_NESTING:
            self._report(broken_iterable(item, None, self.location))
        else:
            self.may_be_empty = self.may_be_empty or _attribute(item, "may_be_empty") is True
            self.add(item, (*around, id(item)))

    def _report(self, problem: Problem) -> None:
        self.problems[problem] = None

    @property
    def is_empty(self) -> bool:
        """
        Whether there is nothing to register, and nothing to report.
        """
        return not self.problems and all(is_generated(source) and not len(source) for source in self.found)

    def build(self, wanted: str | None) -> tuple[list[PipelineSpec], list[BrokenPipeline]]:
        """
        Return the specs, and what is broken; of the pipeline *wanted* alone, unless that is `None`.
        """
        builder = _Builder(self.location)
        builder.build(self._unbuilt() if wanted is None else self._unbuilt_named(wanted))
        if wanted is not None:
            named = [spec for spec in builder.specs.values() if spec.dag_id == wanted]
            # Its own problems are raised; those of others are no business of a worker.
            return named, [] if named else [item for item in builder.broken if item.dag_id == wanted]
        broken = [BrokenPipeline(problems=(problem,), location=self.location) for problem in self.problems]
        return list(builder.specs.values()), [*builder.broken, *broken]

    def _unbuilt(self) -> Iterator[Any]:
        for source in self.found:
            if is_generated(source):
                yield from source.unbuilt()
            else:
                yield source

    def _unbuilt_named(self, dag_id: str) -> Iterator[Any]:
        for source in self.found:
            if is_generated(source):
                yield from source.unbuilt_named(dag_id)
            elif _text(source, "dag_id") in {dag_id, None}:
                yield source


@final
@record(eq=False, frozen=False)
class _Builder:
    """
    Builds pipelines, and keeps the problems of those that cannot be built.
    """

    location: SourceLocation
    specs: dict[str, PipelineSpec] = field(factory=dict)
    broken: list[BrokenPipeline] = field(factory=list)

    def build(self, pipelines: Iterable[Any]) -> None:
        for pipeline in pipelines:
            try:
                spec = pipeline.build()
            except BaseException as error:
                if is_interruption(error):
                    raise
                self._fail(pipeline, problems_of(error) or (self._unexpected(pipeline, error),))
                continue
            if type(spec) is not PipelineSpec:
                self._fail(pipeline, (foreign_failure(pipeline, spec, self.location),))
                continue
            first = self.specs.setdefault(spec.dag_id, spec)
            if first is not spec:
                self.broken.append(duplicate_pipeline(spec, first.location))

    def _fail(self, pipeline: Any, problems: tuple[Problem, ...]) -> None:
        dag_id = next((problem.dag_id for problem in problems if problem.dag_id), None)
        name = dag_id or _text(pipeline, "dag_id") or _text(pipeline, "name")
        self.broken.append(BrokenPipeline(problems=problems, dag_id=name, location=problems[0].location))

    def _unexpected(self, pipeline: Any, error: BaseException) -> Problem:
        if type(pipeline).__module__.startswith("flowkit."):
            head = _attribute(pipeline, "_head")
            return unexpected_error(
                error, getattr(head, "location", self.location), _text(pipeline, "dag_id")
            )
        return foreign_failure(pipeline, error, self.location)


def is_generated(item: object) -> bool:
    """
    Return whether *item* is what `generate` returns.
    """
    return callable(_attribute(item, "unbuilt"))


def _attribute(item: object, name: str) -> Any:
    try:
        return getattr(item, name, None)
    except BaseException as error:  # a property of any class
        if is_interruption(error):
            raise
        return None


def _text(item: object, name: str) -> str | None:
    value = _attribute(item, name)
    return str.__str__(value) or None if issubclass(type(value), str) else None
