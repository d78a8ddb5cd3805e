"""
The other file.
"""

from __future__ import annotations

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


register(Pipeline("registering_two_files").task("tell", python(tell, "done")))
