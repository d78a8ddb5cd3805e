"""
The differences between two plans, in terms of pipelines: settings, schedules, defaults, groups, tasks and edges.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, TypeAlias, final

import attrs

from flowkit.report.json_patch import same
from flowkit.report.plan import Plan
from flowkit.report.value_text import format_call, format_kwargs, format_value, short_name

Kind: TypeAlias = Literal["added", "removed", "changed", "moved"]


@final
@attrs.frozen
class Detail:
    """
    One value that changed.
    """

    name: str

    before: str | None = None
    """The value as short text; `None` if there was none, or there is nothing to show."""

    after: str | None = None

    note: str = ""
    """A remark shown after the values."""


@final
@attrs.frozen
class Change:
    """
    A change to one part of a pipeline.
    """

    kind: Kind
    what: Literal["schedule", "setting", "default", "operator default", "group", "task", "edge"]
    name: str
    """The id of the task or the group, the name of the setting or the default."""

    details: tuple[Detail, ...] = ()

    was: str | None = None
    """The former id of a task that moved."""


def changes(old: Plan, new: Plan) -> tuple[Change, ...]:
    """
    Return the differences between two plans of one pipeline; an empty tuple if they are equal.
    """
    if same(old, new):
        return ()
    found = [
        *_settings(old["settings"], new["settings"]),
        *_defaults(old, new),
        *_nodes("group", old["groups"], new["groups"], _group_text),
        *_tasks(old["tasks"], new["tasks"]),
    ]
    waits = any(detail.name == "waits for" for change in found for detail in change.details)
    return (*found, *_edges(old, new, labels_only=waits))


def _settings(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for detail in differences(old, new, depth=1):
        what: Literal["schedule", "setting"] = "schedule" if detail.name == "schedule" else "setting"
        yield Change(_kind(detail), what, detail.name, (detail,))


def _kind(detail: Detail) -> Kind:
    if detail.before is None and detail.after is not None:
        return "added"
    return "removed" if detail.after is None and detail.before is not None else "changed"


def _defaults(old: Plan, new: Plan) -> Iterator[Change]:
    for detail in differences(old["defaults"], new["defaults"], depth=1):
        count = sum(detail.name not in task.get("options", {}) for task in new["tasks"].values())
        note = f"{count} of {len(new['tasks'])} tasks have none of their own"
        yield Change(_kind(detail), "default", detail.name, (attrs.evolve(detail, note=note),))
    before, after = (plan.get("operator_defaults", {}) for plan in (old, new))
    for detail in differences(before, after, depth=1):
        plan = old if detail.after is None else new
        sources = [task.get("inherited", {}).get(detail.name, "") for task in plan["tasks"].values()]
        note = f"{sources.count(None)} of {len(sources)} tasks take it"
        yield Change(_kind(detail), "operator default", detail.name, (attrs.evolve(detail, note=note),))


def _nodes(
    what: Literal["group", "task"],
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    text: Callable[[Any], str],
) -> Iterator[Change]:
    for name in [name for name in old if name not in new]:
        yield Change("removed", what, name, (Detail("", before=text(old[name])),))
    for name, node in new.items():
        if name not in old:
            yield Change("added", what, name, (Detail("", after=text(node)),))
        elif details := tuple(_node_details(old[name], node)):
            yield Change("changed", what, name, details)


def _node_details(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Detail]:
    for name in ("id", "group", "role", "on_failure_fail_dagrun", "multiple_outputs"):
        if not same(old.get(name), new.get(name)):
            yield Detail(name, _optional_value(old, name), _optional_value(new, name))
    yield from _runs(old.get("runs"), new.get("runs"))
    yield from differences(old.get("options", {}), new.get("options", {}))
    yield from differences(old.get("settings", {}), new.get("settings", {}))
    for detail in differences(old.get("defaults", {}), new.get("defaults", {})):
        yield attrs.evolve(detail, name=f"default {detail.name}")
    for detail in differences(old.get("operator_defaults", {}), new.get("operator_defaults", {})):
        yield attrs.evolve(detail, name=f"operator default {detail.name}")
    # New and removed defaults are changes of their own, with the number of tasks.
    before, after = old.get("inherited", {}), new.get("inherited", {})
    for name in before.keys() & after.keys():
        if before[name] != after[name]:
            yield Detail(
                name, *(f"from {source or 'the pipeline'}" for source in (before[name], after[name]))
            )
    yield from differences({"mapped": old.get("mapped")}, {"mapped": new.get("mapped")})
    waited, waits = old.get("upstream", []), new.get("upstream", [])
    if waited != waits:
        gone = [one for one in waited if one not in waits]
        come = [one for one in waits if one not in waited]
        yield Detail("waits for", ", ".join(gone) or None, ", ".join(come) or None)


def _optional_value(values: Mapping[str, Any], name: str) -> str | None:
    return None if values.get(name) is None else format_value(values[name])


def _runs(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Iterator[Detail]:
    if old is None or new is None or _callee(old) != _callee(new):
        if not same(old, new):
            yield Detail("runs", format_call(old), format_call(new))
    elif old["kind"] == "each":
        yield from differences({"over": old.get("over", {})}, {"over": new.get("over", {})}, flat=True)
        yield from differences(
            {"kwargs_sets": old.get("kwargs_sets")}, {"kwargs_sets": new.get("kwargs_sets")}
        )
        yield from _call(old["call"], new["call"])
    else:
        yield from _call(old, new)


def _call(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Detail]:
    before, after = old.get("args", []), new.get("args", [])
    if len(before) == len(after):
        for at, (one, other) in enumerate(zip(before, after, strict=True), 1):
            yield from differences({f"argument {at}": one}, {f"argument {at}": other})
    else:
        yield Detail("arguments", format_value(before), format_value(after))
    yield from differences(old.get("kwargs", {}), new.get("kwargs", {}))
    kept = {"function", "operator", "decorator", "routes", "multiple", "asset", "method", "settings"}
    yield from differences(
        *({name: one[name] for name in sorted(kept & one.keys())} for one in (old, new)), flat=True
    )


def _callee(runs: Mapping[str, Any]) -> tuple[Any, ...]:
    inner = runs.get("call", runs)
    called = inner.get("function") or inner.get("operator") or {}
    return runs["kind"], inner["kind"], called.get("$"), called.get("name")


def differences(old: Any, new: Any, *, depth: int = 3, flat: bool = False) -> Iterator[Detail]:
    """
    Yield the values that differ, by name, including nested ones.

    Args:
        old: Values of a plan, by name.

        new: The same values in the newer plan.

        depth: The maximum depth of names: `env.REGION` has depth 2.

        flat: Whether to omit the outermost name from nested names.
    """
    for name in dict.fromkeys([*old, *new]):
        if name not in old:
            yield Detail(name, None, format_value(new[name]))
        elif name not in new:
            yield Detail(name, format_value(old[name]), None)
        elif not same(old[name], new[name]):
            yield from _value(name, old[name], new[name], depth, "" if flat else f"{name}.")


def _value(name: str, old: Any, new: Any, depth: int, prefix: str) -> Iterator[Detail]:
    if isinstance(old, dict) and isinstance(new, dict) and old.get("$") == new.get("$"):
        kind = old.get("$")
        if kind in {"function", "class"} and old["name"] == new["name"]:
            yield from _source(old, new)
            return
        if depth > 1 and (kind is None or "." in str(kind)):
            for detail in differences(old, new, depth=depth - 1):
                yield attrs.evolve(detail, name=f"{prefix}{detail.name}")
            return
    before, after = format_value(old), format_value(new)
    if before == after:
        # The difference is hidden, or in the truncated part of the text.
        before, after = "…", "…"
        if "hidden" in str(old):
            yield Detail(name, note="a hidden value changed")
            return
    yield Detail(name, before, after)


def _source(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Detail]:
    name = short_name(old["name"])
    if old.get("source") != new.get("source"):
        yield Detail(f"body of {name}", note="changed")
    if old.get("hidden") != new.get("hidden"):
        yield Detail(f"body of {name}", note="a hidden value changed")
    before, after = old.get("reaches", {}), new.get("reaches", {})
    for reached in dict.fromkeys([*before, *after]):
        one, other = before.get(reached), after.get(reached)
        if same(one, other) and (reached in before) == (reached in after):
            continue
        sources = [item for item in (one, other) if isinstance(item, dict) and item.get("$") == "source"]
        if len(sources) == 2:
            yield Detail(f"body of {short_name(reached)}, which {name} uses", note="changed")
        elif not sources:
            title = f"{short_name(reached)}, which {name} uses"
            values = (_optional_value(before, reached), _optional_value(after, reached))
            is_hidden = values[0] == values[1] and "hidden" in str(one)
            yield Detail(title, note="a hidden value changed") if is_hidden else Detail(title, *values)
        elif old.get("source") == new.get("source"):
            yield Detail(f"{name} uses {short_name(reached)}", note="no longer" if one else "now")


def _tasks(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    moves = _moves(old, new)
    for change in _nodes("task", old, new, _task_text):
        if change.kind == "removed" and change.name in moves.values():
            continue
        if change.kind == "added" and change.name in moves:
            was = moves[change.name]
            moved = {**new[change.name], "id": old[was]["id"], "group": old[was].get("group")}
            yield Change("moved", "task", change.name, tuple(_node_details(old[was], moved)), was)
            continue
        yield change


def _moves(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, str]:
    """
    Return the old id, by new id, of tasks that were only renamed or moved to another group.

    Only if unambiguous: exactly one removed task and one added task do the same work, and they do some work.
    """
    gone = {name: task for name, task in old.items() if name not in new}
    come = {name: task for name, task in new.items() if name not in old}
    found: dict[str, str] = {}
    for name, task in come.items():
        for alike in (_same_id, _same_work):
            before = [one for one in gone if alike(gone[one], task)]
            after = [one for one in come if alike(gone[before[0]], come[one])] if len(before) == 1 else []
            if after == [name] and before[0] not in found.values():
                found[name] = before[0]
                break
    return found


def _same_id(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    # In another group, it still calls the same function.
    called = [None if task.get("runs") is None else _callee(task["runs"]) for task in (one, other)]
    return bool(one["id"] == other["id"] and called[0] == called[1])


def _same_work(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return "runs" in one and all(
        same(one.get(part), other.get(part)) for part in ("runs", "options", "group", "upstream")
    )


def _task_text(task: Mapping[str, Any]) -> str:
    runs = [format_call(task["runs"])] if "runs" in task else []
    upstream = [f"after {', '.join(task['upstream'])}"] if "upstream" in task else []
    options = [f"[{format_kwargs(task['options'])}]"] if "options" in task else []
    return " ".join([*runs, *upstream, *options])


def _group_text(group: Mapping[str, Any]) -> str:
    parts = [format_kwargs({**group.get("settings", {}), **group.get("defaults", {})})]
    if group.get("operator_defaults"):
        parts.append(f"for operators: {format_kwargs(group['operator_defaults'])}")
    return ", ".join(filter(None, parts))


def _edges(old: Plan, new: Plan, *, labels_only: bool) -> Iterator[Change]:
    before, after = old["edges"], new["edges"]
    nodes = [{*plan["tasks"], *plan["groups"]} for plan in (old, new)]
    for name in dict.fromkeys([*before, *after]):
        ends = set(name.split(" >> "))
        both = name in before and name in after
        if both and before[name] != after[name]:
            label = Detail("label", _optional_value(before, name), _optional_value(after, name))
            yield Change("changed", "edge", name, (label,))
        elif not both and not labels_only and ends <= (nodes[0] & nodes[1]):
            yield Change("added" if name in after else "removed", "edge", name)
