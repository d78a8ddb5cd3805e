"""
Helpers for tests: load pipelines and check them for errors. Needs no running Airflow.
"""

from typing import TYPE_CHECKING

__all__ = ["assert_valid", "load_pipelines"]

# Imported lazily: pytest imports this package for its plugin in every project, whether or not its tests use it.
if TYPE_CHECKING:
    from flowkit.testing.pipelines import assert_valid as assert_valid
    from flowkit.testing.pipelines import load_pipelines as load_pipelines
else:

    def __getattr__(name: str) -> object:
        if name not in __all__:
            msg = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(msg)
        from flowkit.testing import pipelines

        return getattr(pipelines, name)
