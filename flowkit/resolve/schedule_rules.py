"""
Settings of a pipeline that Airflow refuses together with its schedule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, Final, cast

from flowkit.base.airflow_config import option
from flowkit.base.interruption import is_interruption
from flowkit.base.problems import Problem
from flowkit.base.record import evolve
from flowkit.base.recording import problems_from
from flowkit.draft.nodes import Draft
from flowkit.model.params import MISSING, ParamField, fields_of, is_params_class
from flowkit.model.schedule import Cron

# `[core] max_active_runs_per_dag`
_MAX_ACTIVE_RUNS: Final = 16
_TRUE: Final = frozenset({"t", "true", "1"})


def schedule_problems(draft: Draft) -> Iterator[Problem]:
    """
    Yield what Airflow refuses about the schedule of a pipeline, and the settings that depend on it.
    """
    yield from _params_without_value(draft)
    yield from _missing_start(draft)
    yield from _excluded_run_type(draft)
    yield from _too_many_runs(draft)
    yield from _invalid_timetable(draft)


def _can_be_scheduled(schedule: object) -> bool:
    """
    Return whether runs begin by themselves, as Airflow's `Timetable.can_be_scheduled` says.
    """
    return schedule is not None and bool(getattr(schedule, "can_be_scheduled", True))


def _has_assets(schedule: object) -> bool:
    """
    Return whether assets start the runs.
    """
    if schedule is None or isinstance(schedule, (str, Cron)):
        return False
    # Timetables say which assets they wait for. A timedelta, and a relativedelta, is known by its unit.
    is_timetable = hasattr(schedule, "can_be_scheduled")
    return hasattr(schedule, "asset_condition") or not (is_timetable or hasattr(schedule, "seconds"))


def _params_without_value(draft: Draft) -> Iterator[Problem]:
    given, schedule = draft.settings.get("params"), draft.settings.get("schedule")
    if not given:
        return
    try:
        without_default, invalid = _judged(given)
    except BaseException as error:
        if is_interruption(error):
            raise
        for problem in problems_from(error, "The params have a value"):
            # The location of a `Form` in an annotation that is text is unknown, too.
            known = problem.location is not None and problem.location.file != "<string>"
            yield problem if known else evolve(problem, location=draft.location)
        return
    if without_default and _can_be_scheduled(schedule):
        names = ", ".join(repr(name) for name in without_default)
        message = f"The pipeline has a schedule, and params without defaults, which the scheduler cannot fill: {names}."
        yield Problem("FK114", message, "Give them defaults, or remove the schedule.", draft.location)
    if invalid and _can_be_scheduled(schedule):
        names = ", ".join(repr(name) for name in invalid)
        message = (
            f"The pipeline has a schedule, and params whose defaults do not match their own schema: {names}. Each "
            "scheduled run would get such a default."
        )
        yield Problem("FK114", message, "Change the defaults or the schema.", draft.location)


def _judged(params: object) -> tuple[list[str], list[str]]:
    """
    Return the names of the params that have no default, and of those whose default their schema does not accept.
    """
    without_default: list[str] = []
    invalid: list[str] = []
    if is_params_class(params):
        for field in fields_of(cast("type[Any]", params)):
            if field.default is MISSING:
                without_default.append(field.name)
            elif not _is_accepted(field):
                invalid.append(field.name)
    for name, param in params.items() if isinstance(params, Mapping) else ():
        # Airflow's `Param`, which is not imported here; all other values are defaults without a schema.
        if not (hasattr(param, "resolve") and isinstance(getattr(param, "schema", None), Mapping)):
            continue
        value = getattr(param, "value", None)
        if type(value).__name__ in {"ArgNotSet", "SetDuringExecution"}:
            without_default.append(name)
        elif not _is_accepted(ParamField(name, value, param.schema, None)):
            invalid.append(name)
    return without_default, invalid


def _is_accepted(field: ParamField) -> bool:
    """
    Return whether the schema of a param accepts its default, by the library that Airflow uses.
    """
    if not field.schema:
        return True
    try:
        jsonschema: Any = import_module("jsonschema")
    except ImportError:  # Airflow requires it; without Airflow nothing can be said
        return True
    try:
        jsonschema.validate(field.default, dict(field.schema), format_checker=jsonschema.FormatChecker())
    except (jsonschema.ValidationError, jsonschema.SchemaError):
        return False
    return True


def _missing_start(draft: Draft) -> Iterator[Problem]:
    settings = draft.settings
    if not _can_be_scheduled(settings.get("schedule")):
        return
    if settings.get("start_date") is not None or "start_date" in draft.defaults:
        return
    catchup = settings.get("catchup")
    if catchup is None and (option("scheduler", "catchup_by_default") or "").lower() in _TRUE:
        message = "The pipeline has a schedule and no start_date, and [scheduler] catchup_by_default is on"
    elif catchup:
        message = "The pipeline has a schedule with catchup=True and no start_date"
    else:
        return
    message = f"{message}: Airflow does not know from when on to catch up."
    hint = "Write Pipeline(…, start_date=datetime(2026, 1, 1)), or catchup=False."
    yield Problem("FK122", message, hint, draft.location)


def _excluded_run_type(draft: Draft) -> Iterator[Problem]:
    given = draft.settings.get("allowed_run_types")
    if not given:
        return
    allowed = {str(getattr(kind, "value", kind)) for kind in ([given] if isinstance(given, str) else given)}
    schedule = draft.settings.get("schedule")
    if _has_assets(schedule):
        needed, why = "asset_triggered", "is scheduled by assets"
    elif _can_be_scheduled(schedule):
        needed, why = "scheduled", "has a schedule"
    else:
        needed, why = "manual", "has no schedule"
    if needed not in allowed:
        message = f"The pipeline {why}, but its allowed_run_types do not include {needed!r}."
        hint = f"Add {needed!r} to allowed_run_types, or leave allowed_run_types out."
        yield Problem("FK122", message, hint, draft.location)


def _too_many_runs(draft: Draft) -> Iterator[Problem]:
    schedule = draft.settings.get("schedule")
    # An array compares item by item.
    limit = (
        1
        if isinstance(schedule, str) and schedule == "@continuous"
        else getattr(schedule, "active_runs_limit", None)
    )
    if not isinstance(limit, int):
        return
    given = draft.settings.get("max_active_runs")
    configured = option("core", "max_active_runs_per_dag") or ""
    runs = given if given is not None else int(configured) if configured.isdecimal() else _MAX_ACTIVE_RUNS
    if runs > limit:
        name = repr(schedule) if isinstance(schedule, str) else type(schedule).__name__
        default = "" if given is not None else ", Airflow's default"
        message = f"The schedule {name} allows {limit} active run at a time, but max_active_runs is {runs}{default}."
        yield Problem("FK122", message, f"Write Pipeline(…, max_active_runs={limit}).", draft.location)


def _invalid_timetable(draft: Draft) -> Iterator[Problem]:
    schedule = draft.settings.get("schedule")
    validate = getattr(schedule, "validate", None)
    if not hasattr(schedule, "can_be_scheduled") or not callable(validate):
        return
    try:
        validate()
    except Exception as error:  # noqa: BLE001 - a timetable of the user's own may raise anything
        message = f"The timetable {type(schedule).__name__} is not valid: its validate() raised {type(error).__name__}."
        yield Problem("FK003", message, "Fix the arguments of the timetable.", draft.location)
