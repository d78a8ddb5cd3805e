"""
flowkit's Airflow plugin, registered by entry point: preloads lazily imported modules in the DAG processor only.
"""

from __future__ import annotations

import sys
from typing import Any

from airflow.plugins_manager import AirflowPlugin


class FlowkitPlugin(AirflowPlugin):
    """
    Preloads the lazy imports of DAG files before the DAG processor forks.
    """

    name: str | None = "flowkit"

    @classmethod
    def on_load(cls, *_args: Any, **_kwargs: Any) -> None:
        """
        Preload if this process is a DAG processor. `airflow standalone` starts one as a separate process.
        """
        # Every Airflow process loads the plugins: the others must not be slowed down.
        if "dag-processor" in sys.argv[1:3]:
            from flowkit.airflow.preload import preload

            preload()
