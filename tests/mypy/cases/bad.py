"""
Mistakes that mypy finds with the plugin; the comment of a line holds words of its message.
"""

from __future__ import annotations

from collections.abc import Sequence

from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.providers.standard.operators.latest_only import LatestOnlyOperator
from airflow.providers.standard.operators.python import BranchPythonOperator
from airflow.providers.standard.sensors.bash import BashSensor
from airflow.providers.standard.sensors.date_time import DateTimeSensor
from airflow.providers.standard.sensors.filesystem import FileSensor

import flowkit
from flowkit import (
    EmptyDir,
    Group,
    Pipeline,
    Pod,
    Task,
    branch,
    branches,
    cron,
    each,
    each_group,
    each_group_kwargs,
    each_kwargs,
    items,
    operator,
    over,
    python,
    shard,
    task,
)
from flowkit.airflow.dags import register
from tests.mypy.cases.good import _Closed, _Fixed, _Left, _LoadMore, _LoadOrders, _Swallowing, _Unpacked
from tests.typing import steps


def _grouped(region: str) -> Group[None]:
    return Group("region").task(region)


def _each_inside(region: str) -> Group[None]:
    return Group("region").task("t", each(steps.double, over([1, 2])))


def _item_inside(region: str) -> Group[None]:
    return Group("region").then(each_group(_pair, region, over(["corner"])))


def _pair(region: str, shop: str) -> Group[None]:
    return Group("pair").task(region)


def _early(found: Task[list[int]]) -> Task[Sequence[int]]:
    return task("t", each(steps.double, over(found.output)), trigger_rule="always")  # says: would start it


def _number(number: int) -> Group[int]:
    doubled = task("double", python(steps.double, number))
    return Group("number").then(doubled).returns(doubled)


def _prices() -> dict[str, float]:
    return {}


def _with_key(table: str, conn: str = "warehouse") -> None: ...


# Arguments that no constructor takes.
operator(BashOperator, bash_comand="echo hello")  # says: did you mean "bash_command"?
operator(FileSensor, filepath="a", poke_intervall=3)  # says: did you mean "poke_interval"?
operator(BashSensor, bash_comand="echo hello")  # says: did you mean "bash_command"?
operator(EmptyOperator, bash_command="echo hello")  # says: Unexpected keyword argument "bash_command"
operator(_Closed, table="orders", rows=3)  # says: Unexpected keyword argument "rows" for "_Closed"
flowkit.operator(BashOperator, bash_command="a", command=3)  # says: Unexpected keyword argument "command"
operator(BashOperator, "echo hello")  # says: Too many positional arguments

# Arguments that are missing.
operator(FileSensor)  # says: Missing named argument "filepath" for "FileSensor"
operator(DateTimeSensor, poke_interval=3)  # says: Missing named argument "target_time"
operator(_LoadOrders, table="orders", pool="a")  # says: Missing named argument "since"
operator(_LoadMore, pool="a", table="orders")  # says: Missing named argument "since" for "_LoadMore"

operator(_Left, day="today")  # says: Missing named argument "table" for "_Left"
operator(_Swallowing, tabel="orders")  # says: Missing named argument "table" for "_Swallowing"

# Arguments that the class sets itself.
operator(_Fixed, table="orders")  # says: _Fixed got 'table', which it sets itself
operator(_Fixed, knd="orders")  # says: did you mean "kind"?
operator(_Unpacked, sise=3)  # says: Unexpected keyword argument "sise" for "_Unpacked"

# Arguments of another type.
operator(FileSensor, filepath="a", poke_interval="3")  # says: expected "timedelta | float"
operator(DateTimeSensor, target_time="a", poke_interval=over(["3"]))  # says: expected "timedelta | float"
operator(BranchPythonOperator, python_callable=3)  # says: expected "Callable[..., Any]"
operator(_LoadMore, since="today", pool="a", table="b")  # says: expected "datetime"
operator(BashOperator, bash_command="a", pool=over([3]))  # says: expected "str | None"

# What belongs to the task, or to flowkit.
operator(BashOperator, bash_command="a", retries=3)  # says: task(…, operator(BashOperator, …)
operator(BashOperator, bash_command="a", retires=3)  # says: did you mean "retries"? It is an option
operator(LatestOnlyOperator, pool="small")  # says: got 'pool', which is an option of the task
operator(EmptyOperator, pod=None)  # says: got 'pod', which is an option of the task
operator(EmptyOperator, task_id="a")  # says: The id is the first argument of task(…)
operator(EmptyOperator, dag=None)  # says: got 'dag', which flowkit itself sets
Pipeline("p").task(
    "a",
    operator(
        BashOperator,
        bash_command="a",
        retries=3,  # says: got 'retries', which is an option of the task
    ),
)

# Keys of a branch.
work, rest = task("work"), task("rest")
branch(steps.day).to({"weekday": work})  # says: Add "weekend": …
branches(steps.days, 1).to({"weekend": work})  # says: Add "weekday": …
branch(steps.day).to({})  # says: Add "weekday": …, "weekend": …
branch(steps.day).to({"weekday": work, "wekend": rest})  # says: "Literal['wekend']"
task("choose", branch(steps.day).to({"weekday": work}), retries=2)  # says: Add "weekend": …

# Functions that make groups, within the call of a method.
Pipeline("p").task("each", each(_grouped, over(["a"])))  # says: Write each_group(fn, over(…))
Pipeline("p").task("once", python(_grouped, "a"))  # says: place the group with .then(…)
Pipeline("p").task("once", python(steps.double, over([1])))  # says: Write each(fn, over(…))
Pipeline("p").task("once", python(_with_key, "orders"))  # says: write conn=None

# Values that flowkit would refuse.
Pipeline("p").task("load orders")  # says: letters, digits
Pipeline("p").task("load", retries=-1)  # says: retries=-1
Pipeline("p", schedule=cron("0 6 * *"))  # says: cron(
Pod(volumes={"data": EmptyDir()})  # says: write "/data"
Pod(run_as_user=0, run_as_non_root=True)  # says: is root, which run_as_non_root=True forbids
shard([Pipeline("p")], 0, of=2)  # says: There is no shard 0 of 2

# Sets of arguments.
each_kwargs(steps.double, [{"number": 1}, {"numbr": 2}])  # says: Did you mean 'number'?
each_group_kwargs(_grouped, [{"regoin": "north"}])  # says: Did you mean 'region'?
each_kwargs(_grouped, [{"region": "north"}])  # says: expected "Callable[..., TaskResult

# Mappings that go wrong.
python(steps.double, 1).by("virtual_env", requirements=["attrs"])  # says: Did you mean 'virtualenv'
python(steps.double, 1).by("virtualenv", requirments=["attrs"])  # says: Did you mean 'requirements'
each(steps.double, over([1])).by("short_circuit")  # says: skips nothing
each_kwargs(steps.double, [{"number": 1}]).by("branch")  # says: skips nothing
doubles = each_group(_number, over([1]))
each(steps.double, over(doubles.output))  # says: the results of a mapped group
each_group(_each_inside, over(["north"]))  # says: maps a task within a mapped group
each_group(_item_inside, over(["north"]))  # says: gives its item to a mapped group within it
items.map(str, task("prices", python(_prices)).output)  # says: by number

# One chain.
Pipeline("p").task("load").task("load")  # says: Duplicate id "load"
Pipeline("p").task("load").task("wait", after="wait")  # says: "wait" waits for itself
Pipeline("p").group("g").task("load", after="g")  # says: waits for "g", which contains it
register(Pipeline("q").task("v1.0").group("g").task("a.b").end().task("x", after="g.a"))  # says: Did you mean
Pipeline("p").group("g").task("a").end().task("g.a")  # says: Duplicate id "g.a"
Pipeline("p").operator_defaults(retries=3)  # says: Write .defaults(retries=…)
register(Pipeline("s").task("load").task("tell", after="laod"))  # says: Did you mean 'load'?
register(Pipeline("r").setup("up").task("use").teardown("down", setups="upp"))  # says: Did you mean 'up'?
Pipeline("p").group("g").setup("up").end().teardown("down", setups="g")  # says: setups= takes the setup tasks
again = task("again")
Pipeline("p").then(again).task("use").then(again)  # says: "again" is placed twice
