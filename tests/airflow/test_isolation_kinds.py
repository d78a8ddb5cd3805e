"""
One bad pipeline of each kind between two good ones: what reaches the DAG processor, and what a worker gets.

The file is parsed as Airflow parses it, and the result sent, received and read back, in a process of its own.
"""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import structlog

from flowkit.airflow.compat import dag_serializer

FILE = Path(__file__).with_name("isolation_dags.py")
_TIMEOUT_S = 60


def cases() -> list[str]:
    """
    Return the names of the cases.
    """
    source = FILE.read_text("utf-8")
    values = re.findall(r'^    "(\w+)":', source.split("VALUES:")[1].split("CASES:")[0], re.MULTILINE)
    suffixes = re.findall(r'f"\{name\}_(\w+)"', source)
    named = re.findall(r'^    "(\w+)":', source.split("CASES:")[1].split("DAG_IDS:")[0], re.MULTILINE)
    return [*(f"{value}_{suffix}" for suffix in suffixes for value in values), *named]


def marked_cases() -> list[Any]:
    """
    Return the cases for parametrization; those of values at each place are for the slow tests.
    """
    return [
        pytest.param(
            case, "dag_id=", marks=[pytest.mark.e2e] if re.search("_(as|in_an|mapped)", case) else []
        )
        for case in cases()
    ]


def in_child(action: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """
    Return what *action* returns in a fork; `{"lost": …}` if it raises or ends.
    """
    read, write = os.pipe()
    child = os.fork()
    if not child:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(_TIMEOUT_S)
        try:
            result = action()
        except BaseException as error:  # noqa: BLE001 - whatever it is, the file is lost
            result = {"lost": f"{type(error).__name__}: {error!r:.300}"}
        os.write(write, json.dumps(result).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        data = pipe.read()
    os.waitpid(child, 0)
    return dict(json.loads(data)) if data else {"lost": "the process ended"}


def received() -> dict[str, Any]:
    """
    Return the DAGs that the processor can read, and the import errors.
    """
    module = import_module("airflow.dag_processing.processor")
    known = {"file": str(FILE), "bundle_path": FILE.parent, "bundle_name": "dags-folder"}
    wanted = {name: value for name, value in known.items() if name in module.DagFileParseRequest.model_fields}
    result = module._parse_file(module.DagFileParseRequest(**wanted), structlog.get_logger())
    from airflow.sdk.execution_time.comms import _RequestFrame
    from msgspec import msgpack
    from pydantic import TypeAdapter

    frame = bytes(_RequestFrame(id=1, body=result.model_dump()).as_bytes())
    back = TypeAdapter(module.ToManager).validate_python(msgpack.decode(frame[4:])[1])
    json.dumps([dag.data for dag in back.serialized_dags], allow_nan=False)
    dags = [dag_serializer().from_dict(dag.data).dag_id for dag in back.serialized_dags]
    return {"dags": dags, "errors": dict(back.import_errors or {})}


RAISING = [
    *(
        "exits",
        "keyboard_interrupt",
        "own",
        "operator_exits",
        "message_exits",
        "recursion",
        "returns_nothing",
    ),
]
WITH_IDS = {"dag_id=": "1", "no dag_id=": "0"}


@pytest.mark.parametrize(("case", "ids"), [*marked_cases(), *((case, "no dag_id=") for case in RAISING)])
def test_the_others_live_and_the_bad_one_is_named(
    case: str, ids: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    An import error of the file itself would mark all of its DAGs.
    """
    monkeypatch.setenv("CASE", case)
    monkeypatch.setenv("WITH_IDS", WITH_IDS[ids])
    result = in_child(received)
    assert "lost" not in result, result
    assert {"good_0", "good_2"} <= set(result["dags"])
    assert all("::" in key for key in result["errors"])
    if not {"bad", "bad\\udce4"} & set(result["dags"]):
        ((key, text),) = result["errors"].items()
        assert key.startswith(f"{FILE.name}::")
        assert re.search(r"tests/airflow/\w+\.py:\d+: FK\d+ ", text)
        assert len(text) < 10_000
        json.dumps(result).encode()


def test_there_are_cases() -> None:
    """
    Their names are read from the source, since only Airflow loads the file.
    """
    assert len(cases()) == len(set(cases())) > 60
    assert "nan_in_an_asset" in cases()


@pytest.mark.parametrize("ids", WITH_IDS)
@pytest.mark.parametrize("case", [*RAISING, "dag_id_exits"])
def test_a_worker_gets_its_dag(case: str, ids: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Whatever its siblings raise, in their function, in `dag_id=` or in both.
    """

    def loaded() -> dict[str, Any]:
        bag = import_module("tests.support").load_dags(FILE)
        return {"dags": list(bag.dags), "errors": list(bag.import_errors)}

    monkeypatch.setenv("CASE", case)
    monkeypatch.setenv("WITH_IDS", WITH_IDS[ids])
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", "good_2")
    assert in_child(loaded) == {"dags": ["good_2"], "errors": []}
