"""
Messages that both `flowkit check` and the mypy plugin report: for each, what is wrong, and the hint.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from flowkit.base.suggestions import did_you_mean

Message: TypeAlias = tuple[str, str]


def unexpected_argument(callee: str, name: str, known: Iterable[str], *, otherwise: str) -> Message:
    """
    An argument *name* that *callee* does not have; it has those in *known*.
    """
    return f"{callee} got an unexpected argument {name!r}.", did_you_mean(name, known, otherwise=otherwise)


def set_by_flowkit(call: str, name: str) -> Message:
    """
    An argument *name* of *call* that flowkit itself passes to the operator.
    """
    hint = "The id is the first argument of task(…)." if name == "task_id" else "Leave it out."
    return f"{call} got {name!r}, which flowkit itself sets.", hint


def task_option(call: str, name: str, correct: str) -> Message:
    """
    An option of tasks, *name*, among the arguments of *call*; *correct* is the call with the option in its place.
    """
    return f"{call} got {name!r}, which is an option of the task.", f"Pass it to the task: {correct}."


def set_by_class(operator: str, name: str, cls: str) -> Message:
    """
    An argument or option *name* of *operator* that the constructor of the class *cls*, itself or a base, gives already.
    """
    if name == "task_id":
        hint = f"Name task_id in the constructor of {cls}, or create it as it is: native({operator})."
        return f"{cls} sets task_id itself, so no task can give it another id.", hint
    owner = "itself" if cls == operator else f"in its base class {cls}"
    hint = f"Leave it out, or name {name} as a parameter of {cls}."
    return f"{operator} got {name!r}, which it sets {owner}: Python rejects a second value.", hint


def option_not_taken(operator: str, name: str) -> Message:
    """
    An option *name* that the constructor of *operator* does not take.
    """
    hint = f"Add **kwargs to the constructor of {operator}, and pass them to super().__init__."
    return f"{operator} does not take the option {name!r}: its constructor has no **kwargs.", hint


def closed_constructor(operator: str) -> Message:
    """
    A mapped *operator* whose constructor has no `**kwargs`.
    """
    hint = f"Add **kwargs to the constructor of {operator}, and pass them to super().__init__."
    return (
        f"{operator} cannot be mapped: its constructor has no **kwargs, and Airflow passes it options when the task "
        "runs.",
        hint,
    )


def context_key_default(function: str, parameter: str) -> Message:
    """
    A *parameter* that is named like a key of Airflow's context, and has a default.
    """
    message = (
        f"Parameter {parameter!r} of {function}() is named like a key of Airflow's context, and its default is not "
        "None: Airflow rejects such a function."
    )
    return message, f"Rename the parameter, or write {parameter}=None."


def missing_routes(function: str, keys: Sequence[str]) -> Message:
    """
    Keys that the function of a branch can return, without an entry in `.to({…})`.
    """
    entries = ", ".join(f'"{key}": …' for key in keys)
    returned = " or ".join(map(repr, keys))
    message = f"{function} can return {returned}, for which the branch has no entry."
    return message, f"Add {entries} to .to({{…}}); write () for a key that runs nothing."


def single_use(kind: str) -> Message:
    """
    A result that is consumed by reading it, of the type *kind*.
    """
    return f"{kind}, which can be read only once and not stored", "Return a list."


def raw_bytes(kind: str) -> Message:
    """
    A result that is bytes, of the type *kind*.
    """
    return (
        f"{kind}, which Airflow cannot store",
        "Write it to a file or an object store, and return its path.",
    )


def mapping_keys(kind: str) -> Message:
    """
    A result that is a mapping, with keys of the type *kind*.
    """
    return f"a mapping with {kind} keys, which arrive as strings", "Use strings as keys."


def mapped_native(function: str) -> Message:
    """
    An `over(…)` among the arguments of `native(function, …)`.
    """
    return (
        f"native({function}, …) got over(…), but its function is called only once, when Airflow gets the pipeline.",
        "Map in the function: .partial(…).expand(…). Or map the group around the task: each_group(…).",
    )
