"""
A DAG file with two good pipelines and one bad one between them. The environment variable CASE says which bad one.

Loaded by `test_isolation_kinds.py`, as Airflow loads it.
"""

from __future__ import annotations

import asyncio
import builtins
import json
import math
import os
import sys
from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import Any

from airflow.sdk import Asset, BaseOperator
from airflow.timetables.base import Timetable

from flowkit import Pipeline, each, generate, lazy_imports, operator, python
from flowkit.airflow.dags import register

with lazy_imports():
    import tests.airflow.exits_when_imported as exits

CASE = os.environ.get("CASE", "")
START = datetime(2026, 1, 1, tzinfo=timezone.utc)


class Text(str):
    __slots__ = ()


class Real(float):
    pass


class Colour(str, Enum):
    RED = "red"


class OwnError(BaseException):
    pass


class UnprintableError(Exception):
    def __str__(self) -> str:
        msg = "no text"
        raise RuntimeError(msg)


class NumberedError(Exception):
    def __str__(self) -> Any:
        return json.loads("3")


class ExitsError(Exception):
    def __str__(self) -> str:
        raise SystemExit(3)


class LongError(Exception):
    def __str__(self) -> str:
        return "x" * 10**7


class NoText:
    def __str__(self) -> str:
        msg = "no text"
        raise RuntimeError(msg)


class Exits(BaseOperator):
    def __init__(self, **kwargs: Any) -> None:
        sys.exit(3)


class RaisesOwn(BaseOperator):
    def __init__(self, **kwargs: Any) -> None:
        raise OwnError


class RaisesUnprintable(BaseOperator):
    def __init__(self, **kwargs: Any) -> None:
        raise UnprintableError


class Links(BaseOperator):
    @property
    def operator_extra_links(self) -> Any:  # type: ignore[override]
        msg = "links"
        raise RuntimeError(msg)


class Docs(BaseOperator):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.doc_md = Text("docs")


class Nested(BaseOperator):
    template_fields = ("query",)

    def __init__(self, query: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.query = {"a": [NoText() if query is None else query]}


class Unregistered(Timetable):
    def infer_manual_data_interval(self, *, run_after: Any) -> Any: ...
    def next_dagrun_info(self, *, last_automated_data_interval: Any, restriction: Any) -> Any: ...


def noop(x: object = None) -> None: ...


def pipeline(**settings: Any) -> Any:
    given: Any = {"schedule": "@daily", "start_date": START, **settings}
    return Pipeline("bad", **given)


def unregistered() -> Any:
    return Unregistered()  # pyright: ignore[reportAbstractUsage]


def throw(error: BaseException) -> Any:
    raise error


def recurse() -> Any:
    return recurse()


def numpy_float() -> Any:
    import numpy as np

    return pipeline().task("a", python(noop, np.float64(3)))


GROUP: Any = getattr(builtins, "BaseExceptionGroup", lambda *_: OwnError())

VALUES: dict[str, Any] = {
    "int_of_65_bits": 2**64,
    "int_of_5000_digits": 10**5000,
    "nan": math.nan,
    "text_subclass": Text("a"),
    "file_name_that_is_not_utf8": os.fsdecode(b"report-\xe4.csv"),
    "zero_byte": "a\0",
    "without_text": NoText(),
}

CASES: dict[str, Any] = {
    **{
        f"{name}_as_argument": lambda value=value: pipeline().task("a", python(noop, {"a": [value]}))
        for name, value in VALUES.items()
    },
    **{
        f"{name}_in_an_operator": lambda value=value: pipeline().task("a", operator(Nested, query=value))
        for name, value in VALUES.items()
    },
    **{
        f"{name}_in_an_asset": lambda value=value: pipeline(
            schedule=[Asset("s3://a/b", extra={"a": value})], start_date=START
        ).task("a", python(noop))
        for name, value in VALUES.items()
    },
    **{
        f"{name}_mapped": lambda value=value: pipeline().task("a", each(noop, [value]))
        for name, value in VALUES.items()
    },
    "numpy_float": numpy_float,
    "text_subclass_as_task_id": lambda: pipeline().task(Text("a"), python(noop)),
    "text_subclass_as_owner": lambda: pipeline().task("a", python(noop), owner=Text("me")),
    "text_subclass_in_defaults": lambda: pipeline().defaults(owner=Text("me")).task("a", python(noop)),
    "float_subclass_in_params": lambda: pipeline(params={"b": Real(1.5)}).task("a", python(noop)),
    "enum_as_pool": lambda: pipeline().task("a", python(noop), pool=Colour.RED),
    "surrogate_in_doc": lambda: pipeline(doc_md="x \udce4 y").task("a", python(noop)),
    "surrogate_in_message": lambda: throw(ValueError("bad \udce4 text")),
    "zero_byte_in_message": lambda: throw(ValueError("bad \0 text")),
    "longest_timeout": lambda: pipeline().task("a", python(noop), execution_timeout=timedelta.max),
    "last_moment_as_start": lambda: pipeline(start_date=datetime.max.replace(tzinfo=timezone.utc)).task("a"),
    "unregistered_timetable": lambda: pipeline(schedule=unregistered()).task("a", python(noop)),
    "operator_exits": lambda: pipeline().task("a", operator(Exits)),
    "operator_raises_own": lambda: pipeline().task("a", operator(RaisesOwn)),
    "operator_raises_unprintable": lambda: pipeline().task("a", operator(RaisesUnprintable)),
    "operator_with_broken_links": lambda: pipeline().task("a", operator(Links)),  # type: ignore[call-arg]
    "operator_with_broken_value": lambda: pipeline().task("a", operator(Nested)),
    "operator_with_text_subclass": lambda: pipeline().task("a", operator(Docs)),
    "lazy_import_exits": lambda: pipeline().task("a", operator(exits.Operator)),  # type: ignore[attr-defined]
    "exits": lambda: sys.exit("enough"),
    "cancelled": lambda: throw(asyncio.CancelledError("c")),
    "keyboard_interrupt": lambda: throw(KeyboardInterrupt()),
    "generator_exit": lambda: throw(GeneratorExit()),
    "group": lambda: throw(GROUP("several", [SystemExit(), KeyboardInterrupt()])),
    "own": lambda: throw(OwnError()),
    "recursion": recurse,
    "unprintable": lambda: throw(UnprintableError("pw")),
    "message_is_a_number": lambda: throw(NumberedError()),
    "message_exits": lambda: throw(ExitsError()),
    "message_of_10_mb": lambda: throw(LongError()),
    "returns_nothing": lambda: None,
    "dag_id_is_a_dict": lambda: pipeline().task("a"),
    "dag_id_exits": lambda: pipeline().task("a"),
    "dag_id_is_a_surrogate": lambda: pipeline().task("a"),
}

DAG_IDS: dict[str, Any] = {
    "dag_id_is_a_dict": lambda: {"bad": 1},
    "dag_id_exits": lambda: sys.exit(3),
    "dag_id_is_a_surrogate": lambda: "bad\udce4",
}


def build(number: int) -> Pipeline:
    if number == 1 and CASE:
        bad: Pipeline = CASES[CASE]()
        return bad
    return Pipeline(f"good_{number}", schedule="@daily", start_date=START).task("a", python(noop))


def dag_id(number: int) -> str:
    if number == 1 and CASE:
        known: str = DAG_IDS.get(CASE, lambda: "bad")()
        return known
    return f"good_{number}"


register(generate(build, range(3), dag_id=dag_id if os.environ.get("WITH_IDS") == "1" else None))
