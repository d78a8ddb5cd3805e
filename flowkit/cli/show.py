"""
`flowkit show`: show one pipeline as a tree, a graph or JSON.
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
from flowkit.base.sensitive import masking
from flowkit.base.suggestions import did_you_mean
from flowkit.cli import output
from flowkit.cli.parser import add_timeout_option
from flowkit.cli.pipeline_search import SearchResult, folder_hint, path_error, search
from flowkit.cli.plan_child import problem_texts
from flowkit.project.discovery import find, folder_of
from flowkit.project.root import project_root
from flowkit.report.comparison_text import count, time_text
from flowkit.report.dot import dot
from flowkit.report.graph import graph_of
from flowkit.report.mermaid import mermaid
from flowkit.report.plan import Document, document_of, merged
from flowkit.report.schedule_text import has_next_runs, next_runs, schedule_text
from flowkit.report.tree import Row, operator_defaults_text, order_of, rows_of
from flowkit.report.value_text import format_kwargs

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
    add_timeout_option(parser)
    parser.set_defaults(command=show_pipeline)


def show_pipeline(args: argparse.Namespace) -> int:
    """
    Print the pipeline.
    """
    usage_error = _usage_error(args)
    if usage_error:
        output.error(usage_error)
        return output.EXIT_USAGE
    words = list(args.words)
    dag_id = None if args.all else words.pop(0)
    paths = [Path(word) for word in words] or [output.default_path(None)]
    # Both read from the user's Airflow, before `prepare_to_load` replaces its environment.
    hidden, limit_s = masking(), output.load_timeout(args.timeout)
    root = project_root(paths[0])
    output.prepare_to_load(paths[0])
    try:
        files = {file: folder_of(path) for path in reversed(paths) for file in find(path)}
        result = search(
            dag_id,
            dict(sorted(files.items())),
            lambda spec: document_of([spec], root=root, masking=hidden),
            limit_s=limit_s,
        )
    except LoadError as error:
        output.error(str(error))
        return output.EXIT_USAGE

    if dag_id is None:
        return _show_all(result)
    if result.pipelines:
        return _show(dag_id, result.pipelines[-1], args.format)
    return _report_missing(dag_id, result, paths)


def _usage_error(args: argparse.Namespace) -> str | None:
    if args.all and args.format != "json":
        return "--all needs --format json. To list all pipelines, use: flowkit list."
    if not args.all and not args.words:
        return "Missing DAG_ID. To list all pipelines, use: flowkit list."
    if args.format == "svg" and shutil.which("dot") is None:
        return (
            "--format svg needs Graphviz, whose program `dot` is not installed. Install it (apt-get install graphviz, "
            "or brew install graphviz), or use --format mermaid."
        )
    return None if args.all else path_error("show", args.words[0], args.words[1:])


def _show_all(result: SearchResult) -> int:
    print(_to_json(merged(result.pipelines)))
    for text in (
        *(text for broken in [*result.broken, *result.unnamed] for text in problem_texts(broken)),
        *map(output.failure_text, result.failures),
    ):
        output.error(text)
    return output.EXIT_FAILURE if result.broken or result.failures else output.EXIT_OK


def _report_missing(dag_id: str, result: SearchResult, paths: Sequence[Path]) -> int:
    if result.broken:
        for broken in result.broken:
            for text in problem_texts(broken):
                print(text)
        return output.EXIT_FAILURE
    where = ", ".join(output.display_path(path) for path in paths)
    hint = did_you_mean(dag_id, result.other_ids, otherwise="To list all pipelines, use: flowkit list.")
    output.error(f"Unknown pipeline {dag_id!r} in {where}. {hint}{folder_hint('show', dag_id)}")
    for file in result.failures:
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
        print(_to_json({**document, "next_runs": {dag_id: runs}}))
    else:
        _Page(output.console()).print(dag_id, document)
    return output.EXIT_OK


def _to_json(value: object) -> str:
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
    Prints the text format.
    """

    out: Console

    def print(self, dag_id: str, document: Document) -> None:
        """
        Print a header, then the tree.
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
                self._line("Next runs", "none: end_date has passed")
        if settings:
            self._line("Settings", format_kwargs(settings))
        if plan["defaults"]:
            self._line("Defaults", format_kwargs(plan["defaults"]))
        if for_operators := operator_defaults_text(plan):
            self._line("" if plan["defaults"] else "Defaults", for_operators)
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
