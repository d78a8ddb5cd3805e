"""
Files near the limits of Airflow.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from flowkit.analysis.sources import Sources
from flowkit.base.airflow_config import AirflowConfig
from flowkit.base.call_site import SourceLocation
from flowkit.project.findings import CheckedFile
from flowkit.project.parse_limits import Timing, limits


def _codes(
    tmp_path: Path,
    *,
    seconds: float = 0.0,
    tasks: int = 1,
    pipelines: int = 1,
    size: int = 10,
    timing: tuple[float, float] | None = None,
    configured: AirflowConfig | None = None,
) -> list[str]:
    file = tmp_path / "etl.py"
    file.write_bytes(b"#" * size)
    locations = (("p", SourceLocation(str(file), 1)),) * pipelines
    loaded = CheckedFile(str(file), pipelines, locations, tasks=tasks * pipelines, seconds=seconds)
    measured = Timing(str(file), pipelines, tasks, *timing) if timing else None
    found = list(limits(loaded, measured, configured or AirflowConfig(), Sources()))
    assert all(finding.is_warning for finding in found)
    return [finding.code for finding in found]


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        ({}, []),
        ({"seconds": 14.9}, []),
        ({"seconds": 15.0}, ["FK510"]),
        ({"seconds": 25.0}, ["FK510", "FK511"]),
        ({"timing": (15.0, 1.0)}, ["FK510"]),
        ({"timing": (1.0, 24.5)}, ["FK511"]),
        ({"timing": (1.0, 1.0), "seconds": 1.0}, []),
        ({"tasks": 300, "pipelines": 80}, []),
        ({"tasks": 300, "pipelines": 84}, ["FK511"]),
        ({"tasks": 300, "pipelines": 84, "timing": (1.0, 1.0)}, []),
        ({"size": 100_000, "pipelines": 199}, []),
        ({"size": 100_000, "pipelines": 200}, ["FK512"]),
        ({"seconds": 900.0, "configured": AirflowConfig(None, 0, 0)}, []),
        ({"seconds": 3.0, "configured": AirflowConfig(None, 6, 50)}, ["FK510"]),
        ({"seconds": 3.0, "configured": AirflowConfig(None, 60, 6)}, ["FK511"]),
    ],
)
def test_half_of_a_limit_is_near(tmp_path: Path, given: dict[str, object], codes: list[str]) -> None:
    """
    By what was measured, else by the number of tasks; a limit of 0 is none.
    """
    assert _codes(tmp_path, **given) == codes  # type: ignore[arg-type]


def test_a_pipeline_without_end_says_more_than(tmp_path: Path) -> None:
    """
    A file that was stopped took more than that.
    """
    file = tmp_path / "etl.py"
    file.touch()
    timing = Timing(str(file), 0, 0, 100.0, 0.0, ended=False)

    found = list(limits(CheckedFile(str(file), 0), timing, AirflowConfig(), Sources()))

    assert "took Airflow more than 100.0 s" in found[-1].message
