"""
Conditions that modules decide while they are imported.
"""

from __future__ import annotations

import ast
import textwrap

import pytest

from flowkit.stubs.static_conditions import bound_names, holds, is_importable, taken


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("TYPE_CHECKING", True),
        ("typing.TYPE_CHECKING", True),
        ("not TYPE_CHECKING", False),
        ("AIRFLOW_V_3_0_PLUS", True),
        ("version_compat.AIRFLOW_V_3_1_PLUS", True),
        ("AIRFLOW_V_9_0_PLUS", False),
        ("AIRFLOW_V_9_0_1_PLUS", False),
        ("AIRFLOW_V_9_0_PLUS or AIRFLOW_V_3_0_PLUS", True),
        ("AIRFLOW_V_9_0_PLUS and unknown", False),
        ("AIRFLOW_V_3_0_PLUS and unknown", None),
        ("sys.version_info >= (3, 10)", True),
        ("sys.version_info < (3, 10)", False),
        ("sys.platform == 'no such platform'", False),
        ("sys.platform != 'no such platform'", True),
        ("sys.version_info >= 'a'", None),
        ("unknown", None),
        ("unknown()", None),
        ("1", True),
    ],
)
def test_conditions(test: str, expected: bool | None) -> None:
    """Those on versions are known, others are not."""
    assert holds(ast.parse(test, mode="eval").body) is expected


@pytest.mark.parametrize(
    ("module", "name", "expected"),
    [
        ("json", None, True),
        ("json", "dumps", True),
        ("json", "decoder", True),
        ("json", "no_such_name", False),
        ("no_such_module", None, False),
        ("json.no_such_module", "x", False),
        ("json", "*", True),
        ("math", "sqrt", True),
    ],
)
def test_importable(module: str, name: str | None, expected: bool) -> None:
    """Whether an import would work is found without importing."""
    assert is_importable(module, name) is expected


def _taken(source: str) -> list[str]:
    body = ast.parse(textwrap.dedent(source)).body
    return [f"{name} {ast.unparse(node)}" for node in taken(body) for name in bound_names(node)]


def test_branches() -> None:
    """Of known conditions the branch that is taken, of others the first with each name."""
    assert (
        _taken(
            """
        if AIRFLOW_V_9_0_PLUS:
            a = 1
        else:
            a = 2
        if unknown:
            b = 1
        elif other:
            b = 2
            c = 2
        else:
            d = 3
        """
        )
        == ["a a = 2", "b b = 1", "d d = 3"]
        or _taken("") == []
    )


def test_imports_that_fail() -> None:
    """What is not installed is replaced by what handles the error."""
    assert _taken(
        """
        try:
            import no_such_module
            from json import dumps
            other = 1
        except ImportError:
            no_such_module = None
        finally:
            last = 1
        """
    ) == [
        "no_such_module no_such_module = None",
        "dumps from json import dumps",
        "other other = 1",
        "last last = 1",
    ]


def test_imports_that_work() -> None:
    """What handles the error is left out."""
    assert _taken(
        """
        try:
            from json import dumps
        except (ImportError, KeyError):
            dumps = None
        else:
            b = 1
        with suppress(ImportError):
            import json
        """
    ) == ["dumps from json import dumps", "b b = 1", "json import json"]
