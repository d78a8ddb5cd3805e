"""
A params class → Airflow's `Param`s.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow.sdk import Param

from flowkit.model.params import MISSING, fields_of, is_params_class


def compile_params(params: Any) -> Any:
    """
    Return *params* as Airflow's `DAG` accepts it: a class becomes one `Param` for each of its fields.
    """
    if is_params_class(params):
        return {
            field.name: Param(
                **({} if field.default is MISSING else {"default": field.default}),
                description=field.description,
                **field.schema,
            )
            for field in fields_of(params)
        }
    # Airflow accepts its own `ParamsDict`, or a dict.
    return dict(params) if isinstance(params, Mapping) else params
