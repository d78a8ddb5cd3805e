"""
Reads a git repository without executing anything that it configures.

Hooks, filters, a file system monitor, a pager, an external diff or a helper that fetches missing objects are programs
that the configuration of a repository names. Only git's plumbing is used here, and what it could start is disabled.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Final, cast, final

import attrs

from flowkit.base.errors import LoadError
from flowkit.base.paths import is_folder
from flowkit.base.suggestions import did_you_mean

# For commands that are not expected to start a program, in case a version of git does.
_COMMAND: Final = (
    "git",
    "--no-pager",
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.fsmonitor=false"),
)
# An incomplete clone must not fetch what it lacks: older versions of git only know the second variable.
_ENVIRONMENT: Final = {"GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none", "GIT_OPTIONAL_LOCKS": "0"}
_CHUNK_BYTES: Final = 1 << 20
_LINK: Final = "120000"
_UNSAFE_NAMES: Final = frozenset({"", ".", "..", ".git"})


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
        Return the repository that contains *path*.

        Raises:
            LoadError: If there is none, or git is not installed.
        """
        folder = next(parent for parent in (path, *path.parents) if is_folder(parent))
        try:
            root = _git(folder, "rev-parse", "--show-toplevel")
        except FileNotFoundError:
            msg = "git is not installed. To compare with a saved plan, use: --plan FILE."
            raise LoadError(msg) from None
        if root is None:
            msg = (
                f"{str(folder)!r} is not in a git repository, so there is no revision to compare with. Compare with a "
                "saved plan: flowkit show --all --format json > plan.json, later flowkit diff --plan plan.json."
            )
            raise LoadError(msg)
        return cls(Path(root))

    def has(self, rev: str) -> bool:
        """
        Return whether *rev* is a revision.
        """
        return self._commit(rev) is not None

    def _commit(self, rev: str) -> str | None:
        return _git(self.root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{rev}^{{commit}}")

    def write(self, rev: str, folder: Path) -> None:
        """
        Write the files of *rev* to *folder*. Neither the working tree nor the index is modified.

        Files are written as git stores them: filters such as Git LFS are not applied, and submodules are left out.

        Raises:
            LoadError: If the revision does not exist, git fails, or a file cannot be written.
        """
        commit = self._commit(rev)
        if commit is None:
            names = (_git(self.root, "for-each-ref", "--format=%(refname:short)") or "").split()
            hint = did_you_mean(rev, names, otherwise="Use a branch, a tag or a commit; the default is HEAD.")
            msg = f"Unknown revision {rev!r} in {str(self.root)!r}. {hint}"
            raise LoadError(msg)
        folder.mkdir(parents=True, exist_ok=True)
        listing = _run(self.root, "ls-tree", "-r", "-z", "--full-tree", commit)
        if listing.returncode:
            raise _git_failed(rev, os.fsdecode(listing.stderr))
        try:
            self._write(rev, _entries(listing.stdout), folder)
        except (OSError, ValueError) as error:
            msg = f"The files of {rev!r} cannot be written to {str(folder)!r}: {error}."
            raise LoadError(msg) from None

    def _write(self, rev: str, entries: Sequence[_Entry], folder: Path) -> None:
        with tempfile.TemporaryFile() as requests, tempfile.TemporaryFile() as errors:
            requests.writelines(entry.object_id.encode() + b"\n" for entry in entries)
            requests.seek(0)
            with subprocess.Popen(
                [*_COMMAND, "cat-file", "--batch"],
                cwd=self.root,
                env={**os.environ, **_ENVIRONMENT},
                stdin=requests,
                stdout=subprocess.PIPE,
                stderr=errors,
            ) as process:
                output = cast("IO[bytes]", process.stdout)
                links = []
                for entry in entries:
                    if entry.mode == _LINK:
                        links.append((entry, b"".join(_content(output, rev))))
                    else:
                        _write_file(folder / entry.path, _content(output, rev), entry)
        # Last, so that no file is written through a link.
        for entry, target in links:
            path = folder / entry.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.symlink_to(os.fsdecode(target))


@final
@attrs.frozen
class _Entry:
    """
    A file or a symbolic link of a revision.
    """

    mode: str
    object_id: str
    path: str


def _entries(listing: bytes) -> list[_Entry]:
    entries = []
    for line in listing.split(b"\0")[:-1]:
        head, _, name = line.partition(b"\t")
        mode, kind, object_id = head.decode().split()
        path = os.fsdecode(name)
        if not _UNSAFE_NAMES.isdisjoint(path.split("/")):
            msg = f"the revision has an unsafe path: {path!r}"
            raise ValueError(msg)
        if kind == "blob":
            entries.append(_Entry(mode, object_id, path))
    return entries


def _content(output: IO[bytes], rev: str) -> Iterator[bytes]:
    """
    Yield the parts of the next object that `git cat-file --batch` prints.
    """
    words = output.readline().split()
    if len(words) != len(("id", "type", "size")):
        reason = "an object is missing. Fetch it first" if words else "it exited early"
        raise _git_failed(rev, f"{reason}.")
    left = int(words[2])
    while left:
        part = output.read(min(left, _CHUNK_BYTES))
        if not part:
            raise _git_failed(rev, "it exited early.")
        left -= len(part)
        yield part
    output.read(len(b"\n"))


def _write_file(path: Path, content: Iterator[bytes], entry: _Entry) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        for part in content:
            file.write(part)
    if entry.mode == "100755":
        path.chmod(0o700)


def _git_failed(rev: str, reason: str) -> LoadError:
    return LoadError(f"git failed to write the files of {rev!r}: {reason.strip()}")


def _git(folder: Path, *arguments: str) -> str | None:
    done = _run(folder, *arguments)
    return os.fsdecode(done.stdout).strip() if done.returncode == 0 else None


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*_COMMAND, *arguments],
        cwd=folder,
        env={**os.environ, **_ENVIRONMENT},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
