"""
### ShortCircuitOperator

This example demonstrates how to use the ShortCircuitOperator to continue a workflow only when a condition
is truthy. It also shows how `ignore_downstream_trigger_rules=False` lets later downstream tasks respect
their trigger rules after the direct downstream tasks are skipped.
"""

import pendulum
from airflow.providers.standard.operators.python import ShortCircuitOperator

from flowkit import Pipeline, chain, operator, task
from flowkit.airflow.dags import register

is_true = operator(ShortCircuitOperator, python_callable=lambda: True)
is_false = operator(ShortCircuitOperator, python_callable=lambda: False)
only_next = operator(
    ShortCircuitOperator, ignore_downstream_trigger_rules=False, python_callable=lambda: False
)
task_1, task_2, task_3, task_4, task_5, task_6 = (task(f"task_{i}") for i in range(1, 7))
short_circuit = task("short_circuit", only_next)
task_7 = task("task_7", trigger_rule="all_done")

register(
    Pipeline(
        "example_short_circuit_operator",
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        catchup=False,
        tags=["example"],
        doc_md=__doc__,
    ).add(
        task("condition_is_True", is_true) >> task("true_1") >> task("true_2"),
        task("condition_is_False", is_false) >> task("false_1") >> task("false_2"),
        chain(task_1, [task_2, short_circuit], [task_3, task_4], [task_5, task_6], task_7),
    )
)
