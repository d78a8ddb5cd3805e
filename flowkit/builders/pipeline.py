"""
A pipeline: the builder of one DAG.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast, final

from typing_extensions import Self, Unpack

from flowkit.base.call_site import caller
from flowkit.base.errors import PipelineError, problems_of
from flowkit.base.internal_error import unexpected_error
from flowkit.base.interruption import is_interruption
from flowkit.base.problems import Problem
from flowkit.base.record import evolve
from flowkit.base.recording import counted, recorded_method
from flowkit.builders.chain import Chain
from flowkit.builders.configuration import note_dag_id
from flowkit.draft.nodes import Draft, problems_in
from flowkit.resolve.resolve import resolve
from flowkit.rules.ids import checked_id
from flowkit.rules.option_rules import checked_settings

if TYPE_CHECKING:
    from flowkit.model.pipeline import PipelineSpec
    from flowkit.model.settings import DagSettings


def fill_pipeline(pipeline: Pipeline, problems: tuple[Problem, ...]) -> None:
    """
    Make *pipeline* one that is not known because of *problems*.
    """
    head = Draft(dag_id="", settings={}, defaults={}, links=(), location=caller(), problems=problems)
    pipeline._set(head, None)


def _kept(pipeline: Pipeline, problems: tuple[Problem, ...]) -> Pipeline:
    return pipeline._with_problems(problems)


@final
class Pipeline(Chain[Draft]):
    """
    One DAG, written as a chain of links.

    Args:
        dag_id: The id of the DAG: letters, digits, `-`, `_` and `.`.

        settings: Arguments of Airflow's `DAG`: `schedule`, `start_date`, `catchup`, `tags` and so on.
    """

    __slots__ = ()

    @recorded_method(fill_pipeline)
    def __init__(self, dag_id: str, /, **settings: Unpack[DagSettings]) -> None:
        problems: list[Problem] = []
        own_id = checked_id(dag_id, "dag_id", problems)
        given = cast("Mapping[str, Any]", settings)
        checked = checked_settings(given, call=f"Pipeline({own_id!r})", problems=problems)
        note_dag_id(own_id)
        self._set(Draft(own_id, checked, {}, (), caller(), problems=tuple(problems)), None)

    @property
    def dag_id(self) -> str:
        """
        The id of the DAG.
        """
        return self._head.dag_id

    @recorded_method(_kept)
    def settings(self, **settings: Unpack[DagSettings]) -> Self:
        """
        Return this pipeline with *settings* changed; other settings are kept.
        """
        problems = [*self._head.problems]
        call = f"{self._call_text}.settings()"
        checked = checked_settings(cast("Mapping[str, Any]", settings), call=call, problems=problems)
        changed = {**self._head.settings, **checked}
        head = evolve(self._head, settings=changed, problems=tuple(problems))
        return self._with(head, self._last)

    @recorded_method(_kept)
    def named(self, dag_id: str, /) -> Self:
        """
        Return this pipeline with another id, to derive several pipelines from one base.
        """
        problems = [*self._head.problems]
        own_id = checked_id(dag_id, "dag_id", problems)
        note_dag_id(own_id)
        head = evolve(self._head, dag_id=own_id, location=caller(), problems=tuple(problems))
        return self._with(head, self._last)

    def build(self) -> PipelineSpec:
        """
        Return the spec: the pipeline with all ids, edges and effective options resolved.

        Raises:
            PipelineError: If the pipeline has problems; it carries all of them.
        """
        try:
            return resolve(self._written())
        except PipelineError:
            raise
        except BaseException as error:  # an object of any class, such as a timetable, may raise anything
            if is_interruption(error):
                raise
            location = self._head.location
            problems = problems_of(error) or (unexpected_error(error, location, self.dag_id),)
            raise PipelineError(
                [evolve(problem, location=location, dag_id=self.dag_id) for problem in problems]
            ) from error

    @property
    def _has_invalid_id(self) -> bool:
        """
        Whether `dag_id` only stands for what was given.
        """
        return any(problem.code == "FK001" for problem in self._head.problems)

    @property
    def _call_text(self) -> str:
        return f"Pipeline({self.dag_id!r})"

    def __repr__(self) -> str:
        return f"<Pipeline {self.dag_id!r}{counted(problems_in(self._written()))}>"
