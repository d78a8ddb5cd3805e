"""
The corpus of mistakes: which tool finds which of them, with flowkit and in plain Airflow.

`mistakes/corpus/` holds a file for each mistake, as a user would write it: under `pipelines` with flowkit, under
`plain` the same mistake in plain Airflow. A comment at the end of a line, `# right: …`, says what should stand in its
place; a line that is such a comment only is missing. So each file has a twin that is right, and a tool finds the
mistake when it says more about the file than about its twin. A file whose name begins with `_` belongs to the
mistake in the file that bears the rest of its name.

`python -m tests.typing.corpus` runs all tools, writes into each file which of them find its mistake, and writes the
table of `docs/mistakes.md`.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, get_args

import attrs

from tests.typing.checkers import OTHER_CHECKERS
from tests.typing.corpus_tools import (
    Found,
    Kind,
    Tool,
    flowkit_check,
    mypy,
    of_copies,
    other_checkers,
    parse,
    pyright,
    write_stubs,
)

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
TOOLS: Final[Mapping[Kind, tuple[Tool, ...]]] = {
    "pipelines": (
        "pyright",
        "pyright with settings",
        "pyright with stubs",
        *OTHER_CHECKERS,
        "mypy",
        "flowkit check",
        "parse",
    ),
    "plain": ("pyright", *OTHER_CHECKERS, "mypy", "apache-airflow-mypy", "parse"),
}
"""
In the order in which a user meets them: the editor, CI, the command, Airflow's own parse. "pyright with settings" is
what the rules find that flowkit's documentation adds to pyright's own. In plain Airflow they would refuse every
`a >> b`, which is right there. "pyright with stubs" has these rules and the stubs that `flowkit stubs` writes; so have
the other checkers, but for zuban, which does not read stubs of a part of a package.
"""

CORPUS: Final = Path(__file__).parent / "mistakes" / "corpus"
MARK: Final = "# Caught by: "
IMPOSSIBLE: Final = "# In plain Airflow: cannot be made: "
NOTHING: Final = "nothing"

_RIGHT = re.compile(r"^(?P<wrong>\s*(?:[^\s#].*?)?)\s*# right:(?P<right>.*)$")


@attrs.frozen
class Case:
    """
    One mistake, in one file.
    """

    kind: Kind
    part: str
    """The part of the vocabulary that it is made in."""

    name: str
    title: str
    marks: tuple[str, ...]
    """The tools that find it, as the file says."""

    impossible: str | None
    """Why the mistake cannot be made in plain Airflow, if so."""

    @property
    def path(self) -> Path:
        """
        Where it stands in the corpus, and in a copy of it.
        """
        return Path(self.kind, self.part, f"{self.name}.py")

    def __str__(self) -> str:
        return self.path.as_posix()


def cases(kind: Kind) -> list[Case]:
    """
    Return the cases of the corpus, in the order of their names.
    """
    files = sorted((CORPUS / kind).glob("*/*.py"))
    return [case_in(kind, file) for file in files if not file.name.startswith("_")]


def case_in(kind: Kind, file: Path) -> Case:
    """
    Return the case that stands in a file.
    """
    lines = file.read_text(encoding="utf-8").splitlines()
    marks = next(line.removeprefix(MARK) for line in lines if line.startswith(MARK)).rstrip(".")
    why = next((line.removeprefix(IMPOSSIBLE) for line in lines if line.startswith(IMPOSSIBLE)), None)
    return Case(
        kind,
        file.parent.name,
        file.stem,
        lines[1],
        () if marks == NOTHING else tuple(marks.split(", ")),
        why and why.rstrip("."),
    )


def mended(source: str) -> str:
    """
    Return a file with its mistake corrected.
    """
    return "".join(f"{line}\n" for line in _mended_lines(source))


def _mended_lines(source: str) -> Iterator[str]:
    for line in source.splitlines():
        found = _RIGHT.match(line)
        if found is None:
            yield line
            continue
        right = found["right"].strip()
        if right:
            yield line[: len(line) - len(line.lstrip())] + right


def wrong(source: str) -> str:
    """
    Return a file with its mistake, and without the words that say what is right.
    """
    lines = (
        line if (found := _RIGHT.match(line)) is None else found["wrong"].rstrip()
        for line in source.splitlines()
    )
    return "".join(f"{line}\n" for line in lines)


def write_copies(folder: Path) -> None:
    """
    Write the corpus into a folder twice: `mistakes`, and `mended`.
    """
    for file in CORPUS.glob("*/*/*.py"):
        source = file.read_text(encoding="utf-8")
        for name, text in (("mistakes", wrong(source)), ("mended", mended(source))):
            target = folder / name / file.relative_to(CORPUS)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")


def catches(found: Found, case: Case) -> bool:
    """
    Return whether a tool finds the mistake: it says more of the file than of the one that is right.
    """
    return len(found.get("mistakes" / case.path, ())) > len(found.get("mended" / case.path, ()))


# --- the marks ---------------------------------------------------------------------------------------------------


def run_all(folder: Path, cache: Path) -> dict[Kind, dict[Tool, Found]]:
    """
    Return what each tool says that is installed.
    """
    write_copies(folder)
    write_stubs(folder)
    own = mypy(folder, cache / "flowkit", "flowkit.mypy", *KINDS)
    airflow = "airflow_mypy.plugins.decorators, airflow_mypy.plugins.outputs"
    by_pyright, parsed = pyright(folder), parse(folder)
    others: dict[Tool, Found] = {
        name: of_copies(errors, folder) for name, errors in other_checkers(folder).items()
    }
    return {
        "pipelines": {
            **by_pyright,
            **others,
            "mypy": own,
            "flowkit check": flowkit_check(folder),
            "parse": parsed,
        },
        "plain": {
            "pyright": by_pyright["pyright"],
            **others,
            # flowkit's plugin has nothing to say of what is not flowkit's.
            "mypy": own,
            "apache-airflow-mypy": mypy(folder, cache / "airflow", airflow, "plain"),
            "parse": parsed,
        },
    }


def write_marks(found: Mapping[Kind, Mapping[Tool, Found]]) -> None:
    """
    Write into each case which tools find it. What it says of a tool that is not installed remains.
    """
    for kind in KINDS:
        for case in cases(kind):
            tools = [
                tool
                for tool in TOOLS[kind]
                if (catches(found[kind][tool], case) if tool in found[kind] else tool in case.marks)
            ]
            file = CORPUS / case.path
            source = file.read_text(encoding="utf-8")
            mark = f"{MARK}{', '.join(tools) or NOTHING}."
            file.write_text(re.sub(rf"^{MARK}.*$", mark, source, flags=re.MULTILINE), encoding="utf-8")


def false_alarms(found: Mapping[Kind, Mapping[Tool, Found]], kind: Kind) -> dict[Tool, int]:
    """
    Return of how many files that are right each tool complains.
    """
    right = {"mended" / case.path for case in cases(kind)}
    return dict(Counter(tool for tool, said in found[kind].items() for file in right & set(said)))


def _main() -> None:
    from tests.typing import mistakes_page

    cache = Path(os.environ.get("CORPUS_CACHE", tempfile.gettempdir())) / "flowkit-corpus"
    with tempfile.TemporaryDirectory() as folder:
        found = run_all(Path(folder).resolve(), cache)
    write_marks(found)
    alarms = {kind: false_alarms(found, kind) for kind in KINDS}
    sys.stdout.write(f"{mistakes_page.write(alarms['plain'])}\n")
    for file, said in sorted(
        (file, said) for tool in found["pipelines"].items() for file, said in tool[1].items()
    ):
        if file.parts[:2] == ("mended", "pipelines"):
            sys.stdout.write(f"{file}: {said}\n")


if __name__ == "__main__":
    _main()
