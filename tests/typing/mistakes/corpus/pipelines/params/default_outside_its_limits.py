"""
A default that the form itself would refuse.
"""
# Caught by: mypy, flowkit check, parse.

from __future__ import annotations

from typing import Annotated

import attrs

from flowkit import Form, Pipeline, params, python
from flowkit.airflow.dags import register


@attrs.frozen
class Options:
    rows: Annotated[int, Form(maximum=10)] = 100  # right: rows: Annotated[int, Form(maximum=1000)] = 100


def show(options: Options) -> None:
    print(options.rows)


register(Pipeline("params_default_outside_its_limits", params=Options).task("show", python(show, params(Options))))
