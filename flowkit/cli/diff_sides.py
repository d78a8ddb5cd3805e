"""
The two sides of `flowkit diff`: files of a git revision, files as they are, and plans that were kept.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, final

import attrs

import flowkit
from flowkit.base.child_process import ChildProcess, exit_reason
from flowkit.base.errors import LoadError
from flowkit.base.sensitive import masking
from flowkit.base.suggestions import did_you_mean
from flowkit.embedded.home import environment
from flowkit.project.discovery import folder_of
from flowkit.report.plan import VERSION, Document

_EMPTY: Final[Document] = {"flowkit_plan": VERSION, "pipelines": {}, "locations": {}}


@final
@attrs.frozen
class Side:
    """
    What one side has.
    """

    name: str
    document: Document
    files: Mapping[str, Any] = attrs.field(factory=dict)
    """By path: the pipelines of each file, and what is wrong with it."""

    @property
    def problems(self) -> tuple[str, ...]:
        """
        What is wrong with pipelines and files of this side.
        """
        return tuple(problem for file in self.files.values() for problem in file["problems"])

    def hides(self, other: Side) -> set[str]:
        """
        Return the ids of the pipelines that *other* may have and this side knows nothing of.
        """
        found = {dag_id for file in self.files.values() for dag_id in file["broken"]}
        for path, file in self.files.items():
            if not file["whole"]:
                found.update(file["dag_ids"], other.files.get(path, {}).get("dag_ids", ()))
                found.update(
                    dag_id
                    for dag_id, locations in other.document.get("locations", {}).items()
                    if locations[""].rpartition(":")[0] == path
                )
        return found


@final
@attrs.frozen
class Repository:
    """
    A git repository.
    """

    root: Path

    @classmethod
    def of(cls, path: Path) -> Repository:
        """
        Return the repository that *path* lies in.

        Raises:
            LoadError: If it lies in none, or there is no git.
        """
        folder = next(one for one in (path, *path.parents) if one.is_dir())
        try:
            root = _git(folder, "rev-parse", "--show-toplevel")
        except FileNotFoundError:
            msg = "git is not installed, and `flowkit diff` compares with a revision. Compare with a plan: --plan FILE."
            raise LoadError(msg) from None
        if root is None:
            msg = (
                f"{str(folder)!r} is not in a git repository, so there is no revision to compare with. Compare with a "
                "plan that you kept: flowkit show --all --format json > plan.json, later flowkit diff --plan plan.json."
            )
            raise LoadError(msg)
        return cls(Path(root))

    def has(self, rev: str) -> bool:
        """
        Return whether *rev* names a revision.
        """
        return self._commit(rev) is not None

    def _commit(self, rev: str) -> str | None:
        return _git(self.root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{rev}^{{commit}}")

    def write(self, rev: str, folder: Path) -> None:
        """
        Write the files of *rev* to *folder*. Neither the working tree nor anything of git's is touched.

        Raises:
            LoadError: If there is no such revision, or git fails.
        """
        commit = self._commit(rev)
        if commit is None:
            names = (_git(self.root, "for-each-ref", "--format=%(refname:short)") or "").split()
            hint = did_you_mean(
                rev, names, otherwise="Give a branch, a tag or a commit; the default is HEAD."
            )
            msg = f"There is no revision {rev!r} in {str(self.root)!r}. {hint}"
            raise LoadError(msg)
        # An index of its own: that of the user knows what was staged.
        env = {**os.environ, "GIT_INDEX_FILE": str(folder / "index")}
        for command in (("read-tree", commit), ("checkout-index", "--all", f"--prefix={folder / 'tree'}/")):
            words = ["git", *command]
            done = subprocess.run(words, cwd=self.root, env=env, capture_output=True, text=True, check=False)
            if done.returncode:
                msg = f"git cannot write the files of {rev!r}: {done.stderr.strip()}"
                raise LoadError(msg)
        (folder / "tree").mkdir(exist_ok=True)


def _git(folder: Path, *arguments: str) -> str | None:
    command = ["git", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


@final
class Planner:
    """
    Makes plans, each in a process of its own, side by side.
    """

    def __init__(self, root: Path, paths: Sequence[Path], folder: Path, *, keyed: bool) -> None:
        self._root = root
        self._paths = [os.path.relpath(path, root) for path in paths]
        self._folder = folder
        self._key = secrets.token_bytes(32) if keyed else b""
        self._names = sorted(masking().extra_names)

    def start(self, name: str, tree: Path) -> Started:
        """
        Begin to make the plan of the files in *tree*, which stands for the root of the project.
        """
        home = self._folder / f"home-{len(list(self._folder.iterdir()))}"
        home.mkdir()
        job = {
            "sys_path": [self._in(tree, entry) for entry in sys.path if entry],
            "root": str(tree),
            "paths": self._paths,
            "names": self._names,
            "key": self._key.hex(),
        }
        folder = Path(self._in(tree, str(folder_of(self._root / self._paths[0]))))
        env = environment(os.environ, home, state=home, dags_folder=folder)
        # Neither in the tree nor with it on the import path: its modules must not shadow others while this starts.
        import_path = [str(Path(flowkit.__file__).parent.parent), *filter(None, sys.path)]
        child = ChildProcess(
            "flowkit.cli.plan_child", environment=env, output=None, cwd=home, import_path=import_path
        )
        child.send(job)
        return Started(name, child)

    def _in(self, tree: Path, entry: str) -> str:
        # What is imported from the project must come from the same revision; its virtual environment has none.
        try:
            inside = tree / Path(entry).resolve().relative_to(self._root)
        except ValueError:
            return entry
        return str(inside) if inside.exists() else entry


@final
@attrs.frozen
class Started:
    """
    A plan that is being made.
    """

    name: str
    child: ChildProcess

    def wait(self) -> Side:
        """
        Return the plan.

        Raises:
            LoadError: If the process ended without one.
        """
        result = next(self.child.events(), None)
        if result is None:
            reason = exit_reason(self.child.process.wait())
            msg = f"The process that loads the pipelines of {self.name} {reason} before it had a plan."
            raise LoadError(msg)
        return Side(self.name, result["document"], result["files"])

    def stop(self) -> None:
        """
        End the process, if it still runs.
        """
        self.child.kill()


def kept_side(file: Path) -> Side:
    """
    Return the plan that was kept in *file*.

    Raises:
        LoadError: If there is none, or it is of another form.
    """
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValueError):
        document = None
    if not isinstance(document, dict) or not isinstance(document.get("pipelines"), dict):
        msg = f"There is no plan in {str(file)!r}. Make one with: flowkit show --all --format json > {file}"
        raise LoadError(msg)
    if document.get("flowkit_plan") != VERSION:
        msg = f"The plan in {str(file)!r} was made by another version of flowkit. Make it anew."
        raise LoadError(msg)
    return Side(str(file), {**_EMPTY, **document})
