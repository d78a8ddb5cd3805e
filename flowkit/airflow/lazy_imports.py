"""
Loads lazy imports when Airflow needs them: a spec with lazily imported names → one with the real objects.
"""

from __future__ import annotations

from typing import Any, Final

from flowkit.base import lazy_names
from flowkit.base.call_site import SourceLocation
from flowkit.base.errors import PipelineError
from flowkit.base.lazy_names import is_lazy, real
from flowkit.base.problems import Problem
from flowkit.base.record import evolve
from flowkit.model.pipeline import PipelineSpec
from flowkit.model.values import INSIDE, map_values

_LEAVES: Final = {str, int, bool, float, SourceLocation}


def loaded(spec: PipelineSpec) -> PipelineSpec:
    """
    Return *spec* with its lazily imported names replaced by the real objects.

    Raises:
        PipelineError: If some of them cannot be imported.
    """
    if not lazy_names.declared:
        return spec
    problems: dict[Problem, None] = {}

    def load(value: Any) -> Any:
        if not is_lazy(value):
            return value if type(value) in _LEAVES else INSIDE
        # Late: source analysis is a third of what a worker imports from flowkit, and few files use lazy imports.
        from flowkit.analysis.operators import load_problem

        problem = load_problem(value)
        if problem is None:
            return real(value)
        problems[problem] = None
        return value

    spec_without_lazies: PipelineSpec = map_values(spec, load)
    if problems:
        raise PipelineError([evolve(problem, dag_id=spec.dag_id) for problem in problems])
    return spec_without_lazies
