"""
The name of a callback instead of the function.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

from typing import Any

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


def notify(context: Any) -> None:
    print("done")


register(Pipeline("options_callback_by_name").task("tell", python(tell, "done"), on_success_callback="notify"))  # right: register(Pipeline("options_callback_by_name").task("tell", python(tell, "done"), on_success_callback=notify))
