"""
What `import flowkit` gives: all public names, each from one place, and nothing before it is asked for.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from typing import Any

import pytest

import flowkit
from tests.support import ROOT

HOMES: dict[str, tuple[str, ...]] = vars(flowkit)["_NAMES_BY_MODULE"]


def _imports_for_type_checkers() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for node in ast.walk(ast.parse((ROOT / "flowkit" / "__init__.py").read_text())):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("flowkit."):
            found.setdefault(str(node.module), []).extend(alias.name for alias in node.names)
    return found


def test_type_checkers_and_python_find_the_same_names() -> None:
    """The lists of the facade agree: one for type checkers, one for Python, and `__all__`."""
    by_checkers = {(home, name) for home, names in _imports_for_type_checkers().items() for name in names}
    by_python = {(home, name) for home, names in HOMES.items() for name in names}

    assert by_python == by_checkers
    assert sorted(name for _, name in by_python) == sorted(flowkit.__all__)


@pytest.mark.parametrize("name", flowkit.__all__)
def test_each_name_is_that_of_its_module(name: str) -> None:
    """A name of the facade is the object of the module that it comes from, however often it is asked for."""
    home = next(home for home, names in HOMES.items() if name in names)
    found: Any = getattr(import_module(home), name)

    assert getattr(flowkit, name) is found
    assert getattr(flowkit, name) is found


def test_all_names_are_listed() -> None:
    """`dir` lists the names before they are asked for, as completion in a console needs it."""
    code = "import flowkit; print(set(flowkit.__all__) <= set(dir(flowkit)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)

    assert done.stdout.strip() == "True"


def test_a_wrong_name_is_an_attribute_error() -> None:
    """A name that does not exist is missing as in any module."""
    with pytest.raises(AttributeError, match="module 'flowkit' has no attribute 'tsak'"):
        _ = vars(flowkit)["__getattr__"]("tsak")


def test_the_import_alone_loads_nothing() -> None:
    """`import flowkit` imports no module of flowkit but the facade."""
    code = "import flowkit, sys; print(*(name for name in sys.modules if name.startswith('flowkit.')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)

    assert done.stdout.strip() == ""
