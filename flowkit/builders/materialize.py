"""
`materialize`: a pipeline of one function that updates an asset, like Airflow's `@asset`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, cast

from typing_extensions import Unpack

from flowkit.base.call_site import caller
from flowkit.base.lazy_names import real
from flowkit.builders.action import Action, check_function
from flowkit.builders.invalid import raise_invalid
from flowkit.builders.pipeline import Pipeline
from flowkit.model.calls import AssetCall
from flowkit.model.settings import DagSettings

if TYPE_CHECKING:
    from airflow.sdk import Asset

_AIRFLOW_ARGUMENTS = ("self", "context", "outlet_events")


def materialize(
    assets: Asset | Sequence[Asset], fn: Callable[..., object], /, **settings: Unpack[DagSettings]
) -> Pipeline:
    """
    Return the pipeline of one task that calls *fn* to update *assets*, as Airflow's `@asset` does.

    The pipeline and its task are named after *fn*; `.named(…)` renames the pipeline.

    Args:
        assets: An asset, or several: the outlets of the task.

        fn: The function. Airflow passes arguments by the names of its parameters: `self` is the asset, `context` the
            context of the task, `outlet_events` the events of its outlets, and any other name is that of an asset,
            which becomes an inlet. Parameters with a default keep it.

        settings: Settings of `Pipeline`. `catchup` is off, as in `@asset`.

    Raises:
        DefinitionError: If there is no asset, or *fn* has parameters that cannot be passed by name.
        UnknownOptionError: If there is no such setting.
    """
    fn = real(fn)
    check_function(fn, "materialize")
    assets = real(assets)
    outlets = list(map(real, assets)) if isinstance(assets, list | tuple) else [cast("Asset", assets)]
    _check_outlets(outlets)
    name = getattr(fn, "__name__", type(fn).__name__)
    asset_name = outlets[0].name if len(outlets) == 1 else name
    action: Action[Any] = Action(AssetCall(fn, asset_name, caller()))
    inlets = [outlets[0].ref(name=inlet) for inlet in _inlets(fn, name)]
    dag_settings: DagSettings = {"catchup": False, **settings}
    return Pipeline(name, **dag_settings).task(name, action, inlets=inlets or None, outlets=outlets)


def _check_outlets(outlets: Sequence[Asset]) -> None:
    if not outlets:
        raise_invalid("materialize() got no asset", "Pass the asset that the function updates.")
    for outlet in outlets:
        # By its attributes, since the builders do not import Airflow.
        if not hasattr(outlet, "ref") or not hasattr(outlet, "name"):
            raise_invalid(
                f"materialize() takes assets, not {type(outlet).__name__}",
                'Pass the asset first, then the function: materialize(Asset("…"), fn).',
            )


def _inlets(fn: Callable[..., object], name: str) -> Iterator[str]:
    for parameter in inspect.signature(fn).parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD, parameter.POSITIONAL_ONLY):
            raise_invalid(
                f"materialize(…, {name}): the parameter {parameter.name!r} cannot be passed by name",
                "Use one ordinary parameter, named after the asset, for each asset that the function reads.",
            )
        if parameter.name not in _AIRFLOW_ARGUMENTS and parameter.default is parameter.empty:
            yield parameter.name
