"""
The stub of a module.
"""

from __future__ import annotations

import ast
import importlib
import os
import subprocess
import sys

import pytest

from flowkit.stubs.distributions import all_operator_modules
from flowkit.stubs.stub_text import module_stub
from tests.stubs.conftest import Install
from tests.support import ROOT

EVERYTHING = '''
    """What the module is for."""
    from __future__ import annotations

    import json
    import xml.dom
    from collections.abc import Iterable, Sequence
    from typing import TYPE_CHECKING, Any, Final, TypedDict, overload

    from airflow.sdk import BaseOperator
    from .helpers import Helper as Renamed, helping
    from no_such_module import Absent

    if TYPE_CHECKING:
        import no_other_module
        from airflow.sdk import Context

    try:
        from no_such_module import fast
    except ImportError:
        fast = None

    LIMIT = 3
    NAMES: Sequence[str] = ("a", "b")
    SECRET: Final = "x"
    COMPUTED = [limit for limit in range(LIMIT)]
    first, second = compute()

    class Row(TypedDict):
        """A row."""

        name: str

    @overload
    def parse(value: int) -> int: ...
    @overload
    def parse(value: str) -> str: ...
    def parse(value):
        return value

    def plain(a, b: "Row" = None, *args: int, c=1, **kwargs):
        print(a)

    def absent(value: Absent, other: list[Absent], module: no_other_module.Thing) -> json.JSONEncoder:
        """With a backslash \\\\ and \\"\\"\\"."""
        return value

    async def later(): yield 1

    class Copy(BaseOperator):
        """
        Copies.

        :param source: from where
        """

        template_fields: Sequence[str] = ("source",)
        ui_color = "#fff"

        def __init__(self, *, source: str, target: "Renamed | None" = None, **kwargs) -> None:
            super().__init__(**kwargs)
            self.source = source
            self._target = target
            self.count: int = 0
            self.task_id = "x"

        @property
        def path(self):
            return self.source

        @staticmethod
        def check() -> bool:
            return True

        def execute(self, context: Context) -> Any:
            self.rows = []
'''


def _stub(install: Install) -> str:
    install(acme__copy=EVERYTHING, acme__helpers="class Helper: ...\n\ndef helping(): ...\n")
    stub = module_stub("acme.copy")
    assert stub is not None
    ast.parse(stub.text)
    return stub.text


@pytest.mark.parametrize(
    "line",
    [
        "from __future__ import annotations",
        "import json as json",
        "import xml.dom",
        "from collections.abc import Iterable as Iterable",
        "from acme.helpers import Helper as Renamed",
        "from acme.helpers import helping as helping",
        "from airflow.sdk import Context as Context",
        "Absent: Any",
        "fast = None",
        "LIMIT = 3",
        "NAMES: Sequence[str] = ('a', 'b')",
        "SECRET: Final = 'x'",
        "COMPUTED: Any",
        "first: Any",
        "second: Any",
        "def parse(value: int) -> int: ...",
        "def plain(a, b: Row | None = None, *args: int, c=1, **kwargs) -> None: ...",
        "def absent(value: Any, other: list[Any], module: Any) -> json.JSONEncoder:",
        "async def later(): ...",
        "    def __init__(self, *, source: str, target: Renamed | None = None) -> None: ...",
        "    template_fields: Sequence[str] = ('source',)",
        "    ui_color = '#fff'",
        "    source: str",
        "    _target: Renamed | None",
        "    count: int",
        "    rows: Any",
        "    @property",
        "    def check() -> bool: ...",
        "    def execute(self, context: Context) -> Any: ...",
    ],
)
def test_every_kind_of_statement(install: Install, line: str) -> None:
    """All names are kept, and types that are not installed are `Any`."""
    assert line in _stub(install).splitlines()


def test_what_is_left_out(install: Install) -> None:
    """Bodies, implementations of overloads, and attributes that a base class has."""
    text = _stub(install)

    assert text.count("def parse") == 2
    assert "task_id" not in text
    assert "print" not in text


def test_docstrings(install: Install) -> None:
    """They have the same value in the stub."""
    tree = ast.parse(_stub(install))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}

    assert ast.get_docstring(tree) == "What the module is for."
    assert ast.get_docstring(functions["absent"]) == 'With a backslash \\ and """.'
    assert ast.get_docstring(functions["Copy"]) == "Copies.\n\n:param source: from where"


def test_classes_called_by_hand(install: Install) -> None:
    """Only they take the arguments of every task."""
    install(
        acme__copy="from airflow.sdk import BaseOperator\n\nclass A(BaseOperator): ...\n\nclass B(A): ...\n"
    )

    stub = module_stub("acme.copy", {"B"})

    assert stub is not None
    assert stub.text.count("task_id: str = ...") == 1


def test_no_source() -> None:
    """There are no stubs of modules that do not exist, or that are not written in Python."""
    assert module_stub("no_such_module") is None
    assert module_stub("math") is None


@pytest.mark.parametrize("name", ["EmptyOperator", "LatestOnlyOperator"])
def test_operators_without_a_constructor(name: str) -> None:
    """They get one that takes nothing: type checkers would ask for the `task_id` of `BaseOperator`."""
    module = "empty" if name == "EmptyOperator" else "latest_only"

    stub = module_stub(f"airflow.providers.standard.operators.{module}")

    assert stub is not None
    assert "    def __init__(self) -> None: ..." in stub.text.splitlines()


def _bound(body: list[ast.stmt]) -> set[str]:
    names: set[str] = set()
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)
        else:
            names.update(part.id for part in ast.walk(node) if isinstance(part, ast.Name))
    return names


@pytest.mark.e2e
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("module", all_operator_modules())
def test_installed_modules_keep_all_names(module: str) -> None:
    """What the module has at run time, its stub has as well; so have its classes."""
    stub = module_stub(module)
    assert stub is not None
    body = ast.parse(stub.text).body
    at_run_time = importlib.import_module(module)

    assert {name for name in dir(at_run_time) if not name.startswith("_")} <= _bound(body)
    for node in body:
        if isinstance(node, ast.ClassDef):
            cls = getattr(at_run_time, node.name)
            # `poke_mode_only` replaces an argument by a property.
            public = {name for name in vars(cls) if not name.startswith("_")} - {"mode"}
            assert public <= _bound(node.body), node.name


@pytest.mark.e2e
def test_same_bytes_in_each_process() -> None:
    """Nothing depends on the order of sets."""
    code = (
        "from flowkit.stubs.distributions import all_operator_modules\n"
        "from flowkit.stubs.stub_folder import stub_files\n"
        "print(stub_files(all_operator_modules(), {'airflow.providers.standard.operators.bash': {'BashOperator'}}))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(outputs) == 1
