"""
`simulate`: what a test sees of a run. `test_oracle.py` compares the runs themselves with Airflow's.
"""

from __future__ import annotations

import os
import subprocess
import sys
import traceback
from collections.abc import Sequence
from datetime import datetime, timezone
from functools import partial, wraps
from typing import Annotated, Any, Literal

import attrs
import pytest

from flowkit import (
    Form,
    Group,
    Pipeline,
    PipelineError,
    branch,
    context,
    each,
    each_group,
    items,
    operator,
    over,
    params,
    python,
    setup,
    task,
    teardown,
)
from flowkit.testing import SimulationError, simulate


class AirflowSkipException(Exception):  # noqa: N818 - Airflow's own name, by which it is known
    """Stands for Airflow's exception: these tests do without Airflow."""


class AirflowFailException(Exception):  # noqa: N818
    """Likewise."""


AirflowSkipException.__module__ = AirflowFailException.__module__ = "airflow.sdk.exceptions"


def numbers() -> list[int]:
    return [1, 2, 3]


def double(n: int) -> int:
    return 2 * n


def total(xs: Sequence[int]) -> int:
    return sum(xs)


def fails() -> int:
    msg = "no such table"
    raise ValueError(msg)


def kind(value: Any) -> str:
    return f"{type(value).__name__} {value}"


def weekday() -> Literal["week", "weekend"]:
    return "week" if context()["logical_date"].isoweekday() < 6 else "weekend"


def report(length: str) -> str:
    return f"{length} report of {context()['ds']}"


def reports() -> Pipeline:
    long = task("week", python(report, "long"))
    short = task("weekend", python(report, "short"))
    choose = task("choose", branch(weekday).to({"week": long, "weekend": short}))
    return Pipeline("reports").then(choose).then(long, short).task("publish")


def test_a_branch() -> None:
    """The date decides: a Saturday."""
    run = simulate(reports(), logical_date=datetime(2026, 1, 3, tzinfo=timezone.utc))
    assert run.state == "success"
    assert run["week"].state == "skipped"
    assert run["weekend"].output == "short report of 2026-01-03"
    assert run.order == ("choose", "weekend", "publish")
    assert run.races == ()


def test_mapped_tasks() -> None:
    """Each instance has a state, arguments and an output; the task has them all."""
    n = task("numbers", python(numbers))
    e = task("each", each(double, over(items.filter(bool, n.output))))
    t = task("total", python(total, e.output))
    run = simulate(Pipeline("p").then(n).then(e).then(t))
    assert run["each"].states == ("success",) * 3
    assert run["each"].output == [2, 4, 6]
    assert run["each"][1].output == 4
    assert run["each"][1].rendered == {"args": (), "kwargs": {"n": 2}}
    assert len(run["each"]) == 3
    assert run.output_of(t) == 12
    assert run.states == {
        "numbers": "success",
        "each[0]": "success",
        "each[1]": "success",
        "each[2]": "success",
        "total": "success",
    }
    with pytest.raises(SimulationError, match="3 instances"):
        _ = run["each"].rendered
    with pytest.raises(IndexError):
        _ = run["each"][7]


def test_an_output_has_the_type_of_its_task() -> None:
    """Through nested groups; a task in a mapped group has several outputs."""
    inner = task("inner", python(double, 4))
    run = simulate(Pipeline("p").then(Group("a").then(Group("b").then(inner))))
    result: int = run.output_of(inner)
    assert result == run["a.b.inner"].output == 8

    made: list[Any] = []

    def work(n: int) -> Group[int]:
        made.append(task("double", python(double, n)))
        return Group("work").then(made[-1]).returns(made[-1])

    run = simulate(Pipeline("p").then(each_group(work, over([1, 2]))))
    with pytest.raises(SimulationError, match="mapped group"):
        run.output_of(made[-1])
    assert run["work.double"].output == [2, 4]
    with pytest.raises(SimulationError, match="not found"):
        run.output_of(inner)


def test_a_spec_can_be_simulated() -> None:
    """Tasks are found by where they were written."""
    t = task("t", python(double, 3))
    run = simulate(Pipeline("p").then(t).build())
    assert run.output_of(t) == 6


def test_a_failed_run_fails_the_test_with_the_exception_of_the_task() -> None:
    """pytest shows the function and its line first."""
    run = simulate(Pipeline("p").task("load", python(fails), retries=1).task("after"))
    assert run["load"].state == "failed"
    assert [attempt.state for attempt in run["load"].attempts] == ["up_for_retry", "failed"]
    with pytest.raises(AssertionError, match=r"load +failed +2 +ValueError: no such table") as caught:
        run.assert_success()
    cause = caught.value.__cause__
    assert isinstance(cause, ValueError)
    assert cause is run["load"].error
    assert [frame.name for frame in traceback.extract_tb(cause.__traceback__)] == ["fails"]
    assert "after  upstream_failed" in repr(run)
    simulate(Pipeline("p").task("t")).assert_success()


def test_a_setup_is_torn_down_after_a_failure() -> None:
    """The run fails because of the task, not because of the teardown."""
    start = setup("start", python(numbers))
    stop = teardown("stop", python(numbers), setups=start)
    run = simulate(Pipeline("p").then(start).task("load", python(fails)).then(stop))
    assert (run.state, run["stop"].state) == ("failed", "success")


@attrs.frozen
class Options:
    file: str
    count: int = 3
    mode: Literal["full", "delta"] = "delta"
    when: datetime = datetime(2026, 5, 1, tzinfo=timezone.utc)


def use(options: Options) -> list[Any]:
    return [options.file, options.count, options.mode, options.when.year]


def test_params() -> None:
    """Typed, overridden by the configuration of the run, and checked before anything runs."""
    pipeline = Pipeline("p", params=Options).task("use", python(use, params(Options)))
    assert simulate(pipeline, conf={"file": "b.txt", "mode": "full"})["use"].output == [
        "b.txt",
        3,
        "full",
        2026,
    ]
    with pytest.raises(SimulationError, match="'file' has no default"):
        simulate(pipeline)
    with pytest.raises(SimulationError, match="'count' is not valid: 'many' is not of type 'integer'"):
        simulate(pipeline, conf={"file": "b", "count": "many"})
    with pytest.raises(SimulationError, match="'mode' is not valid"):
        simulate(pipeline, conf={"file": "b", "mode": "some"})


def test_templates() -> None:
    """With params, dates, outputs, macros and filters of the pipeline, and variables."""

    def shout(text: str) -> str:
        return text.upper()

    n = task("n", python(double, 4))
    text = "{{ ds }} {{ params.x }} {{ macros.ds_add(ds, 5) }} {{ shout(var.value.flags) }} {{ dag.dag_id | rev }}"
    use_text = task("use", python(kind, f"{text} {n.output}\n"))
    pipeline = (
        Pipeline(
            "shop",
            params={"x": 1},
            user_defined_macros={"shout": shout},
            user_defined_filters={"rev": lambda value: value[::-1]},
        )
        .then(n)
        .then(use_text)
    )
    run = simulate(pipeline, variables={"flags": "ab"})
    assert run["use"].output == "str 2026-01-01 1 2026-01-06 AB pohs 8"


def test_native_templates() -> None:
    """The setting of the pipeline, and of a task."""
    native = Pipeline("p", render_template_as_native_obj=True).task("use", python(kind, "{{ [1, 2] }}"))
    assert simulate(native)["use"].output == "list [1, 2]"
    plain = Pipeline("p").task("use", python(kind, "{{ [1, 2] }}"))
    assert simulate(plain)["use"].output == "str [1, 2]"


def read_context(ds: Any = None, dag_run: Any = None, **more: Any) -> list[Any]:
    ti = more["ti"]
    ti.xcom_push("extra", {"a": 1})
    assert context()["ds"] == ds
    return [ds, dag_run.conf, ti.try_number, ti.xcom_pull(key="extra"), more["params"]]


def test_the_context() -> None:
    """As parameters, by `context()`, and by the task instance."""
    pipeline = Pipeline("p", params={"x": 1}).task("use", python(read_context))
    run = simulate(pipeline, conf={"y": 2})
    assert run["use"].output == ["2026-01-01", {"y": 2}, 1, {"a": 1}, {"x": 1, "y": 2}]
    assert run["use"].key("extra") == {"a": 1}


def asks(what: str) -> Any:
    return eval(what, {"context": context})  # noqa: S307 - of this file


@pytest.mark.parametrize(
    "what",
    [
        "context()['ti'].log_url",
        "context()['dag'].timetable",
        "context()['inlet_events']['a']",
        "context()['macros'].x",
    ],
)
def test_what_is_not_simulated_explains_itself(what: str) -> None:
    """An `AttributeError`, not a wrong value."""
    run = simulate(Pipeline("p").task("use", python(asks, what)))
    assert isinstance(run["use"].error, AttributeError)
    assert "is not simulated" in str(run["use"].error)


def connect() -> list[Any]:
    conn = getattr(context()["conn"], "shop")  # noqa: B009 - as templates do
    return [conn.host, conn.login, conn.port, conn.extra_dejson, os.environ["AIRFLOW_VAR_A"]]


def test_variables_and_connections() -> None:
    """They are in the environment, where Airflow looks for them, during the run only."""
    connections = {"shop": "postgres://me:secret@db.local:5432/sales?sslmode=off"}
    run = simulate(Pipeline("p").task("t", python(connect)), connections=connections, variables={"a": [1]})
    assert run["t"].output == ["db.local", "me", 5432, {"sslmode": "off"}, "[1]"]
    assert "AIRFLOW_VAR_A" not in os.environ
    connections_by_field: dict[str, Any] = {
        "shop": {"host": "h", "login": "l", "port": "1", "extra": {"x": 2}}
    }
    run = simulate(
        Pipeline("p").task("t", python(connect)), connections=connections_by_field, variables={"a": "x"}
    )
    assert run["t"].output == ["h", "l", 1, {"x": 2}, "x"]
    run = simulate(Pipeline("p").task("t", python(connect)))
    assert "connections=" in str(run["t"].error)


def raises(error: BaseException) -> None:
    raise error


@pytest.mark.parametrize(
    ("error", "state", "tries"),
    [
        (AirflowSkipException(), "skipped", 1),
        (AirflowFailException(), "failed", 1),
        (SystemExit(2), "failed", 2),
        (ValueError(), "failed", 2),
    ],
)
def test_exceptions(error: BaseException, state: str, tries: int) -> None:
    """Airflow's are known by their names."""

    def stop() -> None:
        raises(error)

    run = simulate(Pipeline("p").task("t", python(stop), retries=1))
    assert (run["t"].state, len(run["t"].attempts)) == (state, tries)


def test_what_ends_a_test_passes_through() -> None:
    """A Ctrl-C and `pytest.fail` are no errors of the task."""
    for error in (KeyboardInterrupt(), pytest.fail.Exception("stop")):
        with pytest.raises(type(error)):
            simulate(Pipeline("p").task("t", python(partial(raises, error))))


def test_callbacks() -> None:
    """Of tasks, by the defaults of groups, and of the pipeline; what they raise is ignored."""
    seen: list[str] = []

    def note(ctx: Any) -> None:
        seen.append(f"{ctx['ti'].task_id} {ctx.get('exception')!r} {ctx.get('reason')}")
        raise RuntimeError

    group = (
        Group("g")
        .defaults(on_retry_callback=note, on_failure_callback=[note])
        .task("bad", python(fails), retries=1)
    )
    pipeline = (
        Pipeline("p", on_failure_callback=note, on_success_callback=note)
        .task("ok", python(numbers), on_success_callback=note, on_execute_callback=note)
        .then(group)
    )
    run = simulate(pipeline)
    assert [(callback.kind, callback.task) for callback in run.callbacks] == [
        ("on_execute_callback", "ok"),
        ("on_success_callback", "ok"),
        ("on_retry_callback", "g.bad"),
        ("on_failure_callback", "g.bad"),
        ("on_failure_callback", None),
    ]
    assert seen[2] == "g.bad ValueError('no such table') None"
    assert seen[4] == "g.bad None task_failure"


def test_notifiers_are_not_called() -> None:
    """They would send a message."""
    notifier_base = type("BaseNotifier", (), {})

    class Notifier(notifier_base):  # type: ignore[valid-type,misc]
        def __call__(self, _context: Any) -> None:
            raise AssertionError

    run = simulate(Pipeline("p").task("t", python(fails), on_failure_callback=Notifier()))
    assert [(callback.kind, callback.called) for callback in run.callbacks] == [
        ("on_failure_callback", False)
    ]


def test_sensors() -> None:
    """They are asked without waiting, and time out after so many calls."""
    calls: list[int] = []

    def ready(after: int) -> bool:
        calls.append(after)
        return len(calls) >= after

    pipeline = Pipeline("p").task("wait", python(ready, 5).by("sensor", poke_interval=3600))
    assert simulate(pipeline)["wait"].state == "success"
    assert len(calls) == 5
    calls.clear()
    run = simulate(Pipeline("p").task("wait", python(ready, 5).by("sensor"), retries=2), max_pokes=3)
    assert (run["wait"].state, len(run["wait"].attempts)) == ("failed", 1)
    calls.clear()
    soft = Pipeline("p").task("wait", python(ready, 5).by("sensor", soft_fail=True))
    assert simulate(soft, max_pokes=3)["wait"].state == "skipped"


def test_async_functions_and_generators() -> None:
    """Coroutines are awaited; a generator gives what it returns, as with asset events."""
    from flowkit import python_async

    async def work(n: int) -> int:
        return n + 1

    def makes() -> Any:
        yield "an event"
        return 7

    run = simulate(Pipeline("p").task("a", python_async(work, 3)).task("b", python(makes)))
    assert (run["a"].output, run["b"].output) == (4, 7)


def test_fail_fast() -> None:
    """What has not run yet is skipped."""
    pipeline = Pipeline("p", fail_fast=True).task("ok").task("bad", python(fails)).task("c").task("d")
    run = simulate(pipeline)
    assert (run["bad"].state, run["c"].state, run["d"].state) == ("failed", "skipped", "skipped")
    assert run.state == "success"  # as in Airflow: its last task was skipped


def test_a_wrong_pipeline_is_an_error() -> None:
    """All of its problems, as from `build()`."""
    with pytest.raises(PipelineError, match="FK102"):
        simulate(Pipeline("p").task("a", after="missing"))


def test_unknown_tasks() -> None:
    """With the nearest match."""
    run = simulate(Pipeline("p").task("load_users"))
    with pytest.raises(KeyError, match="Did you mean 'load_users'"):
        _ = run["load_user"]


def test_airflow_is_not_imported_and_twenty_tasks_take_milliseconds() -> None:
    """In a process of its own."""
    code = """
import sys, time
from flowkit import Pipeline, python
from flowkit.testing import simulate
def work(text): return text
pipeline = Pipeline("p")
for number in range(20):
    pipeline = pipeline.task(f"t{number}", python(work, "{{ ds }} of {{ params.x }}"))
spec = pipeline.settings(params={"x": 1}).build()
simulate(spec)
times = []
for _ in range(20):
    start = time.process_time()
    simulate(spec).assert_success()
    times.append(time.process_time() - start)
print(min(times) * 1000, [name for name in sys.modules if name.partition(".")[0] == "airflow"])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    milliseconds, _, modules = done.stdout.partition(" ")
    assert modules.strip() == "[]"
    assert float(milliseconds) < 20  # 10 on a machine that does nothing else


@attrs.frozen
class Named:
    table: Annotated[str, Form(name="target_table")] = "users"


def test_the_form_of_a_param_names_it() -> None:
    """`Form(name=…)` renames the param, not the field."""

    def show(given: Named) -> str:
        return given.table

    pipeline = Pipeline("p", params=Named).task("t", python(show, params(Named)))
    assert simulate(pipeline)["t"].output == "users"
    assert simulate(pipeline, conf={"target_table": "rows"})["t"].output == "rows"


def test_defaults_of_operators_are_arguments() -> None:
    """Those of `.operator_defaults()` that the operator takes."""
    from airflow.providers.standard.operators.bash import BashOperator

    pipeline = Pipeline("p").operator_defaults(cwd="/data/{{ ds }}", env={"A": "b"})
    pipeline = pipeline.task("t", operator(BashOperator, bash_command="ls", env={"C": "d"}))
    run = simulate(pipeline)
    assert run["t"].rendered == {"cwd": "/data/2026-01-01", "env": {"C": "d"}, "bash_command": "ls"}


def test_functions_whose_wrappers_supply_arguments() -> None:
    """They get what Airflow passes: not the key of the context that a wrapper supplies."""

    def loads(conn: object, table: str, ds: str | None = None) -> str:
        return f"{conn}.{table}.{ds}"

    @wraps(loads)
    def wrapper(*args: Any, **kwargs: Any) -> str:
        return loads("db", *args, **kwargs)

    pipeline = (
        Pipeline("p")
        .task("wrapped", python(wrapper, "t"))
        .task("partial", python(partial(loads, "db"), "t"))
        .task("many", each(wrapper, table=over(["a", "b"])))
    )

    run = simulate(pipeline)
    assert run["wrapped"].output == run["partial"].output == "db.t.2026-01-01"
    assert run["many"].output == ["db.a.2026-01-01", "db.b.2026-01-01"]
