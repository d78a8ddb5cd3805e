"""
Random pipelines, typed as authors type them, on real Airflow: what `flowkit check` calls clean runs as its types say.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, seed, settings
from sqlalchemy import event as database_event

from tests.airflow.typed_functions import Source
from tests.airflow.typed_plans import HEAD, Drawn, files
from tests.airflow.typed_runs import TypedRun, broken_promises

# `dag.test()` imports Airflow's API server, whose libraries warn.
pytestmark = [pytest.mark.e2e, pytest.mark.filterwarnings("ignore")]

EXAMPLES = int(os.environ.get("TYPED_RUNS", "40"))
"""How many pipelines are drawn."""

SEED = int(os.environ.get("TYPED_SEED", "0"))

UNRELATED = {"FK124"}
"""Warnings that have nothing to do with data: the order of teardowns."""


@pytest.fixture(scope="module")
def dags(airflow_home: Path, airflow_db: Path) -> Iterator[Path]:
    """
    The folder of DAGs, beside a database that does not wait for the disk.
    """
    from airflow import settings as airflow_settings

    def hurry(connection: object, _: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")  # type: ignore[attr-defined]
        connection.execute("PRAGMA journal_mode=MEMORY")  # type: ignore[attr-defined]

    engine = airflow_settings.engine
    assert engine is not None
    database_event.listen(engine, "connect", hurry)
    engine.dispose()
    logging.disable(logging.CRITICAL)
    yield airflow_home / "dags"
    logging.disable(logging.NOTSET)
    database_event.remove(engine, "connect", hurry)
    engine.dispose()


def found_in(drawn: Drawn, dags: Path) -> tuple[int, list[str]]:
    """
    Return the number of runs of a pipeline, and what went wrong; it runs if `flowkit check` calls it clean.
    """
    typed_run = TypedRun(drawn, dags)
    try:
        problems = typed_run.problems()
        if {problem.code for problem in problems} - UNRELATED:
            return 0, []
        spec = typed_run.spec()
        runs = list(typed_run.runs())
    finally:
        typed_run.file.unlink()
    wrong = [mistake for _, _, ran in runs for mistake in ran.mistakes]
    calm = [(chosen, ran) for chosen, trouble, ran in runs if not trouble]
    wrong += [f"the run {ran.state}: {ran.states}" for _, ran in calm if ran.state != "success"]
    return len(runs), wrong + list(broken_promises(spec, drawn, calm))


WRONG = """
@checked
def f1() -> int:
    return "text"  # type: ignore[return-value]

@checked
def f2(f2_0: int) -> None:
    return None

t1 = task("t1", python(f1))
t2 = task("t2", python(f2, t1.output))
t3 = task("t3", trigger_rule="all_success", after=t2)
register(Pipeline("p").then(t1).then(t2).add(t3))
"""


def test_wrong_values_are_noticed(dags: Path) -> None:
    """
    A value of another type, another value than was returned, and a run that fails.
    """
    sources = {"f2": {"f2_0": Source("f1", "one")}}
    drawn = Drawn(HEAD + WRONG, sources, {}, False, {})
    assert found_in(drawn, dags)[1] == ["f2[-1] got 'text' for f2_0, which is declared as <class 'int'>"]

    other = replace(drawn, sources={"f2": {"f2_0": Source("f9", "one")}})
    assert found_in(other, dags)[1][1] == "f2[-1] got 'text' for f2_0; f9 returned None"

    fails = replace(drawn, text=drawn.text.replace('return "text"', "raise ValueError"), sources={})
    assert found_in(fails, dags)[1][0].startswith("the run failed")
    assert "t3 never ran" in found_in(fails, dags)[1]


@seed(SEED)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
    ],
)
@given(drawn=files())
def test_what_check_calls_clean_runs_as_its_types_say(drawn: Drawn, dags: Path) -> None:
    """
    Every function gets values of the types that it declares, and what can run does run for some choice.
    """
    runs, wrong = found_in(drawn, dags)
    event(f"clean, {runs} runs" if runs else "reported")
    assert wrong == []
