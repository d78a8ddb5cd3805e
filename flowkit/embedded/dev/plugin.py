"""
The plugin of `flowkit dev` for Airflow, found by its entry point. It does nothing in any other Airflow.
"""

from __future__ import annotations

import os
from typing import Any

from airflow.plugins_manager import AirflowPlugin

from flowkit.embedded.dev.live_pages import VARIABLE, LivePages

_LIVE_PAGES = {"name": "flowkit dev: reload open pages", "middleware": LivePages}


class FlowkitDevPlugin(AirflowPlugin):
    """
    Reloads the open pages of Airflow's UI when pipelines have changed.
    """

    name: str | None = "flowkit_dev"
    fastapi_root_middlewares: list[Any] = [_LIVE_PAGES] if VARIABLE in os.environ else []
