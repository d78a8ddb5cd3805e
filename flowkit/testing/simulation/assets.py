"""
The assets of simulated tasks.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, final

import attrs

from flowkit.model.calls import AssetCall
from flowkit.testing.simulation.actions import Action


@final
@attrs.frozen
class SimulatedAsset:
    """
    Stands for an asset that the function of `materialize` gets by its name.
    """

    name: str
    uri: str


def arguments_of_asset(action: Action, context: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return the arguments for the function of `materialize`: assets by name, its own asset as `self`, and the context.
    """
    call = action.call
    own = call.asset if isinstance(call, AssetCall) else ""
    known = {getattr(asset, "name", None): asset for asset in (*context["inlets"], *context["outlets"])}
    arguments: dict[str, Any] = {}
    for name, parameter in inspect.signature(action.function).parameters.items():
        asset = own if name == "self" else name
        if parameter.default is not parameter.empty:
            arguments[name] = parameter.default
        elif name == "context":
            arguments[name] = context
        else:
            arguments[name] = known.get(asset) or SimulatedAsset(asset, asset)
    return arguments
