"""
A lazy import of all names of a module, which nobody knows before it is imported.
"""
# Caught by: pyright, pyright with stubs, basedpyright, flowkit check, parse.
# In plain Airflow: cannot be made: there is no `lazy_imports`.

from __future__ import annotations

from flowkit import Pipeline, lazy_imports, python
from flowkit.airflow.dags import register


with lazy_imports():
    from statistics import *  # right: from statistics import mean


def middle() -> float:
    return mean([1.5, 2.5])


register(Pipeline("registering_lazy_import_of_everything").task("middle", python(middle)))
