"""
What is left to give of a function's arguments, and whether flowkit's checks go by it.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from flowkit import Pipeline, PipelineError, branch, each, each_kwargs, over, python, task
from flowkit.analysis.wrappers import signature_left
from flowkit.rules.signatures import signature_of
from tests.recorded import untyped


def load(conn: object, table: str, *, limit: int = 1) -> str:
    """
    Return what the task does.
    """
    return f"{conn}.{table}.{limit}"


def with_conn(fn: Any) -> Any:
    @functools.wraps(fn)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return fn("db", *args, **kwargs)

    return wrapper


def unchanged(fn: Any) -> Any:
    @functools.wraps(fn)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        assert fn.__name__, (len(args), kwargs)
        try:
            return fn(*args, **kwargs)
        except ValueError:
            return fn(*args, **kwargs)

    return wrapper


def by_name(fn: Any) -> Any:
    @functools.wraps(fn)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return fn(*args, conn="db", **kwargs)

    return wrapper


def in_kwargs(fn: Any) -> Any:
    @functools.wraps(fn)
    def wrapper(**kwargs: Any) -> Any:
        kwargs["conn"] = "db"
        kwargs.setdefault("limit", 5)
        return fn(**kwargs)

    return wrapper


def popping(fn: Any) -> Any:
    @functools.wraps(fn)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        timeout, name = kwargs.pop("timeout", 3), kwargs.pop("name")
        return fn(timeout, *args, **kwargs) if name else fn(name, *args, **kwargs)

    return wrapper


def explicit(fn: Any) -> Any:
    @functools.wraps(fn)
    def wrapper(table: str) -> Any:
        return fn("db", table)

    return wrapper


def with_own(fn: Any) -> Any:
    @functools.wraps(fn)
    def wrapper(schema: str, *args: Any, **kwargs: Any) -> Any:
        return fn(schema, *args, **kwargs)

    return wrapper


def dropping(fn: Any) -> Any:
    @functools.wraps(fn)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return fn("db", "orders")

    return wrapper


class Connected:
    """A wrapper that is an object."""

    def __init__(self, fn: Any) -> None:
        functools.update_wrapper(self, fn)
        self.fn = fn

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.fn("db", *args, **kwargs)


class Maker:
    """A decorator whose wrapper finds the function in an attribute."""

    def __call__(self, fn: Any) -> Any:
        self.fn = fn

        @functools.wraps(fn)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            return self.fn("db", *args, **kwargs)

        return wrapper


def rebuilt(fn: Any) -> Any:
    @functools.wraps(fn)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        args = ("db", *args)
        return fn(*args, **kwargs)

    return wrapper


def two_ways(fn: Any) -> Any:
    @functools.wraps(fn)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return fn("db", *args, **kwargs) if args else fn(*args, **kwargs)

    return wrapper


def handed_on(fn: Any) -> Any:
    @functools.wraps(fn)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return _call(fn, *args, **kwargs)

    return wrapper


def _call(fn: Any, *args: Any, **kwargs: Any) -> Any:
    return fn("db", *args, **kwargs)


@contextlib.contextmanager
def managed() -> Iterator[None]:
    yield


def signed(fn: Any) -> Any:
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return fn("db", *args, **kwargs)

    wrapper.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter("table", inspect.Parameter.POSITIONAL_OR_KEYWORD)]
    )
    return wrapper


def _text(function: Any) -> str | None:
    signature = signature_left(function)
    if signature is None:
        return None
    bare = [
        parameter.replace(annotation=inspect.Parameter.empty) for parameter in signature.parameters.values()
    ]
    return str(inspect.Signature(bare))


@pytest.mark.parametrize(
    ("function", "left"),
    [
        (load, "(conn, table, *, limit=1)"),
        (with_conn(load), "(table, *, limit=1)"),
        (unchanged(load), "(conn, table, *, limit=1)"),
        (by_name(load), "(*, table, limit=1)"),
        (in_kwargs(load), "(*, table, limit=None)"),
        (popping(load), "(table, *, limit=1, timeout=None, name)"),
        (explicit(load), "(table)"),
        (with_own(load), "(schema, table, *, limit=1)"),
        (dropping(load), "(*args, **kwargs)"),
        (Connected(load), "(table, *, limit=1)"),
        (Maker()(load), "(table, *, limit=1)"),
        (signed(load), "(table)"),
        (managed()(load), "(conn, table, *, limit=1)"),
        (functools.cache(load), "(conn, table, *, limit=1)"),
        (functools.singledispatch(load), "(conn, table, *, limit=1)"),
        (unchanged(with_conn(unchanged(load))), "(table, *, limit=1)"),
        (explicit(with_conn(load)), "(table)"),
        (functools.partial(load, "db"), "(table, *, limit=1)"),
        (functools.partial(load, table="orders"), "(conn, *, table='orders', limit=1)"),
        (functools.partial(load, conn="db"), "(*, table, limit=1)"),
        (functools.partial(functools.partial(load, "db"), limit=2), "(table, *, limit=2)"),
        (functools.partial(with_conn(load), "orders"), "(*, limit=1)"),
        (with_conn(functools.partial(load, limit=3)), "(table, *, limit=3)"),
        (staticmethod(load), "(conn, table, *, limit=1)"),
        (rebuilt(load), None),
        (two_ways(load), None),
        (handed_on(load), None),
        (functools.partial(rebuilt(load), "orders"), None),
    ],
)
def test_signature_left(function: Any, left: str | None) -> None:
    """Where the source of a wrapper shows what it supplies, without running it."""
    assert _text(function) == left
    if not isinstance(function, staticmethod):
        again = signature_of(function)
        assert (again is None) is (left is None)


class Loader:
    """An object with methods."""

    def plain(self, table: str) -> str:
        return table

    @with_conn
    def confused(self, conn: object, table: str) -> str:
        return table

    @classmethod
    def of_class(cls, table: str) -> str:
        return table

    def __call__(self, table: str) -> str:
        return table


def test_methods() -> None:
    """Without the object that they are bound to."""
    loader = Loader()

    assert _text(loader.plain) == "(table)"
    assert _text(loader.of_class) == "(table)"
    assert _text(loader) == "(table)"
    assert _text(Loader.plain) == "(self, table)"
    # The wrapper puts its own argument before `self`.
    assert _text(loader.confused) == "(table)"


PARTIAL: Any = functools.partial
"""Calls of it that type checkers know to be wrong."""


def _codes(action: Any) -> list[str]:
    try:
        Pipeline("p").task("a", action).build()
    except PipelineError as error:
        return [problem.code for problem in error.problems]
    return []


GOOD: list[Callable[[], Any]] = [
    lambda: python(with_conn(load), "orders"),
    lambda: python(with_conn(load), table="orders", limit=3),
    lambda: python(by_name(load), table="orders"),
    lambda: python(explicit(load), "orders"),
    lambda: python(Connected(load), "orders"),
    lambda: python(rebuilt(load), "orders"),
    lambda: python(handed_on(load), "orders", limit=2),
    lambda: python(popping(load), "orders", name="x"),
    lambda: python(functools.partial(load, "db"), "orders"),
    lambda: python(functools.partial(load, "db"), table="orders"),
    lambda: python(functools.partial(load, table="x"), conn="db"),
    lambda: python(functools.partial(load, conn="db"), table="orders"),
    lambda: python(Loader().plain, "orders"),
    lambda: python(signed(load), "orders"),
    lambda: each(with_conn(load), over(["a", "b"])),
    lambda: each(with_conn(load), table=over(["a", "b"]), limit=2),
    lambda: each(rebuilt(load), table=over(["a", "b"])),
    lambda: each(functools.partial(load, "db"), over(["a", "b"])),
    lambda: python(with_conn(load), "orders").by("short_circuit"),
    lambda: python(with_conn(load), "orders").by("sensor", poke_interval=5),
    lambda: each(with_conn(load), over(["a"])).by("external_python", python="python"),
    lambda: each_kwargs(with_conn(load), [{"table": "a"}, {"table": "b", "limit": 2}]),
    lambda: each_kwargs(rebuilt(load), [{"table": "a"}]),
]


@pytest.mark.parametrize("call", GOOD)
def test_good_calls(call: Callable[[], Any]) -> None:
    """No false alarm."""
    assert _codes(call()) == []


@pytest.mark.parametrize(
    "call",
    [
        lambda: python(with_conn(load)),
        lambda: python(with_conn(load), "db", "orders"),
        lambda: python(with_conn(load), tabel="orders"),
        lambda: python(by_name(load), "orders"),
        lambda: python(explicit(load), "orders", limit=1),
        lambda: python(popping(load), "orders"),
        lambda: python(PARTIAL(load, "db")),
        lambda: python(PARTIAL(load, "db"), "a", "b"),
        lambda: python(PARTIAL(load, table="x"), "db", "y"),
        lambda: python(PARTIAL(load, "db"), "a", "b", limit=2),
        lambda: python(untyped(Loader().plain)),
        lambda: python(untyped(Loader.plain), "orders"),
        lambda: python(signed(load), "db", "orders"),
        lambda: each(with_conn(load), over(["a"]), over(["b"])),
        lambda: python(with_conn(load)).by("short_circuit"),
    ],
)
def test_wrong_calls(call: Callable[[], Any]) -> None:
    """They are found before Airflow, or the worker, finds them."""
    assert "FK304" in _codes(call())


def test_branches() -> None:
    """The function of a branch may have a wrapper, too."""
    work = task("work")

    def made(*args: Any) -> Pipeline:
        return Pipeline("p").task("choose", branch(with_conn(load), *args).to({"db.x.1": work}))

    made("x").build()
    with pytest.raises(PipelineError, match="FK304"):
        made().build()


def with_session(session: Any, table: str) -> None: ...


def late_session(table: str, session: Any) -> None: ...


snow, late = untyped(with_session), untyped(late_session)


@pytest.mark.parametrize(
    ("action", "codes"),
    [
        (lambda: python(snow, table="t").by("snowpark"), []),
        (lambda: python(snow, None, table="t").by("snowpark"), ["FK304"]),
        (lambda: python(late, "t").by("snowpark"), []),
        (lambda: python(late).by("snowpark"), ["FK304"]),
        (lambda: python(snow, table="t").by("pyspark"), ["FK304"]),
        (lambda: python(snow, table="t").by("short_circuit"), ["FK304"]),
        (lambda: python(snow, tabel="t").by("snowpark"), ["FK304", "FK304"]),
        (lambda: python(snow, table="t").by("of_a_plugin"), []),
        (lambda: python(snow).by("of_a_plugin"), []),
        (lambda: each(snow, table=over(["t"])).by("snowpark"), []),
        (lambda: each(snow, table=over(["t"])), ["FK304"]),
        (lambda: each_kwargs(snow, [{"table": "t"}]).by("snowpark"), []),
        (lambda: each(snow, tabel=over(["t"])).by("snowpark"), ["FK304"]),
    ],
)
def test_decorators_that_supply_arguments(action: Callable[[], Any], codes: list[str]) -> None:
    """Those that Airflow's providers are known to pass; of other decorators, what they pass is unknown."""
    assert _codes(action()) == codes


def test_names_in_messages() -> None:
    """Those of the function, not of the partial."""
    with pytest.raises(PipelineError, match=r"load\(\) is missing the argument 'table'"):
        Pipeline("p").task("a", python(PARTIAL(load, "db"))).build()
