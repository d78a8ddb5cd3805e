"""
Mapped groups, as Airflow runs them: what their tasks take and give, and what a choice inside one skips.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from flowkit.airflow.compat import LOSES_JOINS
from flowkit.base.parsing_context import clear_parsing_context
from tests import support

Outcome: TypeAlias = tuple[str, dict[str, str], dict[str, Any]]
"""The state of a run; the states of its tasks, and what they returned, by task and number of the instance."""

Run: TypeAlias = Callable[..., Outcome]

# `dag.test()` imports Airflow's API server, whose libraries warn.
pytestmark = pytest.mark.filterwarnings("ignore")

HEAD = """
from collections.abc import Sequence
from typing import Any, Literal

import attrs
from airflow.providers.standard.operators.bash import BashOperator

from flowkit import (
    Group, Pipeline, branch, each, each_group, each_group_kwargs, items, operator, over, python, task
)
from flowkit.airflow.dags import register


def double(n: int) -> int:
    return 2 * n

def kind(xs: Sequence[int]) -> str:
    return f"{type(xs).__name__} {list(xs)}"

def same(text: str) -> str:
    return text

"""


_numbers = itertools.count(1)


@pytest.fixture
def run(airflow_home: Path, airflow_db: Path) -> Run:
    """
    A function that runs the pipeline `p` of a file, which starts with `HEAD`.
    """

    def run(text: str) -> Outcome:
        from airflow.models.xcom import XComModel
        from airflow.utils.session import create_session
        from sqlalchemy import select

        clear_parsing_context()  # Airflow 3.1 leaves that of the run before
        # It also remembers a DAG of the same id from an earlier run.
        dag_id = f"mapped_groups_{next(_numbers)}"
        file = airflow_home / "dags" / f"{dag_id}.py"
        file.write_text(HEAD + text.replace('Pipeline("p")', f'Pipeline("{dag_id}")'))
        bag = support.load_dags(file)
        assert not bag.import_errors, bag.import_errors
        dag = bag.dags[dag_id]
        assert " at 0x" not in json.dumps(support.serialized(dag))
        done = dag.test()
        states = {f"{ti.task_id}[{ti.map_index}]": str(ti.state) for ti in done.get_task_instances()}
        with create_session() as session:
            rows = session.execute(
                select(XComModel.task_id, XComModel.map_index, XComModel.value).where(
                    XComModel.dag_id == dag_id,
                    XComModel.run_id == done.run_id,
                    XComModel.key == "return_value",
                )
            ).all()
        file.unlink()
        values = {f"{row.task_id}[{row.map_index}]": row.value for row in rows}
        return str(done.state), states, values

    return run


GATHERED = """
def numbers() -> list[int]:
    return {numbers}

def work(n: int) -> Group[int]:
    doubled = task("double", python(double, n))
    inside = task("inside", python(same, f"copy {{doubled.output}}"))
    nested = Group("more").task("nested", python(same, [doubled.output, f"copy {{doubled.output}}"]))
    return Group("work").then(doubled).then(inside, nested).returns(doubled)

def total(xs: Sequence[int], plus: Sequence[int]) -> str:
    return f"{{sum(xs)}} {{list(plus)}}"

def add_one(n: int) -> int:
    return n + 1

n = task("numbers", python(numbers))
g = each_group(work, over(n.output))
t = task("mapped", each(double, over(n.output)))
rule = "all_done"
register(
    Pipeline("p").then(n).then(g, t).then(
        task("of_group", python(kind, g.output), trigger_rule=rule),
        task("in_list", python(same, [g.output]), trigger_rule=rule),
        task("transformed", python(total, g.output, items.map(add_one, g.output)), trigger_rule=rule),
        task("text_of_group", operator(BashOperator, bash_command=f"echo 'all {{g.output}}'"), trigger_rule=rule),
        task("text_of_task", operator(BashOperator, bash_command=f"echo 'all {{t.output}}'"), trigger_rule=rule),
        task("argument", python(same, f"all {{g.output}}"), trigger_rule=rule),
    )
)
"""


@pytest.mark.parametrize("numbers", [[], [7], [7, 8, 9]], ids=["none", "one", "several"])
def test_the_output_of_a_mapped_group_is_a_sequence(numbers: list[int], run: Run) -> None:
    """
    Outside of the group, for functions and in texts; inside, a task gets the result of its own copy.
    """
    state, _, values = run(GATHERED.format(numbers=numbers))
    doubled = [2 * number for number in numbers]
    assert state == "success"
    assert values["of_group[-1]"] == f"list {doubled}"
    assert values["in_list[-1]"] == [doubled]
    assert values["transformed[-1]"] == f"{sum(doubled)} {[number + 1 for number in doubled]}"
    for task_id in ("text_of_group", "text_of_task", "argument"):
        assert values[f"{task_id}[-1]"] == f"all {doubled}"
    inside = [values[f"work.inside[{index}]"] for index in range(len(numbers))]
    assert inside == [f"copy {number}" for number in doubled]
    nested = [values[f"work.more.nested[{index}]"] for index in range(len(numbers))]
    assert nested == [[number, f"copy {number}"] for number in doubled]


BRANCH = """
class Loud(BashOperator):
    def pre_execute(self, context: Any) -> None:
        self.bash_command = "echo prepared"

calls: list[int] = []

def hook(context: Any) -> None:
    context["ti"].xcom_push("hook", context["ti"].map_index)

def numbers() -> list[int]:
    return [1, 2, 3, 4]

def parity(n: int) -> Literal["odd", "even"]:
    return "odd" if n % 2 else "even"

def odd(n: int) -> str:
    return f"odd {n}"

def even(n: int) -> str:
    return f"even {n}"

def merge(a: str | None, b: str | None) -> str:
    return a or b or "nothing"

def show(texts: Sequence[str]) -> list[str]:
    return list(texts)

def one(n: int) -> Group[str]:
    a, b = task("odd", python(odd, n)), task("even", python(even, n), pre_execute=hook)
    loud = Group("more").task("loud", operator(Loud, bash_command="echo plain"))
    choose = task("choose", branch(parity, n).to({"odd": a, "even": [b, loud]}))
    joined = task("merge", python(merge, a.output, b.output), trigger_rule="none_failed_min_one_success")
    return Group("one").then(choose).then(a, b, loud).then(joined).returns(joined)

n = task("numbers", python(numbers))
g = each_group(one, over(SOURCE))
register(Pipeline("p").then(n).then(g).task("show", python(show, g.output)))
"""


@pytest.mark.parametrize("source", ["n.output", "[1, 2, 3, 4]"])
def test_a_branch_in_a_mapped_group_skips_in_its_own_copy(source: str, run: Run) -> None:
    """
    Over outputs and over lists; into groups, past a user's `pre_execute` and that of a class.
    """
    text = BRANCH.replace("SOURCE", source)
    if LOSES_JOINS:
        text = text.replace("none_failed_min_one_success", "none_failed")
    state, states, values = run(text)
    assert state == "success"
    assert states["show[-1]"] == "success"
    assert values["show[-1]"] == ["odd 1", "even 2", "odd 3", "even 4"]
    skipped = {name for name, state in states.items() if state == "skipped"}
    assert skipped == {
        *("one.odd[1]", "one.odd[3]", "one.even[0]", "one.even[2]"),
        *("one.more.loud[0]", "one.more.loud[2]"),
    }
    assert values["one.more.loud[1]"] == "prepared"


SHORT = """
def numbers() -> list[int]:
    return [0, 1]

def is_positive(n: int) -> bool:
    return n > 0

def show(xs: Sequence[int]) -> list[int]:
    return list(xs)

def one(n: int) -> Group[int]:
    used = task("use", python(double, n))
    late = task("late", python(double, n), trigger_rule="all_done")
    check = task("ok", python(is_positive, n).by("short_circuit", ignore_downstream_trigger_rules=IGNORE))
    return Group("one").then(check).then(used).then(late).returns(used)

n = task("numbers", python(numbers))
g = each_group(one, over(SOURCE))
register(Pipeline("p").then(n).then(g).task("show", python(show, g.output), trigger_rule="none_failed"))
"""


@pytest.mark.parametrize("ignore", [True, False])
@pytest.mark.parametrize("source", ["n.output", "[0, 1]"])
def test_a_short_circuit_in_a_mapped_group_skips_in_its_own_copy(source: str, ignore: bool, run: Run) -> None:
    """
    All that is below it, or only what comes next.
    """
    state, states, values = run(SHORT.replace("SOURCE", source).replace("IGNORE", str(ignore)))
    assert (state, values["show[-1]"]) == ("success", [2])
    skipped = {name for name, state in states.items() if state == "skipped"}
    assert skipped == ({"one.use[0]", "one.late[0]"} if ignore else {"one.use[0]"})


RECORDS = """
@attrs.frozen
class Database:
    host: str

@attrs.frozen
class Source:
    table: str
    database: Database
    tags: frozenset[str] = frozenset({"b", "a"})
    owner: str = "{{ task.task_id }}"

def load(source: Source, table: str, host: str) -> str:
    return f"{source.table} {sorted(source.tags)} {source.owner} {table} {host}"

def nested(found: dict[str, Any]) -> str:
    return f"{found['all'][0]}"

def one(source: Source, text: str) -> Group[str]:
    loaded = task("load", python(load, source, source.table, source.database.host))
    more = task("more", python(nested, {"all": [source.database]}))
    return Group("one").then(loaded, more, task("text", python(same, text))).returns(loaded)

sources = [Source("users", Database("a")), Source("orders", Database("b"))]
register(Pipeline("p").then(each_group(one, over(sources), "{{ task.task_id }}")))
"""


def test_a_group_is_mapped_over_configuration_objects(run: Run) -> None:
    """
    Its tasks take the object, or fields of it; texts in it are rendered.
    """
    state, _, values = run(RECORDS)
    assert state == "success"
    assert [values["one.load[0]"], values["one.load[1]"]] == [
        "users ['a', 'b'] one.load users a",
        "orders ['a', 'b'] one.load orders b",
    ]
    assert [values["one.more[0]"], values["one.more[1]"]] == ["Database(host='a')", "Database(host='b')"]


SETS = """
def sets() -> list[dict[str, str]]:
    return [{"a": "x"}, {"a": "y", "b": "z"}]

def join(a: str, b: str, c: str) -> str:
    return a + b + c

def one(a: str, b: str = "default", c: str = "") -> Group[str]:
    joined = task("join", python(join, a, b, c))
    return Group("one").then(joined).returns(joined)

def show(texts: Sequence[str]) -> list[str]:
    return list(texts)

s = task("sets", python(sets))
g = each_group_kwargs(one, SOURCE, c="!")
register(Pipeline("p").then(s).then(g).task("show", python(show, g.output)))
"""


@pytest.mark.parametrize("source", ["s.output", '[{"a": "x"}, {"a": "y", "b": "z"}]'])
def test_a_group_is_mapped_over_sets_of_arguments(source: str, run: Run) -> None:
    """
    What a set lacks has the default of the function.
    """
    state, _, values = run(SETS.replace("SOURCE", source))
    assert (state, values["show[-1]"]) == ("success", ["xdefault!", "yz!"])


TEMPLATES = """
@attrs.frozen
class Job:
    day: str
    path: str
    more: dict[str, str]

def where() -> str:
    return "/data"

def show(job: Job) -> str:
    return f"{job.day} {job.path} {job.more}"

def by_key(job: dict[str, str]) -> str:
    return f"{job}"

def tags(values: frozenset[str]) -> list[str]:
    return sorted(values)

w = task("where", python(where))
job = Job("{{ task.task_id }}", f"{w.output}/x", {"k": f"{w.output}/{{{{ task.task_id }}}}"})
register(
    Pipeline("p").then(w).then(
        task("record", python(show, job)),
        task("mapping", python(by_key, {"day": "{{ task.task_id }}", "path": f"{w.output}/x"})),
        task("set", python(tags, frozenset({"{{ task.task_id }}", "plain"}))),
        task("mapped", each(show, over([job]))),
    )
)
"""


def test_templates_in_records_are_rendered(run: Run) -> None:
    """
    As they are in dicts, lists and sets.
    """
    state, _, values = run(TEMPLATES)
    assert state == "success"
    assert values["record[-1]"] == "record /data/x {'k': '/data/record'}"
    assert values["mapping[-1]"] == "{'day': 'mapping', 'path': '/data/x'}"
    assert values["set[-1]"] == ["plain", "set"]
    assert values["mapped[0]"] == "mapped /data/x {'k': '/data/mapped'}"


CONSTRUCTORS = """
@attrs.frozen
class Job:
    path: Any
    day: str = "{{ task.task_id }}"

class Count(BashOperator):
    template_fields = (*BashOperator.template_fields, "tags", "job")

    def __init__(self, tags: Any = None, job: Any = None, **kwargs: Any) -> None:
        super().__init__(bash_command="true", **kwargs)
        self.tags, self.job = tags, job
        self.seen = f"{type(tags).__name__} {type(job).__name__}"

    def execute(self, context: Any) -> Any:
        tags = sorted(self.tags) if self.tags else None
        return [self.seen, type(self.tags).__name__, tags, repr(self.job)]

def where() -> str:
    return "/data"

w = task("where", python(where))
register(
    Pipeline("p").then(w).then(
        task("sets", operator(Count, tags={"b", "a"}, job=Job("x"))),
        task("frozen", operator(Count, tags=frozenset({"{{ task.task_id }}", "a"}), job=Job(w.output))),
        task("mapped", operator(Count, tags=over([{"b", "a"}, {"c"}]), job=Job(f"{w.output}/x"))),
    )
)
"""


def test_constructors_get_real_values(run: Run) -> None:
    """
    Sets and records, of mapped operators, too. The fields hold the final values when the task runs.
    """
    state, _, values = run(CONSTRUCTORS)
    assert state == "success"
    assert values["sets[-1]"] == ["set Job", "set", ["a", "b"], "Job(path='x', day='sets')"]
    assert values["frozen[-1]"] == [
        "frozenset Job",
        "frozenset",
        ["a", "frozen"],
        "Job(path='/data', day='frozen')",
    ]
    assert values["mapped[0]"] == ["set Job", "set", ["a", "b"], "Job(path='/data/x', day='mapped')"]
    assert values["mapped[1]"] == ["set Job", "set", ["c"], "Job(path='/data/x', day='mapped')"]


CURES = """
def numbers() -> list[int]:
    return [1, 2]

def pair(n: int, m: int) -> str:
    return f"{n}/{m}"

def work(n: int) -> Group[int]:
    doubled = task("double", python(double, n))
    return Group("work").then(doubled).returns(doubled)

def listed(xs: Sequence[int]) -> list[int]:
    return list(xs)

def pairs(n: int, m: int) -> Group[str]:
    made = task("pair", python(pair, n, m))
    return Group("pairs").then(made).returns(made)

def show(texts: Sequence[str]) -> list[str]:
    return list(texts)

n = task("numbers", python(numbers))
g = each_group(work, over(n.output))
between = task("between", python(listed, g.output))
p = each_group(pairs, over(n.output), over([7, 8]))
register(
    Pipeline("p").then(n).then(g, p).then(between).then(
        task("again", each(double, over(between.output))),
        task("show", python(show, p.output)),
    )
)
"""


def test_the_cures_that_messages_name(run: Run) -> None:
    """
    A task between a mapped group and what is mapped over its output; a group over pairs in place of nested groups.
    """
    state, _, values = run(CURES)
    assert state == "success"
    assert [values["again[0]"], values["again[1]"]] == [4, 8]
    assert values["show[-1]"] == ["1/7", "1/8", "2/7", "2/8"]
