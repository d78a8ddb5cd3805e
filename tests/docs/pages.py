"""
Runs the blocks of a documentation page, one after the other.

What a page may hold:

- `python`: executed, in one namespace for the page. With a `title` it is a file of a project, and is written and
  loaded as one. An error, or a broken pipeline, must be shown by the `text` block that follows.
- `text`: what the block before it prints or reports, to the letter.
- `mermaid`: the graph of the pipeline in the block before it.
- `sh`: commands. `flowkit list`, `flowkit check` and `mypy` are run; of the others only the form is checked.
- `console`: what `flowkit run` and `airflow` print. Nobody compares it: times differ.
- an HTML comment that begins with `invisible-code: python`: executed, and not shown.

With `WRITE_DOCS=1` in the environment, `text` and `mermaid` blocks are rewritten to what is true. Read the changes!
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from contextvars import Context
from pathlib import Path
from typing import Any
from unittest.mock import patch

import attrs
from sybil import Document, Example, Region, Sybil
from sybil.parsers.markdown.lexers import DirectiveInHTMLCommentLexer, FencedCodeBlockLexer

from flowkit import FlowkitError, Pipeline
from flowkit.base.errors import LoadError
from flowkit.base.problem_format import format_report
from flowkit.cli.main import _parser
from flowkit.model.collection import BrokenPipeline, Item, collecting
from flowkit.model.pipeline import GroupSpec, PipelineSpec
from flowkit.project.loading import load, load_each
from tests.recorded import problems_of
from tests.support import DAGS, ROOT, load_dags

_FENCE = FencedCodeBlockLexer(r"[^\n]*", mapping={"language": "info", "source": "source"})
_HIDDEN = DirectiveInHTMLCommentLexer(
    "invisible-code", ".+", mapping={"arguments": "info", "source": "source"}
)
_TITLE = re.compile(r'title="([^"]+)"')
_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
_PROGRAMS = {
    ".",
    "airflow",
    "cd",
    "docker",
    "export",
    "flowkit",
    "helm",
    "kubectl",
    "mkdir",
    "mypy",
    "pip",
    "pyright",
    "pytest",
    "python",
    "python3",
    "rm",
    "ruff",
}
_UNTITLED = "dags/example.py"
# Airflow's own types make no difference to the messages that pages show, and would take a minute.
_MYPY = """
[mypy]
strict = True
[mypy-airflow.*,kubernetes.*]
follow_imports = skip
[mypy-flowkit.*]
follow_imports = silent
"""


@attrs.define
class Page:
    """
    What is known of a page while its blocks are run.
    """

    project: Path
    """The folder for the files of the page."""

    said: str | None = None
    """What the last block printed or reported."""

    owed: bool = False
    """Whether the page has to show it."""

    spec: PipelineSpec | None = None
    """The last pipeline that was built."""

    has_files: bool = False
    """Whether the page wrote files: its commands then speak of those, and not of the examples of this project."""

    reports: dict[str, list[str]] = attrs.field(factory=dict)
    """By section: the messages that it shows."""

    good: dict[str, int] = attrs.field(factory=dict)
    """By section: the number of blocks without any error."""

    rewritten: list[tuple[int, int, str]] = attrs.field(factory=list)
    """Blocks that have to show something else: where each begins and ends in the page, and the new block."""

    def work_in(self) -> Path:
        """
        Return the working folder of its commands. A page without files of its own speaks of the example pipelines.
        """
        if not self.has_files:
            shutil.copytree(DAGS, self.project / DAGS.name, dirs_exist_ok=True)
        return self.project

    def say(self, text: str | None, *, owed: bool) -> None:
        """
        Note what a block printed or reported.
        """
        self.said, self.owed = text, owed

    def settle(self, example: Example) -> None:
        """
        Fail if the page kept an error to itself.
        """
        assert not self.owed, (
            f"before line {example.line}: an error that the page does not show:\n{self.said}"
        )


def run_page(path: Path, project: Path) -> Page:
    """
    Run all blocks of the page at *path*; its files are written to *project*.
    """
    document = Sybil(parsers=[_blocks], pattern="*.md").parse(path)
    page = Page(project)
    document.namespace.update(
        __page__=page,
        __name__="flowkit_docs",
        __file__=_UNTITLED,
        compile_it=lambda airflow=None: _compile(page, airflow),
        load_in_airflow=lambda name: _load_in_airflow(page, name),
        check_it=lambda *names, **settings: _check(page, *names, **settings),
    )
    for example in document.examples():
        example.evaluate()
    if page.rewritten:
        text = document.text
        for start, end, block in reversed(page.rewritten):
            text = text[:start] + block + text[end:]
        path.write_text(text, encoding="utf-8")
    assert not page.owed, f"the page ends with an error that it does not show:\n{page.said}"
    return page


def _blocks(document: Document) -> Iterable[Region]:
    for lexer in (_FENCE, _HIDDEN):
        for region in lexer(document):
            kind = str(region.lexemes["info"]).strip().partition(" ")[0]
            region.parsed = str(region.lexemes["source"])
            region.evaluator = _EVALUATORS.get(kind, _unknown)
            yield region


def _unknown(example: Example) -> None:
    info = example.region.lexemes["info"]
    raise AssertionError(f"{example.path}:{example.line}: nobody knows how to test a block of {info!r}")


def _page(example: Example) -> Page:
    page: Page = example.namespace["__page__"]
    return page


def _section(example: Example) -> str:
    titles = _SECTION.findall(example.document.text[: example.region.start])
    return titles[-1] if titles else ""


def _python(example: Example) -> None:
    page = _page(example)
    page.settle(example)
    page.say(None, owed=False)
    title = _TITLE.search(str(example.region.lexemes["info"]))
    problems = _file(page, title[1], example.parsed) if title else _inline(page, example)
    if problems is not None:
        page.say(problems, owed=True)
    elif "invisible-code" not in example.document.text[example.region.start :][:30]:
        page.good[_section(example)] = page.good.get(_section(example), 0) + 1


def _file(page: Page, name: str, source: str) -> str | None:
    path = page.project / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf-8")
    # Python takes a file of the same length, written in the same second, for the one that it has compiled.
    shutil.rmtree(path.parent / "__pycache__", ignore_errors=True)
    page.has_files = True
    (loaded,) = load_each([path], path.parent)
    # An error that is not flowkit's is shown as `flowkit check` shows it.
    unknown = loaded.failure is not None and not loaded.problems
    problems = _checked(page, name) if unknown else loaded.failure or _problems(page, loaded.items)
    return problems and problems.replace(f"{page.project}{os.sep}", "")


def _inline(page: Page, example: Example) -> str | None:
    namespace = example.namespace
    before = namespace.get("pipeline")
    printed = io.StringIO()
    with collecting(_UNTITLED, "flowkit_docs") as collection:
        try:
            with contextlib.redirect_stdout(printed):
                value = _value(example.parsed, namespace)
            if printed.getvalue():
                page.say(printed.getvalue(), owed=False)
            made = namespace.get("pipeline")
            if isinstance(made, Pipeline) and made is not before:
                page.spec = made.build()
        except FlowkitError as error:
            return str(error)
    recorded = "\n".join(map(str, problems_of(value)))
    return recorded or _problems(page, collection.items)


def _value(source: str, namespace: dict[str, Any]) -> object:
    """
    Execute *source*, and return the value of its last line if that is an expression.
    """
    # Lines count from the top of the block: that is where a reader counts from.
    block = ast.parse(source)
    last = block.body.pop() if block.body and isinstance(block.body[-1], ast.Expr) else None
    exec(compile(block, _UNTITLED, "exec", dont_inherit=True), namespace)  # noqa: S102
    if not isinstance(last, ast.Expr):
        return None
    return eval(compile(ast.Expression(last.value), _UNTITLED, "eval", dont_inherit=True), namespace)  # noqa: S307


def _problems(page: Page, items: Iterable[Item]) -> str | None:
    specs = [item for item in items if isinstance(item, PipelineSpec)]
    page.spec = specs[-1] if specs else page.spec
    broken = [format_report(item.problems) for item in items if isinstance(item, BrokenPipeline)]
    return "\n".join(broken) or None


def _text(example: Example) -> None:
    page = _page(example)
    assert page.said is not None, f"line {example.line}: the block before it says nothing"
    _compare(example, _trimmed(page.said))
    if page.owed:
        page.reports.setdefault(_section(example), []).append(page.said)
    page.say(None, owed=False)


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _mermaid(example: Example) -> None:
    spec = _page(example).spec
    assert spec is not None
    _compare(example, picture(spec))


def _compare(example: Example, truth: str) -> None:
    if os.environ.get("WRITE_DOCS") and _trimmed(example.parsed) != truth:
        kind, region = example.region.lexemes["info"], example.region
        _page(example).rewritten.append((region.start, region.end, f"```{kind}\n{truth}\n```"))
        return
    assert _trimmed(example.parsed) == truth


def picture(spec: PipelineSpec) -> str:
    """
    Return the graph of *spec* as Mermaid: every edge between tasks, groups as boxes.
    """
    lines = ["flowchart LR", *_boxes(spec, None, "    ")]
    labels = {(edge.upstream, edge.downstream): edge.label for edge in spec.edges}
    for task in spec.tasks:
        for upstream in task.upstream:
            label = labels.get((upstream, task.task_id))
            arrow = f"-->|{label}|" if label else "-->"
            lines.append(f"    {upstream} {arrow} {task.task_id}")
    return "\n".join(lines)


def _boxes(spec: PipelineSpec, parent: str | None, indent: str) -> Iterable[str]:
    for node in spec.nodes:
        if isinstance(node, GroupSpec):
            if node.parent_id == parent:
                yield (
                    f"{indent}subgraph {node.group_id}[{node.id}]"
                    if parent
                    else f"{indent}subgraph {node.id}"
                )
                yield from _boxes(spec, node.group_id, indent + "    ")
                yield f"{indent}end"
        elif node.group_id == parent:
            yield f"{indent}{node.task_id}[{node.id}]" if node.task_id != node.id else f"{indent}{node.id}"


def _shell(example: Example) -> None:
    page = _page(example)
    page.settle(example)
    page.say(None, owed=False)
    for line in example.parsed.replace("\\\n", " ").strip().splitlines():
        for command in line.split(" && "):
            _command(page, shlex.split(command, comments=True))


def _command(page: Page, words: list[str]) -> None:
    if not words:
        return
    while "=" in words[0]:
        words = words[1:]
    program = words[0].rpartition("/")[2] if len(words[0]) > 1 else words[0]
    assert program in _PROGRAMS, f"{program!r} is no program that a reader of the pages has"
    if program == "flowkit":
        _flowkit(page, words[1:])
    elif program == "mypy":
        page.say(_mypy(page, words[1:]), owed=False)


def _flowkit(page: Page, words: list[str]) -> None:
    arguments = _parser(words).parse_args(words)
    if words[0] == "dev":
        # It would not end by itself.
        return
    if words[0] == "run":
        known = {pipeline.dag_id for pipeline in load(page.work_in() / (arguments.path or "dags")).pipelines}
        assert arguments.dag_id in known
        return
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "flowkit", *words]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=page.work_in(), env=environment, timeout=120
    )
    # The time is another one each time.
    page.say(re.sub(r"\d+\.\d s\.$", "0.4 s.", done.stdout + done.stderr, flags=re.MULTILINE), owed=False)


def _check(page: Page, *names: str, **settings: str) -> None:
    """
    Raise what `flowkit check` has against files of the page, with Airflow's *settings* in the environment.
    """
    found = _checked(page, *names, **settings)
    if found:
        raise LoadError(found)


def _checked(page: Page, *names: str, **settings: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **settings}
    command = [sys.executable, "-m", "flowkit", "check", *names]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=page.project, env=environment, timeout=120
    )
    assert done.returncode in {0, 1}, done.stderr
    found, _, _summary = done.stdout.rstrip().rpartition("\n")
    return re.sub(r"took \d+\.\d s", "took 1.2 s", found)


def _mypy(page: Page, words: list[str]) -> str:
    settings = page.project / "mypy.ini"
    settings.write_text(_MYPY, encoding="utf-8")
    environment = {**os.environ, "MYPYPATH": str(ROOT)}
    command = [sys.executable, "-m", "mypy", "--config-file", str(settings), *words]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=page.work_in(), env=environment, timeout=300
    )
    return done.stdout + done.stderr


def _console(example: Example) -> None:
    _page(example).settle(example)


def _compile(page: Page, airflow: str | None) -> None:
    """
    Make the DAG of the last pipeline, with the checks for another version of Airflow where one is given.
    """
    from flowkit.airflow import compat
    from flowkit.airflow import compile as compiler

    assert page.spec is not None
    given = airflow or compat.AIRFLOW_VERSION
    with patch.object(compat, "AIRFLOW_VERSION", given), patch.object(compiler, "AIRFLOW_VERSION", given):
        compiler.compile_pipeline(page.spec, fileloc=_UNTITLED)


def _load_in_airflow(page: Page, name: str) -> None:
    """
    Load a file of the page in a process that has imported nothing of it yet, as Airflow does; raise what it reports.
    """
    path = page.project / name
    for helper in path.parent.glob("*.py"):
        sys.modules.pop(helper.stem, None)
    sys.path.append(str(path.parent))
    try:
        # Nobody collects what Airflow loads.
        bag = Context().run(load_dags, path)
    finally:
        sys.path.remove(str(path.parent))
    assert bag.dags or bag.import_errors
    for error in bag.import_errors.values():
        told = error.strip().splitlines()[-1].partition("Error: ")[2]
        raise LoadError(told.replace(f"{page.project}{os.sep}", ""))


_EVALUATORS: dict[str, Callable[[Example], Any]] = {
    "python": _python,
    "text": _text,
    "mermaid": _mermaid,
    "sh": _shell,
    "console": _console,
    # `tests/test_ci.py` reads these, and runs their commands.
    "yaml": _console,
    # `tests/typing/corpus.py` and `tests/scaffold/test_project_files.py` read the settings of these.
    "toml": _console,
}
