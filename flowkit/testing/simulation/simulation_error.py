"""
The error of a simulation that cannot go on.
"""

from __future__ import annotations

from flowkit.base.errors import FlowkitError


class SimulationError(FlowkitError):
    """
    A pipeline cannot be simulated as asked.

    A task needs a stub, a param is wrong, or a task does what only Airflow can do.
    """
