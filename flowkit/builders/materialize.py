"""
`materialize`: a pipeline of one function that updates an asset, like Airflow's `@asset`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

from typing_extensions import Unpack

from flowkit.base.call_site import caller
from flowkit.base.exception_text import class_name
from flowkit.base.lazy_names import name_of, real
from flowkit.base.problems import Problem
from flowkit.base.recording import attempt, note, recorded
from flowkit.builders.action import Action, check_function
from flowkit.builders.invalid import invalid, refuse_invalid
from flowkit.builders.pipeline import Pipeline, fill_pipeline
from flowkit.model.calls import AssetCall
from flowkit.model.settings import DagSettings

if TYPE_CHECKING:
    from airflow.sdk import Asset

_AIRFLOW_ARGUMENTS = ("self", "context", "outlet_events")


def _no_pipeline(problems: tuple[Problem, ...]) -> Pipeline:
    pipeline = object.__new__(Pipeline)
    fill_pipeline(pipeline, problems)
    return pipeline


@recorded(_no_pipeline)
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
    """
    fn = real(fn)
    check_function(fn, "materialize")
    assets = real(assets)
    several = issubclass(type(assets), list | tuple)
    outlets: list[Asset] = list(map(real, cast("Sequence[Asset]", assets if several else (assets,))))
    name = name_of(fn)
    dag_settings: DagSettings = {"catchup": False, **settings}
    pipeline = Pipeline(name, **dag_settings)
    problems = _wrong_outlets(outlets)
    inlets: list[str] = attempt(problems, _inlets, fn, name, otherwise=[])
    if problems:
        note(pipeline, problems)
        return pipeline.task(name)
    asset_name = outlets[0].name if len(outlets) == 1 else name
    action: Action[Any] = Action(AssetCall(fn, asset_name, caller()))
    refs = [outlets[0].ref(name=inlet) for inlet in inlets]
    return pipeline.task(name, action, inlets=refs or None, outlets=outlets)


def _wrong_outlets(outlets: Sequence[Asset]) -> list[Problem]:
    if not outlets:
        return [invalid("materialize() got no asset", "Pass the asset that the function updates.")]
    # By its attributes, since the builders do not import Airflow.
    wrong = (outlet for outlet in outlets if not hasattr(outlet, "ref") or not hasattr(outlet, "name"))
    hint = 'Pass the asset first, then the function: materialize(Asset("…"), fn).'
    return [invalid(f"materialize() takes assets, not {class_name(outlet)}", hint) for outlet in wrong]


def _inlets(fn: Callable[..., object], name: str) -> list[str]:
    inlets = []
    for parameter in inspect.signature(fn).parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD, parameter.POSITIONAL_ONLY):
            refuse_invalid(
                f"materialize(…, {name}): the parameter {parameter.name!r} cannot be passed by name",
                "Use one ordinary parameter, named after the asset, for each asset that the function reads.",
            )
        if parameter.name not in _AIRFLOW_ARGUMENTS and parameter.default is parameter.empty:
            inlets.append(parameter.name)
    return inlets
