"""
A shard that does not say of how many.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: there is no `shard`.

from __future__ import annotations

from flowkit import Pipeline, generate, python, shard
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


def sales(shop: str) -> Pipeline:
    return Pipeline(f"registering_shard_of_how_many_{shop}").task("tell", python(tell, shop))


register(shard(generate(sales, ["corner", "market"]), 1))  # right: register(shard(generate(sales, ["corner", "market"]), 1, of=1))
