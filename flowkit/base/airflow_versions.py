"""
What flowkit has to know of Airflow's versions without importing Airflow. All else is in `flowkit.airflow.compat`.
"""

from __future__ import annotations

from typing import Final

OLDEST: Final = "3.1.0"
"""The oldest version that flowkit supports."""

NEWEST: Final = "3.3.2"
"""The newest version that flowkit is tested with: that of `constraints.txt` and of `flowkit recipe`."""

CONTEXT_KEYS: Final = frozenset(
    {
        "asset_state_store", "conn", "dag", "dag_run", "data_interval_end", "data_interval_start", "ds", "ds_nodash",
        "exception", "expanded_ti_count", "inlet_events", "inlets", "logical_date", "macros", "map_index_template",
        "outlet_events", "outlets", "params", "partition_date", "partition_key", "prev_data_interval_end_success",
        "prev_data_interval_start_success", "prev_end_date_success", "prev_start_date_success", "reason", "run_id",
        "task", "task_instance", "task_instance_key_str", "task_reschedule_count", "task_state_store",
        "templates_dict", "test_mode", "ti", "triggering_asset_events", "try_number", "ts", "ts_nodash",
        "ts_nodash_with_tz", "var",
    }
)  # fmt: skip
"""
What Airflow passes to a function by name: the `KNOWN_CONTEXT_KEYS` of the Task SDK, those of all versions together.
"""
