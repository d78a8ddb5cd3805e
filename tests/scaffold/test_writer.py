"""
The writer of `flowkit init` and `flowkit recipe`.
"""

from __future__ import annotations

from pathlib import Path

import jinja2
import pytest

from flowkit.scaffold import project_files, recipe_files, writer
from flowkit.scaffold.writer import WrittenFile, render, write

TEXTS = {"README.md": "one\n", "src/a.py": "two\n", "src/b.py": "three\n", ".hidden": "four\n"}


def _outcomes(files: list[WrittenFile]) -> dict[str, str]:
    return {file.path: file.outcome for file in files if file.outcome != "written"}


def test_each_template_is_used() -> None:
    """
    No template is unused, and each ends in `.j2`, so that no tool treats it as a file of flowkit.
    """
    used = [f"{name}.j2" for files in (project_files.FILES, recipe_files.FILES) for name in files.values()]
    templates = [file for file in writer._TEMPLATES.rglob("*") if file.is_file()]
    assert sorted(file.relative_to(writer._TEMPLATES).as_posix() for file in templates) == sorted(used)


def test_undefined_variables_are_errors() -> None:
    """
    A misspelled variable does not silently become an empty string.
    """
    with pytest.raises(jinja2.UndefinedError):
        render({"README.md": "project/README.md"}, {"project": "shop"})


def test_files_are_written_once(tmp_path: Path) -> None:
    """
    The second time everything is unchanged.
    """
    assert _outcomes(write(TEXTS, tmp_path / "new" / "shop")) == {}
    assert _outcomes(write(TEXTS, tmp_path / "new" / "shop")) == dict.fromkeys(TEXTS, "unchanged")
    assert {path: (tmp_path / "new" / "shop" / path).read_text("utf-8") for path in TEXTS} == TEXTS


def test_existing_files_are_kept(tmp_path: Path) -> None:
    """
    Whether it is a file with other content, undecodable content, a folder, or a broken link; the rest is written.
    """
    (tmp_path / "src").mkdir()
    (tmp_path / "README.md").write_text("Mine", encoding="utf-8")
    (tmp_path / ".hidden").write_bytes(b"\xff\xfe")
    (tmp_path / "src" / "a.py").mkdir()
    (tmp_path / "src" / "b.py").symlink_to(tmp_path / "nowhere")
    texts = {**TEXTS, "src/c.py": "five\n"}

    files = write(texts, tmp_path)
    assert _outcomes(files) == dict.fromkeys(TEXTS, "kept")
    assert [file.existing for file in files] == ["Mine", None, None, None, None]
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == "Mine"
    assert (tmp_path / ".hidden").read_bytes() == b"\xff\xfe"
    assert list((tmp_path / "src" / "a.py").iterdir()) == []
    assert not (tmp_path / "nowhere").exists()
    assert (tmp_path / "src" / "c.py").read_text("utf-8") == "five\n"


def test_force_replaces_files(tmp_path: Path) -> None:
    """
    A file with other content is replaced; a folder in its place is reported.
    """
    (tmp_path / "README.md").write_text("Mine", encoding="utf-8")
    (tmp_path / ".hidden").mkdir()
    assert _outcomes(write(TEXTS, tmp_path, force=True)) == {"README.md": "replaced", ".hidden": "failed"}
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == "one\n"


def test_a_file_in_the_place_of_a_folder(tmp_path: Path) -> None:
    """
    Only the files inside that folder fail.
    """
    (tmp_path / "src").touch()
    failed = [file for file in write(TEXTS, tmp_path) if file.outcome != "written"]
    reason = f"{tmp_path / 'src'} is not a folder"
    assert [(file.path, file.outcome, file.reason) for file in failed] == [
        ("src/a.py", "failed", reason),
        ("src/b.py", "failed", reason),
    ]
