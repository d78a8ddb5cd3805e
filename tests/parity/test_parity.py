"""
Every example DAG of the installed Airflow, written with flowkit, is stored by Airflow as the original is.
"""

from __future__ import annotations

import difflib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests import support
from tests.parity.examples import DIFFERENT, PORTS, examples, other_version, port_of
from tests.parity.ignored import normalized

# Examples use what Airflow deprecates, and so do their ports.
pytestmark = pytest.mark.filterwarnings("ignore")


def stored(file: Path) -> dict[str, tuple[dict[str, Any], bool]]:
    """
    Return the DAGs of a file as Airflow stores them, each with whether its author documented it.
    """
    bag = support.load_dags(file)
    assert not bag.import_errors, "\n".join(bag.import_errors.values())
    return {
        dag_id: (support.serialized(dag), bool(dag.doc_md and "with flowkit." not in dag.doc_md))
        for dag_id, dag in bag.dags.items()
    }


def difference(original: dict[str, Any], port: dict[str, Any]) -> str:
    """
    Return what differs, as text.
    """
    old, new = (json.dumps(data, indent=1, sort_keys=True).splitlines() for data in (original, port))
    return "\n".join(difflib.unified_diff(old, new, "original", "port", lineterm="", n=4))


def test_no_port_imports_an_example() -> None:
    """An example that is imported while Airflow loads a port registers its DAGs there: it would meet itself."""
    names = "|".join(file.stem for _, file in examples())
    found = {
        port.name: hits
        for port in sorted(PORTS.rglob("*.py"))
        if (
            hits := re.findall(rf"example_dags(?:\.| import )(?:{names})\b", port.read_text(encoding="utf-8"))
        )
    }

    assert found == {}


@pytest.mark.parametrize(("folder", "file"), [pytest.param(*pair, id=pair[1].stem) for pair in examples()])
def test_a_port_is_stored_as_the_original(folder: str, file: Path) -> None:
    """
    The same DAGs, field by field, but for where and how they were written.
    """
    if (reason := other_version(folder)) is not None:
        pytest.skip(reason)
    port = port_of(folder, file)
    assert port.exists(), f"{file.name} has no port"
    originals, ports = stored(file), stored(port)
    assert sorted(originals) == sorted(ports)
    differing = {}
    for dag_id, (data, documented) in originals.items():
        text = difference(
            normalized(data, has_doc=documented), normalized(ports[dag_id][0], has_doc=documented)
        )
        if text:
            differing[dag_id] = text
    unexpected = {dag_id: text for dag_id, text in differing.items() if dag_id not in DIFFERENT}
    assert not unexpected, "\n".join(f"{dag_id}:\n{text}" for dag_id, text in unexpected.items())
    cured = [dag_id for dag_id in originals if dag_id in DIFFERENT and dag_id not in differing]
    assert not cured, f"{cured} are identical now: take them out of DIFFERENT"
