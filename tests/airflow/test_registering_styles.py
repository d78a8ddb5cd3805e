"""
One broken pipeline harms no other, in whichever way the documentation shows they are registered.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.airflow.broken_kinds import CALLED_BY_FLOWKIT, RAISED, STYLES, WRONG, source
from tests.airflow.value_matrix import parsed
from tests.support import load_dags

# Of Airflow and of the standard library, not of flowkit.
pytestmark = pytest.mark.filterwarnings("ignore")


def left_of(folder: Path, style: str, kinds: list[str]) -> tuple[set[str], dict[str, str]]:
    """
    Return the live DAGs of such a file, and its import errors.
    """
    file = folder / "styles.py"
    file.write_text(source(style, kinds))
    received = parsed(file)
    return {dag.dag_id for dag in received.serialized_dags}, dict(received.import_errors or {})


@pytest.mark.parametrize("style", STYLES)
def test_all_kinds_in_one_file(tmp_path: Path, style: str) -> None:
    """
    The good ones live; each broken one is named with a line of the file.
    """
    kinds = [*WRONG, *(RAISED if style in CALLED_BY_FLOWKIT else ())]
    live, errors = left_of(tmp_path, style, kinds)
    assert live == {"first", "last"}
    ids = {name.partition("::")[2] for name in errors}
    if style.startswith(("generate", "shard_of")) and not style.endswith("ids"):
        # Where only a pipeline knows its id, and there is none, the configuration names it.
        assert len(ids) == len(kinds)
        assert set(WRONG) <= ids
    else:
        assert ids == set(kinds)
    assert [text for text in errors.values() if not re.search(r"styles\.py:\d+: FK\d{3} ", text)] == []
    assert [text for text in errors.values() if "FK999" in text] == []


@pytest.mark.parametrize("kind", [*WRONG, *RAISED])
def test_each_kind(tmp_path: Path, kind: str) -> None:
    """
    Alone among good ones.
    """
    live, errors = left_of(tmp_path, "generate_with_ids", [kind])
    assert live == {"first", "last"}
    assert list(errors) == [f"styles.py::{kind}"]


@pytest.mark.parametrize("kind", WRONG)
def test_each_wrong_value_written_at_the_top(tmp_path: Path, kind: str) -> None:
    """
    Nothing raises, so that the file goes on.
    """
    live, errors = left_of(tmp_path, "arguments", [kind])
    assert live == {"first", "last"}
    assert list(errors) == [f"styles.py::{kind}"]


@pytest.mark.parametrize("style", STYLES)
def test_a_worker_gets_a_good_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, style: str) -> None:
    """
    Whatever its siblings raise; and a broken one raises its problems, for the log of the task.
    """
    file = tmp_path / "styles.py"
    file.write_text(source(style, [*WRONG, *(RAISED if style in CALLED_BY_FLOWKIT else ())]))
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", "last")
    bag = load_dags(file)
    assert "last" in bag.dags
    assert bag.import_errors == {}
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", "retries_as_text")
    bag = load_dags(file)
    (message,) = bag.import_errors.values()
    assert "FK006" in message
