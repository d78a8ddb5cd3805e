"""
Tests of `flowkit.analysis.task_functions`.
"""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from flowkit.analysis.task_functions import task_function_problems

HEAD = "import flowkit\nfrom flowkit import Pipeline, branch, branches, each, each_group, python, task\n"


def told(code: str) -> list[str]:
    """Return the problems in a source, with their lines counted from its own beginning."""
    found = task_function_problems(ast.parse(HEAD + dedent(code)), "f.py")
    return [f"{problem.location.line - 2 if problem.location else 0} {problem.code}" for problem in found]


@pytest.mark.parametrize(
    "code",
    [
        "for x in xs:\n    p = p.task(x, python(lambda: load(x)))",
        "ts = [task(x, flowkit.python(lambda: load(x))) for x in xs]",
        "ts = {x: task(x, python(lambda: load(x))) for x in xs}",
        "for x, y in xs:\n    p = p.task(x, each(lambda i: load(y, i), over([1])))",
        "for x in xs:\n    name = f'a_{x}'\n    t = task(x, python(load), on_failure_callback=lambda c: tell(name))",
        "def pipeline():\n    for x in xs:\n        t = task('a', python(lambda: x))",
    ],
)
def test_lambdas_that_read_the_variable(code: str) -> None:
    """However the loop is written, and whatever is computed from its variable."""
    assert [text.partition(" ")[2] for text in told(code)] == ["FK518"]


def test_functions_that_read_the_variable() -> None:
    """The line is that of the function; it is reported once."""
    code = """
    for x in xs:
        def load():
            def inner():
                return x
            return inner()
        p = p.task("a", python(load)).task("b", python(load))
    """
    assert told(code) == ["3 FK518"]


@pytest.mark.parametrize(
    "code",
    [
        "for x in xs:\n    p = p.task(x, python(load, x))",
        "for x in xs:\n    p = p.task(x, python(lambda x=x: load(x)))",
        "for x in xs:\n    p = p.task(x, python(lambda: [x for x in ys]))",
        "for x in xs:\n    p = p.task(x, python(lambda: y))",
        "for x in xs:\n    p = p.then(each_group(lambda i: group(x, i), over([1])))",  # is called at once
        "for x in xs:\n    ys.sort(key=lambda y: x)",
        "def make(x):\n    return task(x, python(lambda: x))\nts = [make(x) for x in xs]",
        "for x in xs:\n    def load():\n        x = 1\n        return x\n    p = p.task('a', python(load))",
        "for x in xs:\n    n = 3\n    p = p.task(x, python(lambda: n))",
    ],
)
def test_functions_that_do_not(code: str) -> None:
    """Arguments, defaults, own names and calls at once are as they should be."""
    assert told(code) == []


def test_keys_that_could_be_a_literal() -> None:
    """Only where all keys stand in the function, and its annotation says `str`."""
    assert told("def f() -> str:\n    return 'a' if x else 'b'\nc = branch(f).to({})") == ["1 FK519"]
    assert told("def f() -> list[str]:\n    return ['a', 'b']\nc = branches(f).to({})") == ["1 FK519"]
    assert told("def f() -> str:\n    return name\nc = branch(f).to({})") == []
    assert told("def f():\n    return 'a'\nc = branch(f).to({})") == []
    assert told("def f() -> Literal['a']:\n    return 'a'\nc = branch(f).to({})") == []
    assert told("def f() -> str:\n    return 'a'\nc = python(f)") == []


def test_files_without_flowkit() -> None:
    """They are not looked at."""
    assert list(task_function_problems(ast.parse("for x in xs:\n    python(lambda: x)"), "f.py")) == []
