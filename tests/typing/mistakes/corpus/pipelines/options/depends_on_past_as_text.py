"""
Whether a task depends on the run before, as text.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


register(Pipeline("options_depends_on_past_as_text").task("tell", python(tell, "done"), depends_on_past="no"))  # right: register(Pipeline("options_depends_on_past_as_text").task("tell", python(tell, "done"), depends_on_past=False))
