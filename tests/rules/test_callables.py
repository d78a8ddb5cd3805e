"""
Functions with wrappers, partials and methods: Airflow accepts the good calls, and passes the right arguments.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import pytest
from airflow.providers.standard.operators.python import PythonOperator

from flowkit import Pipeline, branch, each, each_kwargs, over, python, python_async, task
from flowkit.airflow import compat
from flowkit.airflow.compile import compile_pipeline
from tests.analysis.test_wrappers import (
    Connected,
    Loader,
    by_name,
    explicit,
    handed_on,
    load,
    rebuilt,
    signed,
    unchanged,
    with_conn,
)


def compiled(action: Any, **settings: Any) -> Any:
    """
    Return the operator of a task with *action*.
    """
    spec = Pipeline("p", **settings).task("a", action).build()
    return compile_pipeline(spec, fileloc=__file__).get_task("a")


def run(operator: Any) -> Any:
    """
    Return what the function returns when Airflow calls it, with a context.
    """
    context = {"conn": "the context's", "ds": "2026-01-01", "ti": "ti", "params": {}, **operator.op_kwargs}
    kwargs = PythonOperator.determine_kwargs(operator, context)
    return operator.python_callable(*operator.op_args, **kwargs)


def dated(conn: object, table: str, ds: str) -> str:
    """
    Return what the task does.
    """
    return f"{conn}.{table}.{ds}"


def asking(table: str, conn: object, ds: str) -> str:
    """
    Return what the task does; Airflow 3.1 takes no context keys before other parameters.
    """
    return f"{conn}.{table}.{ds}"


@pytest.mark.parametrize(
    ("action", "result"),
    [
        (lambda: python(with_conn(load), "t"), "db.t.1"),
        (lambda: python(with_conn(load), table="t", limit=3), "db.t.3"),
        (lambda: python(by_name(load), table="t"), "db.t.1"),
        (lambda: python(explicit(load), "t"), "db.t.1"),
        (lambda: python(Connected(load), "t"), "db.t.1"),
        (lambda: python(rebuilt(load), "t"), "db.t.1"),
        (lambda: python(handed_on(load), "t"), "db.t.1"),
        (lambda: python(signed(load), "t"), "db.t.1"),
        (lambda: python(unchanged(with_conn(load)), "t"), "db.t.1"),
        (lambda: python(unchanged(asking), "t"), "the context's.t.2026-01-01"),
        (lambda: python(with_conn(dated), "t"), "db.t.2026-01-01"),
        (lambda: python(rebuilt(dated), "t"), "db.t.2026-01-01"),
        (lambda: python(functools.partial(load, "db"), "t"), "db.t.1"),
        (lambda: python(functools.partial(load, table="x"), conn="db"), "db.x.1"),
        (lambda: python(functools.partial(load, conn="db"), table="t"), "db.t.1"),
        (lambda: python(functools.partial(dated, "db", ds="fixed"), "t"), "db.t.fixed"),
        (lambda: python(functools.partial(with_conn(load), "t"), limit=5), "db.t.5"),
        (lambda: python(Loader().plain, "t"), "t"),
        (lambda: python(Loader().of_class, "t"), "t"),
        (lambda: python(Loader(), "t"), "t"),
        (lambda: python(with_conn(load), "t").by("short_circuit"), "db.t.1"),
        (lambda: python(with_conn(load), "t").by("sensor"), "db.t.1"),
    ],
)
def test_what_runs(action: Callable[[], Any], result: str) -> None:
    """The same as a plain call would give."""
    operator = compiled(action())

    assert run(operator) == result


@pytest.mark.parametrize(
    "action",
    [
        lambda: each(with_conn(load), over(["x", "y"])),
        lambda: each(rebuilt(load), table=over(["x", "y"])),
        lambda: each(functools.partial(load, "db"), over(["x", "y"])),
        lambda: each_kwargs(with_conn(load), [{"table": "x"}, {"table": "y"}]),
    ],
)
def test_mapped(action: Callable[[], Any]) -> None:
    """Airflow checks the arguments of mapped functions, too."""
    mapped = compiled(action())
    instance = mapped.unmap({"op_kwargs": {"table": "x"}})

    assert instance.op_kwargs == {"table": "x"}


def test_a_branch() -> None:
    """The wrapper of its function stays in place."""
    work = task("work")
    spec = Pipeline("p").task("a", branch(with_conn(load), "t").to({"db.t.1": work})).build()
    operator = compile_pipeline(spec, fileloc=__file__).get_task("a")

    assert run(operator) == "work"


def test_names_and_docs_are_those_of_the_function() -> None:
    """Not those of `functools.partial`, or of flowkit."""
    operator = compiled(python(functools.partial(load, "db"), "t"))

    assert operator.python_callable.__name__ == "load"
    assert operator.doc_md == "Return what the task does."


def test_async_functions_stay_async() -> None:
    """Airflow awaits them."""
    if compat.missing(compat.AIRFLOW_VERSION).get("task.an async function"):
        pytest.skip("Airflow 3.1 has no async functions")

    async def fetch(conn: object, table: str) -> str:
        return table

    @functools.wraps(fetch)
    async def wrapper(*args: Any, **kwargs: Any) -> str:
        return await fetch("db", *args, **kwargs)

    operator = compiled(python_async(wrapper, "t"))

    assert inspect.iscoroutinefunction(operator.python_callable)


def test_generators_stay_generators() -> None:
    """Airflow runs them to their end; what they yield is metadata."""

    def steps(conn: object, table: str) -> Any:
        yield conn
        return table

    operator = compiled(python(functools.partial(steps, "db"), "t"))

    assert inspect.isgeneratorfunction(operator.python_callable)
    generator = operator.python_callable("t")
    assert next(generator) == "db"
    with pytest.raises(StopIteration) as ended:
        next(generator)
    assert ended.value.value == "t"
