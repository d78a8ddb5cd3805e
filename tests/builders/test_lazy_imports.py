"""
`lazy_imports`: what a block binds, and what happens to it.
"""

from __future__ import annotations

import builtins
import copy
import pickle
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from flowkit import LazyImportError
from flowkit.base.lazy_names import LazyImport, import_of

Run = Callable[[str], ModuleType]

HELPER = """
    LIMIT = 3
    NAMES = ["a", "b"]
    class Base:
        def who(self): return "base"
    class Wrong(ValueError): ...
    def double(x): return 2 * x
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """A function that runs a text as a module, beside a package with two modules."""
    package = tmp_path / "lazily"
    (package / "inner").mkdir(parents=True)
    (package / "__init__.py").write_text("import sys\nORDER = 1\n")
    (package / "inner" / "__init__.py").write_text("")
    (package / "inner" / "helper.py").write_text(textwrap.dedent(HELPER))
    (package / "lacking.py").write_text("import is_not_installed\n")
    monkeypatch.syspath_prepend(str(tmp_path))

    def run(text: str) -> ModuleType:
        module = ModuleType("user")
        head = "from flowkit import lazy_imports\nwith lazy_imports():\n"
        code = compile(head + textwrap.indent(textwrap.dedent(text), "    "), "user.py", "exec")
        exec(code, vars(module))  # noqa: S102
        return module

    yield run
    for name in [name for name in sys.modules if name.partition(".")[0] == "lazily"]:
        del sys.modules[name]


def loaded() -> set[str]:
    return {name for name in sys.modules if name.partition(".")[0] == "lazily"}


@pytest.mark.parametrize(
    ("text", "name", "path"),
    [
        ("import lazily", "lazily", "lazily"),
        ("import lazily as one", "one", "lazily"),
        ("import lazily.inner.helper", "lazily", "lazily"),
        ("import lazily.inner.helper as two", "two", "lazily.inner.helper"),
        ("from lazily.inner import helper", "helper", "lazily.inner.helper"),
        ("from lazily.inner.helper import LIMIT", "LIMIT", "lazily.inner.helper.LIMIT"),
        ("from lazily.inner.helper import LIMIT as most", "most", "lazily.inner.helper.LIMIT"),
    ],
)
def test_each_form_of_import_waits(run: Run, text: str, name: str, path: str) -> None:
    """Every form of `import` binds a stand-in, and imports nothing."""
    module = run(text)

    stand_in = vars(module)[name]
    assert type(stand_in) is LazyImport
    assert import_of(stand_in).path == path
    assert import_of(stand_in).location.line == 3
    assert loaded() == set()


def test_the_first_use_replaces_the_stand_in(run: Run) -> None:
    """What is used is imported, and stands in the module from then on; the rest waits."""
    module = run("""
        import lazily.inner.helper as helper
        from lazily.inner.helper import LIMIT, double
    """)

    assert module.helper.double(2) == 4

    assert type(module.helper) is ModuleType
    assert type(vars(module)["LIMIT"]) is LazyImport
    assert module.LIMIT == 3
    assert type(vars(module)["LIMIT"]) is int


def test_two_modules_of_one_package(run: Run) -> None:
    """`import a.b` and `import a.c` bind one name, which has both."""
    module = run("import lazily.inner\nimport lazily.inner.helper")

    assert module.lazily.inner.helper.LIMIT == 3


def test_a_stand_in_acts_for_the_real_object(run: Run) -> None:
    """Calls, operators, iteration, texts, classes and their checks work as with the object."""
    module = run("from lazily.inner.helper import LIMIT, NAMES, Base, double")
    limit, names, base, double = module.LIMIT, module.NAMES, module.Base, module.double

    assert (limit * 2, 2 * limit, limit < 4, f"{limit}", str(limit), int(limit)) == (6, 6, True, "3", "3", 3)
    assert (names[0], len(names), list(names), "b" in names, bool(names)) == ("a", 2, ["a", "b"], True, True)
    assert double(4) == 8
    assert base().who() == "base"
    assert isinstance(base(), base)

    class Derived(base):  # type: ignore[misc, valid-type]
        pass

    assert issubclass(Derived, base)
    assert Derived.__mro__[1] is sys.modules["lazily.inner.helper"].Base
    assert {base: 1}[sys.modules["lazily.inner.helper"].Base] == 1
    assert (base | None).__args__[0] is sys.modules["lazily.inner.helper"].Base


def test_a_stand_in_can_be_patched_pickled_and_copied(run: Run) -> None:
    """Attributes are set on the object; what leaves the process is the object."""
    module = run("import lazily.inner.helper as helper")
    helper = module.helper

    helper.LIMIT = 5
    base = run("from lazily.inner.helper import Base").Base

    assert sys.modules["lazily.inner.helper"].LIMIT == 5
    assert pickle.loads(pickle.dumps(base)) is sys.modules["lazily.inner.helper"].Base  # noqa: S301
    assert copy.copy(base) is sys.modules["lazily.inner.helper"].Base


def test_looking_at_a_stand_in_imports_nothing(run: Run) -> None:
    """What Airflow and test runners ask of all names of a module is no use of them."""
    stand_in: Any = run("from lazily.inner.helper import Base").Base

    assert repr(stand_in) == "<lazy import of lazily.inner.helper.Base>"
    assert not isinstance(stand_in, int | ModuleType | type)
    assert stand_in == run("from lazily.inner.helper import Base").Base
    assert loaded() == set()


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("import lazyli", "FK513", "There is no module 'lazyli' to import lazily."),
        (
            "from lazily.iner.helper import LIMIT",
            "FK513",
            "There is no module 'lazily.iner.helper' to import lazily: there is no 'lazily.iner'.",
        ),
        (
            "from lazily.inner.helper import LIMITS",
            "FK514",
            "The module 'lazily.inner.helper' has no 'LIMITS' to import lazily.",
        ),
    ],
)
def test_a_wrong_name_is_an_error_at_its_first_use(run: Run, text: str, code: str, message: str) -> None:
    """The error is an ImportError, and shows the line of the import."""
    module = run(text)
    stand_in = next(value for value in vars(module).values() if type(value) is LazyImport)

    with pytest.raises(LazyImportError) as raised:
        bool(stand_in)

    problem = raised.value.problem
    assert isinstance(raised.value, ImportError)
    assert (problem.code, problem.message) == (code, message)
    assert problem.location is not None
    assert (problem.location.file, problem.location.line) == ("user.py", 3)


def test_a_module_that_lacks_another_speaks_for_itself(run: Run) -> None:
    """Only what the block imports is the block's problem."""
    module = run("import lazily.lacking as lacking")

    with pytest.raises(ModuleNotFoundError, match="is_not_installed"):
        _ = module.lacking.x


def test_everything_cannot_be_imported_lazily(run: Run) -> None:
    """`from … import *` is refused, with its line."""
    with pytest.raises(LazyImportError) as raised:
        run("from lazily.inner.helper import *")

    assert raised.value.problem.code == "FK516"
    assert "user.py:3" in str(raised.value)


def test_a_block_stands_at_the_top_of_a_module() -> None:
    """In a function nothing can be replaced, and nothing need be."""
    from flowkit import lazy_imports

    with pytest.raises(LazyImportError) as raised, lazy_imports():
        pass

    assert raised.value.problem.code == "FK515"


@pytest.mark.usefixtures("run")
def test_imports_elsewhere_are_as_ever() -> None:
    """While a block is open, other modules and other threads import; afterwards Python's own import is back."""
    before = builtins.__import__
    done: list[object] = []
    module = ModuleType("user")
    vars(module)["threading"] = threading
    vars(module)["done"] = done

    def elsewhere() -> None:
        space: dict[str, Any] = {}
        exec("from lazily.inner.helper import NAMES", space)  # noqa: S102
        done.append(space["NAMES"])

    vars(module)["elsewhere"] = elsewhere
    code = """
from flowkit import lazy_imports
with lazy_imports():
    from lazily.inner.helper import LIMIT
    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    elsewhere()
"""
    exec(compile(code, "user.py", "exec"), vars(module))  # noqa: S102

    assert done == [["a", "b"], ["a", "b"]]
    assert type(vars(module)["LIMIT"]) is LazyImport
    assert builtins.__import__ is before


def test_an_error_in_a_block_ends_it(run: Run) -> None:
    """Whatever happens in the block, `import` works afterwards."""
    before = builtins.__import__

    with pytest.raises(ZeroDivisionError):
        run("import lazily\n1 / 0")

    assert builtins.__import__ is before
