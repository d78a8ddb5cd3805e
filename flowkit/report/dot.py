"""
Formats graphs for Graphviz: groups are clusters.
"""

from __future__ import annotations

from collections.abc import Iterator

from flowkit.report.graph import Edge, Graph, Node

_SHAPES = {"branch": "diamond", "mapped": "box3d", "setup": "cds", "teardown": "cds"}


def dot(graph: Graph) -> str:
    """
    Return *graph* as the text of a Graphviz digraph.
    """
    lines = [
        f"digraph {_quoted(graph.name)} {{",
        "    rankdir=LR",
        "    compound=true",
        '    node [shape=box, style="rounded", fontname="Helvetica"]',
        '    edge [fontname="Helvetica", fontsize=10]',
        *_boxes(graph, None, "    "),
        *(_arrow(graph, edge) for edge in graph.edges),
        "}",
    ]
    return "\n".join(lines)


def _boxes(graph: Graph, parent: str | None, indent: str) -> Iterator[str]:
    for node in graph.children(parent):
        if not node.group:
            shape = f', shape={_SHAPES[node.marks[-1]]}, style=""' if node.marks else ""
            yield f"{indent}{_quoted(node.id)} [label={_quoted(node.label)}{shape}]"
            continue
        yield f"{indent}subgraph {_quoted(f'cluster_{node.id}')} {{"
        yield f"{indent}    label={_quoted(_group_label(node))}"
        yield f'{indent}    style="rounded"'
        yield f'{indent}    fontname="Helvetica"'
        yield from _boxes(graph, node.id, f"{indent}    ")
        yield f"{indent}}}"


def _group_label(node: Node) -> str:
    return f"{node.label} [ ]" if "mapped" in node.marks else node.label


def _arrow(graph: Graph, edge: Edge) -> str:
    # Graphviz only has edges between tasks; they can be clipped at the border of a cluster.
    groups = {node.id for node in graph.nodes if node.group}
    ends, extra = [], []
    for end, at, cut in ((edge.upstream, -1, "ltail"), (edge.downstream, 0, "lhead")):
        inside = graph.tasks_in(end) if end in groups else []
        ends.append(inside[at].id if inside else end)
        if inside:
            extra.append(f"{cut}={_quoted(f'cluster_{end}')}")
    if edge.label:
        extra.append(f"label={_quoted(edge.label)}")
    attributes = f" [{', '.join(extra)}]" if extra else ""
    return f"    {_quoted(ends[0])} -> {_quoted(ends[1])}{attributes}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
