"""
What the guide for production names of Airflow is there: metrics, settings, and bundles that it can read.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import airflow
import pytest
import yaml  # type: ignore[import-untyped]
from airflow.configuration import conf
from airflow.dag_processing.bundles.manager import DagBundlesManager

from tests.support import ROOT

DOCS = ROOT / "docs"
PAGE = (DOCS / "production.md").read_text(encoding="utf-8")
SCALE = (DOCS / "scale.md").read_text(encoding="utf-8")
KNOWN = Path(airflow.__file__).parent / "_shared" / "observability" / "metrics" / "metrics_template.yaml"


def _metrics() -> list[str]:
    table = PAGE.partition("\n## What to watch\n")[2].partition("\n### ")[0]
    firsts = re.findall(r"^\| (`[^|]+`) \|", table, re.MULTILINE)
    return [name for first in firsts for name in re.findall(r"`([^`]+)`", first)]


@pytest.mark.skipif(not KNOWN.exists(), reason="this Airflow keeps no list of its metrics there")
def test_airflow_sends_each_metric() -> None:
    """By its own list, in the form for StatsD, which has bundle and file in the name."""
    entries = yaml.safe_load(KNOWN.read_text(encoding="utf-8"))["metrics"]
    known = {entry["name"] for entry in entries} | {entry["legacy_name"] for entry in entries}
    named = {
        name.replace("<bundle>", "{bundle_name}").replace("<file>", "{file_name}") for name in _metrics()
    }

    assert len(named) >= 8
    assert named <= known


@pytest.mark.parametrize("page", ["production.md", "scale.md", "isolation.md"])
def test_airflow_has_each_setting(page: str) -> None:
    """Where a page names a setting with its section."""
    text = (DOCS / page).read_text(encoding="utf-8")
    named = re.findall(r"`\[(\w+)\]\s+(\w+)`", text)

    assert named
    # Those without a default are no option until somebody sets them, but Airflow describes them.
    described = conf.configuration_description
    assert [(of, name) for of, name in named if name not in described[of]["options"]] == []


def _forms(text: str, commands: str) -> set[str]:
    found = (command.split()[1:] for command in re.findall(commands, text, re.MULTILINE))
    # What is particular to a pipeline is left out.
    return {" ".join([*words[:2], *sorted(w for w in words[2:] if w.startswith("--"))]) for words in found}


def test_a_test_runs_each_command_of_the_night() -> None:
    """On a real Airflow: those in blocks, and those in the text."""
    night = PAGE.partition("\n## At night\n")[2].partition("\n## ")[0]
    named = _forms(night, r"^airflow .+$|(?<=`)airflow [^`]+")
    run = _forms((ROOT / "tests" / "e2e" / "test_production.py").read_text(), r'(?<=")airflow [^"]+')

    assert len(named) > 10
    assert named <= run


def test_airflow_reads_the_list_of_bundles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two bundles, with a processor for each."""
    written = SCALE.partition("DAG_BUNDLE_CONFIG_LIST='")[2].partition("'")[0]
    monkeypatch.setenv("AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST", written)
    manager = DagBundlesManager()  # type: ignore[no-untyped-call]
    found = [(bundle.name, str(bundle.path)) for bundle in manager.get_all_dag_bundles()]

    assert found == [(one["name"], one["kwargs"]["path"]) for one in json.loads(written)]
    assert re.findall(r"dag-processor --bundle-name (\w+)", SCALE) == [name for name, _ in found]
