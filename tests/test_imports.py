"""
No module of flowkit imports itself through others: not late in a function, and not for type checkers only.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

from tests.support import ROOT

PACKAGE = ROOT / "flowkit"


def _module_name(file: Path, folder: Path) -> str:
    parts = file.relative_to(folder).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _import_graph(package: Path) -> dict[str, set[str]]:
    files = {_module_name(file, package.parent): file for file in package.rglob("*.py")}
    graph: dict[str, set[str]] = {}
    for module, file in files.items():
        parent = module if file.stem == "__init__" else module.rpartition(".")[0]
        imported: set[str] = set()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                above = parent.split(".")[: len(parent.split(".")) - node.level + 1] if node.level else []
                source = ".".join([*above, *filter(None, [node.module])])
                submodules = {f"{source}.{alias.name}" for alias in node.names}
                imported |= {name if name in files else source for name in submodules}
        graph[module] = (imported & files.keys()) - {module}
    return graph


def _reachable(graph: Mapping[str, set[str]], start: str) -> set[str]:
    reached: set[str] = set()
    todo = [start]
    while todo:
        for name in graph[todo.pop()] - reached:
            reached.add(name)
            todo.append(name)
    return reached


def _cycles(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """
    Return the strongly connected components of more than one module.
    """
    reachable = {name: _reachable(graph, name) for name in graph}
    components = {
        frozenset(other for other in reachable[name] if name in reachable[other])
        for name in graph
        if name in reachable[name]
    }
    return sorted(sorted(component) for component in components)


def test_there_is_no_import_cycle() -> None:
    """
    Deferred imports and those under `TYPE_CHECKING` count, too.
    """
    graph = _import_graph(PACKAGE)

    assert "flowkit.model.pipeline" in graph["flowkit.airflow.publish"]
    assert _cycles(graph) == []


def test_hidden_cycles_are_noticed(tmp_path: Path) -> None:
    """
    A cycle is found through a deferred import, one for type checkers, and a relative one.
    """
    modules = {
        "__init__": "",
        "late": "def load():\n    from shop import typed",
        "typed": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from shop.relative import x",
        "relative": "from . import late\nx = 1",
        "apart": "import shop.late",
    }
    package = tmp_path / "shop"
    package.mkdir()
    for name, text in modules.items():
        (package / f"{name}.py").write_text(text, encoding="utf-8")

    assert _cycles(_import_graph(package)) == [["shop.late", "shop.relative", "shop.typed"]]
