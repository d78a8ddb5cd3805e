"""
Tests of `flowkit.rules.option_rules`: which names there are, and what passes whatever its name.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Protocol

import pytest

from flowkit.base.problems import Problem
from flowkit.model.options import TaskOptions
from flowkit.model.settings import DagSettings, GroupSettings
from flowkit.rules.option_rules import checked_group_settings, checked_options, checked_settings


class Check(Protocol):
    """Checks options or settings."""

    def __call__(self, given: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]: ...


def _task(given: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]:
    return checked_options(given, call="task('load')", problems=problems)


def _pipeline(given: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]:
    return checked_settings(given, call="Pipeline('etl')", problems=problems)


def _group(given: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]:
    return checked_group_settings(given, call="Group('g')", problems=problems)


def _kept(check: Check, given: Mapping[str, Any]) -> dict[str, Any]:
    problems: list[Problem] = []
    kept = check(given, problems)
    assert problems == []
    return kept


def _problem(check: Check, given: Mapping[str, Any]) -> Problem | None:
    problems: list[Problem] = []
    assert check(given, problems) == {} or not problems
    return problems[0] if problems else None


def _the_problem(check: Check, given: Mapping[str, Any]) -> Problem:
    problem = _problem(check, given)
    assert problem is not None
    return problem


class _Output:
    """Raises at every touch, as the output of a task does."""

    __flowkit_output__ = True

    def __getattr__(self, name: str) -> Any:
        raise TypeError(name)

    def _raise(self, *_: object) -> Any:
        raise TypeError

    __bool__ = __eq__ = __lt__ = __iter__ = __len__ = __call__ = _raise
    __hash__ = object.__hash__


@pytest.mark.parametrize("check", [_task, _pipeline, _group])
def test_nothing_given_gives_nothing(check: Check) -> None:
    """No options are fine."""
    assert _kept(check, {}) == {}


@pytest.mark.parametrize(
    ("check", "keys"), [(_task, TaskOptions), (_pipeline, DagSettings), (_group, GroupSettings)]
)
def test_every_key_has_a_limit(check: Check, keys: Any) -> None:
    """Each key of the types is known at run time, and refuses or takes any value without another error."""
    values: list[Any] = [None, 1, "x", b"", [], {}, object(), str, float("nan"), timedelta(-1)]
    for name in keys.__annotations__:
        problems = [_problem(check, {name: value}) for value in values]

        assert {problem.code for problem in problems if problem} <= {"FK003", "FK006"}
        assert all(problem.hint for problem in problems if problem)
        assert any(problems)


def test_texts_are_not_shown() -> None:
    """A text may be a secret; messages are shown to everybody."""
    caught = _the_problem(_task, ({"executor_config": "hunter2"}))

    assert "hunter2" not in str(caught)


def test_a_bad_schedule_has_a_code_of_its_own() -> None:
    """The schedule is checked by the rule of schedules."""
    caught = _the_problem(_pipeline, ({"schedule": "@dayly"}))

    assert caught.code == "FK003"
    assert caught.hint == "Did you mean '@daily'?"


@pytest.mark.parametrize(
    ("check", "name", "message", "hint"),
    [
        (_task, "retires", "task('load') got 'retires', which does not exist.", "Did you mean 'retries'?"),
        (_task, "xyzzy", "task('load') got 'xyzzy', which does not exist.", "Remove it."),
        (
            _task,
            "schedule",
            "task('load') got 'schedule', which is a setting of pipelines.",
            "Pass it to Pipeline(…, schedule=…).",
        ),
        (
            _task,
            "tooltip",
            "task('load') got 'tooltip', which is a setting of groups.",
            "Pass it to Group(…, tooltip=…).",
        ),
        (
            _task,
            "default_args",
            "task('load') got 'default_args', which flowkit does not accept.",
            "Pass options of tasks to .defaults(…), and arguments of operators to .operator_defaults(…).",
        ),
        (
            _pipeline,
            "retries",
            "Pipeline('etl') got 'retries', which is an option of tasks.",
            "Pass it to task(…) or to .defaults(retries=…).",
        ),
        (
            _pipeline,
            "schedule_interval",
            "Pipeline('etl') got 'schedule_interval', which flowkit does not accept.",
            "Airflow 3 calls it schedule: Pipeline(…, schedule=…).",
        ),
        (_pipeline, "tag", "Pipeline('etl') got 'tag', which does not exist.", "Did you mean 'tags'?"),
        (
            _group,
            "pod",
            "Group('g') got 'pod', which is an option of tasks.",
            "Pass it to task(…) or to .defaults(pod=…).",
        ),
        (
            _group,
            "add_suffix_on_collision",
            "Group('g') got 'add_suffix_on_collision', which flowkit does not accept.",
            "Give each group an id of its own.",
        ),
    ],
)
def test_unknown_names_are_refused(check: Check, name: str, message: str, hint: str) -> None:
    """An unknown name fails with the nearest one, or with the place where it belongs."""
    caught = _the_problem(check, ({name: 1}))

    problem = caught
    assert (problem.code, problem.message, problem.hint) == ("FK005", message, hint)
    assert problem.location is not None
    assert problem.location.file == __file__


@pytest.mark.parametrize(
    ("check", "keys"), [(_task, TaskOptions), (_pipeline, DagSettings), (_group, GroupSettings)]
)
def test_outputs_pass_unchecked(check: Check, keys: Any) -> None:
    """The output of a task passes everywhere: a rule over the whole pipeline says what is wrong with it."""
    output = _Output()
    for name in keys.__annotations__:
        assert _kept(check, {name: output})[name] is output


def test_objects_of_airflow_pass() -> None:
    """Airflow's enums, assets, notifiers, params, deadlines and policies pass."""
    assert os.environ["AIRFLOW_HOME"]
    from airflow.sdk import (
        Asset,
        AssetAlias,
        BaseNotifier,
        CronTriggerTimetable,
        ExceptionRetryPolicy,
        Param,
        TriggerRule,
        WeightRule,
    )
    from airflow.sdk.api.datamodels._generated import DagRunType
    from airflow.sdk.definitions.callback import AsyncCallback
    from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference
    from airflow.sdk.definitions.param import ParamsDict

    class Notifier(BaseNotifier):
        def notify(self, context: Any) -> None: ...

    async def late() -> None: ...

    alert = DeadlineAlert(DeadlineReference.DAGRUN_QUEUED_AT, timedelta(hours=1), AsyncCallback(late))
    for rule in TriggerRule:
        _kept(
            _task,
            {"trigger_rule": rule, "on_failure_callback": Notifier(), "params": ParamsDict({"a": Param(1)})},
        )
    for weight in WeightRule:
        _kept(_task, {"weight_rule": weight, "outlets": Asset("a"), "inlets": [AssetAlias("b")]})
    _kept(_task, {"retry_policy": ExceptionRetryPolicy(rules=[])})
    for run_type in DagRunType:
        _kept(_pipeline, {"allowed_run_types": run_type, "deadline": alert})
        _kept(_pipeline, {"allowed_run_types": {run_type}, "deadline": [alert]})
    for schedule in (
        Asset("a"),
        [Asset("a")],
        Asset("a") | Asset("b"),
        CronTriggerTimetable("* * * * *", timezone="UTC"),
    ):
        _kept(_pipeline, {"schedule": schedule})


def test_tags_are_as_long_as_in_airflow() -> None:
    """The longest tag is Airflow's."""
    assert os.environ["AIRFLOW_HOME"]
    from airflow.sdk.definitions.dag import TAG_MAX_LEN

    _kept(_pipeline, {"tags": ["x" * TAG_MAX_LEN]})
    assert _the_problem(_pipeline, ({"tags": ["x" * (TAG_MAX_LEN + 1)]}))
