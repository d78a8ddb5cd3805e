"""
Two nested setups whose teardowns run in any order.
"""
# Caught by: flowkit check.

from __future__ import annotations

from flowkit import Pipeline, setup, task, teardown
from flowkit.airflow.dags import register

network, cluster, job = setup("network"), setup("cluster"), task("job")
stop, remove = teardown("stop", setups=cluster), teardown("remove", setups=network)
register(
    Pipeline("setup_nested_teardowns").add(
        network >> cluster >> job >> [stop, remove]  # right: network >> cluster >> job >> stop >> remove
    )
)
