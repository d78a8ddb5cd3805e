"""
CONTRIBUTING.md names folders and files that exist, and draws the layers as import-linter checks them.
"""

from __future__ import annotations

import re

from tests.support import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_every_folder_has_a_line() -> None:
    """The table of folders has one line for each folder of `flowkit/`."""
    folders = {init.parent.name for init in (ROOT / "flowkit").glob("*/__init__.py")}

    assert sorted(re.findall(r"^\|[a-z ]*\| `([a-z]+)/` \|", TEXT, re.MULTILINE)) == sorted(folders)


def test_the_diagram_shows_the_layers() -> None:
    """The boxes, from top to bottom, are the layers in `pyproject.toml`."""
    configuration = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (block,) = re.findall(r"^layers = \[(.*?)^\]", configuration, re.MULTILINE | re.DOTALL)
    layers = [layer.replace("|", "·") for layer in re.findall(r'"(.+?)"', block)]
    (diagram,) = re.findall(r"```mermaid\n(.*?)```", TEXT, re.DOTALL)
    labels = dict(re.findall(r'(\w+)\["(.+?)"\]', diagram))
    arrows = re.findall(r'^ +(\w+)(?:\[".+?"\])? --> (\w+)', diagram, re.MULTILINE)
    boxes = [arrows[0][0], *(below for _, below in arrows)]

    assert [above for above, _ in arrows] == boxes[:-1]
    assert [labels.get(box, box) for box in boxes] == layers


def test_every_path_exists() -> None:
    """Paths in backticks are those of folders and files, from the project or from `flowkit/`."""
    paths = re.findall(r"`([\w./-]+(?:/|\.py|\.md|\.toml|\.txt)|\.ci/\w+)`", TEXT)

    missing = [path for path in paths if not any((base / path).exists() for base in (ROOT, ROOT / "flowkit"))]

    assert len(paths) > 30
    assert missing == []
