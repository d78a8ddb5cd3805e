"""
Pipelines: settings, names, and building.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flowkit import Pipeline, task
from tests.recorded import problem_of, untyped
from tests.resolve.locations import mark


def test_settings_change_what_they_name() -> None:
    """A shared base is changed by `.settings` and `.named`, and stays as it was."""
    base = Pipeline("base", schedule="@daily", catchup=False).task("a")
    other = base.settings(schedule=None, tags=["x"]).named("other")

    assert (base.build().dag_id, base.build().settings) == ("base", {"schedule": "@daily", "catchup": False})
    assert (other.build().dag_id, other.build().settings) == (
        "other",
        {"schedule": None, "catchup": False, "tags": ["x"]},
    )
    assert base.build().nodes == other.build().nodes


def test_the_place_of_a_pipeline() -> None:
    """It is the line of `Pipeline(…)`, or that of `.named(…)`."""
    base = Pipeline("base").task("a")
    other = base.settings(catchup=False).named("other")

    here = mark()
    assert str(base.build().location) == here(-3)
    assert str(other.build().location) == here(-2)


def test_the_author_s_mappings_are_not_kept() -> None:
    """What is changed after the call changes no pipeline."""
    settings: dict[str, Any] = {"catchup": True}
    options: dict[str, Any] = {"retries": 1}
    pipeline = Pipeline("p", **settings).defaults(**options).task("a")
    settings["catchup"] = options["retries"] = None

    assert pipeline.build().settings == {"catchup": True}
    assert pipeline.build().defaults == {"retries": 1}


def test_one_task_in_two_pipelines() -> None:
    """A task stands in one place of a pipeline, and in as many pipelines as one likes."""
    shared = task("shared")

    assert [one.id for one in Pipeline("p").then(shared).build().tasks] == ["shared"]
    assert [one.id for one in Pipeline("q").then(shared).build().tasks] == ["shared"]


def test_a_pipeline_checks_what_it_gets() -> None:
    """A wrong id or setting is found by the call that gets it."""
    pipeline: Any = Pipeline("p", start_date=datetime(2026, 1, 1))

    here = mark()
    bad_id = problem_of(Pipeline("my pipeline"))
    no_text = problem_of(Pipeline(untyped(None)))
    bad_name = problem_of(pipeline.named(""))
    unknown = problem_of(pipeline.settings(catchpu=True))
    value = problem_of(pipeline.settings(tags="x"))

    assert [str(one).split(": ", 1) for one in (bad_id, no_text, bad_name, unknown, value)] == [
        [
            here(1),
            "FK001 The dag_id 'my pipeline' contains a character that is not a letter, a digit, `-`, `_` or `.`. "
            "Use letters, digits, `-`, `_` and `.` only.",
        ],
        [here(2), "FK001 A dag_id must be a string, not NoneType. Pass dag_id as a str."],
        [here(3), "FK001 The dag_id '' is empty. Use letters, digits, `-` and `_` only."],
        [
            here(4),
            "FK005 Pipeline('p').settings() got 'catchpu', which does not exist. Did you mean 'catchup'?",
        ],
        [
            here(5),
            "FK006 Pipeline('p').settings() got an invalid tags: tags must be a list of strings; a single string would "
            "become one tag per letter. Write tags=['x'].",
        ],
    ]
