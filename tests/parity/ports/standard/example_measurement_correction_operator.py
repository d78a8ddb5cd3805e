"""
### Measurement correction (PythonOperator)

Tutorial Dag showing a minimal "read, validate, correct, store" measurement
pipeline implemented with classic ``PythonOperator`` tasks and XCom for
inter-task communication.

**Storyline**

1. `read_measurement` returns a raw value.
2. `validate_measurement` pulls it from XCom and rejects negative values.
3. `apply_correction` multiplies it by a calibration factor.
4. `store_result` logs the corrected value.

**When to use this example**

- Comparing the TaskFlow API with the classic operator style on the same
  storyline (see ``example_measurement_correction_decorator.py``).
- As a reference shape for new "tutorial" example Dags following the
  [example Dag review checklist](
  https://github.com/apache/airflow/blob/main/contributing-docs/28_example_dag_review_checklist.rst).
"""

from typing import Any

import pendulum
from airflow.providers.standard.operators.python import PythonOperator

from flowkit import Pipeline, context, operator
from flowkit.airflow.dags import register


def pulled(task_id: str) -> Any:
    return context()["ti"].xcom_pull(task_ids=task_id)


def read_measurement() -> int:
    """Return the raw measurement value pushed to XCom.

    The returned value becomes the task's XCom payload so the downstream
    tasks can pull it with ``ti.xcom_pull``.
    """
    return 100


def validate_measurement() -> int:
    """Validate the upstream measurement pulled from XCom.

    Raises ``ValueError`` when the value is negative so the failure is
    visible as a failed task in the UI instead of silently corrupting
    downstream data.
    """
    value: int = pulled("read_measurement")
    if value < 0:
        raise ValueError("Measurement must be positive")
    return value


def apply_correction() -> float:
    """Apply the calibration factor to a validated measurement.

    The factor (``1.1``) is hard-coded for brevity; a production pipeline
    would source it from a Variable, a Connection extra, or a config file.
    """
    value: int = pulled("validate_measurement")
    return value * 1.1


def store_result() -> None:
    """Persist the corrected measurement.

    The tutorial implementation logs the value via ``print`` so the result
    is visible in the task logs. A production Dag would write it to a
    database, an object store, or publish it to a downstream system.
    """
    print(f"Corrected measurement: {pulled('apply_correction')}")


register(
    Pipeline(
        "example_measurement_correction_operator",
        start_date=pendulum.datetime(2024, 1, 1, tz="UTC"),
        catchup=False,
        tags=["example"],
        doc_md=__doc__,
    )
    .task("read_measurement", operator(PythonOperator, python_callable=read_measurement))
    .task("validate_measurement", operator(PythonOperator, python_callable=validate_measurement))
    .task("apply_correction", operator(PythonOperator, python_callable=apply_correction))
    .task("store_result", operator(PythonOperator, python_callable=store_result))
)
