"""
Every block of the documentation runs, and shows what really happens.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

import flowkit
import flowkit.testing
from flowkit.base.problem_codes import PROBLEM_KINDS
from tests.docs.pages import Page, picture, run_page
from tests.support import ROOT

_DOCS = ROOT / "docs"
_ENTRY = re.compile(r"^::: (\S+)$", re.MULTILINE)


def _pages() -> list[Path]:
    return [*sorted(_DOCS.glob("**/*.md")), ROOT / "README.md"]


def _run(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Page:
    # Classes of a page are looked up in its module, as attrs and dataclasses do.
    monkeypatch.setitem(sys.modules, "flowkit_docs", ModuleType("flowkit_docs"))
    monkeypatch.chdir(ROOT)
    return run_page(path, tmp_path)


@pytest.mark.parametrize("path", _pages(), ids=lambda path: path.stem)
def test_every_block_of_a_page_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Code runs, messages are those that are shown, and pictures show the graph of the code above them."""
    page = _run(path, tmp_path, monkeypatch)
    if path.stem != "problems":
        return
    for code in _sections(path):
        if code == "FK999":  # an error in flowkit: an example would be fixed
            continue
        shown = "\n".join(page.reports.get(code, []))
        assert set(re.findall(r"FK\d{3}", shown)) == {code}, (
            f"{code}: its wrong example reports something else"
        )
        assert page.good.get(code, 0) >= 1, f"{code}: there is no right example"


def _sections(path: Path) -> list[str]:
    return re.findall(r"^## (FK\d{3})$", path.read_text(encoding="utf-8"), re.MULTILINE)


def test_problems_are_all_documented() -> None:
    """The page of problems has one section for each code of the registry, in order, and no other."""
    path = _DOCS / "problems.md"

    assert len(PROBLEM_KINDS) > 30
    assert {kind.page for kind in PROBLEM_KINDS.values()} == {path.name}
    assert _sections(path) == list(PROBLEM_KINDS)


def test_the_table_of_problems_is_that_of_the_registry() -> None:
    """The page lists each code with its title. `WRITE_DOCS=1` before this command writes the table again."""
    path = _DOCS / "problems.md"
    text = path.read_text(encoding="utf-8")
    head, start, rest = text.partition("<!-- codes -->")
    _, end, tail = rest.partition("<!-- end -->")
    table = "\n".join(
        f"| [{code}](#{code.lower()}) | {kind.title}{' (a warning)' if kind.severity == 'warning' else ''} |"
        for code, kind in PROBLEM_KINDS.items()
    )
    made = f"{head}{start}\n\n| Code | Problem |\n|---|---|\n{table}\n\n{end}{tail}"
    if os.environ.get("WRITE_DOCS"):
        path.write_text(made, encoding="utf-8")

    assert path.read_text(encoding="utf-8") == made


def test_reference_is_complete() -> None:
    """The reference holds each public name once, and nothing else."""
    entries = _ENTRY.findall((_DOCS / "reference.md").read_text(encoding="utf-8"))
    public = [f"flowkit.{name}" for name in flowkit.__all__]
    public += [f"flowkit.testing.{name}" for name in flowkit.testing.__all__]

    assert sorted(entries) == sorted([*public, "flowkit.airflow.dags.register"])


def test_docstrings_hold_no_examples_that_nobody_runs() -> None:
    """A docstring explains; examples stand in the pages, where they are run."""
    for file in (ROOT / "flowkit").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert ">>> " not in text, file
        assert "```python" not in text, file


def test_pages_are_linked() -> None:
    """Each page stands in the navigation."""
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    for path in _DOCS.glob("**/*.md"):
        assert f": {path.relative_to(_DOCS)}" in navigation


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("```python\nassert False\n```", None),
        ('```python\nfrom flowkit import Pipeline\nPipeline("a b")\n```', "does not show"),
        ('```python\nfrom flowkit import Pipeline\nPipeline("a b")\n```\n```text\nFK001\n```', None),
        ("```text\nnothing said this\n```", "says nothing"),
        ("```perl\n1\n```", "nobody knows"),
        ("```\nno language\n```", "nobody knows"),
        ("```sh\ncurl localhost\n```", "no program"),
        (
            '```python\nfrom flowkit import Pipeline\npipeline = Pipeline("p").task("a").task("b")\n```\n'
            "```mermaid\nflowchart LR\n    a\n    b\n    b --> a\n```",
            None,
        ),
    ],
)
def test_a_page_that_lies_fails(
    block: str, message: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tests of the pages can fail."""
    path = tmp_path / "page.md"
    path.write_text(block + "\n", encoding="utf-8")

    with pytest.raises(AssertionError, match=message):
        _run(path, tmp_path, monkeypatch)


def test_a_picture_has_groups_edges_and_labels() -> None:
    """Boxes are nested, ids are those of Airflow, and a label stands on its arrow."""
    from flowkit import Group, label, task

    inner = task("inner")
    last = task("last")
    groups = Group("outer").then(Group("nested").then(inner))
    spec = flowkit.Pipeline("demo").then(groups).add(inner >> label("ok") >> last).build()

    assert picture(spec).splitlines() == [
        "flowchart LR",
        "    subgraph outer",
        "        subgraph outer.nested[nested]",
        "            outer.nested.inner[inner]",
        "        end",
        "    end",
        "    last",
        "    outer.nested.inner -->|ok| last",
    ]
