"""
Good uses: the type checkers accept them, and every type that they assert has a twin that runs.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.typing.cases import CHECKERS, FOLDER, Checker, Finding

GOOD = sorted(FOLDER.glob("test_good_*.py"))


def without_twin(source: str) -> Iterator[str]:
    """
    Return each `assert_type(x, …)` after which nothing is asserted of `x` before its function ends.
    """
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    paired: set[ast.Call] = set()
    for function in functions:
        statements = list(ast.walk(function))
        asserts = [node for node in statements if isinstance(node, ast.Assert)]
        for call in filter(_asserts_type, statements):
            assert isinstance(call, ast.Call)
            later = [one for one in asserts if one.lineno > call.lineno]
            if any(_speaks_of(one.test, call.args[0]) for one in later):
                paired.add(call)

    for call in filter(_asserts_type, ast.walk(tree)):
        assert isinstance(call, ast.Call)
        if call not in paired:
            yield ast.unparse(call)


def _asserts_type(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "assert_type"


def _speaks_of(test: ast.expr, expression: ast.expr) -> bool:
    return any(ast.dump(part) == ast.dump(expression) for part in ast.walk(test))


@pytest.mark.e2e
@pytest.mark.parametrize("checker", CHECKERS)
def test_good_uses_are_accepted(
    checker: Checker, findings: dict[Checker, list[Finding]], good_files: list[Path]
) -> None:
    """The checker finds no error in the files of this folder."""
    names = {file.name for file in good_files}

    assert {file.name for file in GOOD} <= names
    assert [finding for finding in findings[checker] if finding.file in names] == []


@pytest.mark.parametrize("file", GOOD, ids=lambda file: file.stem)
def test_every_type_has_a_twin(file: Path) -> None:
    """What is asserted of a type is asserted of the value too."""
    source = file.read_text(encoding="utf-8")

    assert "assert_type(" in source
    assert list(without_twin(source)) == []


def test_missing_twins_are_found() -> None:
    """An `assert_type` alone, before its value's assertion only, or outside a function has no twin."""
    source = """
assert_type(x, int)

def test_a():
    assert x.y
    assert_type(x.y, int)
    assert x

def test_b():
    assert_type(x.y, int)
    assert kind(x.y) is int
"""
    assert list(without_twin(source)) == ["assert_type(x, int)", "assert_type(x.y, int)"]
