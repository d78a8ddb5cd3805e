"""
Reading a git repository whose configuration names programs.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from flowkit.base.errors import LoadError
from flowkit.cli.git_repository import Repository

ENV = {
    **os.environ,
    **{f"GIT_{who}_{what}": "x@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}
HOOKS = (
    *("post-checkout", "post-index-change", "pre-auto-gc", "post-rewrite", "reference-transaction"),
    *(
        "fsmonitor-watchman",
        "pre-commit",
        "post-commit",
        "post-merge",
        "applypatch-msg",
        "sendemail-validate",
    ),
)


def git(folder: Path, *arguments: str) -> str:
    """
    Return what a git command prints.
    """
    return subprocess.run(
        ["git", *arguments], cwd=folder, env=ENV, check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """
    A repository with files of all kinds.
    """
    folder = tmp_path / "repository"
    (folder / "dags" / "team").mkdir(parents=True)
    git(folder, "init", "-q", "-b", "main")
    (folder / "dags" / "one.py").write_text("one = 1\n")
    (folder / "dags" / "team" / "two words \u00e4.py").write_text("two = 2\n")
    (folder / "dags" / "new\nline.txt").write_bytes(b"\0\xff" * 3_000_000)
    (folder / "dags" / "empty.py").touch()
    (folder / "run.sh").write_text("exit 0\n")
    (folder / "run.sh").chmod(0o755)
    (folder / "link.py").symlink_to("dags/one.py")
    (folder / "outside").symlink_to("/no/such/folder")
    with (folder / os.fsdecode(b"caf\xe9.py")).open("w") as file:
        file.write("latin = 1\n")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "first")
    return folder


def test_all_kinds_of_files(repository: Path, tmp_path: Path) -> None:
    """
    Contents, names, links and what may be executed.
    """
    tree = tmp_path / "tree"
    Repository.of(repository).write("main", tree)
    (tree / ".git").symlink_to(repository / ".git")
    assert git(tree, "status", "--porcelain") == ""
    assert (tree / "outside").readlink() == Path("/no/such/folder")
    assert os.access(tree / "run.sh", os.X_OK)


def test_nothing_that_a_repository_configures_is_executed(repository: Path, tmp_path: Path) -> None:
    """
    Every program that git may start would write a file.
    """
    marker = tmp_path / "executed"
    program = tmp_path / "program"
    program.write_text(f'#!/bin/sh\necho "$0 $*" >> {marker}\nexec cat\n')
    program.chmod(0o755)
    hooks = tmp_path / "hooks"
    for folder in (repository / ".git" / "hooks", hooks):
        folder.mkdir(exist_ok=True)
        for name in HOOKS:
            (folder / name).unlink(missing_ok=True)
            (folder / name).symlink_to(program)
    (repository / ".git" / "info" / "attributes").write_text(
        "* filter=evil diff=evil merge=evil working-tree-encoding=UTF-16 eol=crlf ident\n"
    )
    settings = {
        "core.fsmonitor": str(program),
        "core.hooksPath": str(hooks),
        "core.pager": str(program),
        "core.editor": str(program),
        "core.askPass": str(program),
        "core.sshCommand": str(program),
        "core.gitProxy": str(program),
        "core.alternateRefsCommand": str(program),
        "core.autocrlf": "true",
        "pager.ls-tree": "true",
        "pager.for-each-ref": "true",
        "pager.rev-parse": str(program),
        "alias.ls-tree": f"!{program}",
        "alias.cat-file": f"!{program}",
        "credential.helper": f"!{program}",
        "diff.external": str(program),
        "diff.evil.textconv": str(program),
        "diff.evil.command": str(program),
        "merge.evil.driver": str(program),
        "filter.evil.smudge": str(program),
        "filter.evil.clean": str(program),
        "filter.evil.process": str(program),
        "filter.evil.required": "true",
        "gpg.program": str(program),
        "log.showSignature": "true",
        "interactive.diffFilter": str(program),
        "tar.tar.command": str(program),
        "uploadpack.packObjectsHook": str(program),
        "submodule.x.update": f"!{program}",
        "protocol.ext.allow": "always",
        "remote.origin.url": f"ext::{program}",
        "remote.origin.promisor": "true",
        "remote.origin.uploadpack": str(program),
        "extensions.partialClone": "origin",
        "maintenance.auto": "true",
        "gc.auto": "1",
    }
    object_id = git(repository, "rev-parse", "HEAD:dags/one.py").strip()
    git(repository, "config", "core.repositoryFormatVersion", "1")
    for name, value in settings.items():
        git(repository, "config", name, value)
    found = Repository.of(repository)
    assert found.has("main")
    assert not found.has("no-such")
    found.write("main", tmp_path / "tree")
    assert (tmp_path / "tree" / "dags" / "one.py").read_bytes() == b"one = 1\n"
    with pytest.raises(LoadError, match=r"Did you mean 'main'\?"):
        found.write("mian", tmp_path / "other")
    # An object that only a server has.
    (repository / ".git" / "objects" / object_id[:2] / object_id[2:]).unlink()
    with pytest.raises(LoadError, match="an object is missing"):
        found.write("main", tmp_path / "third")
    assert not marker.exists(), marker.read_text()


def test_a_repository_may_have_submodules(repository: Path, tmp_path: Path) -> None:
    """
    They are left out.
    """
    commit = git(repository, "rev-parse", "HEAD").strip()
    git(repository, "update-index", "--add", "--cacheinfo", f"160000,{commit},dags/library")
    git(repository, "commit", "-qm", "second")
    Repository.of(repository).write("HEAD", tmp_path / "tree")
    assert not (tmp_path / "tree" / "dags" / "library").exists()


@pytest.mark.parametrize("name", ["..", ".git", "."])
def test_a_path_must_stay_inside(repository: Path, tmp_path: Path, name: str) -> None:
    """
    A tree can be made by hand.
    """
    blob = git(repository, "rev-parse", "HEAD:dags/one.py").strip()
    inner = _tree(repository, f"100644 blob {blob}\tone.py")
    tree = _tree(repository, f"40000 tree {inner}\t{name}")
    commit = git(repository, "commit-tree", tree, "-m", "bad").strip()
    with pytest.raises(LoadError, match="cannot be written"):
        Repository.of(repository).write(commit, tmp_path / "a" / "tree")
    assert not (tmp_path / "a" / "one.py").exists()


def _tree(repository: Path, entry: str) -> str:
    # `git mktree` checks names, so the object is written as it is.
    head, name = entry.split("\t")
    mode, _, object_id = head.split()
    raw = f"{mode} {name}\0".encode() + bytes.fromhex(object_id)
    return (
        subprocess.run(
            ["git", "hash-object", "-w", "-t", "tree", "--literally", "--stdin"],
            cwd=repository,
            env=ENV,
            input=raw,
            check=True,
            capture_output=True,
        )
        .stdout.decode()
        .strip()
    )
