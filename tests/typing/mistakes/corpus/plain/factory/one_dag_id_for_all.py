"""
A dag_id that is the same for each configuration.
"""
# Caught by: nothing.

from __future__ import annotations

from airflow.sdk import DAG, task


@task
def tell(text: str) -> None:
    print(text)


for shop in ["corner", "market"]:
    with DAG("factory_one_dag_id_for_all", schedule=None) as made:  # right: with DAG(f"factory_one_dag_id_for_all_{shop}", schedule=None) as made:
        tell(shop)
    globals()[shop] = made
