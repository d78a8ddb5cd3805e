"""
What `flowkit run` prints.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import final

from flowkit.base.sensitive import mask_values, masking
from flowkit.cli import output
from flowkit.embedded.pipeline_run import trim_tracebacks
from flowkit.embedded.run_events import NOT_RUN, Event, Finished, OtherRun, Phase, Refused, TaskLog, TaskState
from flowkit.model.pipeline import PipelineSpec
from flowkit.report.plan import secrets_of

_STYLES = {"success": "green", "failed": "bold red", "upstream_failed": "yellow", "skipped": "dim"}
# Intermediate states, which are not printed.
_INTERMEDIATE_STATES = {"running", "deferred", "up_for_reschedule"}


@final
class Screen:
    """
    Prints a run: a line for each event, then a table and the result.
    """

    def __init__(self, dag_id: str, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self.started: float = time.monotonic()
        self._dag_id = dag_id
        self._console = output.console()
        self._status = self._console.status("") if self._console.is_terminal and not quiet else None
        self._running: dict[str, float] = {}
        self._others: list[str] = []
        """The runs of other pipelines that did not succeed."""
        # Read from the user's Airflow, before its environment is replaced.
        self._masking = masking()
        self._secrets: frozenset[str] = frozenset()
        self._result = ""
        self._code: int = output.EXIT_FAILURE

    def secrets_of(self, pipeline: PipelineSpec) -> frozenset[str]:
        """
        Return the texts that `flowkit show` would mask of *pipeline*.
        """
        return secrets_of([pipeline], self._masking)

    def hide(self, secrets: Iterable[str]) -> None:
        """
        Mask *secrets* in the logs of tasks.
        """
        self._secrets |= frozenset(secrets)

    def live(self) -> AbstractContextManager[object]:
        """
        Return a context that shows the current activity, if standard output is a terminal.
        """
        return self._status or nullcontext()

    def say(self, text: str, style: str = "") -> None:
        """
        Print a line with the time since the start.
        """
        if not self._quiet:
            self._console.print(f"{time.monotonic() - self.started:6.1f} s  {text}", style=style)

    def show(self, event: Event) -> None:
        """
        Print an event.
        """
        if isinstance(event, Phase):
            self.say(event.text)
            self._set_status(event.text)
        elif isinstance(event, TaskState):
            self._show_task(event)
        elif isinstance(event, TaskLog):
            self._console.print(f"\n--- log of {event.name}", style="bold")
            self._console.print(self._masked(trim_tracebacks(event.text).rstrip()))
            self._console.print(f"--- end of the log of {event.name}\n", style="bold")
        elif isinstance(event, OtherRun):
            self._show_other(event)
        elif isinstance(event, Refused):
            self._console.print(event.message)
            self._result = f"Cannot run {self._dag_id}."
        elif isinstance(event, Finished):
            self._finish(event)

    def _masked(self, log: str) -> str:
        # By value: what a task prints is full of names that are none of secrets.
        return mask_values(log, self._secrets)

    def _set_status(self, text: str) -> None:
        if self._status is not None:
            self._status.update(text)

    def _show_task(self, task: TaskState) -> None:
        attempt = f" (try {task.tries})" if task.tries > 1 else ""
        if task.state == "running":
            self._running[task.name] = time.monotonic()
            self._set_status(f"Running {task.name}{attempt}")
            self.say(f"{task.name} started{attempt}")
            return

        seconds = time.monotonic() - self._running.pop(task.name, time.monotonic())
        if task.state not in _INTERMEDIATE_STATES:
            self.say(f"{task.name} {task.state} after {_duration(seconds)}", _STYLES.get(task.state, ""))

    def _show_other(self, run: OtherRun) -> None:
        self.say(f"{run.dag_id} {run.state}", _STYLES.get(run.state, ""))
        if run.state != "success":
            self._others.append(run.dag_id)

    def _finish(self, event: Finished) -> None:
        if not self._quiet:
            self._console.print()
            self._console.print(table(event.tasks))
        elapsed = _duration(time.monotonic() - self.started)
        not_run = [task.task_id for task in event.tasks if task.state == NOT_RUN]
        if not_run:
            self._result = f"{self._dag_id} is incomplete: Airflow did not run {', '.join(not_run)}."
            return
        if event.state == "success" and self._others:
            others = ", ".join(dict.fromkeys(self._others))
            self._result = (
                f"{self._dag_id} succeeded in {elapsed}, but a run that it caused did not: {others}."
            )
            return
        if event.state == "success":
            self._code = output.EXIT_OK
            self._result = f"{self._dag_id} succeeded in {elapsed}."
            return
        failed = list(dict.fromkeys(task.task_id for task in event.tasks if task.state == "failed"))
        reason = f": {', '.join(failed)} failed" if failed else f" in state {event.state!r}"
        self._result = f"{self._dag_id} failed after {elapsed}{reason}."

    def timed_out(self) -> None:
        """
        Record that the run was stopped at its deadline.
        """
        running = f" Still running: {', '.join(self._running)}." if self._running else ""
        elapsed = _duration(time.monotonic() - self.started)
        self._result = f"{self._dag_id} timed out after {elapsed}.{running}"

    def close(self, log: Path | None) -> int:
        """
        Print the result and return the exit code.
        """
        if self._quiet and self._code == output.EXIT_OK:
            return self._code
        if log is not None:
            self._console.print(f"Log: {output.display_path(log)}")
        self._console.print(self._result, style="bold green" if self._code == output.EXIT_OK else "bold red")
        return self._code


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{seconds // 60:.0f} min {seconds % 60:.0f} s"


def table(tasks: tuple[TaskState, ...]) -> object:
    """
    Return the table of the tasks of a run; the instances of a mapped task share a row.
    """
    by_id: dict[str, list[TaskState]] = {}
    for task in tasks:
        by_id.setdefault(task.task_id, []).append(task)

    retried = any(task.tries > 1 for task in tasks)
    rows = output.table("Task", "State", "Duration", *(["Tries"] if retried else []))
    for task_id, members in by_id.items():
        seconds = [member.seconds for member in members if member.seconds is not None and member.tries]
        kinds = dict.fromkeys(member.state for member in members)
        style = "failed" if "failed" in kinds else next(iter(kinds))
        cells = [task_id, states(members), _duration(sum(seconds)) if seconds else "-"]
        tries = [str(max(member.tries for member in members) or "-")] if retried else []
        rows.add_row(*cells, *tries, style=_STYLES.get(style, ""))
    return rows


def states(members: list[TaskState]) -> str:
    """
    Return the state of a task, or how many of its instances are in which state.
    """
    if len(members) == 1:
        return members[0].state
    # The instances of a mapped task: the number in each state.
    counts = {
        state: [member.state for member in members].count(state) for state in (m.state for m in members)
    }
    return ", ".join(f"{count} {state}" for state, count in counts.items())
