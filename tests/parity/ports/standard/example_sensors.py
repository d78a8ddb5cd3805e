"""
Sensors: for time, files, commands, functions and days of the week, in a worker or in the triggerer.
"""

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pendulum
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.sensors.bash import BashSensor
from airflow.providers.standard.sensors.filesystem import FileSensor
from airflow.providers.standard.sensors.python import PythonSensor
from airflow.providers.standard.sensors.time import TimeSensor
from airflow.providers.standard.sensors.time_delta import TimeDeltaSensor
from airflow.providers.standard.sensors.weekday import DayOfWeekSensor
from airflow.providers.standard.utils.weekday import WeekDay

from flowkit import Pipeline, operator, task
from flowkit.airflow.dags import register

FILE = str(Path("/", "tmp", "temporary_file_for_testing"))


def success_callable() -> bool:
    return True


def failure_callable() -> bool:
    return False


seconds = timedelta(seconds=2)
now = datetime.now(tz=timezone.utc).time()
later = (datetime.now(tz=timezone.utc) + timedelta(hours=1)).time()
late = operator(TimeSensor, timeout=1, soft_fail=True, target_time=later)
late_async = operator(TimeSensor, timeout=1, soft_fail=True, target_time=later, deferrable=True)
fails = operator(BashSensor, timeout=3, soft_fail=True, bash_command="exit 1")
never = operator(PythonSensor, timeout=3, soft_fail=True, python_callable=failure_callable)
monday = operator(DayOfWeekSensor, timeout=3, soft_fail=True, week_day=WeekDay.MONDAY)

register(
    Pipeline(
        "example_sensors",
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        catchup=False,
        tags=["example"],
    )
    .then(
        task("wait_some_seconds", operator(TimeDeltaSensor, delta=seconds)),
        task("wait_some_seconds_async", operator(TimeDeltaSensor, delta=seconds, deferrable=True)),
        task("fire_immediately", operator(TimeSensor, target_time=now)),
        task("timeout_after_second_date_in_the_future", late),
        task("fire_immediately_async", operator(TimeSensor, target_time=now, deferrable=True)),
        task("timeout_after_second_date_in_the_future_async", late_async),
        task("Sensor_succeeds", operator(BashSensor, bash_command="exit 0")),
        task("Sensor_fails_after_3_seconds", fails),
        task("remove_file", operator(BashOperator, bash_command=f"rm -rf {FILE}"))
        >> task("wait_for_file", operator(FileSensor, filepath=FILE))
        >> task("wait_for_file_async", operator(FileSensor, filepath=FILE, deferrable=True)),
        task("create_file_after_3_seconds", operator(BashOperator, bash_command=f"sleep 3; touch {FILE}")),
        task("success_sensor_python", operator(PythonSensor, python_callable=success_callable)),
        task("failure_timeout_sensor_python", never),
        task("week_day_sensor_failing_on_timeout", monday),
    )
    .task("print_date_in_bash", operator(BashOperator, bash_command="date"), trigger_rule="none_failed")
)
