"""
Formats graphs as Mermaid, in the version that GitHub renders: groups are boxes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from flowkit.report.graph import Edge, Graph, Node

MAX_EDGES: Final = 500
"""Mermaid does not render graphs with more edges."""

# Everything that may be special to Mermaid or in HTML.
_UNSAFE = re.compile(r"[^\w .,:+()/↑↓\-]")
_SHAPES: Final = {
    "branch": ('{"', '"}'),
    "mapped": ('[["', '"]]'),
    "setup": ('(["', '"])'),
    "teardown": ('(["', '"])'),
}
_SIGNS: Final = {"setup": "↑ ", "teardown": "↓ "}
_CLASSES: Final = {
    "added": "fill:#dafbe1,stroke:#1a7f37,color:#0a3017",
    "removed": "fill:#ffebe9,stroke:#cf222e,color:#4c0d12,stroke-dasharray:5 5",
    "changed": "fill:#fff8c5,stroke:#9a6700,color:#3b2300",
}


def mermaid(graph: Graph, direction: str = "LR") -> str:
    """
    Return *graph* as the text of a Mermaid flowchart.

    Nodes are numbered, since ids such as `end` are keywords of Mermaid.
    """
    ids = {node.id: f"{'g' if node.group else 't'}{number}" for number, node in enumerate(graph.nodes)}
    lines = [f"flowchart {direction}", *_boxes(graph, None, ids, "    ")]
    lines += [_arrow(edge, ids) for edge in graph.edges]
    lines += _styles(graph, ids)
    return "\n".join(lines)


def _boxes(graph: Graph, parent: str | None, ids: dict[str, str], indent: str) -> Iterator[str]:
    for node in graph.children(parent):
        if not node.group:
            yield f"{indent}{ids[node.id]}{_label(node)}"
            continue
        yield f'{indent}subgraph {ids[node.id]}["{_text(node)}"]'
        yield from _boxes(graph, node.id, ids, f"{indent}    ")
        yield f"{indent}end"


def _label(node: Node) -> str:
    before, after = _SHAPES[node.marks[-1]] if node.marks else ('["', '"]')
    return f"{before}{_text(node)}{after}"


def _text(node: Node) -> str:
    text = node.label
    for mark in node.marks:
        text = f"{text} [ ]" if mark == "mapped" else f"{_SIGNS.get(mark, '')}{text}"
    return escaped(text)


def _arrow(edge: Edge, ids: dict[str, str]) -> str:
    line = "-.->" if edge.state == "removed" else "==>" if edge.state == "added" else "-->"
    label = f'|"{escaped(edge.label)}"|' if edge.label else ""
    return f"    {ids[edge.upstream]} {line}{label} {ids[edge.downstream]}"


def _styles(graph: Graph, ids: dict[str, str]) -> Iterator[str]:
    for state, style in _CLASSES.items():
        these = [ids[node.id] for node in graph.nodes if node.state == state]
        if these:
            yield f"    classDef {state} {style}"
            yield f"    class {','.join(these)} {state}"


def escaped(text: str) -> str:
    """
    Escape *text* for a quoted Mermaid string.
    """
    return _UNSAFE.sub(lambda match: f"#{ord(match[0])};", " ".join(text.split()))
