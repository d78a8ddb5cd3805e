"""
The simulation does what Airflow does: named cases, Airflow's examples, and random pipelines.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from flowkit import Pipeline, PipelineError
from flowkit.model.pipeline import PipelineSpec
from flowkit.project.loading import load
from tests.parity.examples import PORTS
from tests.testing.simulation.cases import CASES, PLANS
from tests.testing.simulation.oracle import compared
from tests.testing.simulation.plans import Node, pipeline_of, plans

# `dag.test()` imports Airflow's API server, whose libraries warn, and examples use what Airflow deprecates.
pytestmark = [pytest.mark.e2e, pytest.mark.filterwarnings("ignore")]

RANDOM_PLANS = int(os.environ.get("ORACLE_PLANS", "60"))
MOST_RACES = 0.25
"""The share of random runs in which the simulation may name a race: differences could hide in them."""


@pytest.fixture(autouse=True)
def bundle(airflow_home: Path, airflow_db: Path) -> Iterator[None]:
    """
    An empty folder for Airflow's own bundle: `dag.test()` loads all that is in it, each time.
    """
    folder, aside = airflow_home / "dags", airflow_home / "aside"
    folder.rename(aside)
    folder.mkdir()
    yield
    folder.rmdir()
    aside.rename(folder)


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.__name__))
def test_named_cases(case: Callable[[], Pipeline]) -> None:
    """Each shows something odd, or once differed."""
    differences, _races = compared(case())
    assert differences == []


@pytest.mark.parametrize("name", PLANS)
def test_named_plans(name: str) -> None:
    """Likewise, as plans."""
    differences, _races = compared(pipeline_of(PLANS[name]))
    assert differences == []


EXAMPLES = (
    "core/example_dynamic_task_mapping",
    "core/example_nested_branch_dag",
    "core/example_setup_teardown_taskflow",
    "core/tutorial_taskflow_api",
    "core/example_xcomargs",
    "core/example_latest_only_with_trigger",
    "standard/example_short_circuit_decorator",
)


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples(name: str) -> None:
    """Ports of Airflow's examples that need no stub."""
    (spec, *_) = load(PORTS / f"{name}.py").pipelines
    differences, _races = compared(spec)
    assert differences == []


def test_random_pipelines() -> None:
    """Without a race, all agree; races are rare."""
    ran: list[bool] = []

    @settings(
        max_examples=RANDOM_PLANS,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much),
    )
    @given(plans())
    def agree(plan: tuple[Node, ...]) -> None:
        spec = _built(plan)
        if spec is None:
            return
        differences, races = compared(spec)
        ran.append(bool(races))
        assert races or differences == []

    agree()
    assert len(ran) > RANDOM_PLANS / 3
    assert sum(ran) <= max(2, MOST_RACES * len(ran))


def _built(plan: tuple[Node, ...]) -> PipelineSpec | None:
    try:
        return pipeline_of(plan).build()
    except PipelineError:  # it would go wrong in Airflow
        return None
