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

import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, get_args

import attrs

from tests.support import ROOT
from tests.typing import checkers
from tests.typing.checkers import OTHER_CHECKERS, OtherChecker

Kind: TypeAlias = Literal["pipelines", "plain"]
Tool: TypeAlias = (
    Literal["pyright", "pyright with settings", "mypy", "apache-airflow-mypy", "flowkit check", "parse"]
    | OtherChecker
)
Found: TypeAlias = Mapping[Path, Sequence[str]]
"""What a tool says, by file."""

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
TOOLS: Final[Mapping[Kind, tuple[Tool, ...]]] = {
    "pipelines": (
        "pyright",
        "pyright with settings",
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
`a >> b`, which is right there.
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


# --- the tools ---------------------------------------------------------------------------------------------------


def mypy(folder: Path, cache: Path, plugins: str, *kinds: Kind) -> Found:
    """
    Return the errors of `mypy --strict` with *plugins*, over both copies of these kinds.
    """
    settings = folder / f"{plugins.split('.', maxsplit=1)[0]}.ini"
    settings.write_text(
        f"[mypy]\nstrict = True\npython_version = 3.10\nplugins = {plugins}\nexplicit_package_bases = True\n"
        # Kubernetes' client has no types of its own. Who writes pods by hand lives with that.
        "[mypy-kubernetes.*]\nignore_missing_imports = True\n",
        encoding="utf-8",
    )
    paths = [f"{copy}/{kind}" for copy in ("mistakes", "mended") for kind in kinds]
    options = ["--config-file", str(settings), "--cache-dir", str(cache), "--output", "json"]
    done = _run(folder, "mypy", *options, *paths)
    said = [json.loads(line) for line in done.stdout.splitlines()] if done.returncode in {0, 1} else []
    # What stops mypy is told of the settings, or of a file alone.
    if done.stderr or not said or any(one["file"] == str(settings) for one in said):
        raise RuntimeError(done.stdout + done.stderr)
    return _by_file((Path(one["file"]), one["message"]) for one in said if one["severity"] == "error")


def pyright(folder: Path) -> tuple[Found, Found]:
    """
    Return the errors of pyright over both copies: of its standard mode, and of the rules that flowkit recommends.
    """
    settings = recommended_settings()
    project = folder / "pyrightconfig.json"
    own = {"include": ["mistakes", "mended"], "extraPaths": [str(ROOT)], "pythonVersion": "3.10"}
    project.write_text(json.dumps({**settings, **own}), encoding="utf-8")
    done = _run(folder, "pyright", "--outputjson", "--project", str(project), "--pythonpath", sys.executable)
    if done.returncode not in {0, 1}:
        raise RuntimeError(done.stdout + done.stderr)
    said = [one for one in json.loads(done.stdout)["generalDiagnostics"] if one["severity"] == "error"]
    added = [one for one in said if one.get("rule") in settings]
    standard = [one for one in said if one not in added]
    found = [
        _by_file((Path(one["file"]).relative_to(folder), one["message"]) for one in some)
        for some in (standard, added)
    ]
    return found[0], found[1]


def recommended_settings() -> dict[str, Any]:
    """
    Return the settings for pyright that `docs/type-checkers.md` recommends: none of its rules is an error without.
    """
    page = (ROOT / "docs" / "type-checkers.md").read_text(encoding="utf-8")
    lines = page.partition("[tool.pyright]\n")[2].partition("```")[0].splitlines()
    # Python 3.10 cannot read TOML. Each value of this block is one of JSON's, too.
    return {name: json.loads(value) for name, _, value in (line.partition(" = ") for line in lines if line)}


def flowkit_check(folder: Path) -> Found:
    """
    Return the problems and warnings of `flowkit check`, over each copy.
    """
    found: list[tuple[Path, str]] = []
    for copy in ("mistakes", "mended"):
        done = _run(folder, "flowkit", "check", "--format", "json", f"{copy}/pipelines")
        if done.returncode not in {0, 1}:
            raise RuntimeError(done.stdout + done.stderr)
        for one in json.loads(done.stdout)["problems"]:
            file = (folder / one["file"]).resolve().relative_to(folder)
            # How long a file takes to load says something of this machine only.
            if one["code"] != "FK510":
                found.append((file, f"{one['code']} {one['message']}"))
    return _by_file(found)


def parse(folder: Path) -> Found:
    """
    Return what Airflow's own parse says of each file of both copies: its import errors, and those of storing.
    """
    with tempfile.TemporaryDirectory() as home:
        done = _run(folder, "tests.typing.parsing", str(folder), AIRFLOW_HOME=home)
    if done.returncode != 0:
        raise RuntimeError(done.stdout + done.stderr)
    said = json.loads(done.stdout.splitlines()[-1])
    return _by_file((Path(file), message) for file, message in said)


def other_checkers(folder: Path, settings: Path) -> dict[OtherChecker, list[checkers.Error]]:
    """
    Return the errors of those of the other checkers that are installed, over both copies.
    """
    found: dict[OtherChecker, list[checkers.Error]] = {}
    for checker in filter(checkers.is_installed, OTHER_CHECKERS):
        own = settings / checker
        own.mkdir(parents=True)
        files = checkers.Files([folder / "mistakes", folder / "mended"])
        found[checker] = checkers.errors(checker, files, own)
    return found


def of_copies(errors: Iterable[checkers.Error], folder: Path) -> Found:
    """
    Return those of the errors that are in the copies of the corpus in *folder*.
    """
    return _by_file(
        (error.file.relative_to(folder), error.message)
        for error in errors
        if error.file.is_relative_to(folder)
    )


def _run(folder: Path, module: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "MYPYPATH": str(ROOT), "PYTHONPATH": str(ROOT), **variables},
    )


def _by_file(said: Iterable[tuple[Path, str]]) -> Found:
    found: dict[Path, list[str]] = {}
    for file, message in said:
        # A file that belongs to another one speaks for it.
        found.setdefault(file.with_name(file.name.removeprefix("_")), []).append(message)
    return found


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
    own = mypy(folder, cache / "flowkit", "flowkit.mypy", *KINDS)
    airflow = "airflow_mypy.plugins.decorators, airflow_mypy.plugins.outputs"
    (lines, added), parsed = pyright(folder), parse(folder)
    with tempfile.TemporaryDirectory() as settings:
        reported = other_checkers(folder, Path(settings).resolve())
    others: dict[Tool, Found] = {name: of_copies(errors, folder) for name, errors in reported.items()}
    return {
        "pipelines": {
            "pyright": lines,
            "pyright with settings": added,
            **others,
            "mypy": own,
            "flowkit check": flowkit_check(folder),
            "parse": parsed,
        },
        "plain": {
            "pyright": lines,
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
