"""
The context of a task that is being simulated: `context()` returns it instead of asking Airflow.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any, Final

simulated_context: Final[ContextVar[Mapping[str, Any] | None]] = ContextVar(
    "flowkit_simulated_context", default=None
)
"""`None`: no task is being simulated."""
