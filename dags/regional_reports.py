"""
Sixty pipelines from one function: a report on each of five numbers for each of twelve regions.
"""

from __future__ import annotations

from datetime import datetime
from itertools import product
from typing import get_args

import attrs

from flowkit import Pipeline, cron, generate, python, task
from flowkit.airflow.dags import register
from warehouse.reports import Metric, measure, orders_of, publish

REGIONS = (
    "BALKANS",
    "BALTICS",
    "BENELUX",
    "BRITISH_ISLES",
    "DACH",
    "FRANCE",
    "GREECE",
    "IBERIA",
    "ITALY",
    "NORDICS",
    "POLAND",
    "TURKEY",
)
METRICS: tuple[Metric, ...] = get_args(Metric)


@attrs.frozen
class Report:
    """
    One number about one region.
    """

    region: str
    metric: Metric
    minute: int
    """The minute past four in the morning at which it is made, so that not all are made at once."""


REPORTS = tuple(
    Report(region, metric, minute) for minute, (region, metric) in enumerate(product(REGIONS, METRICS))
)


def report(config: Report) -> Pipeline:
    """
    The pipeline of one report.
    """
    orders = task("orders_of", python(orders_of, config.region))
    value = task("measure", python(measure, config.metric, orders.output))
    return (
        Pipeline(
            f"report_{config.region.lower()}_{config.metric}",
            schedule=cron(f"{config.minute} 4 * * *", timezone="Europe/Berlin"),
            start_date=datetime(2026, 1, 1),
            catchup=False,
            tags=["example", "report"],
        )
        .defaults(owner="reporting", retries=1)
        .then(orders)
        .then(value)
        .task("publish", python(publish, config.region, config.metric, value.output))
    )


register(generate(report, REPORTS))
