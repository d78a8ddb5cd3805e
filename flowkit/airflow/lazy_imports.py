"""
Names that were imported lazily, at the moment when Airflow needs them: a spec with stand-ins → one without.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from flowkit.base import lazy_names
from flowkit.base.errors import PipelineError
from flowkit.base.lazy_names import is_lazy, real
from flowkit.base.problems import Problem
from flowkit.model.pipeline import PipelineSpec


def loaded(spec: PipelineSpec) -> PipelineSpec:
    """
    Return *spec* with what its lazily imported names stand for.

    Raises:
        PipelineError: If some of them cannot be imported.
    """
    if not lazy_names.declared:
        return spec
    problems: dict[Problem, None] = {}
    found: PipelineSpec = _loaded(spec, problems)
    if problems:
        raise PipelineError([attrs.evolve(problem, dag_id=spec.dag_id) for problem in problems])
    return found


def _loaded(value: Any, problems: dict[Problem, None]) -> Any:
    kind: type[Any] = type(value)
    if is_lazy(value):
        # Late: what reads sources is a third of what a worker imports of flowkit, and few files import lazily.
        from flowkit.analysis.operators import load_problem

        problem = load_problem(value)
        if problem is None:
            return real(value)
        problems[problem] = None
        return value
    if kind in {str, int, bool, float}:
        return value
    new: Any
    if isinstance(value, Mapping):
        new = {key: _loaded(item, problems) for key, item in value.items()}
        return value if all(new[key] is item for key, item in value.items()) else new
    if kind in {list, tuple, set, frozenset}:
        new = [_loaded(item, problems) for item in value]
        return value if all(one is old for one, old in zip(new, value, strict=True)) else kind(new)
    # What users make of classes of their own stays as it is: a stand-in in it does its work there.
    if kind.__module__.startswith(("flowkit.model.", "flowkit.draft.")):
        changes = {}
        for field in getattr(kind, "__attrs_attrs__", ()):
            old = getattr(value, field.name)
            new = _loaded(old, problems)
            if new is not old and field.init:
                changes[field.alias] = new
        return attrs.evolve(value, **changes) if changes else value
    return value
