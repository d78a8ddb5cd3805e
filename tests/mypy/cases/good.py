"""
Good uses that mypy accepts with the plugin, some of them with it alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Generic, Literal, overload

from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.providers.standard.operators.latest_only import LatestOnlyOperator
from airflow.providers.standard.operators.python import BranchPythonOperator, PythonOperator
from airflow.providers.standard.sensors.bash import BashSensor
from airflow.providers.standard.sensors.date_time import DateTimeSensor
from airflow.providers.standard.sensors.filesystem import FileSensor
from airflow.sdk import BaseOperator
from typing_extensions import TypedDict, TypeVar, Unpack

import flowkit
from flowkit import Pipeline, branch, branches, over, python, task
from flowkit import operator as op
from tests.typing import steps

T = TypeVar("T")


class _Named:
    def __init__(self, *, label: str = "") -> None:
        self.label = label


class _Load(BaseOperator):
    def __init__(self, *, table: str, rows: int = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.said = (table, rows)


class _LoadOrders(_Named, _Load):
    def __init__(self, *, since: datetime, pool: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.asked = (since, pool)


class _LoadMore(_LoadOrders): ...


class _Closed(_Load):
    def __init__(self, task_id: str, table: str) -> None:
        super().__init__(task_id=task_id, table=table)


class _Fixed(_Load):
    def __init__(self, *, day: str = "", **kwargs: Any) -> None:
        self.kind = kwargs.pop("kind", "")
        super().__init__(table=f"orders_{day}", **kwargs)


class _Left(_Load):
    def __init__(self, *, day: str = "", **kwargs: Any) -> None:
        self.day = day
        super().__init__(**kwargs)


class _Swallowing(BaseOperator):
    def __init__(self, *, task_id: str, table: str, **kwargs: Any) -> None:
        super().__init__(task_id=task_id)
        self.said = (table, kwargs)


class _Rest(TypedDict, total=False):
    size: int


class _Unpacked(_Load):
    def __init__(self, **kwargs: Unpack[_Rest]) -> None:
        super().__init__(task_id="a", table="b")


class _Typed(BaseOperator, Generic[T]):
    def __init__(self, *, value: T, others: Sequence[T] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.value = [value, *others]


class _Either(BaseOperator):
    @overload
    def __init__(self, *, name: str, **kwargs: Any) -> None: ...
    @overload
    def __init__(self, *, number: int, **kwargs: Any) -> None: ...
    def __init__(self, *, name: str = "", number: int = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.said = (name, number)


# Arguments of the class itself, and those that it inherits.
op(BashOperator, bash_command="echo hello", env={"A": "b"})
op(FileSensor, filepath="a.csv", poke_interval=30, timeout=timedelta(hours=1), mode="reschedule")
op(BashSensor, bash_command="test -f a.csv", retry_exit_code=3, poke_interval=30)
op(DateTimeSensor, target_time="2026-01-01", soft_fail=True, poke_interval=over([10, 20]))
op(PythonOperator, python_callable=steps.double, op_args=[1])
op(BranchPythonOperator, python_callable=steps.day)
flowkit.operator(BashOperator, bash_command=task("a", python(steps.first, ["b"])).output)

# No constructor of their own.
op(EmptyOperator)
op(LatestOnlyOperator)
Pipeline("p").task("start", op(EmptyOperator), retries=3).task("end", op(LatestOnlyOperator))

# Operators of one's own: mixed in, closed, generic, with an argument that bears the name of an option.
op(_Load, table="orders", rows=3)
op(_LoadOrders, since=datetime(2026, 1, 1), pool="small", label="orders", table="orders")
op(_LoadMore, since=datetime(2026, 1, 1), pool="small", rows=3, table="orders")
task("load", op(_LoadMore, since=datetime(2026, 1, 1), table="orders"), pool="small")
op(_Closed, table="orders")
op(_Unpacked, size=3)
op(_Fixed, kind="a")
op(_Left, table="orders")
op(_Swallowing, table="orders", anything=3)
op(_Typed, value=3, others=[4])

# Options that are mapped go with the arguments, as in Airflow.
op(BashOperator, bash_command="echo hello", pool=over(["small", "large"]))
op(BashOperator, bash_command=over(["echo 1", "echo 2"]), inlets=over.zip(["a"], ["b"]))

# What mypy does not know, the plugin does not either.
op(_Either, name="a")
unknown: Any = None
op(unknown, anything=3)

# A class that is not known before the call, and arguments that are made elsewhere.
given: dict[str, Any] = {"bash_command": "echo hello"}
op(BashOperator, **given)


def made_of(operator_class: type[_Load]) -> flowkit.Action[Any]:
    return op(operator_class, table="orders")


# Decorators with their arguments, and those of providers that are not installed.
python(steps.double, 1).by("virtualenv", requirements=["attrs"])
python(steps.double, 1).by("spark_of_the_team", **given)

# Branches with all their keys.
work, rest = task("work"), task("rest")
weekend: Literal["weekend"] = "weekend"
others: dict[Literal["weekday", "weekend"], flowkit.Task[None]] = {"weekend": rest}
branch(steps.day).to({"weekday": work, "weekend": ()})
branch(steps.day).to({"weekday": work, weekend: rest})
branch(steps.day).to({"weekday": work, **others})
branch(steps.day).to(others)
branches(steps.days, 1).to({"weekday": work, "weekend": [rest, "later"]})
dotted = (
    flowkit.Pipeline("team.orders")
    .task("v1.0", retry_exponential_backoff=True)
    .group("g")
    .task("a.b", after="v1.0")
    .end()
    .task("last", after=["g.a.b", "v1.0"])
)


# Arguments that the operators of this file may inherit.
class _Query(BaseOperator):
    def __init__(self, *, sql: str, shop_conn_id: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)


flowkit.Pipeline("q").operator_defaults(shop_conn_id="shop").task("a", op(_Query, sql="select 1"))
