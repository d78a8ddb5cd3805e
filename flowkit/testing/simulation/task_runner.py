"""
One try of an instance: its arguments, its function or stub, its result and the state that follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final, final

from flowkit.base.airflow_config import option
from flowkit.base.lazy_names import is_lazy
from flowkit.model.calls import EachCall, NativeCall, OperatorCall, PythonCall
from flowkit.model.pipeline import TaskSpec
from flowkit.rules.signatures import template_fields_of
from flowkit.testing.simulation.actions import Action, runs_function
from flowkit.testing.simulation.arguments import Arguments
from flowkit.testing.simulation.assets import arguments_of_asset
from flowkit.testing.simulation.contexts import Context, Contexts, current
from flowkit.testing.simulation.function_calls import call_function, call_with, poke_until_done
from flowkit.testing.simulation.instances import (
    FAILED,
    SKIPPED,
    SUCCESS,
    UNEXPANDED,
    UP_FOR_RETRY,
    Instance,
    State,
)
from flowkit.testing.simulation.made_choices import Choices
from flowkit.testing.simulation.records import Attempt, Callback, Record
from flowkit.testing.simulation.scheduler import Scheduler
from flowkit.testing.simulation.simulation_error import SimulationError
from flowkit.testing.simulation.task_graph import TaskGraph
from flowkit.testing.simulation.task_outcomes import (
    Outcome,
    ResultError,
    SensorSkippedError,
    attempted,
    ends_test,
    outcome_of,
)
from flowkit.testing.simulation.task_stubs import StubCall, result_of
from flowkit.testing.simulation.templates import Templates
from flowkit.testing.simulation.xcoms import RETURN_KEY

_CALLBACKS: Final[Mapping[State, str]] = {
    SUCCESS: "on_success_callback",
    FAILED: "on_failure_callback",
    SKIPPED: "on_skipped_callback",
    UP_FOR_RETRY: "on_retry_callback",
}


class _SkipsOthersError(Exception):
    """
    Ends a chooser that skips tasks: what it returns is not pushed.
    """


@final
class TaskRunner:
    """
    Runs the instances of a pipeline and keeps a record of each.
    """

    def __init__(
        self,
        scheduler: Scheduler,
        actions: dict[str, Action],
        choices: Choices,
        contexts: Contexts,
        max_pokes: int,
    ) -> None:
        self._scheduler = scheduler
        self._graph: TaskGraph = scheduler.graph
        self._xcoms = scheduler.xcoms
        self._actions = actions
        self._choices = choices
        self._contexts = contexts
        self._templates = Templates(self._graph.spec)
        self._max_pokes = max_pokes
        self._default_retries = int(option("core", "default_task_retries") or 0)
        self.records: dict[Instance, Record] = {}
        self.order: list[Instance] = []
        """The instances in the order of their first tries."""

        self.finished: list[Instance] = []
        """The instances in the order in which their last tries ended."""

        self.callbacks: list[Callback] = []

    def run(self, instance: Instance) -> None:
        """
        Run one try of *instance* and set its state.
        """
        if instance.try_number == 1:
            self.order.append(instance)
        record = self.records.setdefault(instance, Record(instance))
        self._xcoms.clear(instance.task_id, instance.map_index)
        context = self._contexts.of(instance)
        error: BaseException | None = None
        with current(context):
            try:
                self._try(instance, record, context)
                state: State = SUCCESS
            except _SkipsOthersError:
                state = SUCCESS
            except BaseException as raised:
                if ends_test(raised):
                    raise
                error = raised
                state = self._state_after(raised, instance, context)
        instance.state = state
        if instance.is_finished:
            self.finished.append(instance)
        record.attempts.append(Attempt(instance.try_number, state, error))
        if error is not None and state in {FAILED, UP_FOR_RETRY}:
            context["exception"] = error
        self._call_back(_CALLBACKS[state], instance, context)
        if state == FAILED and self._graph.spec.settings.get("fail_fast"):
            self._scheduler.stop_others(instance)

    def call_back(self, kind: str, given: Any, context: Mapping[str, Any], name: str | None) -> None:
        """
        Call the functions of an option such as `on_failure_callback`; what they raise is ignored, as in Airflow.
        """
        functions: Iterable[Any] = given if isinstance(given, Sequence) else () if given is None else (given,)
        for function in functions:
            is_notifier = any(base.__name__ == "BaseNotifier" for base in type(function).__mro__)
            self.callbacks.append(Callback(kind, name, called=not is_notifier))
            if not is_notifier:
                attempted(partial(function, context))

    def _call_back(self, kind: str, instance: Instance, context: Context) -> None:
        given = self._graph.tasks[instance.task_id].options.get(kind)
        if given is not None:
            with current(context):
                self.call_back(kind, given, context, instance.name)

    def _try(self, instance: Instance, record: Record, context: Context) -> None:
        task, action = self._graph.tasks[instance.task_id], self._actions[instance.task_id]
        arguments = Arguments(
            instance,
            context,
            graph=self._graph,
            lengths=self._scheduler.lengths,
            xcoms=self._xcoms,
            templates=self._templates,
        )
        given = _Given(task, action, arguments)
        record.rendered = given.rendered
        self._ask_choosers(instance)
        if before := task.options.get("pre_execute"):
            call_with(before, (context,), {})
        self._call_back("on_execute_callback", instance, context)
        result = self._result(instance, action, given, context)
        if action.chooses:
            result, skipped = self._choices.made(instance, action, result)
            if skipped:
                self._scheduler.skip(instance, skipped)
                raise _SkipsOthersError
        if after := task.options.get("post_execute"):
            call_with(after, (context, result), {})
        self._push(instance, task, action, result)

    def _ask_choosers(self, instance: Instance) -> None:
        chooser = self._choices.skips(instance)
        if chooser is not None:
            msg = f"{chooser} did not choose this task for copy {instance.map_index} of its group"
            raise SensorSkippedError(msg)

    def _result(self, instance: Instance, action: Action, given: _Given, context: Context) -> Any:
        if action.has_stub:
            return result_of(action.stub, given.stub_call(instance, context))
        if not runs_function(action):
            return None
        call = partial(
            call_function, action.function, given.args, given.kwargs, context, given.templates_dict
        )
        if action.kind == "asset":
            return call_with(action.function, (), arguments_of_asset(action, context))
        if action.kind == "sensor":
            return poke_until_done(call, {**action.arguments, **given.options}, self._max_pokes)
        if action.kind == "command":
            self._command(call(), given)
            return None
        return call()

    def _command(self, command: Any, given: _Given) -> None:
        if not isinstance(command, str) or not command.strip():
            msg = "The returned value from the TaskFlow callable must be a non-empty string."
            raise ResultError(msg)
        given.rendered["bash_command"] = given.arguments.evaluate(command)

    def _push(self, instance: Instance, task: TaskSpec, action: Action, result: Any) -> None:
        task_id = instance.task_id
        is_source = task_id in self._graph.mapped_over and not self._graph.is_mapped(task_id)
        if not task.options.get("do_xcom_push", True):
            result = None
        if result is None:
            if is_source:
                msg = "did not push XCom for task mapping"
                raise ResultError(msg)
            return
        if is_source and (
            not isinstance(result, Sequence | dict) or isinstance(result, str | bytes | bytearray)
        ):
            msg = f"unmappable return type {type(result).__qualname__!r}"
            raise ResultError(msg)
        is_function = isinstance(action.call, PythonCall)
        if task.options.get("multiple_outputs", task.multiple_outputs and is_function):
            self._push_keys(instance, result)
        self._xcoms.push(task_id, instance.map_index, RETURN_KEY, result)
        if is_source and instance.map_index == UNEXPANDED:
            self._scheduler.lengths.pushed[task_id] = len(result)

    def _push_keys(self, instance: Instance, result: Any) -> None:
        if not isinstance(result, Mapping):
            msg = f"Returned output was type {type(result)} expected dictionary for multiple_outputs"
            raise ResultError(msg)
        for key in result:
            if not isinstance(key, str):
                msg = (
                    "Returned dictionary keys must be strings when using multiple_outputs, "
                    f"found {key} ({type(key)}) instead"
                )
                raise ResultError(msg)
        for key, value in result.items():
            self._xcoms.push(instance.task_id, instance.map_index, key, value)

    def _state_after(self, error: BaseException, instance: Instance, context: Context) -> State:
        outcome: Outcome = outcome_of(error)
        if outcome == "unsupported":
            msg = (
                f"Task {instance.name!r} raised {type(error).__name__}: what only a scheduler can do is not simulated. "
                f"Give it a stub: simulate(…, stubs={{{instance.task_id!r}: …}})."
            )
            raise SimulationError(msg) from error
        if outcome == "skip_downstream":
            tasks: Any = getattr(error, "tasks", ())
            ids = [
                task if isinstance(task, str) else task[0]
                for task in ([tasks] if isinstance(tasks, str) else tasks)
            ]
            self._scheduler.skip(instance, ids)
            return SUCCESS
        if outcome == "skip":
            return SKIPPED
        return FAILED if outcome == "fail" else self._retried(error, instance, context)

    def _retried(self, error: BaseException, instance: Instance, context: Context) -> State:
        options = self._graph.tasks[instance.task_id].options
        given = options.get("retries")
        retries = self._default_retries if given is None else int(given)
        if (policy := options.get("retry_policy")) is not None:
            decisions: list[Any] = []

            def decide() -> None:
                decisions.append(
                    policy.evaluate(
                        exception=error, try_number=instance.try_number, max_tries=retries, context=context
                    )
                )

            attempted(decide)
            action = getattr(decisions[0], "action", None) if decisions else None
            if getattr(action, "value", action) == "fail":
                return FAILED
        return UP_FOR_RETRY if retries and instance.try_number <= retries else FAILED


@final
class _Given:
    """
    The arguments of one try.
    """

    def __init__(self, task: TaskSpec, action: Action, arguments: Arguments) -> None:
        self.arguments = arguments
        self.options = task.options
        self._defaults = task.operator_defaults
        self.args: Sequence[Any] = ()
        self.kwargs: Mapping[str, Any] = {}
        self.templates_dict: Any = None
        self._action = action
        each = task.action if isinstance(task.action, EachCall) else None
        self.rendered: dict[str, Any] = {}
        if isinstance(action.call, PythonCall):
            self._of_function(action.call, each)
        elif isinstance(action.call, OperatorCall):
            self._of_operator(action.call, each)
        elif isinstance(action.call, NativeCall):
            self.args = arguments.resolved(tuple(action.call.args))
            self.kwargs = arguments.resolved(dict(action.call.kwargs))
            self.rendered = {"args": self.args, "kwargs": self.kwargs}

    def stub_call(self, instance: Instance, context: Context) -> StubCall:
        """
        Return what the stub of the task is called with.
        """
        call = self._action.call
        given: Mapping[str, Any] = self.rendered
        if isinstance(call, PythonCall):
            given = {**_by_name(self._action.function, self.args), **self.kwargs}
            if self._action.kind == "command":
                call_to_function = partial(
                    call_function, self._action.function, self.args, self.kwargs, context
                )
                self.rendered["bash_command"] = self.arguments.evaluate(call_to_function())
                given = {**given, "bash_command": self.rendered["bash_command"]}
        return StubCall(
            instance.task_id,
            given,
            context,
            instance.map_index,
            instance.try_number,
            call.operator if isinstance(call, OperatorCall) else None,
            self.options,
        )

    def _of_function(self, call: PythonCall, each: EachCall | None) -> None:
        self.args = self.arguments.evaluate(tuple(call.args))
        self.kwargs = self.arguments.evaluate(dict(call.kwargs))
        if each is not None:
            self.kwargs = {**self.kwargs, **self.arguments.mapped(each)}
        self.rendered = {"args": self.args, "kwargs": self.kwargs}

    def _of_operator(self, call: OperatorCall, each: EachCall | None) -> None:
        fields = template_fields_of(call.operator)
        if not is_lazy(call.operator):
            self.arguments.extensions = tuple(getattr(call.operator, "template_ext", ()) or ())
        rendered = {
            name: self.arguments.evaluate(value) if name in fields else self.arguments.resolved(value)
            for name, value in {**self._defaults, **call.kwargs}.items()
        }
        if each is not None:
            rendered.update(self.arguments.mapped(each))
        self.rendered = rendered
        self.args = rendered.get("op_args") or ()
        self.kwargs = rendered.get("op_kwargs") or {}
        self.templates_dict = rendered.get("templates_dict")


def _by_name(function: Callable[..., Any], args: Sequence[Any]) -> dict[str, Any]:
    from flowkit.rules.signatures import positional_names

    names = positional_names(function, len(args))
    return {
        name or f"argument {number}": value
        for number, (name, value) in enumerate(zip(names, args, strict=True))
    }
