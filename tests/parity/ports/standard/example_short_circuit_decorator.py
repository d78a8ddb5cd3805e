"""
A function that lets the tasks after it run or be skipped; and later ones that keep their trigger rules.
"""

import pendulum

from flowkit import Pipeline, chain, python, task
from flowkit.airflow.dags import register


def check_condition(condition: bool) -> bool:
    return condition


is_true = python(check_condition, condition=True).by("short_circuit")
is_false = python(check_condition, condition=False).by("short_circuit")
only_next = python(check_condition, condition=False).by(
    "short_circuit", ignore_downstream_trigger_rules=False
)
task_1, task_2, task_3, task_4, task_5, task_6 = (task(f"task_{i}") for i in range(1, 7))
short_circuit = task("short_circuit", only_next)
task_7 = task("task_7", trigger_rule="all_done")

register(
    Pipeline(
        "example_short_circuit_decorator",
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        catchup=False,
        tags=["example"],
    ).add(
        task("condition_is_true", is_true) >> task("true_1") >> task("true_2"),
        task("condition_is_false", is_false) >> task("false_1") >> task("false_2"),
        chain(task_1, [task_2, short_circuit], [task_3, task_4], [task_5, task_6], task_7),
    )
)
