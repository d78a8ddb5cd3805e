"""
A field that no form can ask for.
"""
# Caught by: flowkit check, parse.

from __future__ import annotations

import attrs

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def fetch_orders() -> list[float]:
    return [19.9, 5.0]


@attrs.frozen
class Options:
    codes: complex = 0j  # right: codes: float = 0.0


register(Pipeline("params_type_without_a_form", params=Options).task("fetch", python(fetch_orders)))
