"""
The plugin of `flowkit dev` for Airflow, found by its entry point. It does nothing in any other Airflow.
"""

from __future__ import annotations

import os
from typing import Any

from airflow.listeners import hookimpl
from airflow.plugins_manager import AirflowPlugin

from flowkit.embedded.dev.live_pages import VARIABLE, LivePages
from flowkit.embedded.private_files import restore_umask

_LIVE_PAGES = {"name": "flowkit dev: reload open pages", "middleware": LivePages}


class _TaskUmask:
    """
    Gives tasks the user's umask. Airflow's own files are private.
    """

    @hookimpl
    def on_task_instance_running(self) -> None:
        """
        Called in the process of a task before it runs.
        """
        restore_umask()


class FlowkitDevPlugin(AirflowPlugin):
    """
    Reloads the open pages of Airflow's UI when pipelines have changed, and keeps Airflow's files private.
    """

    name: str | None = "flowkit_dev"
    fastapi_root_middlewares: list[Any] = [_LIVE_PAGES] if VARIABLE in os.environ else []
    listeners: list[Any] = [_TaskUmask()] if VARIABLE in os.environ else []
