"""
Whatever values a pipeline is written with, the others of its file are parsed, encoded, decoded and stored.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.airflow import value_batch
from tests.airflow.strict_columns import strict_columns
from tests.airflow.test_isolation import states, stored
from tests.airflow.value_batch import fill
from tests.airflow.value_matrix import NAMED_BY_THE_VALUE, SOURCE, parsed
from tests.airflow.value_places import PLACES
from tests.builders.hostile_calls import ANY, Value
from tests.support import ROOT

BATCH = 30
MAX_EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "600"))
"""How many pipelines. Fifty thousand take the better part of an hour."""

PAIRS = os.environ.get("MATRIX_PAIRS", "3000")
"""How many of the pairs of a value and a place; 0: all of them, which takes some minutes."""


def test_each_value_in_each_place() -> None:
    """A fixed sample of the pairs, in one file: each pipeline is live, or named with a line."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.airflow.value_matrix", PAIRS],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    last_line = (done.stderr.splitlines() or [""])[-1]
    assert last_line.startswith("{"), done.stderr[-3000:]
    report = json.loads(last_line)
    assert report["faults"] == []
    assert report["live"] > 2
    assert done.returncode == 0


class TestFuzz:
    """Values that hypothesis makes."""

    @pytest.fixture(scope="class")
    def file(self, tmp_path_factory: pytest.TempPathFactory, airflow_db: Path) -> Path:
        """The DAG file, which has other pipelines in each parse."""
        file = tmp_path_factory.mktemp("dags") / "fuzz.py"
        file.write_text(SOURCE.replace("MODULE", value_batch.__name__))
        return file

    @pytest.mark.filterwarnings("ignore")
    @settings(
        max_examples=max(1, MAX_EXAMPLES // BATCH),
        deadline=None,
        suppress_health_check=list(HealthCheck),  # pyright: ignore[reportArgumentType]
        # To shrink thirty values takes hours.
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
    )
    @given(
        batch=st.lists(
            st.tuples(st.sampled_from(sorted(PLACES)), ANY.map(Value)), min_size=BATCH, max_size=BATCH
        )
    )
    def test_no_sibling_is_lost(self, file: Path, batch: list[tuple[str, Value]]) -> None:
        """The good ones are live in the database, each other one is live or named with a line."""
        names = fill([(place, drawn.value) for place, drawn in batch])
        result = parsed(file)
        errors = dict(result.import_errors or {})
        live = {dag.dag_id for dag in result.serialized_dags}
        assert {"good_first", "good_last"} <= live
        for name, (place, _) in zip(names, batch, strict=True):
            error = errors.pop(f"fuzz.py::{name}", None)
            assert error is None or re.search(r"\.py:\d+: FK(?!999)\d{3} ", error), (place, error)
            if place not in NAMED_BY_THE_VALUE:
                assert (error is None) == (name in live), (name, place)
        assert [name for name in errors if "::" not in name] == []
        with strict_columns() as refused:
            stored(result, file)
        assert refused == []
        shown = states(file)
        assert {name: shown.get(name) for name in live} == dict.fromkeys(live, (False, False))
