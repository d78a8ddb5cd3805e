"""
What flowkit imports is declared in `pyproject.toml`, and Airflow brings it.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support import ROOT

# Python 3.10 has none, and pytest brings one there.
load_toml: Callable[[str], Any] = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli").loads

PROJECT = load_toml((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DEPENDENCIES = [Requirement(text) for text in PROJECT["dependencies"]]
EXTRAS = {
    name: [Requirement(text) for text in PROJECT["optional-dependencies"][name]]
    for name in ("celery", "git", "kubernetes", "mypy", "pytest")
}


def _imported(tree: ast.AST) -> Iterator[str]:
    """
    Yield the modules that a module imports: at its top, in its functions, for type checkers, and by `import_module`.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
        elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "import_module":
            for argument in node.args[:1]:
                if isinstance(argument, ast.Constant):
                    yield str(argument.value)


def _distribution(module: str, distributions: dict[str, list[str]]) -> str:
    """
    Return the distribution that contains a module: the core of Airflow comes with `apache-airflow`.
    """
    top, *inner = module.split(".")
    if top != "airflow":
        return canonicalize_name(distributions[top][0])
    return f"apache-airflow-providers-{inner[1]}" if inner[:1] == ["providers"] else "apache-airflow"


@pytest.fixture(scope="module")
def imported() -> set[str]:
    """
    The distributions that flowkit imports something of.
    """
    modules = {
        module
        for file in (ROOT / "flowkit").rglob("*.py")
        for module in _imported(ast.parse(file.read_text(encoding="utf-8")))
        if module.partition(".")[0] not in {*sys.stdlib_module_names, "flowkit"}
    }
    distributions = dict(packages_distributions())
    return {_distribution(module, distributions) for module in modules}


@pytest.fixture(scope="module")
def required_by_airflow() -> set[str]:
    """
    Everything that is installed with `apache-airflow`, itself included.
    """
    found: set[tuple[str, str]] = set()
    waiting = [("apache-airflow", "")]
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in found:
            continue
        found.add((name, extra))
        try:
            needed = [Requirement(text) for text in requires(name) or ()]
        except PackageNotFoundError:
            continue  # by a marker that does not hold here, some way up
        for requirement in needed:
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                waiting += [
                    (canonicalize_name(requirement.name), wanted) for wanted in {"", *requirement.extras}
                ]
    return {name for name, _ in found}


def test_what_is_imported_is_declared(imported: set[str]) -> None:
    """
    As a dependency, or in an extra.
    """
    declared = {
        canonicalize_name(requirement.name)
        for requirements in (DEPENDENCIES, *EXTRAS.values())
        for requirement in requirements
    }

    assert imported - declared == set()


def test_what_is_declared_is_imported(imported: set[str]) -> None:
    """
    A dependency that nothing needs any more is taken out.
    """
    assert {canonicalize_name(requirement.name) for requirement in DEPENDENCIES} - imported == set()


def test_airflow_requires_each_dependency(required_by_airflow: set[str]) -> None:
    """
    So that an image with Airflow gains no package but flowkit.
    """
    names = {canonicalize_name(requirement.name) for requirement in DEPENDENCIES}

    assert names - required_by_airflow == set()
    assert "pytest" not in required_by_airflow


def test_only_the_version_of_airflow_is_bounded() -> None:
    """
    Airflow's own constraints decide about everything else.
    """
    bounded = {requirement.name for requirement in DEPENDENCIES if requirement.specifier}
    conditional = {
        requirement.name for requirement in DEPENDENCIES if requirement.marker or requirement.extras
    }

    assert bounded == {"apache-airflow"}
    assert conditional == set()
