"""
Helpers for tests: run pipelines without Airflow, load them and check them for errors.
"""

from typing import TYPE_CHECKING

__all__ = [
    "Simulate",
    "SimulatedRun",
    "SimulatedTask",
    "SimulationError",
    "SimulationOptions",
    "StubCall",
    "assert_matches_plan",
    "assert_valid",
    "execute",
    "load_pipelines",
    "simulate",
]

# Imported lazily: pytest imports this package for its plugin in every project, whether or not its tests use it.
if TYPE_CHECKING:
    from flowkit.testing.pipelines import assert_valid as assert_valid
    from flowkit.testing.pipelines import load_pipelines as load_pipelines
    from flowkit.testing.plan_files import assert_matches_plan as assert_matches_plan
    from flowkit.testing.simulation.results import SimulatedRun as SimulatedRun
    from flowkit.testing.simulation.results import SimulatedTask as SimulatedTask
    from flowkit.testing.simulation.simulate import Simulate as Simulate
    from flowkit.testing.simulation.simulate import simulate as simulate
    from flowkit.testing.simulation.simulation_error import SimulationError as SimulationError
    from flowkit.testing.simulation.simulation_options import SimulationOptions as SimulationOptions
    from flowkit.testing.simulation.task_stubs import StubCall as StubCall
    from flowkit.testing.simulation.task_stubs import execute as execute
else:
    _MODULES = {
        "Simulate": "simulation.simulate",
        "SimulatedRun": "simulation.results",
        "SimulatedTask": "simulation.results",
        "SimulationError": "simulation.simulation_error",
        "SimulationOptions": "simulation.simulation_options",
        "StubCall": "simulation.task_stubs",
        "assert_matches_plan": "plan_files",
        "assert_valid": "pipelines",
        "execute": "simulation.task_stubs",
        "load_pipelines": "pipelines",
        "simulate": "simulation.simulate",
    }

    def __getattr__(name: str) -> object:
        if name not in _MODULES:
            msg = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(msg)
        from importlib import import_module

        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
