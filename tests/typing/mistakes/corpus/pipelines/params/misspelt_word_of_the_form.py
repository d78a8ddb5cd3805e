"""
A misspelt word of the form.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, mypy, flowkit check, parse.

from __future__ import annotations

from typing import Annotated

import attrs

from flowkit import Form, Pipeline, params, python
from flowkit.airflow.dags import register


@attrs.frozen
class Options:
    rows: Annotated[int, Form(titel="Rows")] = 100  # right: rows: Annotated[int, Form(title="Rows")] = 100


def show(options: Options) -> None:
    print(options.rows)


register(Pipeline("params_misspelt_word_of_the_form", params=Options).task("show", python(show, params(Options))))
