"""
Differences between versions of Airflow: each older form is understood, and all of them are in one module.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from flowkit.airflow import compat

PACKAGE = Path(compat.__file__).parent.parent
MODULES = sorted(PACKAGE.rglob("*.py"))
HERE = {"airflow/compat.py", "base/airflow_versions.py"}


def test_the_dagbag_of_3_1(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    It has another module.
    """
    assert compat.dagbag_module().__name__ == "airflow.dag_processing.dagbag"

    monkeypatch.setitem(sys.modules, "airflow.dag_processing.dagbag", None)

    assert compat.dagbag_module().__name__ == "airflow.models.dagbag"


def test_the_serializer_of_3_1(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    It has another name.
    """
    assert compat.dag_serializer().__name__ == "DagSerialization"

    older = SimpleNamespace(SerializedDAG="the older one")
    monkeypatch.setitem(sys.modules, "airflow.serialization.serialized_objects", older)

    assert compat.dag_serializer() == "the older one"


class _OlderBag:
    def __init__(self, file: str, *, collect_dags: bool) -> None:
        self.given = (file, collect_dags)


class _Bag(_OlderBag):
    def __init__(self, file: str, *, collect_dags: bool, bundle_path: Path, bundle_name: str) -> None:
        super().__init__(file, collect_dags=collect_dags)
        self.bundle_name = bundle_name
        self.bundle_path = bundle_path


def _dagbag_module(monkeypatch: pytest.MonkeyPatch, **contents: Any) -> ModuleType:
    module = ModuleType("airflow.dag_processing.dagbag")
    vars(module).update(contents)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    for value in contents.values():
        if isinstance(value, type):
            monkeypatch.setattr(value, "__module__", module.__name__)
    return module


def test_a_dagbag_gets_the_arguments_that_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The folder and the name of the bundle only where they are parameters.
    """
    _dagbag_module(monkeypatch, DagBag=_Bag)
    bag = compat.open_dagbag("a.py", Path("dags"), "flowkit")
    assert (bag.given, bag.bundle_path, bag.bundle_name) == (("a.py", False), Path("dags"), "flowkit")

    _dagbag_module(monkeypatch, DagBag=_OlderBag)
    assert compat.open_dagbag("a.py", Path("dags"), "flowkit").given == ("a.py", False)


def test_an_opened_dagbag_accepts_every_executor(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Whatever the check of this version takes.
    """

    def refuse(*_: object) -> None:
        raise AssertionError

    module = _dagbag_module(monkeypatch, DagBag=_Bag, _validate_executor_fields=refuse)
    bag = compat.open_dagbag("a.py", Path("dags"), "flowkit")
    check = compat.executor_check(bag)

    assert check is not None
    check(None)
    assert vars(module)["_validate_executor_fields"] is not refuse


def test_the_check_of_executors(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    It takes the DAG; in newer versions also the bundle's name; and it may be gone one day.
    """
    calls: list[tuple[object, ...]] = []

    def newer(dag: object, bundle_name: str | None = None) -> None:
        calls.append((dag, bundle_name))

    def older(dag: object) -> None:
        calls.append((dag,))

    bag = _Bag("a.py", collect_dags=False, bundle_path=Path("dags"), bundle_name="flowkit")
    for function in (newer, older):
        _dagbag_module(monkeypatch, DagBag=_Bag, _validate_executor_fields=function)
        check = compat.executor_check(bag)
        assert check is not None
        check("dag")
    _dagbag_module(monkeypatch, DagBag=_Bag)

    assert calls == [("dag", "flowkit"), ("dag",)]
    assert compat.executor_check(bag) is None


@pytest.mark.parametrize(("backoff", "expected"), [(True, False), (2.0, 0.0), (2, 0)])
def test_no_backoff(backoff: float, expected: float) -> None:
    """
    In the type that this version of Airflow takes.
    """
    value = compat.no_backoff(SimpleNamespace(retry_exponential_backoff=backoff))

    assert value == expected
    assert type(value) is type(expected)


def test_values_are_written_by_repr_too() -> None:
    """
    As versions before 3.3 do it.
    """

    class Value(compat.SerializedAsText):
        def serialize(self) -> Any:
            return ["a", 1]

    assert repr(Value()) == "['a', 1]"


def _comments(text: str) -> Iterator[str]:
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def _falls_back(node: ast.AST) -> bool:
    """
    Return whether a statement tries to import something of Airflow, and does without it.
    """
    if not isinstance(node, ast.Try):
        return False
    text = "\n".join(map(ast.unparse, node.body))
    caught = {ast.unparse(handler.type) for handler in node.handlers if handler.type is not None}
    return bool(re.search(r"(from|import|import_module\(['\"]) ?airflow\b", text)) and "ImportError" in caught


def test_all_differences_are_in_one_module() -> None:
    """
    No other compares versions, has another import for an older Airflow, or explains a version in a comment.
    """
    found = []
    for file in MODULES:
        name = file.relative_to(PACKAGE).as_posix()
        text = file.read_text("utf-8")
        tree = ast.parse(text)
        compares = any(
            isinstance(node, ast.Compare | ast.Attribute)
            and re.match(r"AIRFLOW_VERSION\b", ast.unparse(node))
            for node in ast.walk(tree)
        )
        if (
            compares
            or any(map(_falls_back, ast.walk(tree)))
            or any(re.search(r"(Airflow|versions?) 3\.[1-9]", comment) for comment in _comments(text))
        ):
            found.append(name)

    assert set(found) <= HERE
    assert "airflow/compat.py" in found
