"""
Params given to a function that takes a number.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy.
# In plain Airflow: cannot be made: params have no class.

from __future__ import annotations

import attrs

from flowkit import Pipeline, params, python
from flowkit.airflow.dags import register


@attrs.frozen
class Options:
    rows: int = 100


def show(rows: int) -> None:  # right: def show(options: Options) -> None:
    print(rows)  # right: print(options.rows)


register(Pipeline("params_params_to_the_wrong_function", params=Options).task("show", python(show, params(Options))))
