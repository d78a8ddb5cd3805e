"""
Good uses of schedules and pods.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from typing_extensions import assert_type

from flowkit import (
    Claim,
    ConfigMap,
    Cron,
    EmptyDir,
    Pipeline,
    Pod,
    Preset,
    Schedule,
    Secret,
    Toleration,
    cron,
)
from tests.typing.twins import kind

DAILY: Preset = "@daily"
SCHEDULES: list[Schedule] = ["@once", DAILY, cron("0 6 * * 1-5"), timedelta(hours=6), None]


def test_cron() -> None:
    """`cron` gives a checked expression."""
    plain = cron("*/15 * * * *")
    zoned = cron("0 6 * * *", timezone="Europe/Berlin")

    assert_type(plain, Cron)
    assert kind(plain) is Cron
    assert_type(plain.timezone, str | None)
    assert plain.timezone is None
    assert_type(zoned.expression, str)
    assert zoned.expression == "0 6 * * *"


@pytest.mark.parametrize("schedule", SCHEDULES, ids=str)
def test_schedules(schedule: Schedule) -> None:
    """A pipeline takes presets, cron expressions, spans of time and none."""
    pipeline = Pipeline("etl", schedule=schedule).task("a")

    assert_type(pipeline, Pipeline)
    assert kind(pipeline) is Pipeline
    assert pipeline.build().settings["schedule"] == schedule


def test_pod() -> None:
    """A pod is a value of quantities, each of which may be left out."""
    pod = Pod(cpu="500m", memory_limit="2Gi")
    merged = pod.over(Pod(cpu="1", memory="1Gi"))

    assert_type(pod, Pod)
    assert kind(pod) is Pod
    assert_type(pod.cpu, str | None)
    assert pod.cpu == "500m"
    assert_type(merged, Pod)
    assert merged == Pod(cpu="500m", memory="1Gi", memory_limit="2Gi")
    assert_type(merged.requests(), dict[str, str])
    assert merged.requests() == {"cpu": "500m", "memory": "1Gi"}


def test_parts_of_a_pod() -> None:
    """Variables and volumes may be of several kinds, side by side, and are still checked."""
    pod = Pod(
        env={
            "MODE": "fast",
            "DB_PASSWORD": Secret("database", "password"),
            "REGION": ConfigMap("site", "region"),
        },
        volumes={
            "/data": Claim("orders", read_only=True),
            "/scratch": EmptyDir("1Gi"),
            "/site": ConfigMap("site"),
        },
        tolerations=[Toleration("gpu", effect="NoSchedule")],
    )
    plain: dict[str, str] = {"MODE": "fast"}

    assert Pod(env=plain, labels=plain).env == plain
    assert_type(pod.gpus, int | None)
    assert pod.gpus is None
