"""
Golden files of pipelines.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flowkit import Group, Pipeline, python
from flowkit.testing import assert_matches_plan
from flowkit.testing.plan_files import UPDATE


def load(table: str, password: str) -> str:
    return f"{table} {password}"


def pipeline(retries: int = 2) -> Pipeline:
    group = Group("ingest").defaults(pool="small").task("load", python(load, "users", "hunter2"))
    return Pipeline("sales", schedule="@daily").defaults(retries=retries).task("start").then(group)


def test_a_plan_is_written_and_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the options in effect, without secrets and without digests of functions."""
    path = tmp_path / "plans" / "sales.json"
    with pytest.raises(AssertionError, match=r"no plan of pipeline 'sales'.*--update-plans"):
        assert_matches_plan(pipeline(), path)

    monkeypatch.setenv(UPDATE, "1")
    assert_matches_plan(pipeline(), path)
    monkeypatch.delenv(UPDATE)
    text = path.read_text()
    task = json.loads(text)["pipelines"]["sales"]["tasks"]["ingest.load"]
    assert task["options"] == {"retries": 2, "pool": "small"}
    assert task["upstream"] == ["start"]
    assert task["runs"]["function"] == {"$": "function", "name": f"{load.__module__}.load"}
    assert "hunter2" not in text
    assert_matches_plan(pipeline(), path)
    assert_matches_plan(pipeline().build(), path)

    with pytest.raises(AssertionError) as caught:
        assert_matches_plan(pipeline(retries=3), path)
    assert '-            "retries": 2' in str(caught.value)
    assert '+            "retries": 3' in str(caught.value)
