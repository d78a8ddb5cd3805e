"""
flowkit's plugin for Airflow, found by its entry point. It preloads lazily imported modules in the DAG processor, and
does nothing in any other process.
"""

from __future__ import annotations

import sys
from typing import Any

from airflow.plugins_manager import AirflowPlugin


class FlowkitPlugin(AirflowPlugin):
    """
    Imports, before the DAG processor forks, what DAG files import lazily.
    """

    name: str | None = "flowkit"

    @classmethod
    def on_load(cls, *_args: Any, **_kwargs: Any) -> None:
        """
        Preload, where this process is a DAG processor. `airflow standalone` starts one as a process of its own.
        """
        # Every Airflow process loads its plugins: the others must not pay for this.
        if "dag-processor" in sys.argv[1:3]:
            from flowkit.airflow.preload import preload

            preload()
