"""
What an operator is. Decided by names, as flowkit imports no Airflow: all operators inherit from these classes.
"""

from __future__ import annotations

from typing import Any, Final, TypeGuard

OPERATOR_BASES: Final = frozenset({"BaseOperator", "AbstractOperator"})


def is_operator_class(value: object) -> TypeGuard[type[Any]]:
    """
    Return whether *value* is the class of an operator.
    """
    if isinstance(value, type):
        for base in value.__mro__:  # a plain loop is fastest, and this is called for each task
            if base.__name__ in OPERATOR_BASES:
                return True
    return False


def not_an_operator(name: str) -> tuple[str, str]:
    """
    Return the message (without the full stop) and the hint for `operator(name, …)` if *name* is something else.
    """
    return (
        f"operator() got {name}, which is not an Airflow operator",
        "Pass a class that inherits from airflow.sdk.BaseOperator, or call a function with python(fn, …).",
    )
