"""
The plugins that Airflow's example DAGs take timetables and the like from.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module", autouse=True)
def plugins_of_the_examples() -> Iterator[None]:
    """
    Let Airflow load the plugins of its examples, as it does where the examples are switched on.
    """
    from airflow import plugins_manager

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW__CORE__LOAD_EXAMPLES", "True")
        _forget_plugins()
        plugins_manager.ensure_plugins_loaded()
    yield
    _forget_plugins()


def _forget_plugins() -> None:
    from airflow import plugins_manager

    for name, value in list(vars(plugins_manager).items()):
        if hasattr(value, "cache_clear"):
            value.cache_clear()
        # Airflow 3.1 keeps what it has found in variables of the module.
        elif name in {"plugins", "timetable_classes", "priority_weight_strategy_classes"}:
            setattr(plugins_manager, name, None)
        elif name == "loaded_plugins":
            value.clear()
