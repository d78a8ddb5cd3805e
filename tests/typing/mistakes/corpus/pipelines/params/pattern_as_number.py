"""
A number, where a form takes a pattern.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, mypy, flowkit check, parse.

from __future__ import annotations

from typing import Annotated

import attrs

from flowkit import Form, Pipeline, params, python
from flowkit.airflow.dags import register


@attrs.frozen
class Options:
    code: Annotated[str, Form(pattern=3)] = "A1"  # right: code: Annotated[str, Form(pattern="[A-Z][0-9]")] = "A1"


def show(options: Options) -> None:
    print(options.code)


register(Pipeline("params_pattern_as_number", params=Options).task("show", python(show, params(Options))))
