"""
The project that tests of the command line work in.
"""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """
    A project whose `dags` folder has the files in `DAG_FILES` of the test module.
    """
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "dags").mkdir()
    for name, text in getattr(request.module, "DAG_FILES", {}).items():
        (tmp_path / "dags" / name).write_text(text, encoding="utf-8")
    return tmp_path
