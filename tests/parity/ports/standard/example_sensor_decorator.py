"""
A function as a sensor: it is asked again until it says that it is done.
"""

import pendulum
from airflow.sdk import PokeReturnValue

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def wait_for_upstream() -> PokeReturnValue:
    return PokeReturnValue(is_done=True, xcom_value="xcom_value")


def dummy_operator() -> None:
    pass


wait = python(wait_for_upstream).by("sensor", poke_interval=60, timeout=3600, mode="reschedule")

register(
    Pipeline(
        "example_sensor_decorator",
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        catchup=False,
        tags=["example"],
    )
    .task("wait_for_upstream", wait)
    .task("dummy_operator", python(dummy_operator))
)
