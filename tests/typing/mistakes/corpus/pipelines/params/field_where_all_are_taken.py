"""
One field of the params, where the function takes all.
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


def show(options: Options) -> None:
    print(options.rows)


register(Pipeline("params_field_where_all_are_taken", params=Options).task("show", python(show, params(Options).rows)))  # right: register(Pipeline("params_field_where_all_are_taken", params=Options).task("show", python(show, params(Options))))
