"""
The pytest plugin: the fixture `simulate`, the option `--update-plans`, and tests without Airflow's parsing context.

Airflow stores the requested DAG in environment variables and does not always remove them: after `dag.test()`, and in
child processes of tasks. While they are set, a loaded file defines only that DAG, or none.

The plugin imports nothing else from flowkit until a test uses it, since pytest imports plugins in every run.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from flowkit.testing.simulation.simulate import Simulate

_CONTEXT = "_AIRFLOW_PARSING_CONTEXT_"
_UPDATE = "FLOWKIT_UPDATE_PLANS"
_RUNS = pytest.StashKey[list[Any]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """
    Add the option `--update-plans`.
    """
    parser.getgroup("flowkit").addoption(
        "--update-plans",
        action="store_true",
        help="write the files that assert_matches_plan compares with, instead of comparing",
    )


def pytest_configure(config: pytest.Config) -> None:
    """
    Remove inherited variables before test modules are imported.
    """
    _drop()
    if config.getoption("--update-plans"):
        os.environ[_UPDATE] = "1"
        config.add_cleanup(_compare_plans)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """
    Remove variables that the previous test left.
    """
    _drop()


@pytest.fixture
def simulate(request: pytest.FixtureRequest) -> Simulate:
    """
    Return `flowkit.testing.simulate`; if the test fails, its report shows the runs.
    """
    from flowkit.testing.simulation.simulate import simulate as simulated

    runs = request.node.stash.setdefault(_RUNS, [])

    def simulate(pipeline: Any, /, **options: Any) -> Any:
        run = simulated(pipeline, **options)
        runs.append(run)
        return run

    return simulate


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """
    Add the runs of the fixture `simulate` to the report of a failed test.
    """
    outcome: Any = yield
    report: pytest.TestReport = outcome.get_result()
    if report.failed:
        for run in item.stash.get(_RUNS, []):
            report.sections.append(("simulated run", run.report()))


def _compare_plans() -> None:
    os.environ.pop(_UPDATE, None)


def _drop() -> None:
    for name in [name for name in os.environ if name.startswith(_CONTEXT)]:
        del os.environ[name]
