"""
All places of a pipeline that a value can stand in, each as a function that makes a pipeline with the value there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Annotated, Any

import attrs
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import (
    Asset,
    AssetAlias,
    BaseOperator,
    BaseOperatorLink,
    CronDataIntervalTimetable,
    DeltaDataIntervalTimetable,
    Param,
)

import flowkit
from flowkit.model.options import TaskOptions
from flowkit.model.settings import DagSettings, GroupSettings

# No checker would let pass most of what is called here.
fk: Any = flowkit

Place = Callable[[str, Any], Any]
"""Takes a dag_id and a value, and returns the pipeline."""

START = datetime(2026, 1, 1)


def noop(*args: Any, **kwargs: Any) -> Any:
    """What the tasks do."""


def one(first: Any = None, second: Any = None) -> Any:
    """A function with parameters to map over."""


@attrs.frozen
class Config:
    """A record for arguments."""

    value: Any


class Holder(BaseOperator):
    """Keeps its arguments: one is rendered, one is serialized, one is neither."""

    template_fields = ("rendered",)

    def __init__(self, rendered: Any = None, colour: Any = None, other: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rendered = rendered
        if colour is not None:
            self.ui_color = colour
        self.other = other


class Links(BaseOperator):
    """Has a link with a name of any kind."""

    def __init__(self, link_name: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        link = type("ALink", (BaseOperatorLink,), {"name": link_name, "get_link": lambda *_, **__: ""})()
        self.operator_extra_links = (link,)


class Sets(BaseOperator):
    """Sets any field of the operator, after the constructor of Airflow has checked its own."""

    def __init__(self, name: str = "", value: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        object.__setattr__(self, name, value)


def _base(dag_id: str, **settings: Any) -> Any:
    return fk.Pipeline(dag_id, **{"schedule": "@daily", "start_date": START, **settings})


def _setting(name: str) -> Place:
    return lambda dag_id, value: _base(dag_id, **{name: value}).task("a", fk.python(noop))


def _option(name: str) -> Place:
    return lambda dag_id, value: _base(dag_id).task("a", fk.python(noop), **{name: value})


def _default(name: str) -> Place:
    def place(dag_id: str, value: Any) -> Any:
        return (
            _base(dag_id).defaults(**{name: value}).task("a", fk.operator(BashOperator, bash_command="true"))
        )

    return place


def _group(name: str) -> Place:
    def place(dag_id: str, value: Any) -> Any:
        return _base(dag_id).group("g", **{name: value}).task("a", fk.python(noop)).end()

    return place


def _group_default(name: str) -> Place:
    def place(dag_id: str, value: Any) -> Any:
        return _base(dag_id).then(fk.Group("g").defaults(**{name: value}).task("a", fk.python(noop)))

    return place


def _operator_default(name: str, *, grouped: bool = False, mapped: bool = False) -> Place:
    def place(dag_id: str, value: Any) -> Any:
        holder = fk.operator(Holder, other=fk.over([1]) if mapped else 1)
        if grouped:
            return _base(dag_id).then(fk.Group("g").operator_defaults(**{name: value}).task("a", holder))
        return _base(dag_id).operator_defaults(**{name: value}).task("a", holder)

    return place


def _sets(name: str) -> Place:
    return lambda dag_id, value: _base(dag_id).task("a", fk.operator(Sets, name=name, value=value))


def _pod(name: str) -> Place:
    return lambda dag_id, value: _base(dag_id).task("a", fk.python(noop), pod=fk.Pod(**{name: value}))


def _task(make: Callable[[Any], Any], **options: Any) -> Place:
    """The action of the task is made of the value."""
    return lambda dag_id, value: _base(dag_id).task("a", make(value), **options)


def _with(make: Callable[[Any, Any], Any]) -> Place:
    """A pipeline with a task, changed by the value."""
    return lambda dag_id, value: make(_base(dag_id).task("a", fk.python(noop)), value)


def _form(word: str) -> Place:
    def place(dag_id: str, value: Any) -> Any:
        options = attrs.make_class("Options", {"rows": attrs.field(default=3)})
        options.__annotations__ = {"rows": Annotated[int, fk.Form(**{word: value})]}
        return _base(dag_id, params=options).task("a", fk.python(noop, fk.params(options)))

    return place


def _params_default(dag_id: str, value: Any) -> Any:
    options = attrs.make_class("Options", {"rows": attrs.field(default=value)})
    options.__annotations__ = {"rows": Any}
    return _base(dag_id, params=options).task("a", fk.python(noop))


def _arrow(pipeline: Any, value: Any) -> Any:
    first, second = fk.task("b"), fk.task("c")
    return pipeline.then(first >> fk.label(value) >> second)


def _branch(value: Any) -> Any:
    return fk.branch(noop).to({value: fk.task("b")})


def _group_of(item: Any) -> Any:
    return fk.Group("g").task("b", fk.operator(BashOperator, bash_command=item))


def _ids() -> Iterator[tuple[str, Place]]:
    yield "dag_id", lambda _, value: fk.Pipeline(value).task("a")
    yield "named", lambda dag_id, value: _base(dag_id).task("a").named(value)
    yield "task_id", lambda dag_id, value: _base(dag_id).task(value, fk.python(noop))
    yield "setup_id", lambda dag_id, value: _base(dag_id).setup(value, fk.python(noop)).task("b")
    yield "group_id", lambda dag_id, value: _base(dag_id).group(value).task("a").end()
    yield "group_value_id", lambda dag_id, value: _base(dag_id).then(fk.Group(value).task("a"))
    yield "after", _with(lambda pipeline, value: pipeline.task("b", after=value))
    yield "group_after", _with(lambda pipeline, value: pipeline.group("g", after=value).task("b").end())
    yield "setups", _with(lambda pipeline, value: pipeline.teardown("b", fk.python(noop), setups=value))
    yield "fail_dagrun", _with(lambda pipeline, value: pipeline.teardown("b", on_failure_fail_dagrun=value))
    yield "then", _with(lambda pipeline, value: pipeline.then(value))
    yield "add_list", _with(lambda pipeline, value: pipeline.add(fk.task("b"), value))
    yield "action", lambda dag_id, value: _base(dag_id).task("a", value)
    yield "arrow", _with(lambda pipeline, value: pipeline.then(fk.task("b") >> value))
    yield "label", _with(_arrow)
    yield "chain", _with(lambda pipeline, value: pipeline.then(fk.chain(fk.task("b"), value)))
    yield "branch_key", _with(lambda pipeline, value: pipeline.task("c", _branch(value)))
    yield "branch_routes", _with(lambda pipeline, value: pipeline.task("c", fk.branch(noop).to(value)))
    yield "branch_target", _with(lambda p, value: p.task("c", fk.branch(noop).to({"x": value})))
    yield "option_name", lambda dag_id, value: _base(dag_id).task("a", **{str(value): 1})
    yield "returns", lambda dag_id, value: _base(dag_id).then(fk.Group("g").task("a").returns(value))


def _arguments() -> Iterator[tuple[str, Place]]:
    yield "python_function", _task(fk.python)
    yield "python_argument", _task(lambda value: fk.python(noop, value))
    yield "python_keyword", _task(lambda value: fk.python(noop, x=value))
    yield "python_in_list", _task(lambda value: fk.python(noop, [1, value]))
    yield "python_in_dict", _task(lambda value: fk.python(noop, {"a": {"b": value}}))
    yield "python_in_tuple", _task(lambda value: fk.python(noop, (value,)))
    yield "python_in_record", _task(lambda value: fk.python(noop, Config(value)))
    yield "python_as_key", _task(lambda value: fk.python(noop, {value: 1}))
    yield "python_in_set", _task(lambda value: fk.python(noop, {value, "a"}))
    yield "python_default", _task(lambda value: fk.python(lambda x=value: x))
    yield "python_keyword_name", _task(lambda value: fk.python(noop, **{str(value): 1}))
    yield "decorator_name", _task(lambda value: fk.python(noop).by(value))
    yield (
        "decorator_argument",
        _task(lambda value: fk.python(noop).by("virtualenv", requirements=["a"], python_version=value)),
    )
    yield "operator_class", _task(fk.operator)
    yield "operator_rendered", _task(lambda value: fk.operator(Holder, rendered=value))
    yield "operator_rendered_list", _task(lambda value: fk.operator(Holder, rendered=[{"a": value}]))
    yield "operator_serialized", _task(lambda value: fk.operator(Holder, colour=value))
    yield "operator_other", _task(lambda value: fk.operator(Holder, other=value))
    yield "operator_link", _task(lambda value: fk.operator(Links, link_name=value))
    yield "bash_command", _task(lambda value: fk.operator(BashOperator, bash_command=value))
    yield "bash_env", _task(lambda value: fk.operator(BashOperator, bash_command="a", env={"A": value}))
    yield "each_function", _task(lambda value: fk.each(value, fk.over([1])))
    yield "each_items", _task(lambda value: fk.each(one, first=fk.over(value)))
    yield "each_item", _task(lambda value: fk.each(one, first=fk.over([1, value])))
    yield "each_mapping", _task(lambda value: fk.each(one, first=fk.over({"a": value})))
    yield "each_fixed", _task(lambda value: fk.each(one, first=fk.over([1]), second=value))
    yield "each_sets", _task(lambda value: fk.each_kwargs(one, value))
    yield "each_set", _task(lambda value: fk.each_kwargs(one, [value]))
    yield "each_set_value", _task(lambda value: fk.each_kwargs(one, [{"first": value}]))
    yield "each_set_name", _task(lambda value: fk.each_kwargs(noop, [{value: 1}]))
    yield "operator_items", _task(lambda value: fk.operator(BashOperator, bash_command=fk.over(value)))
    yield "operator_item", _task(lambda value: fk.operator(Holder, rendered=fk.over([value])))
    yield "operator_fixed", _task(lambda v: fk.operator(Holder, rendered=fk.over([1]), other=v))
    yield (
        "group_items",
        _with(lambda pipeline, value: pipeline.then(fk.each_group(_group_of, fk.over(value)))),
    )
    yield (
        "group_item",
        _with(lambda pipeline, value: pipeline.then(fk.each_group(_group_of, fk.over([value])))),
    )
    yield (
        "map_function",
        _with(
            lambda p, value: p.then(
                fk.task("b", fk.each(one, first=fk.over(fk.items.map(value, fk.task("c").output))))
            )
        ),
    )
    yield "items_source", _task(lambda value: fk.each(one, first=fk.over(fk.items.concat(value))))
    yield (
        "mapped_retries",
        lambda dag_id, value: _base(dag_id).task("a", fk.each(one, first=fk.over([1])), retries=value),
    )


def _rest() -> Iterator[tuple[str, Place]]:
    yield "params_dict", lambda dag_id, value: _base(dag_id, params={"a": value}).task("a")
    yield "params_name", lambda dag_id, value: _base(dag_id, params={value: 1}).task("a")
    yield "param_object", lambda dag_id, value: _base(dag_id, params={"a": Param(value)}).task("a")
    yield "param_schema", lambda dag_id, value: _base(dag_id, params={"a": Param(1, title=value)}).task("a")
    yield "params_default", _params_default
    yield "params_class", lambda dag_id, value: _base(dag_id).task("a", fk.python(noop, fk.params(value)))
    yield "task_params", lambda dag_id, value: _base(dag_id).task("a", params={"a": value})
    yield "cron", lambda dag_id, value: _base(dag_id, schedule=fk.cron(value)).task("a")
    yield (
        "cron_timezone",
        lambda dag_id, value: _base(dag_id, schedule=fk.cron("0 3 * * *", timezone=value)).task("a"),
    )
    yield "schedule_list", lambda dag_id, value: _base(dag_id, schedule=[value]).task("a")
    yield (
        "timetable_cron",
        lambda dag_id, value: _base(dag_id, schedule=CronDataIntervalTimetable(value, timezone="UTC")).task(
            "a"
        ),
    )
    yield (
        "timetable_delta",
        lambda dag_id, value: _base(dag_id, schedule=DeltaDataIntervalTimetable(value)).task("a"),
    )
    yield (
        "start_in_zone",
        lambda dag_id, value: _base(dag_id, start_date=datetime(2026, 1, 1, tzinfo=value)).task("a"),
    )
    yield "asset_name", lambda dag_id, value: _base(dag_id, schedule=Asset(value)).task("a")
    yield "asset_uri", lambda dag_id, value: _base(dag_id).task("a", outlets=[Asset("a", uri=value)])
    yield "asset_group", lambda dag_id, value: _base(dag_id).task("a", inlets=[Asset("a", group=value)])
    yield (
        "asset_extra",
        lambda dag_id, value: _base(dag_id, schedule=[Asset("a", extra={"a": value})]).task("a"),
    )
    yield (
        "outlet_extra",
        lambda dag_id, value: _base(dag_id).task("a", outlets=[Asset("b", extra={"a": value})]),
    )
    yield "asset_alias", lambda dag_id, value: _base(dag_id).task("a", outlets=[AssetAlias(value)])
    yield "inlet", lambda dag_id, value: _base(dag_id).task("a", inlets=[value])
    yield "outlet", lambda dag_id, value: _base(dag_id).task("a", outlets=[value])
    yield "materialized", lambda _, value: fk.materialize(value, noop)
    yield "tag", lambda dag_id, value: _base(dag_id, tags=[value]).task("a")
    yield "owner_link", lambda dag_id, value: _base(dag_id, owner_links={"me": value}).task("a", owner="me")
    yield "owner_of_link", lambda dag_id, value: _base(dag_id, owner_links={value: "https://a.b"}).task("a")
    yield "macro", lambda dag_id, value: _base(dag_id, user_defined_macros={"a": value}).task("a")
    yield "macro_name", lambda dag_id, value: _base(dag_id, user_defined_macros={value: 1}).task("a")
    yield "access", lambda dag_id, value: _base(dag_id, access_control={"role": value}).task("a")
    yield "access_role", lambda dag_id, value: _base(dag_id, access_control={value: {"can_read"}}).task("a")
    yield "callback_list", lambda dag_id, value: _base(dag_id, on_failure_callback=[value]).task("a")
    yield "task_callback_list", lambda dag_id, value: _base(dag_id).task("a", on_failure_callback=[value])
    yield "executor_config_value", lambda dag_id, value: _base(dag_id).task("a", executor_config={"a": value})
    yield "resource", lambda dag_id, value: _base(dag_id).task("a", resources={"cpus": value})
    yield "email_list", lambda dag_id, value: _base(dag_id).task("a", email=[value])
    yield "run_type", lambda dag_id, value: _base(dag_id, allowed_run_types=[value]).task("a")
    yield "search_path", lambda dag_id, value: _base(dag_id, template_searchpath=[value]).task("a")
    yield (
        "jinja_argument",
        lambda dag_id, value: _base(dag_id, jinja_environment_kwargs={"a": value}).task("a"),
    )
    yield "pod_env", lambda dag_id, value: _base(dag_id).task("a", pod=fk.Pod(env={"A": value}))
    yield "pod_env_name", lambda dag_id, value: _base(dag_id).task("a", pod=fk.Pod(env={value: "a"}))
    yield "pod_label", lambda dag_id, value: _base(dag_id).task("a", pod=fk.Pod(labels={"a": value}))
    yield "pod_volume", lambda dag_id, value: _base(dag_id).task("a", pod=fk.Pod(volumes={"/a": value}))
    yield (
        "secret_name",
        lambda dag_id, value: _base(dag_id).task("a", pod=fk.Pod(env_from=[fk.Secret(value)])),
    )
    yield (
        "secret_key",
        lambda dag_id, value: _base(dag_id).task("a", pod=fk.Pod(env={"A": fk.Secret("a", value)})),
    )
    yield "claim", lambda dag_id, value: _base(dag_id).task("a", pod=fk.Pod(volumes={"/a": fk.Claim(value)}))
    yield (
        "empty_dir",
        lambda dag_id, value: _base(dag_id).task("a", pod=fk.Pod(volumes={"/a": fk.EmptyDir(value)})),
    )
    yield (
        "toleration",
        lambda dag_id, value: _base(dag_id).task("a", pod=fk.Pod(tolerations=[fk.Toleration(value)])),
    )
    yield "apply", _with(lambda pipeline, value: pipeline.apply(value))
    yield "built", lambda _, value: value
    yield "raised_text", _raise_with
    yield "raised", _raise


def _raise_with(_: str, value: Any) -> Any:
    raise ValueError(value)


def _raise(_: str, value: Any) -> Any:
    raise value


_OPERATOR: Any = BaseOperator

PLACES: dict[str, Place] = {
    **dict(_ids()),
    **dict(_arguments()),
    **dict(_rest()),
    **{f"setting_{name}": _setting(name) for name in DagSettings.__annotations__},
    **{f"option_{name}": _option(name) for name in TaskOptions.__annotations__},
    **{f"default_{name}": _default(name) for name in TaskOptions.__annotations__},
    **{f"group_{name}": _group(name) for name in GroupSettings.__annotations__},
    "operator_default": _operator_default("rendered"),
    "operator_default_unrendered": _operator_default("colour"),
    "operator_default_group": _operator_default("rendered", grouped=True),
    "operator_default_mapped": _operator_default("rendered", mapped=True),
    **{f"group_default_{name}": _group_default(name) for name in ("owner", "retries", "params", "doc_md")},
    **{f"pod_field_{field.name}": _pod(field.name) for field in attrs.fields(flowkit.Pod)},
    **{f"form_{field.name}": _form(field.name) for field in attrs.fields(flowkit.Form)},
    **{
        f"set_{name}": _sets(name)
        for name in (
            *sorted(_OPERATOR.get_serialized_fields()),
            "operator_extra_links",
            "start_from_trigger",
        )
    },
}
"""All of them, by name."""
