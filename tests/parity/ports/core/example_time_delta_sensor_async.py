"""
A sensor that waits in the triggerer and holds no slot of a worker meanwhile.
"""

from datetime import timedelta

import pendulum
from airflow.providers.standard.sensors.time_delta import TimeDeltaSensor

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

register(
    Pipeline(
        "example_time_delta_sensor_async",
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        catchup=False,
        tags=["example"],
    )
    .task("wait", operator(TimeDeltaSensor, delta=timedelta(seconds=30), deferrable=True))
    .task("finish")
)
