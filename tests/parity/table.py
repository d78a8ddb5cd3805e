"""
The table of `docs/parity.md`: `python -m tests.parity.table` writes it anew, and prints it.
"""

from __future__ import annotations

import ast
import io
import os
import sys
import tempfile
import tokenize
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

import attrs

from flowkit.project.loading import load_each
from tests.parity.examples import DIFFERENT, LONGER, NOT_PORTED, examples, port_of
from tests.support import ROOT

PAGE = ROOT / "docs" / "parity.md"
START, END = "<!-- table -->", "<!-- end -->"
TITLES = {"core": "Airflow's own examples", "standard": "Examples of the standard provider"}
NO_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}


@attrs.frozen
class Row:
    """
    One example, and its port.
    """

    folder: str
    file: str
    pipelines: tuple[str, ...]
    original: int
    port: int

    @property
    def different(self) -> list[str]:
        """
        Why which DAGs are not identical.
        """
        return [f"`{name}`: {DIFFERENT[name]}" for name in self.pipelines if name in DIFFERENT]

    @property
    def is_longer(self) -> bool:
        """
        Whether the port is longer by more than a quarter.
        """
        return 4 * self.port > 5 * self.original

    def shown(self) -> str:
        """
        Return the row of the table.
        """
        stem = Path(self.file).stem
        ratio = f"{self.port / self.original:.2f}"
        cells = (
            f"`{stem}`",
            f"`{self.folder}/{self.file}`",
            str(len(self.pipelines)),
            "; ".join(self.different) or "yes",
            str(self.original),
            str(self.port),
            f"{ratio}: {LONGER[stem]}" if stem in LONGER else ratio,
        )
        return f"| {' | '.join(cells)} |"


def code_lines(source: str) -> int:
    """
    Return how many lines of *source* hold code: no blank ones, no comments, no docstrings.
    """
    lines = source.splitlines()
    covered = {
        line
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type not in NO_CODE
        for line in range(token.start[0], token.end[0] + 1)
    }
    documentation = {
        line
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    return sum(bool(lines[line - 1].strip()) for line in covered - documentation)


def rows() -> list[Row]:
    """
    Return a row for each example of the installed Airflow.
    """
    return [_row(folder, file) for folder, file in examples()]


def _row(folder: str, file: Path) -> Row:
    port = port_of(folder, file)
    (loaded,) = load_each([port], port.parent)
    assert loaded.failure is None, loaded.failure
    return Row(
        folder,
        file.name,
        tuple(sorted(pipeline.dag_id for pipeline in loaded.pipelines)),
        code_lines(file.read_text(encoding="utf-8")),
        code_lines(port.read_text(encoding="utf-8")),
    )


def table(found: Sequence[Row]) -> str:
    """
    Return what stands in the page.
    """
    return "\n".join(_lines(found))


def _lines(found: Sequence[Row]) -> Iterator[str]:
    pipelines = sum(len(row.pipelines) for row in found)
    different = sum(len(row.different) for row in found)
    original, port = sum(row.original for row in found), sum(row.port for row in found)
    yield (
        f"Airflow {version('apache-airflow')} with the standard provider "
        f"{version('apache-airflow-providers-standard')}: {len(found)} files, {pipelines} DAGs, "
        f"{pipelines - different} of them identical ({(pipelines - different) / pipelines:.0%}). "
        f"{original} lines of code in the originals, {port} in the ports ({port / original:.2f})."
    )
    for folder, title in TITLES.items():
        own = [row for row in found if row.folder == folder]
        yield ""
        yield f"### {title}"
        yield ""
        yield "| Example | Port | DAGs | Identical | Lines | with flowkit | Ratio |"
        yield "|---|---|---:|---|---:|---:|---:|"
        yield from (row.shown() for row in own)
        original, port = sum(row.original for row in own), sum(row.port for row in own)
        dags = sum(len(row.pipelines) for row in own)
        yield f"| {len(own)} files | | {dags} | | {original} | {port} | {port / original:.2f} |"
    if NOT_PORTED:
        yield ""
        yield "Not ported:"
        yield ""
        yield from (f"- `{name}`: {why}" for name, why in NOT_PORTED.items())


def written() -> str:
    """
    Return the table that the page holds.
    """
    return PAGE.read_text(encoding="utf-8").partition(START)[2].partition(END)[0].strip()


def _write(text: str) -> None:
    head, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
    tail = rest.partition(END)[2]
    PAGE.write_text(f"{head}{START}\n\n{text}\n\n{END}{tail}", encoding="utf-8")


if __name__ == "__main__":
    # Ports import Airflow, which makes itself at home where it is told to.
    with tempfile.TemporaryDirectory() as home:
        os.environ["AIRFLOW_HOME"] = home
        _write(made := table(rows()))
    sys.stdout.write(f"{made}\n")
