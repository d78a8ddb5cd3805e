"""
Stands in for Airflow's `BaseOperator`: flowkit knows operators by the name of their base.
"""

from __future__ import annotations

from typing import Any


class BaseOperator:
    """
    Takes what every operator takes.
    """

    template_fields: Any = ()

    def __init__(self, *, task_id: str, retries: int = 0, pool: str = "", **kwargs: Any) -> None:
        pass
