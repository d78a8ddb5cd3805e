"""
The number of shards as text.
"""
# Caught by: pyright, pyright with stubs, basedpyright, ty, pyrefly, zuban, mypy, flowkit check, parse.
# In plain Airflow: cannot be made: there is no `shard`.

from __future__ import annotations

from flowkit import Pipeline, generate, python, shard
from flowkit.airflow.dags import register


def tell(text: str) -> None:
    print(text)


def sales(shop: str) -> Pipeline:
    return Pipeline(f"registering_shards_as_text_{shop}").task("tell", python(tell, shop))


register(shard(generate(sales, ["corner", "market"]), 1, of="2"))  # right: register(shard(generate(sales, ["corner", "market"]), 1, of=2))
