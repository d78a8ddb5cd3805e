"""
What the tests of the plugin share.
"""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def cache(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    A cache that only these tests use. The first run reads Airflow, and takes half a minute; others take seconds.
    """
    kept = getattr(pytestconfig, "cache", None)
    return Path(kept.mkdir("flowkit-mypy-plugin")) if kept else tmp_path_factory.mktemp("mypy")
