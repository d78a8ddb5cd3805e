"""
Params of another class than the pipeline has.
"""
# Caught by: mypy, flowkit check, parse.
# In plain Airflow: cannot be made: params have no class.

from __future__ import annotations

import attrs

from flowkit import Pipeline, params, python
from flowkit.airflow.dags import register


@attrs.frozen
class Options:
    rows: int = 100


@attrs.frozen
class Others:
    rows: int = 200


def show(options: Options) -> None:
    print(options.rows)


register(Pipeline("params_wrong_class", params=Others).task("show", python(show, params(Options))))  # right: register(Pipeline("params_wrong_class", params=Options).task("show", python(show, params(Options))))
