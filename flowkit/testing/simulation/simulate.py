"""
`simulate`: runs a pipeline in the process of a test.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from typing_extensions import Unpack

from flowkit.builders.pipeline import Pipeline
from flowkit.builders.task import Task
from flowkit.draft.nodes import TaskNode
from flowkit.model.pipeline import PipelineSpec
from flowkit.resolve.placement import lay_out
from flowkit.testing.simulation.actions import actions_of
from flowkit.testing.simulation.contexts import Contexts, current
from flowkit.testing.simulation.environment import Environment
from flowkit.testing.simulation.instances import FAILED, SUCCESS
from flowkit.testing.simulation.made_choices import Choices
from flowkit.testing.simulation.params import Params
from flowkit.testing.simulation.results import SimulatedRun
from flowkit.testing.simulation.run_info import DEFAULT_LOGICAL_DATE, RunInfo, with_zone
from flowkit.testing.simulation.scheduler import RunState, Scheduler
from flowkit.testing.simulation.simulation_options import SimulationOptions
from flowkit.testing.simulation.task_graph import TaskGraph
from flowkit.testing.simulation.task_runner import TaskRunner
from flowkit.testing.simulation.task_stubs import Stubs


class Simulate(Protocol):
    """
    The type of `simulate`, for the parameter of a test that takes the fixture of that name.
    """

    def __call__(
        self, pipeline: Pipeline | PipelineSpec, /, **options: Unpack[SimulationOptions]
    ) -> SimulatedRun:
        """
        Run *pipeline* and return what its tasks did.
        """
        ...


def simulate(pipeline: Pipeline | PipelineSpec, /, **options: Unpack[SimulationOptions]) -> SimulatedRun:
    """
    Run *pipeline* here and now, without Airflow or a database, and return what its tasks did.

    Functions really run. Operators do not: each is replaced by a stub, or recorded.

    Args:
        pipeline: A pipeline, or what its `build()` returns.

        options: The run: its date, params, variables and connections; the stubs of operators.

    Raises:
        PipelineError: If the pipeline has problems.
        SimulationError: If tasks need a stub, a param is wrong, or a task does what only Airflow can do.
    """
    spec = pipeline.build() if isinstance(pipeline, Pipeline) else pipeline
    run = _run_info(spec, options)
    graph = TaskGraph(spec)
    actions = actions_of(graph, Stubs(graph, options.get("stubs") or {}), options.get("operators", "auto"))
    params = Params(graph, run.conf)
    environment = Environment(options.get("variables") or {}, options.get("connections") or {})
    scheduler = Scheduler(graph)
    contexts = Contexts(graph, run, scheduler.xcoms, params.of, environment)
    choices = Choices(graph, actions, run, scheduler.xcoms)
    runner = TaskRunner(scheduler, actions, choices, contexts, options.get("max_pokes", 100))
    with environment.applied():
        state = scheduler.run(runner.run)
        _call_back(graph, scheduler, runner, contexts, state)
    return SimulatedRun(graph, scheduler, runner, state, _ids_in(pipeline, spec))


def _run_info(spec: PipelineSpec, options: SimulationOptions) -> RunInfo:
    given = options.get("logical_date", DEFAULT_LOGICAL_DATE)
    date = None if given is None else with_zone(given)
    return RunInfo(
        dag_id=spec.dag_id,
        logical_date=date,
        data_interval=_interval(date, options.get("data_interval")),
        run_type=options.get("run_type", "manual"),
        latest=options.get("latest", True),
        conf=dict(options.get("conf") or {}),
    )


def _interval(
    date: datetime | None, given: tuple[datetime, datetime] | None
) -> tuple[datetime, datetime] | None:
    if given is not None:
        return with_zone(given[0]), with_zone(given[1])
    return None if date is None else (date, date)


def _call_back(
    graph: TaskGraph, scheduler: Scheduler, runner: TaskRunner, contexts: Contexts, state: RunState
) -> None:
    """
    Call the callbacks of the pipeline, with the context of the task that ended last in the state that decided the run.
    """
    kind = f"on_{'success' if state == 'success' else 'failure'}_callback"
    given = graph.spec.settings.get(kind)
    if given is None:
        return
    decisive = SUCCESS if state == "success" else FAILED
    last = [instance for instance in runner.finished if instance.state == decisive]
    context = contexts.of(last[-1] if last else next(iter(scheduler.instances)))
    context["reason"] = (
        "success" if state == "success" else "all_tasks_deadlocked" if scheduler.deadlock else "task_failure"
    )
    with current(context):
        runner.call_back(kind, given, context, None)


def _ids_in(pipeline: Pipeline | PipelineSpec, spec: PipelineSpec) -> Callable[[Task[Any]], str | None]:
    """
    Return the function that finds the id of a task that the author has as a value.
    """

    def id_of(task: Task[Any]) -> str | None:
        node: TaskNode = task.node
        if isinstance(pipeline, Pipeline):
            position = lay_out(pipeline._written(), []).placed.get(node)
            return None if position is None else position.full_id
        same = [
            other.task_id for other in spec.tasks if other.id == node.id and other.location == node.location
        ]
        return same[0] if len(same) == 1 else None

    return id_of
