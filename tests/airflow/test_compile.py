"""
A spec becomes the DAG that a person would have written by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib.metadata import version
from types import MappingProxyType
from typing import Any, get_args

import pytest

from flowkit import Group, Pipeline, PipelineError, Pod, chain, cron, label, operator, python, task
from flowkit.model import calls
from flowkit.model.calls import Call, Decorator
from tests import support

AIRFLOW_VERSION = version("apache-airflow")
START = datetime(2026, 1, 1)


def fetch(table: str) -> list[int]:
    """
    Fetch the rows of *table*.
    """
    return [len(table)]


def total(rows: list[int], factor: int = 1) -> int:
    return sum(rows) * factor


def name_both(owner: str, retries: int) -> None: ...


def compiled(pipeline: Pipeline) -> Any:
    """
    Return the DAG of *pipeline*.
    """
    from flowkit.airflow.compile import compile_pipeline

    return compile_pipeline(pipeline.build(), fileloc=__file__)


def problems(pipeline: Pipeline) -> list[str]:
    """
    Return the problems that compiling *pipeline* raises.
    """
    with pytest.raises(PipelineError) as caught:
        compiled(pipeline)
    return [f"{problem.code} {problem.message} {problem.hint}" for problem in caught.value.problems]


def comparable(dag: Any) -> dict[str, Any]:
    """
    Return the serialized form without what differs by where a DAG was written.
    """
    data: dict[str, Any] = support.serialized(dag)
    for name in ("fileloc", "relative_fileloc", "doc_md"):
        data["dag"].pop(name, None)
    return data


def test_every_kind_of_action_has_a_compiler() -> None:
    """
    The table of compilers covers all that a task can do.
    """
    from flowkit.airflow.tasks import COMPILERS

    assert {type(None), *get_args(Call)} == set(COMPILERS)


def test_every_kind_of_reference_has_a_compiler() -> None:
    """
    The table of compilers of values covers all that stands for a value which exists only when the task runs.
    """
    from flowkit.airflow.arguments import COMPILERS

    own = {kind for kind in vars(calls).values() if getattr(kind, "__module__", "") == calls.__name__}
    classes = {kind for kind in own if isinstance(kind, type)}
    assert classes - {*get_args(Call), Decorator} == set(COMPILERS)


def test_a_pipeline_serializes_as_its_handwritten_twin() -> None:
    """
    Groups, defaults, data, options and edges are all as `with DAG(…)` makes them.
    """
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.providers.standard.operators.empty import EmptyOperator
    from airflow.sdk import DAG, TaskGroup
    from airflow.sdk import task as airflow_task

    rows = task("fetch", python(fetch, "users"), retries=5)
    inner = Group("inner", tooltip="In it").then(rows).task("rest").returns(rows)
    outer = Group("outer", ui_color="#fff").defaults(pool="small").then(inner)
    ours = (
        Pipeline("twin", schedule="@daily", start_date=START, tags=["a"], catchup=False)
        .defaults(owner="me", retries=3, retry_delay=timedelta(seconds=5))
        .task("start")
        .then(outer)
        .then(task("total", python(total, inner.output, factor=2)))
        .task("end", operator(BashOperator, bash_command="true"), trigger_rule="all_done")
    )

    defaults = {"owner": "me", "retries": 3, "retry_delay": timedelta(seconds=5)}
    with DAG(
        "twin", schedule="@daily", start_date=START, tags=["a"], catchup=False, default_args=defaults
    ) as hand:
        start = EmptyOperator(task_id="start")
        small: Any = {"pool": "small"}
        with TaskGroup("outer", ui_color="#fff", default_args=small) as outer_group:  # noqa: SIM117
            with TaskGroup("inner", tooltip="In it"):
                fetched: Any = airflow_task(task_id="fetch", retries=5, multiple_outputs=False)(fetch)(
                    "users"
                )
                fetched >> EmptyOperator(task_id="rest")
        totalled = airflow_task(task_id="total")(total)(fetched, factor=2)
        end = BashOperator(task_id="end", bash_command="true", trigger_rule="all_done")
        start >> outer_group >> totalled >> end

    assert comparable(hand) == comparable(compiled(ours))


def test_labels_stand_where_airflow_puts_them() -> None:
    """
    A label between tasks, and between a task and a group, has the keys that `>> Label(…) >>` gives it.
    """
    from airflow.providers.standard.operators.empty import EmptyOperator
    from airflow.sdk import DAG, Label, TaskGroup

    a, b = task("a"), task("b")
    group = Group("g").task("c")
    ours = Pipeline("labels").add(chain(a, label("one"), b), b >> label("two") >> group)

    with DAG("labels") as hand:
        first, second = EmptyOperator(task_id="a"), EmptyOperator(task_id="b")
        with TaskGroup("g") as hand_group:
            EmptyOperator(task_id="c")
        first >> Label("one") >> second >> Label("two") >> hand_group

    assert comparable(hand)["dag"]["edge_info"] == comparable(compiled(ours))["dag"]["edge_info"]
    assert comparable(hand) == comparable(compiled(ours))


def test_a_task_without_an_action_is_empty() -> None:
    """
    It becomes Airflow's EmptyOperator, which no worker runs.
    """
    assert compiled(Pipeline("p").task("a")).get_task("a").task_type == "EmptyOperator"


def test_defaults_never_reach_a_function_by_the_name_of_its_parameters() -> None:
    """
    Airflow's `@task` would pass the default `owner` to a parameter `owner`; flowkit does not.
    """
    call = python(name_both, "someone", 7)
    operator_ = compiled(Pipeline("p").defaults(owner="me", retries=3).task("a", call)).get_task("a")
    assert (tuple(operator_.op_args), dict(operator_.op_kwargs)) == (("someone", 7), {})
    assert (operator_.owner, operator_.retries) == ("me", 3)


def test_an_operator_keeps_the_option_that_it_sets_itself() -> None:
    """
    A default gives way to an operator's own constructor; a second value would be an error.
    """
    from airflow.providers.standard.operators.bash import BashOperator

    class Careful(BashOperator):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(retries=9, **kwargs)

    dag = compiled(Pipeline("p").defaults(retries=1).task("a", operator(Careful, bash_command="true")))
    assert dag.get_task("a").retries == 9


def test_the_docstring_of_a_function_documents_its_task() -> None:
    """
    As with `@task`, unless the author wrote other documentation.
    """
    pipeline = Pipeline("p").task("a", python(fetch, "x")).task("b", python(fetch, "x"), doc="Mine").task("c")
    dag = compiled(pipeline)
    assert dag.get_task("a").doc_md == "Fetch the rows of *table*."
    assert dag.get_task("b").doc_md is None
    assert dag.get_task("c").doc_md is None


def test_the_docstring_stands_at_the_margin() -> None:
    """
    Airflow shows it as Markdown, where text that is indented is code.
    """

    def fetch() -> None:
        """
        Fetch *all* rows.

        Then:
            rest
        """

    dag = compiled(Pipeline("p").task("a", python(fetch)))
    assert dag.get_task("a").doc_md == "Fetch *all* rows.\n\nThen:\n    rest"


def test_a_key_of_an_output_makes_multiple_outputs() -> None:
    """
    `multiple_outputs` follows from the use of a key, never from an annotation.
    """

    def counts() -> dict[str, int]:
        return {"good": 1}

    def show(number: int) -> None: ...

    whole, keyed = task("whole", python(counts)), task("keyed", python(counts))
    dag = compiled(
        Pipeline("p").then(whole, keyed).task("show", python(show, keyed.output["good"])),
    )
    assert dag.get_task("keyed").multiple_outputs is True
    assert dag.get_task("whole").multiple_outputs is False
    assert dag.get_task("show").op_args[0].key == "good"


def test_an_output_in_a_text_becomes_a_template_and_an_edge() -> None:
    """
    An f-string holds what Airflow's own XComArg would write.
    """
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.sdk import XComArg

    rows = task("rows", python(fetch, "x"))
    pipeline = Pipeline("p").add(
        rows, task("echo", operator(BashOperator, bash_command=f"echo {rows.output}"))
    )
    dag = compiled(pipeline)
    assert dag.get_task("echo").bash_command == f"echo {XComArg(dag.get_task('rows'))}"
    assert dag.get_task("echo").upstream_task_ids == {"rows"}


def test_data_from_a_later_task_keeps_the_order_of_the_source() -> None:
    """
    A task may take data from one that is written after it; both stand where they were written.
    """
    later = task("later", python(fetch, "x"))
    dag = compiled(Pipeline("p").add(task("early", python(total, later.output))).add(later))
    assert list(dag.task_dict) == ["early", "later"]
    assert list(dag.task_group.children) == ["early", "later"]
    assert dag.get_task("early").upstream_task_ids == {"later"}


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (None, {"__type": "airflow.timetables.simple.NullTimetable", "__var": {}}),
        ("@daily", "@daily" if AIRFLOW_VERSION.startswith("3.2") else "0 0 * * *"),
        (cron("*/15 * * * *"), "*/15 * * * *"),
        (timedelta(hours=2), 7200.0),
    ],
)
def test_schedules_arrive(schedule: Any, expected: Any) -> None:
    """
    Presets, cron expressions, intervals and no schedule become Airflow's own timetables.
    """
    timetable = support.serialized(compiled(Pipeline("p", schedule=schedule).task("a")))["dag"]["timetable"]
    if isinstance(expected, Mapping):
        assert timetable == expected
    else:
        assert expected in timetable["__var"].values()


def test_a_cron_expression_has_the_zone_that_its_author_gave() -> None:
    """
    Without one it is that of the start date, as in Airflow.
    """
    berlin = compiled(Pipeline("p", schedule=cron("0 6 * * *", timezone="Europe/Berlin")).task("a"))
    plain = compiled(Pipeline("p", schedule=cron("0 6 * * *"), start_date=START).task("a"))
    assert support.serialized(berlin)["dag"]["timetable"]["__var"]["timezone"] == "Europe/Berlin"
    assert support.serialized(plain)["dag"]["timetable"]["__var"]["timezone"] == "UTC"


def test_settings_and_documentation_arrive_as_written() -> None:
    """
    The settings of the pipeline and of its groups reach Airflow unchanged.
    """
    group = Group("g", tooltip="Tip", ui_color="#fff", group_display_name="A group", prefix_group_id=False)
    dag = compiled(
        Pipeline("p", doc_md="**Doc**", description="Short", owner_links={"me": "https://example.com"}).then(
            group.task("a")
        )
    )
    made = dag.task_group.children["g"]
    assert (dag.doc_md, dag.description, dag.owner_links) == (
        "**Doc**",
        "Short",
        {"me": "https://example.com"},
    )
    assert (made.tooltip, made.ui_color, made.label) == ("Tip", "#fff", "A group")
    assert dag.task_ids == ["a"]


def test_a_dag_without_documentation_says_where_it_is_defined() -> None:
    """
    The file and the line, without the path of the machine.
    """
    assert compiled(Pipeline("p").task("a")).doc_md.startswith("Defined in `test_compile.py:")


def test_fileloc_is_the_file_of_the_user() -> None:
    """
    Templates are looked up beside it.
    """
    assert compiled(Pipeline("p").task("a")).fileloc == __file__


def test_what_airflow_refuses_is_reported_all_at_once() -> None:
    """
    Airflow's own checks run only when it makes a task: their errors get the name and the line of the task.
    """
    from airflow.providers.standard.operators.bash import BashOperator

    class Picky(BashOperator):
        def __init__(self, **kwargs: Any) -> None:
            msg = "this will not do"
            raise ValueError(msg)

    pipeline = Pipeline("p").task("a", operator(Picky)).task("b").task("c", operator(Picky))
    with pytest.raises(PipelineError) as caught:
        compiled(pipeline)
    first, second = caught.value.problems
    assert first.code == second.code == "FK901"
    assert first.message == "Airflow rejected task 'a': this will not do."
    assert first.location is not None
    assert first.location.file == __file__
    assert "task 'c'" in second.message


def test_what_airflow_refuses_of_the_pipeline_is_a_problem_too() -> None:
    """
    A timetable of the user's may refuse anything when Airflow makes the DAG.
    """
    from airflow.timetables.simple import NullTimetable

    class Refusing(NullTimetable):
        def validate(self) -> None:
            msg = "never on Mondays"
            raise ValueError(msg)

    schedule = Refusing()  # pyright: ignore[reportAbstractUsage]
    pipeline = Pipeline("p", schedule=schedule, start_date=START).task("a")

    assert problems(pipeline) == [
        (
            "FK003 The timetable Refusing is not valid: its validate() raised ValueError. "
            "Fix the arguments of the timetable."
        )
    ]


class TestPods:
    """
    `Pod` becomes the `pod_override` of the container `base`.
    """

    def override(self, dag: Any, task_id: str) -> dict[str, Any]:
        """
        Return the resources of the container.
        """
        pod = dag.get_task(task_id).executor_config["pod_override"]
        (container,) = pod.spec.containers
        assert container.name == "base"
        return {"requests": container.resources.requests, "limits": container.resources.limits}

    def test_pods_are_inherited_field_by_field(self) -> None:
        """
        A task that asks for more memory keeps the cpu of the pipeline.
        """
        pipeline = (
            Pipeline("p")
            .defaults(pod=Pod(cpu="500m", memory="1Gi", memory_limit="2Gi"))
            .task("a")
            .task("b", pod=Pod(memory="2Gi"))
            .task("c", pod=None)
        )
        dag = compiled(pipeline)
        assert self.override(dag, "a") == {
            "requests": {"cpu": "500m", "memory": "1Gi"},
            "limits": {"memory": "2Gi"},
        }
        assert self.override(dag, "b")["requests"] == {"cpu": "500m", "memory": "2Gi"}
        assert dag.get_task("c").executor_config == {}

    def test_a_pod_reaches_operators_and_functions_alike(self) -> None:
        """
        Also beside an executor_config of the task's own.
        """
        from airflow.providers.standard.operators.bash import BashOperator

        pipeline = (
            Pipeline("p")
            .defaults(pod=Pod(cpu="1"))
            .task("a", operator(BashOperator, bash_command="true"), executor_config={"x": 1})
            .task("b", python(fetch, "x"), pod=Pod(memory="1Gi"))
            .task("c", operator(BashOperator, bash_command="true"), pod=Pod(memory="1Gi"))
        )
        dag = compiled(pipeline)
        assert self.override(dag, "a")["requests"] == {"cpu": "1"}
        assert dag.get_task("a").executor_config["x"] == 1
        assert self.override(dag, "b")["requests"] == {"cpu": "1", "memory": "1Gi"}
        assert self.override(dag, "c")["requests"] == {"cpu": "1", "memory": "1Gi"}

    def test_the_pod_is_what_kubernetes_takes(self) -> None:
        """
        The official client writes it as the API of Kubernetes reads it.
        """
        from kubernetes.client import ApiClient

        client: Any = ApiClient()
        pod = Pod(cpu="500m", memory="1Gi", ephemeral_storage="2Gi", cpu_limit="1", memory_limit="2Gi")
        dag = compiled(Pipeline("p").task("a", pod=pod))
        override = dag.get_task("a").executor_config["pod_override"]
        assert client.sanitize_for_serialization(override) == {
            "spec": {
                "containers": [
                    {
                        "name": "base",
                        "resources": {
                            "requests": {"cpu": "500m", "memory": "1Gi", "ephemeral-storage": "2Gi"},
                            "limits": {"cpu": "1", "memory": "2Gi"},
                        },
                    }
                ]
            }
        }

    def test_without_the_client_a_pipeline_still_loads(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        """
        It warns once that pods have no effect here.
        """
        import sys

        from flowkit.airflow import pods

        pods._warn_once.cache_clear()
        monkeypatch.setitem(sys.modules, "kubernetes", None)
        monkeypatch.setitem(sys.modules, "kubernetes.client", None)
        dag = compiled(Pipeline("p").defaults(pod=Pod(cpu="1")).task("a").task("b"))
        assert dag.get_task("a").executor_config == {}
        assert [record.message for record in caplog.records if "kubernetes" in record.message] == [
            "Some pipelines set pod=Pod(…), but the `kubernetes` client is not installed, so pods have no effect here. "
            'Install it with pip install "airflow-flowkit[kubernetes]".'
        ]
        pods._warn_once.cache_clear()


def test_a_known_schedule_spares_no_other_check() -> None:
    """Airflow validates a schedule once; what it has against a setup or an owner link is found in every pipeline."""

    def pipeline(dag_id: str, **settings: Any) -> Pipeline:
        return Pipeline(dag_id, schedule=cron("3 4 * * *"), start_date=START, **settings)

    compiled(pipeline("known").task("a"))
    for number in range(2):
        late = pipeline(f"setup_{number}").setup("a").task("b", trigger_rule="all_done")
        assert "FK117" in problems(late)[0]
        assert compiled(pipeline(f"good_{number}").task("a")).schedule == "3 4 * * *"


def test_defaults_of_a_group_that_airflow_cannot_copy() -> None:
    """Airflow makes a deep copy of them. The message names the group."""
    defaults: Any = {"params": MappingProxyType({"a": 1})}
    pipeline = Pipeline("p").then(Group("g").defaults(**defaults).task("a"))
    (problem,) = problems(pipeline)
    assert problem.startswith("FK901 Airflow rejected the defaults of group 'g': cannot pickle")
