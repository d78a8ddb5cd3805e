"""
A misspelt field of the params.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.

from __future__ import annotations

import attrs

from flowkit import Pipeline, params, python
from flowkit.airflow.dags import register


@attrs.frozen
class Options:
    rows: int = 100


def show(options: Options) -> None:
    print(options.row)  # right: print(options.rows)


register(Pipeline("params_misspelt_field", params=Options).task("show", python(show, params(Options))))
