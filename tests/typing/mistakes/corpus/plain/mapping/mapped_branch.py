"""
A mapped branch.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.sdk import DAG, task, task_group


@task
def tell(text: str) -> None:
    print(text)


@task.branch
def size_of(shop: str) -> str:
    return "small" if shop == "corner" else "large"


@task.branch
def size_in_group(shop: str) -> str:
    return "one_shop.small" if shop == "corner" else "one_shop.large"


@task_group
def one_shop(shop: str) -> None:
    size_in_group(shop) >> [tell.override(task_id="small")(shop), tell.override(task_id="large")(shop)]


with DAG("mapping_mapped_branch", schedule=None):
    size_of.expand(shop=["corner", "market"]) >> tell.override(task_id="small")("x")  # right: one_shop.expand(shop=["corner", "market"])
