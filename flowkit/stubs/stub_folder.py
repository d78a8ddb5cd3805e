"""
The folder of stubs: what is written there, by which versions, and what is out of date.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, Literal, final

import attrs

from flowkit.base.paths import exists, is_folder
from flowkit.stubs.distributions import installed_version, versions_of
from flowkit.stubs.stub_text import ModuleStub, module_stub

FOLDER: Final = "typings"
"""Where pyright looks for stubs, by default."""

# Raise it whenever stubs are written in another way: those of an older format are out of date.
_FORMAT: Final = 1
_HEAD: Final = re.compile(r"# Written by `flowkit stubs` \(format (\d+)\) from (.*)\.")
_HEAD_LENGTH: Final = 10_000
_RULES: Final = """\
# Do not edit it: changes are lost. Airflow's own classes contradict each other in these ways:
# pyright: reportAssignmentType=false, reportIncompatibleMethodOverride=false
# pyright: reportIncompatibleVariableOverride=false, reportPrivateImportUsage=false
# mypy: disable-error-code="assignment, misc, override"
"""


@final
@attrs.frozen
class StubFile:
    """
    The outcome for one file of the folder.
    """

    path: Path

    outcome: Literal["written", "updated", "unchanged", "removed", "kept", "failed"]
    """`kept`: it was not written by flowkit."""

    reason: str = ""
    """Why it could not be written or removed."""


@final
@attrs.frozen
class StaleStub:
    """
    A stub of flowkit's that other versions were installed after.
    """

    path: Path

    versions: tuple[tuple[str, str, str | None], ...]
    """The distributions: name, version in the stub, and installed version."""


def stub_files(modules: Iterable[str], by_hand: Mapping[str, Collection[str]]) -> dict[Path, str]:
    """
    Return the text of each stub by its path in the folder.

    Args:
        modules: The modules; those without source are left out.

        by_hand: The classes that keep the arguments of every task, by module.
    """
    texts: dict[Path, str] = {}
    for module in sorted(set(modules)):
        stub = module_stub(module, by_hand.get(module, ()))
        if stub is not None:
            texts[_path_of(stub)] = _head(stub) + stub.text
    for package in sorted({path.parts[0] for path in texts if len(path.parts) > 1}):
        # Without it, ty knows nothing but the stubs of the package.
        stub = module_stub(package)
        if stub is not None and "extend_path" in stub.text:
            texts[_path_of(stub)] = _head(stub) + stub.text
    return texts


def _path_of(stub: ModuleStub) -> Path:
    path = Path(*stub.module.split("."))
    return path / "__init__.pyi" if stub.is_package else path.with_suffix(".pyi")


def _head(stub: ModuleStub) -> str:
    versions = versions_of(stub.sources)
    sources = ", ".join(f"{name} {version}" for name, version in versions.items()) or "unknown versions"
    return f"# Written by `flowkit stubs` (format {_FORMAT}) from {sources}.\n{_RULES}"


def write_stubs(
    folder: Path, texts: Mapping[Path, str], *, complete: bool, dry: bool = False
) -> list[StubFile]:
    """
    Write stubs, each in one step, and return the outcome for each file, sorted by path.

    Args:
        folder: Created if it is missing.

        texts: The text of each stub by its path in *folder*.

        complete: Whether all other stubs of flowkit's in *folder* are to be removed.

        dry: Whether to change nothing, and only return what would be done.
    """
    files = [_write(folder / path, text, dry=dry) for path, text in sorted(texts.items())]
    if complete:
        wanted = {folder / path for path in texts}
        files += [_remove(file, folder, dry=dry) for file in _own(folder) if file not in wanted]
    return sorted(files, key=lambda file: file.path)


def _write(file: Path, text: str, *, dry: bool) -> StubFile:
    try:
        existing = file.read_bytes() if exists(file) else None
        if existing == text.encode():
            return StubFile(file, "unchanged")
        if existing is not None and _HEAD.match(existing[:_HEAD_LENGTH].decode("utf-8", "replace")) is None:
            return StubFile(file, "kept")
        if not dry:
            file.parent.mkdir(parents=True, exist_ok=True)
            _replace(file, text)
    except OSError as error:
        return StubFile(file, "failed", error.strerror or str(error))
    return StubFile(file, "written" if existing is None else "updated")


def _replace(file: Path, text: str) -> None:
    """
    Write *file* so that nobody ever reads half of it.
    """
    descriptor, name = tempfile.mkstemp(prefix=".flowkit-", suffix=".tmp", dir=file.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as temporary:
            temporary.write(text)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, 0o666 & ~mask)  # noqa: PTH101
        os.replace(name, file)  # noqa: PTH105
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)  # noqa: PTH108
        raise


def _remove(file: Path, folder: Path, *, dry: bool) -> StubFile:
    if not dry:
        try:
            file.unlink()
        except OSError as error:
            return StubFile(file, "failed", error.strerror or str(error))
        parent = file.parent
        with contextlib.suppress(OSError):  # it has other files
            while parent != folder:
                parent.rmdir()
                parent = parent.parent
    return StubFile(file, "removed")


def _own(folder: Path) -> Iterator[Path]:
    for file, _ in _heads(folder):
        yield file


def _heads(folder: Path) -> Iterator[tuple[Path, re.Match[str]]]:
    """
    Yield the stubs in *folder* that flowkit wrote, and their first lines.
    """
    if not is_folder(folder):
        return
    for file in sorted(folder.rglob("*.pyi")):
        with contextlib.suppress(OSError), file.open(encoding="utf-8", errors="replace") as lines:
            match = _HEAD.match(lines.readline(_HEAD_LENGTH))
            if match is not None:
                yield file, match


def stale_stubs(folder: Path) -> Iterator[StaleStub]:
    """
    Yield the stubs in *folder* that do not fit what is installed.
    """
    for file, head in _heads(folder):
        written = [tuple(part.rsplit(" ", 1)) for part in head[2].split(", ")]
        changed = tuple(
            (name, version, installed_version(name))
            for name, version in (part for part in written if len(part) == 2)
            if name != "unknown" and installed_version(name) != version
        )
        if changed or head[1] != str(_FORMAT):
            yield StaleStub(file, changed)
