"""
The distributions that modules belong to.
"""

from __future__ import annotations

import importlib.metadata

import pytest

from flowkit.stubs.distributions import (
    all_operator_modules,
    clear_caches,
    distribution_of,
    installed_version,
    is_operator_module,
    versions_of,
)

STANDARD = "apache-airflow-providers-standard"


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("airflow.providers.standard.operators.bash", STANDARD),
        ("airflow.providers.cncf.kubernetes.operators.pod", "apache-airflow-providers-cncf-kubernetes"),
        ("airflow.providers.common.sql.operators.sql", "apache-airflow-providers-common-sql"),
        ("airflow.sdk.bases.sensor", "apache-airflow-task-sdk"),
        ("airflow", "apache-airflow-core"),
        ("airflow.utils.types", "apache-airflow-core"),
        ("attrs", "attrs"),
        ("no_such_module", None),
    ],
)
def test_distributions(module: str, expected: str | None) -> None:
    """Airflow's are known by name, others by their metadata."""
    assert distribution_of(module) == expected


def test_versions() -> None:
    """Each distribution once, by name."""
    versions = versions_of(["airflow.sdk.bases.sensor", "airflow.providers.standard.sensors.bash", "no_such"])

    assert versions == {
        name: importlib.metadata.version(name) for name in (STANDARD, "apache-airflow-task-sdk")
    }
    assert installed_version("no-such-distribution") is None
    clear_caches()


def test_operator_modules() -> None:
    """Those in the folders of providers, also in subfolders, and a few of the SDK."""
    modules = all_operator_modules()

    assert modules == sorted(set(modules))
    assert "airflow.providers.standard.operators.bash" in modules
    assert "airflow.providers.cncf.kubernetes.sensors.spark_kubernetes" in modules
    assert "airflow.sdk.bases.sensor" in modules
    assert "airflow.providers.standard.operators" not in modules
    assert not is_operator_module("airflow.providers.standard.hooks.filesystem")
    assert not is_operator_module("airflow.providers.common.compat.standard.operators")
