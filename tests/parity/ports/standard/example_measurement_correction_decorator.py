"""
### Measurement correction (TaskFlow)

Tutorial Dag showing a minimal "read, validate, correct, store" measurement
pipeline implemented with the TaskFlow API.

**Storyline**

1. `read_measurement` produces a raw value coming from a fictional sensor.
2. `validate_measurement` rejects negative values.
3. `apply_correction` multiplies the value by a calibration factor.
4. `store_result` logs the corrected value (the real Dag would persist it).

**When to use this example**

- Learning the TaskFlow API on a single, linear pipeline.
- As a reference shape for new "tutorial" example Dags following the
  [example Dag review checklist](
  https://github.com/apache/airflow/blob/main/contributing-docs/28_example_dag_review_checklist.rst).
"""

import pendulum

from flowkit import Pipeline, python, task
from flowkit.airflow.dags import register


def read_measurement() -> int:
    """Return the raw measurement coming from the source system.

    In a real pipeline this would fetch the value from a sensor, an
    external API, or an upstream dataset. For the tutorial it returns a
    constant so the Dag is fully self-contained.
    """
    return 100


def validate_measurement(value: int) -> int:
    """Reject obviously invalid measurements.

    Raises ``ValueError`` when ``value`` is negative, so the failure is
    visible as a failed task in the UI instead of silently corrupting
    downstream data.
    """
    if value < 0:
        raise ValueError("Measurement must be positive")
    return value


def apply_correction(value: int) -> float:
    """Apply the calibration factor to a validated measurement.

    The factor (``1.1``) is hard-coded here for brevity; a real pipeline
    would read it from a Variable, a Connection extra, or a config file.
    """
    return value * 1.1


def store_result(value: float) -> None:
    """Persist the corrected measurement.

    The tutorial implementation logs the value via ``print`` so the
    result is visible in the task logs. A production Dag would write it
    to a database, an object store, or publish it to a downstream
    system.
    """
    print(f"Corrected measurement: {value}")


raw_value = task("read_measurement", python(read_measurement))
validated_value = task("validate_measurement", python(validate_measurement, raw_value.output))
corrected_value = task("apply_correction", python(apply_correction, validated_value.output))

register(
    Pipeline(
        "example_measurement_correction_decorator",
        start_date=pendulum.datetime(2024, 1, 1, tz="UTC"),
        catchup=False,
        tags=["example"],
        doc_md=__doc__,
    )
    .then(raw_value)
    .then(validated_value)
    .then(corrected_value)
    .task("store_result", python(store_result, corrected_value.output))
)
