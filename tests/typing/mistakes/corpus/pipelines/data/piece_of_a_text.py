"""
A piece of a text that holds an output.
"""
# Caught by: flowkit check, parse.

from __future__ import annotations

from flowkit import Pipeline, python, task
from flowkit.airflow.dags import register


def fetch_names() -> list[str]:
    return ["corner", "market"]


def tell(text: str) -> None:
    print(text)


names = task("names", python(fetch_names))
message = f"Shops: {names.output}"
register(Pipeline("data_piece_of_a_text").then(names).task("tell", python(tell, message[:10])))  # right: register(Pipeline("data_piece_of_a_text").then(names).task("tell", python(tell, message)))
