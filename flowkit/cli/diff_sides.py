"""
The sides of `flowkit diff`: the files of a git revision, the working tree, and saved plans.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, final

import attrs

import flowkit
from flowkit.base.child_process import ChildProcess, exit_reason
from flowkit.base.errors import LoadError
from flowkit.base.paths import exists
from flowkit.base.sensitive import masking
from flowkit.embedded.home import environment
from flowkit.project.discovery import folder_of
from flowkit.report.plan import VERSION, Document

_EMPTY: Final[Document] = {"flowkit_plan": VERSION, "pipelines": {}, "locations": {}}


@final
@attrs.frozen
class Side:
    """
    One side of a comparison.
    """

    name: str
    document: Document
    files: Mapping[str, Any] = attrs.field(factory=dict)
    """The pipelines and problems of each file, by path."""

    @property
    def problems(self) -> tuple[str, ...]:
        """
        The problems of pipelines and files on this side.
        """
        return tuple(problem for file in self.files.values() for problem in file["problems"])

    def hides(self, other: Side) -> set[str]:
        """
        Return the ids of pipelines of *other* that cannot be compared, since they are or may be broken on this side.
        """
        ids = {dag_id for file in self.files.values() for dag_id in file["broken"]}
        for path, file in self.files.items():
            if not file["whole"]:
                ids.update(file["dag_ids"], other.files.get(path, {}).get("dag_ids", ()))
                ids.update(
                    dag_id
                    for dag_id, locations in other.document.get("locations", {}).items()
                    if locations[""].rpartition(":")[0] == path
                )
        return ids


@final
class Planner:
    """
    Generates plans in parallel child processes.
    """

    def __init__(
        self, root: Path, paths: Sequence[Path], folder: Path, *, keyed: bool, limit_s: float
    ) -> None:
        self._root = root
        self._paths = [os.path.relpath(path, root) for path in paths]
        self._folder = folder
        self._key = secrets.token_bytes(32) if keyed else b""
        self._limit_s = limit_s
        self._names = sorted(masking().extra_names)

    def start(self, name: str, tree: Path) -> PlanProcess:
        """
        Start to generate the plan of the files in *tree*, a copy of the project root.
        """
        home = self._folder / f"home-{len(list(self._folder.iterdir()))}"
        home.mkdir()
        job = {
            "sys_path": [self._in(tree, entry) for entry in sys.path if entry],
            "root": str(tree),
            "paths": self._paths,
            "names": self._names,
            "key": self._key.hex(),
            "limit_s": self._limit_s,
        }
        folder = Path(self._in(tree, str(folder_of(self._root / self._paths[0]))))
        env = environment(os.environ, home, state=home, dags_folder=folder)
        # Neither in the tree nor with it on the import path: its modules must not shadow others while this starts.
        import_path = [str(Path(flowkit.__file__).parent.parent), *filter(None, sys.path)]
        child = ChildProcess(
            "flowkit.cli.plan_child", environment=env, output=None, cwd=home, import_path=import_path
        )
        child.send(job)
        return PlanProcess(name, child)

    def _in(self, tree: Path, entry: str) -> str:
        # Imports from the project must use the same revision; its virtual environment is not part of one.
        try:
            inside = tree / Path(entry).resolve().relative_to(self._root)
        except ValueError:
            return entry
        return str(inside) if exists(inside) else entry


@final
@attrs.frozen
class PlanProcess:
    """
    A plan that is being generated.
    """

    name: str
    child: ChildProcess

    def wait(self) -> Side:
        """
        Return the plan.

        Raises:
            LoadError: If the process exited without a plan.
        """
        result = next(self.child.events(), None)
        if result is None:
            reason = exit_reason(self.child.process.wait())
            msg = f"The process that loads the pipelines of {self.name} {reason} before it produced a plan."
            raise LoadError(msg)
        return Side(self.name, result["document"], result["files"])

    def stop(self) -> None:
        """
        Kill the process if it is still running.
        """
        self.child.kill()


def saved_side(file: Path) -> Side:
    """
    Return the plan saved in *file*.

    Raises:
        LoadError: If it contains no plan, or one of another version.
    """
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValueError):
        document = None
    if not isinstance(document, dict) or not isinstance(document.get("pipelines"), dict):
        msg = f"{str(file)!r} does not contain a plan. Create one with: flowkit show --all --format json > {file}"
        raise LoadError(msg)
    if document.get("flowkit_plan") != VERSION:
        msg = f"The plan in {str(file)!r} was created by an incompatible version of flowkit. Create it again."
        raise LoadError(msg)
    return Side(str(file), {**_EMPTY, **document})
