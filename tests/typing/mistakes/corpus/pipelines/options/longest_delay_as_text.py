"""
The longest time between two tries, as text.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.

from __future__ import annotations

# right: from datetime import timedelta

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


register(Pipeline("options_longest_delay_as_text").task("tell", python(tell, "done"), max_retry_delay="1h"))  # right: register(Pipeline("options_longest_delay_as_text").task("tell", python(tell, "done"), max_retry_delay=timedelta(hours=1)))
