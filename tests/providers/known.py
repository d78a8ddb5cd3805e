"""
The differences that stay, each with its reason.
"""

from __future__ import annotations

import attrs


@attrs.frozen
class Known:
    """
    Differences with one reason.
    """

    reason: str

    kind: str = ""
    """A regular expression: what was compared, such as `missing: not found`."""

    path: str = ""
    """A regular expression: the operator, as `module:name`."""

    text: str = ""
    """A regular expression: what differs, or the message of Airflow's error."""


_NAMES = "not found$"

KNOWN: tuple[Known, ...] = (
    Known(
        "Cosmos' operators ignore names that they do not know, and call the constructors of their bases one by one, "
        "with arguments that they choose when they run. flowkit refuses no name there, and demands none for a base.",
        _NAMES,
        "^cosmos",
    ),
    Known(
        "The constructor removes names from its `**kwargs`, or gives them to a function, before it passes them on. "
        "flowkit cannot know which are left, and refuses none.",
        _NAMES,
        "DataprocCreateClusterOperator$|AppflowRecordsShortCircuitOperator$|ADLSToGCSOperator$",
    ),
    Known(
        "The constructor passes on another dict than its `**kwargs`. flowkit cannot know its keys, and refuses none.",
        _NAMES,
        "MetastorePartitionSensor$",
    ),
    Known(
        "mypy's plugin reports options in the wrong place here, too, as it does for every operator.",
        "^option among arguments: mypy$",
        "^cosmos|Dataproc|ADLSToGCS|MetastorePartition|AppflowRecords",
    ),
    Known(
        "mypy does not know a base of the class, or its constructor, so the plugin is silent.",
        ": mypy$",
        "PySparkOperator$|SnowparkOperator$|SnowparkContainerJobOperator$",
    ),
    Known(
        "A false alarm of mypy's plugin, which loses this argument.",
        "^further: mypy$",
        "SqlSensor$",
        "selector",
    ),
    Known(
        "The example is wrong: Airflow does not render this argument, so the operator gets a reference to the output, "
        "not the output.",
        "^example$",
        text="FK202",
    ),
)
