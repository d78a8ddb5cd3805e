"""
The command that measures flowkit beside others.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.support import ROOT

BENCHMARKS = ROOT / "benchmarks"


def _run(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "AIRFLOW_HOME": str(home), "HOME": str(home)}
    return subprocess.run(
        [sys.executable, str(BENCHMARKS / "run.py"), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=240,
    )


@pytest.mark.e2e
def test_it_measures_flowkit_and_hand_written_airflow(tmp_path: Path) -> None:
    """A small run, without a network: both make the same tasks, and the results are those of a large one."""
    page = (ROOT / "docs" / "benchmarks.md").read_text()
    output = tmp_path / "results.json"
    done = _run("--quick", "--parts", "build", "worker", "growth", "--output", str(output), home=tmp_path)

    assert done.returncode == 0, done.stderr
    found = json.loads(output.read_text())
    built = [sample for sample in found["samples"] if sample["part"] == "build"]
    assert {(sample["tool"], sample["shape"]) for sample in built} == {
        ("hand", "groups"),
        ("hand", "chain"),
        ("flowkit", "groups"),
        ("flowkit", "chain"),
    }
    assert {(sample["dags"], sample["tasks"], sample["edges"]) for sample in built} == {(3, 60, 57)}
    assert len({sample["digest"] for sample in built}) == 2
    loaded = {sample["tool"]: sample["dags"] for sample in found["samples"] if sample["part"] == "worker"}
    assert loaded == {"hand": 3, "hand-pruned": 1, "flowkit": 1}
    growth = [sample["us_per_task"] for sample in found["samples"] if sample["part"] == "growth"]
    assert len(growth) == 6
    assert min(growth) > 0
    assert found["machine"]["cores"] == os.cpu_count()
    assert "| **flowkit**" in done.stdout
    assert (ROOT / "docs" / "benchmarks.md").read_text() == page, "a small run leaves the page as it is"


@pytest.fixture
def report(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module that makes tables."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return import_module("rivals.report")


def _sample(tool: str, turn: int, seconds: float) -> dict[str, Any]:
    return {
        "part": "build",
        "tool": tool,
        "shape": "groups",
        "count": 100,
        "round": turn,
        "build_cpu": seconds,
        "serialize_cpu": 1.0,
        "rss_serialize": 100.0,
        "bytes_of_one": 2_000,
    }


SAMPLES = [
    *(_sample("hand", turn, seconds) for turn, seconds in enumerate([1.0, 2.0, 4.0])),
    *(_sample("flowkit", turn, seconds) for turn, seconds in enumerate([0.5, 1.5, 1.0])),
    *(_sample("gusty", turn, seconds) for turn, seconds in enumerate([3.0, 1.0, 8.0])),
]
RESULT = {
    "date": "2026-01-01",
    "machine": {"cpu": "a CPU", "cores": 4, "memory_gb": 8.0, "system": "Linux", "python": "3.12.1"},
    "versions": {"airflow": {"attrs": "26.1.0"}},
    "samples": SAMPLES,
    "outputs": {"check": "It takes no time."},
}


def test_ratios_are_taken_round_by_round(report: Any) -> None:
    """The median of the ratios, not the ratio of the medians: both had the same minute of the machine."""
    text = report.text(RESULT)

    assert "| **flowkit** | 1,000 (500-1,500) | 0.50 |" in text
    assert "| gusty | 3,000 (1,000-8,000) | 2.00 |" in text
    assert "Measured on 2026-01-01: a CPU, 4 cores, 8.0 GB, Linux, Python 3.12.1; attrs 26.1.0." in text
    assert "```console\nIt takes no time.\n```" in text


def test_it_says_where_flowkit_needs_more(report: Any) -> None:
    """Each measure in which another tool needs less is in a list of its own."""
    slower = [{**one, "build_cpu": 9.0} if one["tool"] == "flowkit" else one for one in SAMPLES]

    assert "Where flowkit needs more" not in report.text(RESULT)
    assert "- to build 100 pipelines: 4.50 times hand-written\n" in report.text({**RESULT, "samples": slower})


def test_the_page_is_written_between_its_markers(report: Any, tmp_path: Path) -> None:
    """What others wrote on the page stays."""
    page = tmp_path / "benchmarks.md"
    page.write_text(f"# Before\n\n{report.BEGIN}\n\nold\n\n{report.END}\n\nAfter.\n")
    report.write_page(RESULT, tmp_path)
    once = page.read_text()
    report.write_page(RESULT, tmp_path)

    assert page.read_text() == once
    assert once.startswith("# Before\n\n<!--")
    assert once.endswith("-->\n\nAfter.\n")
    assert "old" not in once
    assert (tmp_path / "benchmarks.svg").read_text().startswith("<svg")

    page.write_text("no markers")
    with pytest.raises(SystemExit, match="lacks the markers"):
        report.write_page(RESULT, tmp_path)


def test_the_page_has_its_markers(report: Any) -> None:
    """Without them the command could not write."""
    text = (ROOT / "docs" / "benchmarks.md").read_text()

    assert text.count(report.BEGIN) == text.count(report.END) == 1


def test_every_tool_writes_its_pipelines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each has a file that Airflow would load, as its text speaks of Airflow and of DAGs."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    envs, inputs = import_module("rivals.envs"), import_module("rivals.inputs")
    for tool in envs.OF_TOOL:
        shape = "chain" if tool == "airflow-pydantic" else "groups"
        loader = inputs.write(tool, shape, 2, tmp_path / tool)
        text = loader.read_text().lower()
        assert "airflow" in text
        assert "dag" in text
        compile(loader.read_text(), str(loader), "exec")


def _bench(measure: Any, folder: Path) -> Any:
    pythons = {"airflow": Path(sys.executable), "gusty": Path(sys.executable)}
    return measure.Bench(pythons, folder, rounds=1.0, quick=True)


@pytest.fixture
def measure(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module that measures."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return import_module("rivals.measure")


def test_a_tool_that_fails_is_told_and_left_out(
    measure: Any, report: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are measured, and the page names it."""
    asked: list[tuple[str, str]] = []

    def child(_: Any, env: str, part: str, tool: str, *more: str, path: bool = False) -> dict[str, Any]:
        asked.append((part, tool))
        if tool == "gusty":
            raise measure.processor.ToolError("it has no mode for this")
        return {"digest": "same", "build_cpu": 1.0}

    monkeypatch.setattr(measure.Bench, "child", child)
    bench = _bench(measure, tmp_path)
    measure.build(bench)
    measure.build(bench)

    assert bench.failures == [{"part": "build", "tool": "gusty", "text": "it has no mode for this"}]
    assert asked.count(("build", "gusty")) == 1
    assert {sample["tool"] for sample in bench.samples} == {"hand", "flowkit"}
    assert "**Failed**: gusty, in the part `build`." in report.text({**RESULT, "failures": bench.failures})


def test_a_tool_that_makes_other_tasks_is_left_out(
    measure: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it took is no measure of the same work."""

    def child(_: Any, env: str, part: str, tool: str, *more: str, path: bool = False) -> dict[str, Any]:
        return {"digest": "other" if tool == "gusty" else "same", "first": {"t0": 1}, "build_cpu": 1.0}

    monkeypatch.setattr(measure.Bench, "child", child)
    bench = _bench(measure, tmp_path)
    measure.build(bench)

    (failure,) = bench.failures
    assert failure["tool"] == "gusty"
    assert failure["text"].startswith("gusty makes other tasks or edges than hand.")
    assert {sample["tool"] for sample in bench.samples} == {"hand", "flowkit"}
