"""
flowkit's plugin for Airflow, found by its entry point. It does nothing but preload, and that in the DAG processor only;
and under `flowkit dev`, it keeps the pages of the UI up to date.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from airflow.plugins_manager import AirflowPlugin

from flowkit.embedded.dev.live_pages import VARIABLE, LivePages

_LIVE = {"name": "flowkit: pages load themselves again", "middleware": LivePages}


class FlowkitPlugin(AirflowPlugin):
    """
    Imports, before the DAG processor forks, what DAG files import lazily.
    """

    name: str | None = "flowkit"
    fastapi_root_middlewares: list[Any] = [_LIVE] if VARIABLE in os.environ else []

    @classmethod
    def on_load(cls, *_args: Any, **_kwargs: Any) -> None:
        """
        Preload, where this process is a DAG processor. `airflow standalone` starts one as a process of its own.
        """
        # Every Airflow process loads its plugins: the others must not pay for this.
        if "dag-processor" in sys.argv[1:3]:
            from flowkit.airflow.preload import preload

            preload()
