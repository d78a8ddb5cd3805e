"""
Tests of pipelines: load them as specs, and check them for errors. Needs no Airflow.
"""

from typing import TYPE_CHECKING

__all__ = ["assert_valid", "load_pipelines"]

# Late: pytest imports this package with the plugin beside it, also in projects whose tests load no pipeline.
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
