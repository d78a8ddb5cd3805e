"""
Whether functions and operators can be called as they are.
"""

from __future__ import annotations

import functools
from typing import Any

import pytest

import flowkit
from flowkit import Action, Pipeline, over, task
from flowkit.model.calls import PythonCall
from tests.resolve.locations import mark, problems

# No checker would let pass what is called here, and the operators below are none to it.
operator: Any = flowkit.operator
operator_of: Any = flowkit.operator_of
python: Any = flowkit.python
python_async: Any = flowkit.python_async


class BaseOperator:
    """Stands in for Airflow's: flowkit knows operators by the name of their base."""

    template_fields: Any = ()

    def __init__(
        self, *, task_id: str, retries: int = 0, newest: int = 0, dag: Any = None, **kwargs: Any
    ) -> None:
        pass


class Shell(BaseOperator):
    """Takes what it needs, and hands the rest on."""

    def __init__(self, *, command: str, mode: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)


class Remote(Shell):
    """Takes more, and what it inherits."""

    def __init__(self, host: str, **kwargs: Any) -> None:
        super().__init__(command="", **kwargs)


class Remoter(Remote):
    """Inherits from one that sets an argument."""


class Swallows(BaseOperator):
    """Passes nothing on."""

    def __init__(self, *, task_id: str, table: str, **kwargs: Any) -> None:
        super().__init__(task_id=task_id)


class Templated(BaseOperator):
    """Has a template field."""

    template_fields = ("text",)

    def __init__(self, *, text: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)


class Closed(Shell):
    """Hands nothing on."""

    def __init__(self, *, task_id: str, host: str = "") -> None:
        super().__init__(command=host, task_id=task_id)


class Mixin:
    """Not an operator, with a constructor of its own."""

    def __init__(self, region: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)


class Mixed(Mixin, Shell):
    """Takes what both take."""


class Bare(BaseOperator):
    """Has no constructor of its own."""


def two(first: Any, second: Any = 1) -> Any:
    """Takes two."""


def strict(first: Any, /, *, only: Any) -> None:
    """Takes one by position, one by name."""


def loose(*args: Any, **kwargs: Any) -> None:
    """Takes anything."""


def contextual(first: Any, ds: Any, params: Any = None, *, conn: Any = None) -> None:
    """Has parameters that bear the names of keys of Airflow's context."""


def _problem(action: Action[Any]) -> list[str]:
    found = problems(Pipeline("p").task("a", action))
    return [text.split(": ", 1)[1] for text in found]


GOOD: list[Action[Any]] = [
    python(two, 1),
    python(two, 1, 2),
    python(two, second=1, first=2),
    python(strict, 1, only=2),
    python(loose),
    python(loose, 1, 2, a=3),
    python(contextual, 1),
    python(functools.partial(two, 1), second=2),
    python(len, [1]),
    python(max, 1, 2),
    python(print, 1, sep=""),
    operator(Shell, command=""),
    operator(Shell, command="", mode=""),
    operator(Remote, host=""),
    operator(Remote, host="", mode=""),
    operator(Closed, host=""),
    operator(Mixed, command="", region=""),
    operator(Bare),
]


@pytest.mark.parametrize("action", GOOD)
def test_good_calls(action: Action[Any]) -> None:
    """What Python would take, and Airflow, passes."""
    Pipeline("p").task("a", action).build()


def test_fk301_an_argument_that_the_operator_does_not_take() -> None:
    """The nearest one is proposed, else all are named; the line is that of `operator(…)`."""
    action = operator(Mixed, command="", regoin="")
    far = operator(Mixed, command="", xyz="")
    bare = operator(Bare, xyz="")
    pipeline = Pipeline("p").task("a", action).task("b", far).task("c", bare)

    here = mark()
    assert problems(pipeline) == [
        f"{here(-5)}: FK301 Mixed got an unexpected argument 'regoin'. Did you mean 'region'?",
        f"{here(-4)}: FK301 Mixed got an unexpected argument 'xyz'. Its arguments are: command, mode, region.",
        f"{here(-3)}: FK301 Bare got an unexpected argument 'xyz'. Its arguments are: none.",
    ]


def test_fk302_an_argument_that_the_operator_lacks() -> None:
    """The call is shown as it should be; an option of the task may fill the place."""
    action = operator(Remote)

    here = mark()
    assert problems(Pipeline("p").task("a", action)) == [
        f"{here(-2)}: FK302 Remote is missing 'host'. Write operator(Remote, host=…)."
    ]
    needs_retries = type("Needs", (BaseOperator,), {"__init__": lambda self, *, retries, **kwargs: None})
    Pipeline("p").task("a", operator(needs_retries), retries=1).build()


def test_fk302_a_misspelt_argument_of_an_operator_that_accepts_any() -> None:
    """It is accepted under its wrong name, so the right one is missing."""
    action = operator(Swallows, tabel="orders")

    here = mark()
    assert problems(Pipeline("p").task("a", action)) == [
        f"{here(-2)}: FK302 Swallows is missing 'table'. Did you mean 'table' in place of 'tabel'?"
    ]
    Pipeline("p").task("a", operator(Swallows, table="orders", anything=1)).build()
    assert _problem(operator(Swallows, table="orders", retries=1)) == [
        "FK303 operator(Swallows, …) got 'retries', which is an option of the task. "
        "Pass it to the task: task(…, operator(Swallows, …), retries=…)."
    ]


def test_operator_of_accepts_any_name() -> None:
    """What flowkit does not find in the class, Airflow may; what is missing, or belongs elsewhere, is reported."""
    for call in (
        operator_of(Shell, command="", xyz=1),
        operator_of(Shell, command="", xyz=over([1])),
        operator_of(Remote, host="", command=""),
    ):
        Pipeline("p").task("a", call).build()
    outputs = task("one", python(two, 1))
    given = operator_of(Templated, text=outputs.output, xyz=1)
    Pipeline("p").then(outputs).task("a", given).build()
    wrong = operator_of(Shell, retries=1, task_id="x")
    assert [text[:5] for text in _problem(wrong)] == ["FK302", "FK303", "FK303"]


def test_fk311_an_argument_that_the_operator_sets_itself() -> None:
    """Python rejects a second value; the class that sets it is named."""
    assert _problem(operator(Remote, host="", command="")) == [
        "FK311 Remote got 'command', which it sets itself: Python rejects a second value. "
        "Leave it out, or name command as a parameter of Remote."
    ]
    assert _problem(operator(Remoter, host="", command=over([""]))) == [
        "FK311 Remoter got 'command', which it sets in its base class Remote: Python rejects a second value. "
        "Leave it out, or name command as a parameter of Remote."
    ]


def test_fk303_an_option_of_the_task_given_to_the_operator() -> None:
    """What every task has belongs to `task`, also what a newer Airflow adds; what flowkit sets belongs to nobody."""
    retries = operator(Shell, command="", retries=1)
    newest = operator(Shell, command="", newest=1)
    task_id = operator(Shell, command="", task_id="x")
    pipeline = Pipeline("p").task("a", retries).task("b", newest).task("c", task_id)

    here = mark()
    assert problems(pipeline) == [
        f"{here(-5)}: FK303 operator(Shell, …) got 'retries', which is an option of the task. "
        "Pass it to the task: task(…, operator(Shell, …), retries=…).",
        f"{here(-4)}: FK303 operator(Shell, …) got 'newest', which is an option of the task. "
        "Pass it to the task: task(…, operator(Shell, …), newest=…).",
        f"{here(-3)}: FK303 operator(Shell, …) got 'task_id', which flowkit itself sets. "
        "The id is the first argument of task(…).",
    ]


def test_fk304_a_function_that_cannot_be_called_so() -> None:
    """Each way in which the arguments do not fit is said, at the line of `python(…)`, without values."""
    too_many = python(two, 1, 2, 3)
    twice = python(two, 1, first="secret")
    unknown = python(two, 1, secnd="secret")
    far = python(strict, 1, only=1, xyz="secret")
    missing = python(strict)
    by_name = python(strict, first=1, only=2)
    pipeline = Pipeline("p")
    for name, action in zip("abcdef", (too_many, twice, unknown, far, missing, by_name), strict=True):
        pipeline = pipeline.task(name, action)

    here = mark()
    assert problems(pipeline) == [
        f"{here(-10)}: FK304 two() takes 2 positional arguments, but got 3. Its signature is two(first, second=…).",
        f"{here(-9)}: FK304 two() got multiple values for 'first'. Pass it only once.",
        f"{here(-8)}: FK304 two() got an unexpected argument 'secnd'. Did you mean 'second'?",
        f"{here(-7)}: FK304 strict() got an unexpected argument 'xyz'. Its signature is strict(first, /, *, only).",
        f"{here(-6)}: FK304 strict() is missing the arguments 'first', 'only'. "
        "Its signature is strict(first, /, *, only).",
        f"{here(-5)}: FK304 strict() takes 'first' as a positional argument only. Pass it without its name.",
    ]


def test_signatures_are_shown_as_python_writes_them() -> None:
    """Stars and slashes stand where they stand in the source; defaults are left out."""

    def mixed(a: Any, /, b: Any = "secret", *rest: Any, c: Any, d: Any = 1, **more: Any) -> None: ...

    def nothing() -> None: ...

    assert _problem(python(mixed)) == [
        "FK304 mixed() is missing the arguments 'a', 'c'. Its signature is mixed(a, /, b=…, *rest, c, d=…, **more)."
    ]

    def swallowing(a: Any, /, **more: Any) -> None: ...

    assert _problem(python(swallowing, a=1)) == [
        "FK304 swallowing() is missing the argument 'a'. Its signature is swallowing(a, /, **more)."
    ]
    assert _problem(python(nothing, 1)) == [
        "FK304 nothing() takes no positional arguments, but got 1. Its signature is nothing()."
    ]


def test_fk305_a_context_key_with_a_default_of_its_own() -> None:
    """Airflow refuses it when the file is parsed; `None` is the default that it knows."""

    def bad(params: Any = 5, ds: Any = None) -> None: ...

    action = python(bad)

    here = mark()
    assert problems(Pipeline("p").task("a", action)) == [
        f"{here(-2)}: FK305 Parameter 'params' of bad() is named like a key of Airflow's context, and its default is "
        "not None: Airflow rejects such a function. Rename the parameter, or write params=None."
    ]


def test_fk305_a_context_key_that_cannot_be_given_by_keyword() -> None:
    """Airflow would refuse it only when the task runs."""

    def positional(ds: Any, /) -> None: ...

    def rest(conn: Any, *more: Any) -> None: ...

    first = python(positional, 1)
    second = python(rest, 1, 2)

    here = mark()
    why = (
        "is named like a key of Airflow's context, and cannot be passed by keyword: Airflow rejects that when the "
        "task runs."
    )
    assert problems(Pipeline("p").task("a", first).task("b", second)) == [
        f"{here(-3)}: FK305 Parameter 'ds' of positional() {why} Rename the parameter 'ds'.",
        f"{here(-2)}: FK305 Parameter 'conn' of rest() {why} Rename the parameter 'conn'.",
    ]


def _arguments(action: Action[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    call = Pipeline("p").task("a", action).build().task("a").action
    assert isinstance(call, PythonCall)
    return call.args, dict(call.kwargs)


def test_arguments_for_context_keys_go_by_keyword() -> None:
    """From the first parameter that bears the name of a context key on, all arguments are given by keyword."""
    assert _arguments(python(contextual, 1, 2)) == ((1,), {"ds": 2})
    assert _arguments(python(contextual, 1, 2, 3, conn=4)) == ((1,), {"ds": 2, "params": 3, "conn": 4})
    assert _arguments(python(contextual, 1, params=3, ds=2)) == ((1,), {"params": 3, "ds": 2})
    assert _arguments(python(two, 1, 2)) == ((1, 2), {})


def test_context_keys_that_do_not_fit_are_misfits() -> None:
    """Given twice, or one too many, is said as it is for any function."""
    assert _problem(python(contextual, 1, 2, ds=3)) == [
        "FK304 contextual() got multiple values for 'ds'. Pass it only once."
    ]
    assert _problem(python(contextual, 1, 2, 3, 4)) == [
        "FK304 contextual() takes 3 positional arguments, but got 4. "
        "Its signature is contextual(first, ds, params=…, *, conn=…)."
    ]


def test_coroutine_functions_are_checked_as_well() -> None:
    """`python_async` knows the same rules."""

    async def wait(first: Any) -> None: ...

    assert _problem(python_async(wait)) == [
        "FK304 wait() is missing the argument 'first'. Its signature is wait(first)."
    ]
    assert _arguments(python_async(wait, 1)) == ((1,), {})


def test_objects_that_can_be_called() -> None:
    """An object need be neither hashable nor named: its signature counts, where it has one."""

    class Callable:
        __hash__ = None  # type: ignore[assignment]

        def __call__(self, first: Any) -> None: ...

    assert _arguments(python(Callable(), 1)) == ((1,), {})
    assert _problem(python(Callable())) == [
        "FK304 Callable() is missing the argument 'first'. Its signature is Callable(first)."
    ]
