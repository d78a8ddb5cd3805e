"""
The example DAGs of providers: from their source distributions, with the helpers of Airflow's own tests replaced.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import tarfile
import types
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import attrs

_SYSTEM = "/tests/system/"
_EXAMPLES = "/example_dags/"
_STUBBED = "tests_common"


def unpack(archives: Path, target: Path) -> None:
    """
    Unpack the examples of all source distributions in a folder: system tests, which import each other, into one tree.
    """
    for archive in sorted(archives.glob("*.tar.gz")):
        provider = archive.name.rpartition("-")[0].removeprefix("apache_airflow_providers_")
        with tarfile.open(archive) as content:
            for member in content:
                place = _place(member.name, provider)
                if place is None or not member.isfile():
                    continue
                file = content.extractfile(member)
                path = target / place
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(file.read() if file else b"")


def _place(name: str, provider: str) -> str | None:
    for part, folder in ((_SYSTEM, "system"), (_EXAMPLES, f"example_dags/{provider}")):
        if part in name and "/unit/" not in name:
            return f"{folder}/{name.partition(part)[2]}"
    return None


def files(folder: Path) -> list[Path]:
    """
    Return the example files: those of *folder*, and those of the core of Airflow.
    """
    spec = importlib.util.find_spec("airflow.example_dags")
    core = Path(spec.submodule_search_locations[0]) if spec and spec.submodule_search_locations else folder
    found = {*folder.rglob("*.py"), *core.glob("*.py")}
    return sorted(file for file in found if file.name != "__init__.py" and "test_" not in file.name)


@attrs.frozen
class Call:
    """
    A call of an operator's class in an example.
    """

    cls: type[Any]
    arguments: dict[str, Any]

    defaults: dict[str, Any]
    """The `default_args` in effect."""

    line: int


@attrs.define
class _Recorder:
    calls: list[Call] = attrs.field(factory=list)
    depth: int = 0

    def make(self, cls: Any, args: tuple[Any, ...], kwargs: dict[str, Any], line: int) -> Any:
        if not self.depth and not args and _is_wanted(cls):
            self.calls.append(Call(cls, dict(kwargs), _defaults(kwargs), line))
        self.depth += 1
        try:
            return type.__call__(cls, *args, **kwargs)
        finally:
            self.depth -= 1


def _is_wanted(cls: type[Any]) -> bool:
    from airflow.sdk.bases.decorator import DecoratedOperator

    return (
        not issubclass(cls, DecoratedOperator)
        and not cls.__name__.startswith("_")
        and cls is not _Watcher.cls
    )


def _defaults(kwargs: dict[str, Any]) -> dict[str, Any]:
    from airflow.sdk.definitions._internal.contextmanager import DagContext, TaskGroupContext

    dag = kwargs.get("dag") or DagContext.get_current()
    group = kwargs.get("task_group") or (dag and TaskGroupContext.get_current(dag))
    inherited = {**(dag.default_args if dag else {}), **((group and group.default_args) or {})}
    return {**inherited, **(kwargs.get("default_args") or {})}


class _Watcher:
    cls: Any = None


def _watcher() -> Any:
    """
    Stand in for a task of Airflow's tests, which is made in nearly every system test.
    """
    if _Watcher.cls is None:
        from airflow.sdk import BaseOperator

        _Watcher.cls = type("Watcher", (BaseOperator,), {})
    return _Watcher.cls(task_id="watcher", trigger_rule="one_failed")


class _Stubs:
    """
    Finds the modules that Airflow's own tests share, of which no distribution exists.
    """

    def find_spec(self, name: str, *_: Any) -> ModuleSpec | None:
        if name.partition(".")[0] != _STUBBED:
            return None
        return importlib.util.spec_from_loader(name, self, is_package=True)  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        return _Stub(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        pass


class _Stub(types.ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name == "watcher":
            return _watcher
        if name == "timezone":
            from airflow.sdk import timezone

            return timezone
        return True if name.startswith("AIRFLOW_V_") else MagicMock()


@contextmanager
def recording() -> Iterator[list[Call]]:
    """
    Record the calls of operators' classes in the block: only the outermost where a constructor makes another operator.
    """
    from airflow.sdk import BaseOperator

    meta: Any = type(BaseOperator)
    recorder = _Recorder()

    def call(cls: Any, *args: Any, **kwargs: Any) -> Any:
        return recorder.make(cls, args, kwargs, sys._getframe(1).f_lineno)

    meta.__call__ = call
    try:
        yield recorder.calls
    finally:
        del meta.__call__


def load(file: Path, paths: Sequence[Path]) -> tuple[list[Call], str]:
    """
    Load an example, and return its calls and the error that it raised.
    """
    os.environ.update(SYSTEM_TESTS_ENV_ID="env", SYSTEM_TESTS_GCP_PROJECT="project")
    sys.path[:0] = [*map(str, paths), str(file.parent)]
    sys.meta_path.insert(0, _Stubs())
    name = f"example_{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    with recording() as calls:
        try:
            assert spec is not None
            assert spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            sys.modules[name] = module
            spec.loader.exec_module(module)
        except BaseException as error:  # noqa: BLE001 - an example may call `pytest.skip()` or `sys.exit()`
            return calls, f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
    return calls, ""
