"""
Tests of pipelines: loads them as specs, and says what is wrong with them. Needs no Airflow.
"""

from flowkit.testing.pipelines import assert_valid as assert_valid
from flowkit.testing.pipelines import load_pipelines as load_pipelines

__all__ = ["assert_valid", "load_pipelines"]
