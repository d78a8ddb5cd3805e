"""
A git repository of pipelines for tests: a bare one on disk, and a clone from which the test pushes.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import attrs

GIT_ENV = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.com",
}
"""Makes git independent of who runs it, and where."""


@attrs.frozen
class Repository:
    """
    A repository, made on first use in *folder*.
    """

    folder: Path

    def __attrs_post_init__(self) -> None:
        self.folder.mkdir(parents=True)
        self.git("init", "--quiet", "--bare", "--initial-branch=main", str(self.bare), cwd=self.folder)
        self.git("clone", "--quiet", str(self.bare), str(self.work), cwd=self.folder)
        self.git("switch", "--quiet", "--create", "main")

    @property
    def bare(self) -> Path:
        """
        What Airflow fetches from.
        """
        return self.folder / "pipelines.git"

    @property
    def work(self) -> Path:
        """
        What the test pushes from.
        """
        return self.folder / "work"

    def git(self, *words: str, cwd: Path | None = None) -> str:
        """
        Run a git command, in the clone, and return what it printed.
        """
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        return subprocess.run(
            ["git", *words],
            cwd=cwd or self.work,
            env={**inherited, **GIT_ENV},
            check=True,
            capture_output=True,
            text=True,
            timeout=60,
        ).stdout.strip()

    def push(self, files: Mapping[str, str | None], *, force: bool = False) -> str:
        """
        Push one commit, and return its name.

        Args:
            files: The text of each file; `None` deletes it.

            force: Whether the commit takes the place of the last one, which is then in no branch any more.
        """
        for name, text in files.items():
            file = self.work / name
            file.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                file.unlink()
            else:
                file.write_text(text, encoding="utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=change", *(["--amend"] if force else []))
        self.git("push", "--quiet", "origin", "HEAD:main", *(["--force"] if force else []))
        return self.git("rev-parse", "HEAD")

    def sync(self, root: Path) -> Path:
        """
        Do what the sidecar git-sync does: check out the branch as a worktree below *root*, turn the link `current` to
        it in one step, and delete the worktree before. Return the link.
        """
        commit = self.git("rev-parse", "main", cwd=self.bare)
        current, new = root / "current", root / "new"
        before = current.resolve() if current.is_symlink() else None
        worktree = Path(".worktrees") / commit
        if before == root / worktree:
            return current
        self.git("worktree", "add", "--quiet", "--detach", str(root / worktree), commit, cwd=self.bare)
        new.symlink_to(worktree)
        new.replace(current)
        if before is not None:
            self.git("worktree", "remove", "--force", str(before), cwd=self.bare)
        return current
