"""
Pictures of pipelines: Mermaid and Graphviz draw them, whatever the ids are.
"""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from flowkit import Group, Pipeline, branch, each, label, over, setup, task, teardown
from flowkit.base.errors import PipelineError
from flowkit.base.sensitive import Masking
from flowkit.report.changes import changes
from flowkit.report.dot import dot
from flowkit.report.graph import Graph, graph_of, graph_of_change
from flowkit.report.mermaid import escaped, mermaid
from flowkit.report.plan import plan_of
from flowkit.report.plan_values import Writer
from tests.resolve.oracle import GroupPlan
from tests.resolve.plans import Writer as Builder
from tests.resolve.plans import pipelines

# What flowkit writes is a small part of Mermaid: ids of two kinds, quoted labels, four shapes, three arrows.
_LABEL = r'"[\w .,:+()/\-#;↑↓]*"'
_LINES = re.compile(
    rf"\s+subgraph g\d+\[{_LABEL}\]|\s+end"
    rf"|\s+t\d+(?:\[{_LABEL}\]|\{{{_LABEL}\}}|\[\[{_LABEL}\]\]|\(\[{_LABEL}\]\))"
    rf"|\s+[gt]\d+ (?:-->|==>|-\.->)(?:\|{_LABEL}\|)? [gt]\d+"
    r"|\s+classDef \w+ [\w:#,\- ]+|\s+class [gt]\d+(?:,[gt]\d+)* \w+"
)


def _graph(pipeline: Pipeline) -> Graph:
    return graph_of("p", plan_of(pipeline.build(), Writer(Masking())))


def _check(text: str, graph: Graph) -> None:
    first, *lines = text.splitlines()
    assert first == "flowchart LR"
    assert [line for line in lines if not _LINES.fullmatch(line)] == []
    opened = [line for line in lines if "subgraph" in line]
    assert len(opened) == lines.count("    end") + sum(
        line.strip() == "end" for line in lines if line != "    end"
    )
    assert len(opened) == sum(node.group for node in graph.nodes)
    defined = re.findall(r"^\s+(?:subgraph )?([gt]\d+)[\[{(]", text, re.MULTILINE)
    used = re.findall(r"([gt]\d+) (?:-->|==>|-\.->)(?:\|[^|]*\|)? ([gt]\d+)", text)
    assert len(defined) == len(set(defined)) == len(graph.nodes)
    assert len(used) == len(graph.edges)
    assert {end for edge in used for end in edge} <= set(defined)


@given(pipelines())
@settings(deadline=None, max_examples=60)
def test_any_pipeline_is_drawn(plan: GroupPlan) -> None:
    """Each node once, each group as a box, each edge between nodes that there are."""
    try:
        graph = _graph(Builder().pipeline(plan))
    except PipelineError:  # a circle, for example
        reject()
    _check(mermaid(graph), graph)


@given(st.text())
def test_no_text_means_anything_to_mermaid(text: str) -> None:
    """Quotes, brackets, markup and keywords are letters."""
    assert re.fullmatch(_LABEL, f'"{escaped(text)}"') or not escaped(text).isascii()
    assert not set(escaped(text)) & set("\"'<>&[]{}|`\n%")


def shade() -> str:
    """Chooses."""
    return "x"


def item(value: int) -> int:
    """Takes one of many."""
    return value


def _special() -> Pipeline:
    made = setup("make")
    gone = teardown("drop", setups=made)
    end = task("end", each(item, over([1])))
    return (
        Pipeline("p")
        .add(made >> end >> gone)
        .task("graph", branch(shade).to({"x": "subgraph"}))
        .then(Group("subgraph").task("class"))
        .add(task("o") >> label('say "no" | <b>') >> task("x"))
    )


def test_keywords_and_marks() -> None:
    """Ids that Mermaid has another use for; what is mapped, branches, sets up or tears down has its own shape."""
    graph = _graph(_special())
    text = mermaid(graph)

    _check(text, graph)
    assert '[["end #91; #93;"]]' in text
    assert '{"graph"}' in text
    assert '(["↑ make"])' in text
    assert '(["↓ drop"])' in text
    assert '|"say #34;no#34; #124; #60;b#62;"|' in text


def test_dot_quotes_everything() -> None:
    """Groups are clusters, and edges to a group end at its border."""
    text = dot(_graph(_special()))

    assert 'subgraph "cluster_subgraph" {' in text
    assert 'label="say \\"no\\" | <b>"' in text
    assert 'lhead="cluster_subgraph"' in text


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
def test_graphviz_draws_it() -> None:
    """Without a warning, with a box for each group."""
    done = subprocess.run(
        ["dot", "-Tsvg"],
        input=dot(_graph(_special())),
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )

    assert done.returncode == 0
    assert done.stderr == ""
    assert done.stdout.count('class="cluster"') == 1
    assert done.stdout.count('class="node"') == 7


def test_a_change_of_a_long_pipeline_is_drawn_with_its_neighbours() -> None:
    """What is gone is still there; what is far away is not."""
    old = new = Pipeline("p")
    for number in range(60):
        old = old.task(f"t{number}")
        new = new.task(f"t{number}", retries=1) if number == 30 else new.task(f"t{number}")
    before, after = (plan_of(one.build(), Writer(Masking())) for one in (old, new))
    graph = graph_of_change("p", before, after, changes(before, after))

    assert [(node.id, node.state) for node in graph.nodes] == [
        ("t29", None),
        ("t30", "changed"),
        ("t31", None),
    ]
    whole = graph_of_change("p", before, None, ())
    assert len(whole.nodes) == 60
    assert {node.state for node in whole.nodes} == {"removed"}
    _check(mermaid(whole), whole)
