"""
A limit of the form written as text.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, mypy, flowkit check, parse.

from __future__ import annotations

from typing import Annotated

import attrs

from flowkit import Form, Pipeline, params, python
from flowkit.airflow.dags import register


@attrs.frozen
class Options:
    rows: Annotated[int, Form(minimum="1")] = 100  # right: rows: Annotated[int, Form(minimum=1)] = 100


def show(options: Options) -> None:
    print(options.rows)


register(Pipeline("params_limit_as_text", params=Options).task("show", python(show, params(Options))))
