"""
Pipelines that are broken, each in another way, and the source of DAG files that have them beside good ones.

Unlike those of `twelve_mistakes`, these are values that Airflow's processor cannot handle, and code that ends in any
way that Python has.
"""

from __future__ import annotations

from collections.abc import Iterable

PRELUDE = """\
import asyncio
import builtins
import functools
import os
import sys
from datetime import datetime, timedelta
from typing import Annotated

import attrs
from airflow.sdk import BaseOperator

from flowkit import (
    Form, Pipeline, Pod, Secret, cron, each, generate, lazy_imports, operator, over, params, python, shard, task
)
from flowkit.airflow.dags import register

with lazy_imports():
    import no_such_module
    from no_such_package.operators import NoSuchOperator

SCHEDULE = "@daily"
LOOP = []
LOOP.append(LOOP)


class Unprintable(Exception):
    def __str__(self):
        raise RuntimeError("no text")


class Numbered(Exception):
    def __str__(self):
        return 3


class NoText:
    def __str__(self):
        raise RuntimeError("no text")

    __repr__ = __str__


class OwnEnd(BaseException):
    pass


class GroupOf310(BaseException):
    pass


class Exits(BaseOperator):
    def __init__(self, **kwargs):
        sys.exit(3)


class RaisesUnprintable(BaseOperator):
    def __init__(self, **kwargs):
        raise Unprintable


class RaisesOwnEnd(BaseOperator):
    def __init__(self, **kwargs):
        raise OwnEnd("end")


class Links(BaseOperator):
    @property
    def operator_extra_links(self):
        raise RuntimeError("links")


class Nested(BaseOperator):
    template_fields = ("query",)

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.query = {"a": [NoText()]}


class Coloured(BaseOperator):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.ui_color = 10**5000


class Elsewhere(BaseOperator):
    def __init__(self, **kwargs):
        super().__init__(executor="NoSuchExecutor", **kwargs)


class Unnamed(BaseOperator):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.executor = 10**5000


def misspelt():
    @attrs.frozen
    class Options:
        rows: Annotated[int, Form(minimun=0)] = 3

    return Options


def noop(*args, **kwargs):
    pass


def throw(error):
    raise error


def recurse():
    return recurse()


def pipeline(dag_id, **settings):
    return Pipeline(dag_id, **{"schedule": SCHEDULE, "start_date": datetime(2026, 1, 1), "catchup": False, **settings})


def good(dag_id):
    return pipeline(dag_id).task("fetch").task("load")


"""
"""What the expressions below need."""

WRONG = {
    "int_of_5000_digits": "pipeline(dag_id).task('a', python(noop, 10**5000))",
    "int_of_65_bits": "pipeline(dag_id).task('a', python(noop, 2**64))",
    "nan": "pipeline(dag_id).task('a', python(noop, float('nan')))",
    "surrogate_in_doc": "pipeline(dag_id, doc_md='x \\udce4 y').task('a', python(noop))",
    "file_name_not_utf8": "pipeline(dag_id).task('a', python(noop, os.fsdecode(b'report-\\xe4.csv')))",
    "zero_byte": "pipeline(dag_id).task('a', python(noop, ['a\\0b']))",
    "longest_timeout": "pipeline(dag_id).task('a', python(noop), execution_timeout=timedelta.max)",
    "last_moment": "pipeline(dag_id, start_date=datetime.max).task('a', python(noop))",
    "operator_exits": "pipeline(dag_id).task('a', operator(Exits))",
    "operator_raises_unprintable": "pipeline(dag_id).task('a', operator(RaisesUnprintable))",
    "operator_raises_own_end": "pipeline(dag_id).task('a', operator(RaisesOwnEnd))",
    "operator_with_broken_links": "pipeline(dag_id).task('a', operator(Links))",
    "operator_with_broken_value": "pipeline(dag_id).task('a', operator(Nested))",
    "operator_with_huge_field": "pipeline(dag_id).task('a', operator(Coloured))",
    "operator_with_unknown_executor": "pipeline(dag_id).task('a', operator(Elsewhere))",
    "operator_with_huge_executor": "pipeline(dag_id).task('a', operator(Unnamed))",
    "retries_as_text": "pipeline(dag_id).task('a', python(noop), retries='3')",
    "unknown_option": "pipeline(dag_id).task('a', python(noop), retrys=3)",
    "unknown_setting": "pipeline(dag_id, shedule='@daily').task('a', python(noop))",
    "wrong_task_id": "pipeline(dag_id).task('a b', python(noop))",
    "wrong_group_id": "pipeline(dag_id).group('a/b').task('a').end()",
    "wrong_cron": "pipeline(dag_id, schedule=cron('0 25 * * *')).task('a', python(noop))",
    "wrong_zone": "pipeline(dag_id, schedule=cron('@daily', timezone='Mars')).task('a', python(noop))",
    "wrong_preset": "pipeline(dag_id, schedule='@dayly').task('a', python(noop))",
    "wrong_quantity": "pipeline(dag_id).task('a', python(noop), pod=Pod(cpu='1 core'))",
    "unknown_pod_field": "pipeline(dag_id).task('a', python(noop), pod=Pod(cpus='1'))",
    "wrong_secret": "pipeline(dag_id).task('a', python(noop), pod=Pod(env={'A': Secret('a b', 'c')}))",
    "unknown_form_word": "pipeline(dag_id, params=misspelt()).task('a', python(noop))",
    "no_function": "pipeline(dag_id).task('a', python(3))",
    "no_items": "pipeline(dag_id).task('a', each(noop, x=over(3)))",
    "each_of_partial": "pipeline(dag_id).task('a', each(functools.partial(throw, 1), over([1])))",
    "list_in_itself": "pipeline(dag_id).task('a', python(noop, LOOP))",
    "missing_operator": "pipeline(dag_id).task('a', operator(NoSuchOperator))",
    "unknown_task": "pipeline(dag_id).task('a', after='nowhere')",
    "empty_then": "pipeline(dag_id).task('a').then()",
}
"""By name: expressions of pipelines with values that are wrong. None of them raises."""

RAISED = {
    "exit": "sys.exit(3)",
    "interrupt": "throw(KeyboardInterrupt())",
    "generator_exit": "throw(GeneratorExit())",
    "cancelled": "throw(asyncio.CancelledError('c'))",
    "group": "throw(getattr(builtins, 'BaseExceptionGroup', GroupOf310)('g', [KeyboardInterrupt()]))",
    "own_end": "throw(OwnEnd('end'))",
    "recursion": "recurse()",
    "unprintable": "throw(Unprintable('secret'))",
    "numbered": "throw(Numbered())",
    "surrogate_in_message": "throw(ValueError('bad \\udce4 text'))",
    "long_message": "throw(ValueError('x' * 10**6))",
    "output_as_condition": "task('a', python(noop)).output and None",
    "missing_module": "no_such_module.pipeline(dag_id)",
    "no_pipeline": "print",
}
"""By name: expressions that raise, or are no pipeline. They belong in functions that are given to `generate`."""

STYLES = {
    "arguments": "register(\n    good('first'),\n{arguments}\n    good('last'),\n)\n",
    "list": "register([\n    good('first'),\n{arguments}\n    good('last'),\n])\n",
    "generator": "register(make() for make in MAKERS)\n",
    "calls": "register(good('first'))\n{calls}\nregister(good('last'))\n",
    "loop": "for make in MAKERS:\n    register(make())\n",
    "namespace": "register(*[make() for make in MAKERS], namespace=globals())\n",
    "shard": "register(shard([make() for make in MAKERS], 1, of=1))\n",
    "generate": "register(generate(lambda name: BUILDS[name](name), BUILDS))\n",
    "generate_with_ids": "register(generate(lambda name: BUILDS[name](name), BUILDS, dag_id=str))\n",
    "shard_of_generate": "register(shard(generate(lambda name: BUILDS[name](name), BUILDS), 1, of=1))\n",
    "shard_with_ids": "register(shard(generate(lambda name: BUILDS[name](name), BUILDS, dag_id=str), 1, of=1))\n",
}
"""The ways of registering pipelines that the documentation shows."""

CALLED_BY_FLOWKIT = ("generate", "generate_with_ids", "shard_of_generate", "shard_with_ids")
"""The styles in which flowkit calls the code that may raise."""


def source(style: str, kinds: Iterable[str]) -> str:
    """
    Return a DAG file with the good pipelines `first` and `last`, and a broken one of each of these kinds between them.
    """
    expressions = {kind: {**WRONG, **RAISED}[kind].replace("dag_id", repr(kind)) for kind in kinds}
    builds = {"first": "good('first')", **expressions, "last": "good('last')"}
    listed = "".join(f"    {name!r}: lambda name: {text},\n" for name, text in builds.items())
    style_text = STYLES[style].format(
        arguments="\n".join(f"    {text}," for text in expressions.values()),
        calls="\n".join(f"register({text})" for text in expressions.values()),
    )
    made = f"BUILDS = {{\n{listed}}}\nMAKERS = [functools.partial(build, name) for name, build in BUILDS.items()]\n"
    return f"{PRELUDE}{made}{style_text}"


FIFTEEN = (
    "int_of_5000_digits",
    "surrogate_in_doc",
    "file_name_not_utf8",
    "longest_timeout",
    "last_moment",
    "operator_exits",
    "operator_with_broken_links",
    "operator_with_broken_value",
    "retries_as_text",
    "unknown_pod_field",
    "list_in_itself",
    "interrupt",
    "cancelled",
    "unprintable",
    "surrogate_in_message",
)
"""Kinds that differ most from each other."""

MANY = """\
# Edit {edit}
SCHEDULE = cron("* * * * *")
BROKEN = {{{broken}}}


def name(number):
    return BROKEN.get(number, (f"pipeline_{{number:04}}",))[0]


def build(number):
    if number in BROKEN:
        return BROKEN[number][1]()
    chain = pipeline(name(number), max_active_runs=1)
    for task_number in range({tasks}):
        chain = chain.task(f"task_{{task_number}}")
    return chain


register(generate(build, range({pipelines}), dag_id=name))
"""


def many(pipelines: int, broken: int, edit: int) -> str:
    """
    Return a file of so many pipelines that run once a minute, *broken* of them of one of the `FIFTEEN` kinds each.

    Each edit changes all good ones: their number of tasks goes up and down.
    """
    every = pipelines // broken
    expressions = {
        index * every + every // 2: (kind, {**WRONG, **RAISED}[kind].replace("dag_id", repr(kind)))
        for index, kind in enumerate(FIFTEEN[:broken])
    }
    lines = ", ".join(f"{number}: ({kind!r}, lambda: {text})" for number, (kind, text) in expressions.items())
    return PRELUDE + MANY.format(edit=edit, broken=lines, tasks=2 + edit % 3, pipelines=pipelines)
