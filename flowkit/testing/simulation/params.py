"""
The params of a simulated run: defaults, what the run's configuration overrides, and the check of both.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, final

import attrs

from flowkit.model.params import MISSING, fields_of, is_params_class
from flowkit.testing.simulation.simulation_error import SimulationError
from flowkit.testing.simulation.task_graph import TaskGraph


@final
@attrs.frozen
class _Param:
    default: Any
    schema: Mapping[str, Any]


@final
class Params:
    """
    The params of each task, checked before anything runs.

    Raises:
        SimulationError: If a param is missing, or does not fit its schema.
    """

    def __init__(self, graph: TaskGraph, conf: Mapping[str, Any]) -> None:
        self._conf = conf
        shared = dict(_params_of(graph.spec.settings.get("params")))
        self._of_dag = self._checked(shared)
        self._of_tasks: dict[str, Mapping[str, Any]] = {}
        for task_id, task in graph.tasks.items():
            if own := task.options.get("params"):
                self._of_tasks[task_id] = self._checked({**shared, **dict(_params_of(own))})

    def of(self, task_id: str) -> Mapping[str, Any]:
        """
        Return the params of a task, or those of the pipeline for an empty id.
        """
        return self._of_tasks.get(task_id, self._of_dag)

    def _checked(self, params: Mapping[str, _Param]) -> dict[str, Any]:
        values = {name: param.default for name, param in params.items()} | dict(self._conf)
        for name, param in params.items():
            if values[name] is MISSING:
                msg = f"Param {name!r} has no default: give it a value, simulate(…, conf={{{name!r}: …}})."
                raise SimulationError(msg)
            _check(name, values[name], param.schema)
        return values


def _params_of(given: Any) -> Iterator[tuple[str, _Param]]:
    if given is None:
        return
    if is_params_class(given):
        for field in fields_of(given):
            yield field.name, _Param(field.default, field.schema)
        return
    for name in given:
        param = given.get_param(name) if hasattr(given, "get_param") else given[name]
        if hasattr(param, "schema") and hasattr(param, "resolve"):  # Airflow's `Param`
            missing = type(param.value).__name__ == "ArgNotSet" or param.value is Ellipsis
            yield name, _Param(MISSING if missing else param.value, param.schema)
        else:
            yield name, _Param(param, {})


def _check(name: str, value: Any, schema: Mapping[str, Any]) -> None:
    try:
        json.dumps(value)
    except (TypeError, ValueError) as error:
        msg = f"Param {name!r} must be a JSON value: {error}."
        raise SimulationError(msg) from error
    if not schema:
        return
    try:
        jsonschema: Any = import_module("jsonschema")
    except ImportError as error:
        msg = f"Param {name!r} has a type, and checking it requires jsonschema: pip install jsonschema"
        raise SimulationError(msg) from error
    try:
        jsonschema.validate(value, schema, format_checker=jsonschema.FormatChecker())
    except jsonschema.ValidationError as error:
        msg = f"Param {name!r} is not valid: {error.message}."
        raise SimulationError(msg) from None
