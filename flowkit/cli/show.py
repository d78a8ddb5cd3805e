"""
`flowkit show`: one pipeline, as a tree or as a picture.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Final, final

import attrs
from rich.console import Console
from rich.text import Text

from flowkit.base.errors import LoadError
from flowkit.base.sensitive import Masking, masking
from flowkit.base.suggestions import did_you_mean
from flowkit.cli import output
from flowkit.cli.plan_child import problem_texts
from flowkit.model.collection import BrokenPipeline
from flowkit.model.pipeline import PipelineSpec
from flowkit.project.discovery import find, folder_of
from flowkit.project.loading import LoadedFile, load_each
from flowkit.project.root import project_root
from flowkit.report.comparison_text import count, time_text
from flowkit.report.dot import dot
from flowkit.report.graph import graph_of
from flowkit.report.mermaid import mermaid
from flowkit.report.plan import Document, document_of
from flowkit.report.schedule_text import has_next_runs, next_runs, schedule_text
from flowkit.report.tree import Row, order_of, rows_of
from flowkit.report.value_text import named

_FORMATS: Final = ("text", "mermaid", "dot", "svg", "json")
_RUNS: Final = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """
    Describe this command to the command line.
    """
    parser.description = (
        "Show one pipeline: its groups and tasks as a tree, its next runs, the defaults in effect, what each task "
        "runs and waits for, and where it is defined. Secrets are masked. Exit code: 0 pipeline shown, 1 the pipeline "
        "is broken, 2 no such pipeline, or a usage error."
    )
    parser.epilog = "Examples: flowkit show sales; flowkit show sales dags/shop.py --format mermaid"
    parser.add_argument(
        "words", nargs="*", metavar="DAG_ID [PATH ...]", help="id of the pipeline, then where to search"
    )
    parser.add_argument(
        "--all", action="store_true", help="all pipelines as JSON: a plan for flowkit diff --plan"
    )
    parser.add_argument(
        "--format", choices=_FORMATS, default="text", help="text (the default), mermaid, dot, svg or json"
    )
    parser.set_defaults(command=show_pipeline)


def show_pipeline(args: argparse.Namespace) -> int:
    """
    Print the pipeline.
    """
    fault = _fault(args)
    if fault:
        output.error(fault)
        return output.EXIT_USAGE
    words = list(args.words)
    dag_id = None if args.all else words.pop(0)
    paths = [Path(word) for word in words] or [output.default_path(None)]
    # Before the environment of an Airflow of the user's own makes way for that of the project.
    hidden = masking()
    output.prepare_to_load(paths[0])
    try:
        found = _look(dag_id, paths)
    except LoadError as error:
        output.error(str(error))
        return output.EXIT_USAGE

    if dag_id is None:
        return _show_all(found, _root(paths), hidden)
    if found.pipelines:
        document = document_of(found.pipelines[-1:], root=_root(paths), masking=hidden)
        return _show(dag_id, document, args.format)
    return _not_found(dag_id, found, paths)


def _fault(args: argparse.Namespace) -> str | None:
    if args.all and args.format != "json":
        return "--all shows pipelines as JSON: add --format json. flowkit list names all pipelines."
    if not args.all and not args.words:
        return "Which pipeline? Give its id, as in: flowkit show DAG_ID. flowkit list names them."
    if args.format == "svg" and shutil.which("dot") is None:
        return (
            "A picture is drawn by Graphviz, whose program `dot` is not installed. Install it (apt-get install "
            "graphviz, or brew install graphviz), or take --format mermaid, which needs nothing."
        )
    return None


def _root(paths: Sequence[Path]) -> Path:
    return project_root(paths[0])


@final
@attrs.define
class _Found:
    """
    What a search came upon.
    """

    pipelines: list[PipelineSpec] = attrs.field(factory=list)
    broken: list[BrokenPipeline] = attrs.field(factory=list)
    failures: list[LoadedFile] = attrs.field(factory=list)
    known: list[str] = attrs.field(factory=list)
    """The ids of other pipelines."""


def _look(dag_id: str | None, paths: Sequence[Path]) -> _Found:
    """
    Load files until one has the pipeline, those first that name it; all files when all pipelines are wanted.
    """
    files = {file: folder_of(path) for path in reversed(paths) for file in find(path)}
    found = _Found()
    for file in sorted(files, key=lambda file: (dag_id is not None and not _names(file, dag_id), file)):
        (loaded,) = load_each([file], files[file])
        if loaded.failure is not None:
            found.failures.append(loaded)
        for item in loaded.items:
            if dag_id is not None and item.dag_id != dag_id:
                found.known += [item.dag_id] if item.dag_id else []
            elif isinstance(item, PipelineSpec):
                found.pipelines.append(item)
            else:
                found.broken.append(item)
        if dag_id is not None and (found.pipelines or found.broken):
            break
    return found


def _names(file: Path, dag_id: str) -> bool:
    try:
        return dag_id.encode() in file.read_bytes()
    except OSError:
        return False


def _show_all(found: _Found, root: Path, hidden: Masking) -> int:
    print(_dumped(document_of(found.pipelines, root=root, masking=hidden)))
    for text in (
        *(text for one in found.broken for text in problem_texts(one)),
        *map(output.failure_text, found.failures),
    ):
        output.error(text)
    return output.EXIT_FAILURE if found.broken or found.failures else output.EXIT_OK


def _not_found(dag_id: str, found: _Found, paths: Sequence[Path]) -> int:
    if found.broken:
        for broken in found.broken:
            for text in problem_texts(broken):
                print(text)
        return output.EXIT_FAILURE
    where = ", ".join(output.display_path(path) for path in paths)
    hint = did_you_mean(dag_id, found.known, otherwise="flowkit list names those that there are.")
    output.error(f"There is no pipeline {dag_id!r} in {where}. {hint}")
    for file in found.failures:
        output.error(output.failure_text(file))
    return output.EXIT_USAGE


def _show(dag_id: str, document: Document, form: str) -> int:
    plan, locations = document["pipelines"][dag_id], document["locations"][dag_id]
    graph = graph_of(dag_id, plan, order_of(locations))
    if form == "mermaid":
        print(mermaid(graph))
    elif form == "dot":
        print(dot(graph))
    elif form == "svg":
        return _svg(dot(graph))
    elif form == "json":
        runs = [run.isoformat() for run in next_runs(plan["settings"], _now(), _RUNS)]
        print(_dumped({**document, "next_runs": {dag_id: runs}}))
    else:
        _Page(output.console()).print(dag_id, document)
    return output.EXIT_OK


def _dumped(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _now() -> datetime:
    return datetime.now(timezone.utc)


def _svg(text: str) -> int:
    command = ["dot", "-Tsvg"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False, encoding="utf-8")
    if done.returncode:
        output.error(f"Graphviz failed: {done.stderr.strip()}")
        return output.EXIT_FAILURE
    print(done.stdout, end="")
    return output.EXIT_OK


@final
@attrs.frozen
class _Page:
    """
    The text form.
    """

    out: Console

    def print(self, dag_id: str, document: Document) -> None:
        """
        Print the head, then the tree.
        """
        plan, locations = document["pipelines"][dag_id], document["locations"][dag_id]
        settings = {
            name: value for name, value in plan["settings"].items() if name not in {"schedule", "doc_md"}
        }
        size = f"{count(len(plan['tasks']), 'task')}, {count(len(plan['groups']), 'group')}"
        self.out.print(Text.assemble((dag_id, "bold"), (f"  {size}  {locations['']}", "dim")))
        self._line("Schedule", schedule_text(plan["settings"]))
        if has_next_runs(plan["settings"]):
            runs = next_runs(plan["settings"], _now(), _RUNS)
            for at, run in enumerate(runs):
                self._line("" if at else "Next runs", time_text(run))
            if not runs:
                self._line("Next runs", "none any more: end_date has passed")
        if settings:
            self._line("Settings", named(settings))
        if plan["defaults"]:
            self._line("Defaults", named(plan["defaults"]))
        self.out.print()
        table = output.table("Task", "Runs", "Waits for", "Options", "Defined at")
        for row in rows_of(dag_id, plan, locations):
            table.add_row(*_cells(row))
        self.out.print(table)

    def _line(self, name: str, text: str) -> None:
        self.out.print(Text.assemble((f"  {name:<11}", "dim"), text))


def _cells(row: Row) -> tuple[Text, ...]:
    name = Text.assemble((row.branches, "dim"), (row.name, "bold cyan" if row.group else ""))
    if row.marks:
        name.append(f" ({', '.join(row.marks)})", style="magenta")
    runs = row.runs if not row.group else f"over {row.runs}" if row.runs else ""
    options = f"defaults: {row.options}" if row.group and row.options else row.options
    return name, Text(runs), Text(", ".join(row.upstream)), Text(options), Text(row.location, style="dim")
