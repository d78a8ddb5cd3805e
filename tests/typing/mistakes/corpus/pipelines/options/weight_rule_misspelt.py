"""
A misspelt weight rule.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


register(Pipeline("options_weight_rule_misspelt").task("tell", python(tell, "done"), weight_rule="downstram"))  # right: register(Pipeline("options_weight_rule_misspelt").task("tell", python(tell, "done"), weight_rule="downstream"))
