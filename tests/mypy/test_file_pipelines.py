"""
Mistakes across the pipelines of a file that the plugin finds from its text alone.
"""

from __future__ import annotations

import ast
import itertools

import pytest

from flowkit.mypy.file_pipelines import check_pipelines
from flowkit.mypy.file_syntax import FileSyntax

IMPORTS = """
from flowkit import Group, Pipeline, generate, label, params, python, task
from flowkit.airflow.dags import register
"""


def messages(source: str) -> list[str]:
    """
    Return what is wrong with a file, without the hints.
    """
    found = check_pipelines(FileSyntax(ast.parse(IMPORTS + source)))
    return [message.partition(".")[0] for _, message in found]


@pytest.mark.parametrize(
    "source",
    [
        'register(Pipeline("a").task("t"), Pipeline("a").task("u"))',
        'register(Pipeline("a").task("t"))\nregister(Pipeline("a").task("u"))',
        'base = Pipeline("a")\nregister(base.task("t"), base.task("u"))',
        'base = Pipeline("a").defaults(retries=2)\nother = base.task("t")\nregister(other, base)',
    ],
)
def test_equal_ids(source: str) -> None:
    """Two pipelines that are registered have the same dag_id, also as copies of one base."""
    assert messages(source) == ['Duplicate dag_id "a": another pipeline of this file has it']


@pytest.mark.parametrize(
    "source",
    [
        'base = Pipeline("a")\nregister(base.task("t"), base.named("b").task("u"))',
        'base = Pipeline("a")\nbase = Pipeline("b")\nregister(base, Pipeline("a"))',
        'if x:\n    register(Pipeline("a"))\nelse:\n    register(Pipeline("a"))',
        'register(Pipeline("a").apply(renamed), Pipeline("a"))',
        "register(*generate(sales, shops), made(), made())",
        'register(Pipeline(dag_id), Pipeline(dag_id), Pipeline("a"))',
    ],
)
def test_ids_that_may_differ(source: str) -> None:
    """Nothing is said of what the text does not show."""
    assert messages(source) == []


def test_one_id_for_all_configurations() -> None:
    """A function of `generate` that returns the same dag_id is wrong for more than one configuration."""
    function = 'def sales(shop):\n    return Pipeline({id}).task("t", python(tell, shop))\n'
    several, single = "register(generate(sales, [1, 2]))", "register(generate(sales, [1]))"
    plain, formatted = function.format(id='"a"'), function.format(id='f"a_{shop}"')

    assert messages(plain + several) == [
        'sales() returns the dag_id "a" for each configuration, but dag_ids are unique'
    ]
    assert messages(plain + single) == messages(formatted + several) == []
    assert messages(plain + "register(generate(sales, shops))") == []


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [
        ('schedule="@daily", catchup=True', True),
        ('schedule=cron("0 6 * * *"), catchup=True', True),
        ('schedule="@daily", catchup=True, start_date=START', False),
        ('schedule="@daily", catchup=True, **more', False),
        ('schedule="@once", catchup=True', False),
        ("schedule=None, catchup=True", False),
        ("schedule=timetable, catchup=True", False),
        ("catchup=True", False),
        ('schedule="@daily", catchup=False', False),
        ('schedule="@daily", catchup=flag', False),
    ],
)
def test_missing_start(settings: str, wrong: bool) -> None:
    """Whoever catches up needs a start date."""
    found = messages(f'register(Pipeline("a", {settings}).task("t"))')

    assert found == (["The pipeline has a schedule with catchup=True and no start_date"] if wrong else [])
    assert messages(f'register(Pipeline("a", {settings}).defaults(start_date=START).task("t"))') == []


def test_other_params() -> None:
    """The params that a task takes are those of its pipeline."""
    classes = "class A:\n    pass\nclass B:\n    pass\nclass C(A):\n    pass\n"
    register = 'register(Pipeline("a", params={own}).task("t", python(show, params({other}))))'

    assert messages(classes + register.format(own="A", other="B")) == [
        "params(B): the params of the pipeline are A"
    ]
    for own, other in (("A", "A"), ("C", "A"), ("A", "Imported"), ("Imported", "A"), ("made()", "A")):
        assert messages(classes + register.format(own=own, other=other)) == []


@pytest.mark.parametrize(
    ("arrows", "path"),
    [
        ("a >> b >> c, c >> a", "a → b → c → a"),
        ("a >> [b, c], c >> a", "a → c → a"),
        ("a << b, b << a", "b → a → b"),
        ('a >> label("x") >> b, b >> a', "a → b → a"),
        ("a >> a", "a → a"),
        ("a >> b >> c, a >> c", None),
        ("a >> b, c >> b", None),
        ("a >> made() >> b, b >> c", None),
        ("a >> unknown, unknown >> a", None),
    ],
)
def test_cycles(arrows: str, path: str | None) -> None:
    """Arrows that lead back to a task are reported with the way."""
    tasks = 'a, b = task("a"), Group("b").task("t")\nc = task("c")\nunknown = f()\n'
    expected = [f"These arrows form a cycle, so that no task can start: {path}"] if path else []

    assert messages(f'{tasks}register(Pipeline("p").add({arrows}))') == expected


def test_many_arrows_take_no_time() -> None:
    """The search visits each task once."""
    names = [f"t{number}" for number in range(40)]
    tasks = "\n".join(f'{name}a, {name}b = task("{name}a"), task("{name}b")' for name in names)
    arrows = ", ".join(
        f"[{one}a, {one}b] >> {next_one}a, [{one}a, {one}b] >> {next_one}b"
        for one, next_one in itertools.pairwise(names)
    )

    assert messages(f'{tasks}\nregister(Pipeline("p").add({arrows}))') == []
