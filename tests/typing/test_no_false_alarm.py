"""
No false alarm: `flowkit check` accepts the example pipelines and Airflow's own, and the type checkers see them in CI.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from flowkit.cli.main import main
from tests.support import DAGS, ROOT

PORTS = ROOT / "tests" / "parity" / "ports"


@pytest.mark.parametrize("folder", [DAGS, PORTS / "core", PORTS / "standard"], ids=lambda folder: folder.name)
@pytest.mark.filterwarnings("ignore")
def test_flowkit_check_finds_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """There are no problems; a warning, as of a clock in an example of Airflow's, may be true."""
    monkeypatch.setattr(sys, "path", [*sys.path])

    assert main(["check", str(folder)]) == 0
    assert "No problems" in capsys.readouterr().out


def test_the_checkers_look_at_all_pipelines() -> None:
    """The settings of mypy and of pyright include the examples and the ports."""
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    mypy, _, rest = settings.partition("[tool.mypy]")[2].partition("[tool.pyright]")

    for section in (mypy, rest.partition("\n[")[0]):
        assert '"dags"' in section
        assert '"tests"' in section
        assert "parity" not in section
