"""
The misspelt option for notes on a task.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


register(Pipeline("options_notes_misspelt").task("tell", python(tell, "done"), doc_markdown="Tells."))  # right: register(Pipeline("options_notes_misspelt").task("tell", python(tell, "done"), doc_md="Tells."))
