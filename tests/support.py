"""
What many tests need: real Airflow's way of loading a file, and of storing a DAG.
"""

from __future__ import annotations

import inspect
import json
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag
    from airflow.sdk import DAG

ROOT = Path(__file__).parent.parent
"""The folder of the project."""

DAGS = ROOT / "dags"
"""The folder of the example pipelines."""


def load_dags(path: Path) -> DagBag:
    """
    Return the DagBag that Airflow makes of a file or a folder, in safe mode, as its DAG processor does.
    """
    try:
        module = import_module("airflow.dag_processing.dagbag")
    except ImportError:
        # Airflow 3.1 has it in another place.
        module = import_module("airflow.models.dagbag")

    bag: DagBag = module.DagBag(dag_folder=str(path), safe_mode=True)
    return bag


def serialized(dag: DAG) -> dict[str, Any]:
    """
    Return what Airflow stores of a DAG, after a way through JSON.
    """
    module = import_module("airflow.serialization.serialized_objects")
    # Airflow 3.1 calls it SerializedDAG.
    serializer = getattr(module, "DagSerialization", None) or module.SerializedDAG
    stored: dict[str, Any] = json.loads(json.dumps(serializer.to_dict(dag)))
    for task in stored["dag"]["tasks"]:
        # Airflow keeps the indentation that a docstring has in the source, and shows code for text; flowkit does not.
        for fields in (task["__var"], task["__var"].get("partial_kwargs", {})):
            if isinstance(fields.get("doc_md"), str):
                fields["doc_md"] = inspect.cleandoc(fields["doc_md"])
    return stored
