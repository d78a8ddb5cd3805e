"""
A pipeline that makes an asset: one function, which reads the assets that its parameters are named after.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, cast

from typing_extensions import Unpack

from flowkit.base.call_site import caller
from flowkit.base.lazy_names import real
from flowkit.builders.action import Action, checked_function
from flowkit.builders.invalid import raise_invalid
from flowkit.builders.pipeline import Pipeline
from flowkit.model.calls import AssetCall
from flowkit.model.settings import DagSettings

if TYPE_CHECKING:
    from airflow.sdk import Asset

_GIVEN = ("self", "context", "outlet_events")


def materialize(
    assets: Asset | Sequence[Asset], fn: Callable[..., object], /, **settings: Unpack[DagSettings]
) -> Pipeline:
    """
    Return the pipeline of one task that calls *fn* to make *assets*, as Airflow's `@asset` does.

    The pipeline and its task bear the name of *fn*; `.named(…)` gives the pipeline another one.

    Args:
        assets: What the task makes, as its outlets: an asset, or several of them.

        fn: The function. Airflow gives it what its parameters name: `self` is the asset itself, `context` the
            context of the task, `outlet_events` the events of its outlets, and every other name that of an asset,
            which becomes an inlet. Parameters with a default keep it.

        settings: What `Pipeline` takes. `catchup` is off, as it is with `@asset`.

    Raises:
        DefinitionError: If there is no asset, or *fn* takes arguments that Airflow cannot name.
        UnknownOptionError: If there is no such setting.
    """
    fn = real(fn)
    checked_function(fn, "materialize")
    assets = real(assets)
    outlets = [real(one) for one in assets] if isinstance(assets, list | tuple) else [cast("Asset", assets)]
    if not outlets:
        raise_invalid("materialize() got no asset", "Give the asset that the function makes.")
    for outlet in outlets:
        # By what it can do, as flowkit's builders know nothing of Airflow.
        if not hasattr(outlet, "ref") or not hasattr(outlet, "name"):
            raise_invalid(
                f"materialize() makes assets, not {type(outlet).__name__}",
                'Write materialize(Asset("…"), fn): the asset first, and the function after it.',
            )
    name = getattr(fn, "__name__", type(fn).__name__)
    own = outlets[0].name if len(outlets) == 1 else name
    action: Action[Any] = Action(AssetCall(fn, own, caller()))
    inlets = [outlets[0].ref(name=inlet) for inlet in _inlets(fn, name)]
    given: DagSettings = {"catchup": False, **settings}
    return Pipeline(name, **given).task(name, action, inlets=inlets or None, outlets=outlets)


def _inlets(fn: Callable[..., object], name: str) -> Iterator[str]:
    for parameter in inspect.signature(fn).parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD, parameter.POSITIONAL_ONLY):
            raise_invalid(
                f"materialize(…, {name}) cannot call it: {parameter.name!r} takes no argument by name",
                "Name a parameter after each asset that the function reads.",
            )
        if parameter.name not in _GIVEN and parameter.default is parameter.empty:
            yield parameter.name
