"""
An output in an option, which is fixed when the pipeline is built.
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
register(
    Pipeline("data_output_in_an_option")
    .then(names)
    .task("tell", python(tell, "done"), doc_md=f"Tells {names.output}")  # right: .task("tell", python(tell, "done"), doc_md="Tells names")
)
