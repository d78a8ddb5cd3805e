"""
`lazy_imports`: a block whose imports run when the imported names are first used.
"""

from __future__ import annotations

import builtins
import importlib.util
import sys
import threading
from collections.abc import Mapping, Sequence
from types import FrameType, TracebackType
from typing import Any, final

import attrs

from flowkit.base.call_site import SourceLocation
from flowkit.base.errors import LazyImportError
from flowkit.base.lazy_names import Import, LazyImport, declared, import_of
from flowkit.base.problems import Problem

_open: tuple[lazy_imports, ...] = ()
_python_import: Any = builtins.__import__
_installed = False
_lock = threading.Lock()


@final
class lazy_imports:  # noqa: N801 - users call it like a function
    """
    Delay the imports in this block until the imported names are used.

    Write `with lazy_imports():` at the top of a file, around any imports but `import *`. Type checkers and editors see
    ordinary imports. Each import runs when its name is first used: `pd` in the function of a task when the task runs,
    `BashOperator` in `operator(BashOperator, …)` when the pipeline is registered. `flowkit check` reads the source of
    the modules, and imports next to none of them.

    Raises:
        LazyImportError: If the block is in a function or a class, or contains `from … import *`.
    """

    def __init__(self) -> None:
        self._globals: dict[str, Any] = {}
        self._thread = 0
        self._imports: list[Import] = []

    def __enter__(self) -> None:
        frame = sys._getframe(1)
        if frame.f_locals is not frame.f_globals:
            message = (
                "lazy_imports() was used in a function or a class; flowkit can only replace the names of a module by "
                "what they import."
            )
            hint = "Move the block to the top of the file; imports in a function are lazy anyway."
            raise LazyImportError(Problem("FK515", message, hint, _location(frame)))
        self._globals = frame.f_globals
        self._thread = threading.get_ident()
        _begin(self)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        _end(self)
        own = {id(what) for what in self._imports}
        for what in self._imports:
            what.child = None
        for key, value in self._globals.items():
            if type(value) is LazyImport and id(import_of(value)) in own:
                import_of(value).namespaces.append((self._globals, key))
        bound = [what for what in self._imports if what.namespaces]
        if bound:
            file = bound[0].location.file
            namespace, before = declared.get(file, (None, []))
            declared[file] = (self._globals, [*(before if namespace is self._globals else ()), *bound])

    def is_for(self, namespace: object) -> bool:
        """
        Return whether an import into *namespace* belongs to this block.
        """
        return namespace is self._globals and threading.get_ident() == self._thread

    def imported(self, name: str, names: Sequence[str], level: int, frame: FrameType) -> Any:
        """
        Return the stand-in for the module of an `import` statement.
        """
        location = _location(frame)
        if level:
            name = importlib.util.resolve_name("." * level + name, self._globals.get("__package__") or "")
        if "*" in names:
            message = (
                f"`from {name} import *` cannot be lazy: the names are unknown until the module is imported."
            )
            raise LazyImportError(Problem("FK516", message, "Import the names that you need.", location))
        if names:
            return _Module(self, name, location)
        root = name.partition(".")[0]
        earlier = self._globals.get(root)
        if type(earlier) is LazyImport and import_of(earlier) in self._imports:
            if name != root:
                import_of(earlier).also.append(name)
            return earlier
        return self.stand_in(Import(root, None, location, [name] if name != root else []))

    def stand_in(self, what: Import) -> LazyImport:
        """
        Return the stand-in for *what*.
        """
        if what.name is None:
            # `import a.b as c` reads the attribute `b` of `a` immediately.
            what.child = lambda name: self.stand_in(Import(f"{what.module}.{name}", None, what.location))
        self._imports.append(what)
        return LazyImport(what)


@final
@attrs.frozen(eq=False)
class _Module:
    """
    Stand-in for a module while Python reads names from it: `from module import name`.
    """

    _block: lazy_imports
    _module: str
    _location: SourceLocation

    def __getattr__(self, name: str) -> LazyImport:
        return self._block.stand_in(Import(self._module, name, self._location))


def _location(frame: FrameType) -> SourceLocation:
    return SourceLocation(frame.f_code.co_filename, frame.f_lineno)


def _import(
    name: str,
    globals: Mapping[str, object] | None = None,  # noqa: A002 - Python's own name
    locals: Mapping[str, object] | None = None,  # noqa: A002 - Python's own name
    fromlist: Sequence[str] | None = (),
    level: int = 0,
) -> Any:
    for block in _open:
        if block.is_for(globals):
            return block.imported(name, fromlist or (), level, sys._getframe(1))
    return _python_import(name, globals, locals, fromlist, level)


def _begin(block: lazy_imports) -> None:
    global _open, _python_import, _installed  # noqa: PLW0603 - a process has one `__import__`
    with _lock:
        if not _installed:
            _python_import, builtins.__import__ = builtins.__import__, _import
            _installed = True
        _open = (*_open, block)


def _end(block: lazy_imports) -> None:
    global _open, _installed  # noqa: PLW0603 - a process has one `__import__`
    with _lock:
        _open = tuple(other for other in _open if other is not block)
        # If another library has wrapped it meanwhile, it stays installed, and passes everything on.
        if not _open and builtins.__import__ is _import:
            builtins.__import__ = _python_import
            _installed = False
