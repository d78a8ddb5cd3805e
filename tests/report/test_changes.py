"""
What is different between plans: found, told, and carried over by a patch.
"""

from __future__ import annotations

import copy
import json
from datetime import datetime, timezone
from typing import Any

import pytest
from airflow.providers.standard.operators.bash import BashOperator
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from flowkit import Group, Pipeline, Pod, cron, each, label, native, operator, over, python, task
from flowkit.base.errors import PipelineError
from flowkit.base.sensitive import Masking
from flowkit.report.changes import changes
from flowkit.report.comparison import Comparison, compare
from flowkit.report.comparison_text import lines_of, summary_text
from flowkit.report.json_patch import apply, patch, same
from flowkit.report.markdown import markdown
from flowkit.report.plan import VERSION, plan_of
from flowkit.report.plan_values import Writer
from flowkit.report.tree import rows_of
from tests.resolve.oracle import GroupPlan
from tests.resolve.plans import Writer as Builder
from tests.resolve.plans import pipelines

NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
KEY = b"k" * 32

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.floats(allow_nan=False) | st.text("ab~/", max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("ab~/$", max_size=2), inner, max_size=4)
    ),
)


def _document(*made: Pipeline, key: bytes | None = KEY) -> dict[str, Any]:
    writer = Writer(Masking(key=key))
    specs = [one.build() for one in made]
    return {
        "flowkit_plan": VERSION,
        "pipelines": {one.dag_id: plan_of(one, writer) for one in specs},
        "locations": {},
    }


def _drawn(plan: GroupPlan) -> dict[str, Any]:
    try:
        return _document(Builder().pipeline(plan))
    except PipelineError:  # a circle, for example
        reject()


@given(JSON, JSON)
def test_a_patch_leads_from_any_value_to_any_other(old: Any, new: Any) -> None:
    """And leaves both as they were."""
    before = copy.deepcopy(old)
    result = apply(old, json.loads(json.dumps(list(patch(old, new)))))

    assert same(result, new)
    assert same(old, before)
    assert (not list(patch(old, new))) == same(old, new)


@given(pipelines(), pipelines(), st.booleans())
@settings(deadline=None, max_examples=80)
def test_a_patch_leads_from_any_pipeline_to_any_other(old: GroupPlan, new: GroupPlan, keep: bool) -> None:
    """The JSON of `flowkit diff`, applied to the old plan, gives the new one; what changed is told as well."""
    before, after = _drawn(old), _drawn(new)
    # Beside the two, one that comes, one that goes or one that stays.
    after["pipelines"]["other"] = after["pipelines"]["p"]
    if keep:
        before["pipelines"]["other"] = after["pipelines"]["other"]
    found = compare(before, after)

    assert apply(before, json.loads(json.dumps(found.patch))) == after
    changed = [one.dag_id for one in found.pipelines if one.kind == "changed"]
    assert changed == ([] if before["pipelines"]["p"] == after["pipelines"]["p"] else ["p"])
    assert all(one.changes for one in found.pipelines if one.kind == "changed")
    assert found.count("added") == (not keep)


@given(pipelines())
@settings(deadline=None, max_examples=40)
def test_a_pipeline_written_again_is_no_change(plan: GroupPlan) -> None:
    """Its tasks are other objects; what they say is the same."""
    found = compare(_drawn(plan), _drawn(plan))

    assert found == Comparison((), 1, ())


def test_a_patch_of_others_is_refused() -> None:
    """Operations that flowkit does not make, and targets that are not there."""
    with pytest.raises(ValueError, match="'move'"):
        apply({}, [{"op": "move", "path": "/a", "from": "/b"}])
    with pytest.raises(KeyError):
        apply({}, [{"op": "remove", "path": "/a"}])


def one() -> int:
    """Does one thing."""
    return 1


def two() -> int:
    """Does another."""
    return 2


def takes(*values: object, **named: object) -> None:
    """Takes anything."""


def _told(old: Pipeline, new: Pipeline) -> list[str]:
    found = compare(_document(old), _document(new))
    (changed,) = found.pipelines
    lines = [*lines_of(changed, NOW)]
    assert lines[0].text == "~ p"
    return [f"{'  ' * (line.depth - 1)}{line.text}" for line in lines[1:]]


BASE = Pipeline("p")
A = BASE.task("a", python(one))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (BASE.task("a"), BASE.task("a").task("b", python(one)), ["+ task b: python one() after a"]),
        (BASE.task("a").task("b"), BASE.task("a"), ["- task b: after a"]),
        (A, BASE.task("a", python(two)), ["~ task a", "  runs: python one() → python two()"]),
        (A, BASE.task("a", python(one), retries=3), ["~ task a", "  retries: 3, new"]),
        (
            A.defaults(retries=1),
            A.defaults(retries=2),
            ["~ default retries: 1 → 2 (1 of 1 task have none of their own)"],
        ),
        (
            A,
            A.defaults(pod=Pod(cpu="1")),
            ["+ default pod: Pod(cpu='1') (1 of 1 task have none of their own)"],
        ),
        (A, A.settings(tags=["x"]), ["+ setting tags: ['x']"]),
        (A.settings(catchup=True), A, ["- setting catchup: True"]),
        (
            BASE.task("a", pod=Pod(cpu="1", memory="1Gi")),
            BASE.task("a", pod=Pod(cpu="2", memory="1Gi")),
            ["~ task a", "  pod.cpu: '1' → '2'"],
        ),
        (
            BASE.task("a", operator(BashOperator, bash_command="x", env={"REGION": "eu", "TOKEN": "x"})),
            BASE.task("a", operator(BashOperator, bash_command="x", env={"REGION": "us", "TOKEN": "y"})),
            ["~ task a", "  env.REGION: 'eu' → 'us'", "  env.TOKEN: a hidden value changed"],
        ),
        (
            BASE.task("a", python(takes, 1, x=True)),
            BASE.task("a", python(takes, 2, x=1)),
            ["~ task a", "  argument 1: 1 → 2", "  x: True → 1"],
        ),
        (
            BASE.task("a", python(takes, 1)),
            BASE.task("a", python(takes, 1, 2)),
            ["~ task a", "  arguments: [1] → [1, 2]"],
        ),
        (
            BASE.task("a", each(takes, value=over([1]))),
            BASE.task("a", each(takes, value=over([1, 2]))),
            ["~ task a", "  value: [1] → [1, 2]"],
        ),
        (
            BASE.then(Group("g").task("a", python(one))),
            BASE.then(Group("h").task("a", python(one))),
            ["- group g", "+ group h", "~ task g.a → h.a: to Airflow another task, without history"],
        ),
        (
            BASE.task("a", python(one)),
            BASE.task("b", python(one)),
            ["~ task a → b: to Airflow another task, without history"],
        ),
        (
            BASE.then(Group("g", tooltip="x").task("a")),
            BASE.then(Group("g", tooltip="y").task("a")),
            ["~ group g", "  tooltip: 'x' → 'y'"],
        ),
        (
            BASE.task("a").task("b").task("c"),
            BASE.task("a").task("b").task("c", after="a"),
            ["~ task c", "  waits no longer for b, now for a"],
        ),
    ],
)
def test_each_kind_of_change_is_told(old: Pipeline, new: Pipeline, told: list[str]) -> None:
    """In the words of the author, and once."""
    assert _told(old, new) == [line.replace("1 task have", "1 tasks have") for line in told]


def test_two_tasks_alike_are_not_taken_for_moved() -> None:
    """Where it is not certain which became which, they come and go."""
    old = BASE.add(task("a", python(one)), task("b", python(one)))
    new = BASE.add(task("c", python(one)), task("d", python(one)))

    assert {line[0] for line in _told(old, new)} == {"-", "+"}


def test_a_label_is_a_change_of_an_edge() -> None:
    """Between tasks that stay as they are."""
    a, b = task("a"), task("b")

    assert _told(BASE.add(a >> b), BASE.add(a >> label("x") >> b)) == ["~ edge a >> b", "  label: 'x', new"]


def test_a_schedule_is_told_with_its_next_runs() -> None:
    """Before and after, in the zone of each."""
    told = _told(
        A.settings(schedule="@daily"), A.settings(schedule=cron("0 5 * * *", timezone="Europe/Berlin"))
    )

    assert told == [
        "~ schedule: @daily (0 0 * * *, UTC) → 0 5 * * * (Europe/Berlin)",
        "next runs before: 2026-03-02 00:00 UTC, 2026-03-03 00:00 UTC, 2026-03-04 00:00 UTC",
        "next runs after: 2026-03-02 05:00 CET, 2026-03-03 05:00 CET, 2026-03-04 05:00 CET",
    ]


def test_hidden_values_change_only_where_both_sides_are_live() -> None:
    """A kept plan has nothing that a secret could be told by; then the diff is silent, and never wrong."""
    old, new = (BASE.task("a", python(takes, password=text)) for text in ("hunter2", "hunter3"))
    live = compare(_document(old), _document(new))
    kept = compare(_document(old, key=None), _document(new, key=None))

    assert live.pipelines[0].changes[0].details[0].note == "a hidden value changed"
    assert live.patch == (
        {"op": "replace", "path": "/pipelines/p/tasks/a/runs/kwargs/password", "value": {"$": "hidden"}},
    )
    assert "digest" not in json.dumps(live.patch)
    assert apply(_document(old, key=None), live.patch) == _document(new, key=None)
    assert kept.pipelines == ()


def _markdown(old: list[Pipeline], new: list[Pipeline], **more: Any) -> str:
    return markdown(compare(_document(*old), _document(*new)), "main", "the working tree", NOW, **more)


def test_markdown_folds_and_draws() -> None:
    """A section for each pipeline, with a picture of what came, went and changed."""
    text = _markdown([A.task("b")], [A.task("c", retries=1)])

    assert text.startswith(
        "### Pipelines\n\n1 changed, 0 unchanged. Before: `main`; after: `the working tree`.\n"
    )
    assert "<summary>~ <b>p</b> changed: 1 task removed, 1 task added</summary>" in text
    assert "- added task `c`: `after a [retries=1]`" in text
    assert text.count("```mermaid\nflowchart LR\n") == 1
    assert "    class t2 added\n" in text
    assert text.count("<details") == text.count("</details>") == 1


def test_markdown_lets_no_value_out_of_its_code() -> None:
    """Neither backticks, nor HTML, nor names that would send a message."""
    text = _markdown([A], [A.settings(description="`</details> @everybody ``x``\n\n# head")])

    (line,) = (line for line in text.splitlines() if "everybody" in line)
    assert line.startswith("- added setting: ``` description: '`</details>")
    assert line.endswith("```")


def test_markdown_fits_a_comment() -> None:
    """However much changed: what has no room is named."""
    many = [Pipeline(f"pipeline_{number}").task("a").task("b").task("c") for number in range(900)]
    text = _markdown([], many)

    assert len(text) <= 60_000
    assert "more, omitted to fit the size limit: " in text
    assert text.count("```mermaid") == 20


def test_no_change_is_said() -> None:
    """In one line."""
    assert summary_text(compare(_document(A), _document(A)), "main", "here") == (
        "No changes: 1 unchanged. Before: main; after: here."
    )
    assert changes(_document(A)["pipelines"]["p"], _document(A)["pipelines"]["p"]) == ()


def test_a_changed_secret_that_a_function_uses_is_not_shown() -> None:
    """Neither is what stands for it, twice."""

    def plan(digest: str) -> Any:
        hidden = {"$": "hidden", "digest": digest}
        function = {"$": "function", "name": "m.f", "source": "1", "reaches": {"m.API_KEY": hidden}}
        task = {"id": "a", "runs": {"kind": "python", "function": function}}
        return {"settings": {}, "defaults": {}, "groups": {}, "tasks": {"a": task}, "edges": {}}

    (change,) = changes(plan("1"), plan("2"))

    assert [(one.name, one.before, one.note) for one in change.details] == [
        ("API_KEY, which f uses", None, "a hidden value changed")
    ]


def test_arguments_for_operators_are_defaults_with_a_source() -> None:
    """What changed, for how many tasks, and where a task has it from."""

    def made(cwd: str, nearer: str | None, **more: object) -> Pipeline:
        group = Group("g").task("b", operator(BashOperator, bash_command="b"))
        pipeline = (
            Pipeline("p").operator_defaults(cwd=cwd).task("a", operator(BashOperator, bash_command="a"))
        )
        group = group if nearer is None else group.operator_defaults(cwd=nearer)
        return pipeline.operator_defaults(**more).then(group)

    assert _told(made("/a", None), made("/b", None)) == [
        "~ operator default cwd: '/a' → '/b' (2 of 2 tasks take it)"
    ]
    assert _told(made("/a", None), made("/a", "/g")) == [
        "~ group g",
        "  operator default cwd: '/g', new",
        "~ task g.b",
        "  cwd: from the pipeline → from g",
    ]
    assert _told(made("/a", None), made("/a", None, append_env=True)) == [
        "+ operator default append_env: True (2 of 2 tasks take it)"
    ]
    plan = _document(made("/a", "/g"))["pipelines"]["p"]
    assert plan["operator_defaults"] == {"cwd": "/a"}
    assert plan["tasks"]["g.b"]["inherited"] == {"cwd": "g"}
    assert plan["tasks"]["a"]["inherited"] == {"cwd": None}
    rows = [(row.name, row.options) for row in rows_of("p", plan, {"": "", "a": "", "g": "", "g.b": ""})]
    assert rows == [
        ("a", "cwd='/a' from the pipeline"),
        ("g", "for operators: cwd='/g'"),
        ("b", "cwd='/g' from g"),
    ]


def test_arguments_for_operators_are_masked() -> None:
    """By name, as other arguments, in plans and in what changed."""

    def made(secret: str) -> Pipeline:
        pipeline = Pipeline("p").operator_defaults(env={"API_TOKEN": secret})
        return pipeline.task("a", operator(BashOperator, bash_command="a"))

    old, new = made("S3CR3T-1"), made("S3CR3T-2")
    assert "S3CR3T" not in json.dumps(_document(old))
    told = _told(old, new)
    assert len(told) == 1
    assert "S3CR3T" not in told[0]


def test_what_changes_in_a_native_task() -> None:
    """
    Its function, its arguments, and what Airflow's decorators got.
    """
    from airflow.sdk import task as airflow_task

    def decorated(**kwargs: Any) -> Any:
        return airflow_task(**kwargs)(one)

    old = BASE.task("a", native(takes, 1, table="t"))
    assert _told(old, BASE.task("a", native(takes, 2, table="t"))) == ["~ task a", "  argument 1: 1 → 2"]
    assert _told(old, BASE.task("a", native(takes, 1, table="u"))) == ["~ task a", "  table: 't' → 'u'"]
    assert _told(old, BASE.task("a", python(takes, 1, table="t"))) == [
        "~ task a",
        "  runs: native takes(1, table='t') → python takes(1, table='t')",
    ]
    before, after = (BASE.task("a", native(decorated(retries=number))) for number in (2, 3))
    assert _told(before, after) == ["~ task a", "  retries: 2 → 3"]
