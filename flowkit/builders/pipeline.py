"""
A pipeline: the builder of one DAG.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast, final

import attrs
from typing_extensions import Self, Unpack

from flowkit.base.call_site import caller
from flowkit.builders.chain import Chain
from flowkit.builders.configuration import note_dag_id
from flowkit.draft.nodes import Draft
from flowkit.resolve.resolve import resolve
from flowkit.rules.ids import checked_id
from flowkit.rules.option_rules import checked_settings

if TYPE_CHECKING:
    from flowkit.model.pipeline import PipelineSpec
    from flowkit.model.settings import DagSettings


@final
class Pipeline(Chain[Draft]):
    """
    One DAG, written as a chain of links.

    Args:
        dag_id: The id of the DAG: letters, digits, `-` and `_`.

        settings: Arguments of Airflow's `DAG`: `schedule`, `start_date`, `catchup`, `tags` and so on.

    Raises:
        DefinitionError: If the id or the value of a setting is wrong.
        UnknownOptionError: If there is no such setting.
    """

    __slots__ = ()

    def __init__(self, dag_id: str, /, **settings: Unpack[DagSettings]) -> None:
        note_dag_id(dag_id)
        checked_id(dag_id, "dag_id")
        checked = checked_settings(cast("Mapping[str, Any]", settings), call=f"Pipeline({dag_id!r})")
        self._set(Draft(dag_id=dag_id, settings=checked, defaults={}, links=(), location=caller()), None)

    @property
    def dag_id(self) -> str:
        """
        The id of the DAG.
        """
        return self._head.dag_id

    def settings(self, **settings: Unpack[DagSettings]) -> Self:
        """
        Return this pipeline with *settings* changed; other settings are kept.

        Raises:
            DefinitionError: If the value of a setting is wrong.
            UnknownOptionError: If there is no such setting.
        """
        call = f"{self._call_text}.settings()"
        checked = checked_settings(cast("Mapping[str, Any]", settings), call=call)
        head = attrs.evolve(self._head, settings={**self._head.settings, **checked})
        return self._with(head, self._last)

    def named(self, dag_id: str, /) -> Self:
        """
        Return this pipeline with another id, to derive several pipelines from one base.

        Raises:
            DefinitionError: If the id is wrong.
        """
        note_dag_id(dag_id)
        head = attrs.evolve(self._head, dag_id=checked_id(dag_id, "dag_id"), location=caller())
        return self._with(head, self._last)

    def build(self) -> PipelineSpec:
        """
        Return the spec: the pipeline with all ids, edges and effective options resolved.

        Raises:
            PipelineError: If the pipeline has problems; it carries all of them.
        """
        return resolve(self._written())

    @property
    def _call_text(self) -> str:
        return f"Pipeline({self.dag_id!r})"

    def __repr__(self) -> str:
        return f"<Pipeline {self.dag_id!r}>"
