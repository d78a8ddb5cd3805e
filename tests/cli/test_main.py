"""
What all commands share: how they are found, what they say of themselves, how they end.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flowkit.cli.main import COMMANDS, main
from tests.support import DAGS, ROOT

NAMES = [command.name for command in COMMANDS]
SCREEN = 40


def _environment(**more: str) -> dict[str, str]:
    colours = {"NO_COLOR", "FORCE_COLOR"}
    kept = {name: value for name, value in os.environ.items() if name not in colours}
    return {**kept, "PYTHONPATH": str(ROOT), "COLUMNS": "80", **more}


def _flowkit(*words: str, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flowkit", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env=_environment(**more),
        timeout=120,
    )


def _help(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: str) -> str:
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit) as ended:
        main([*words, "--help"])
    assert ended.value.code == 0
    return capsys.readouterr().out


def test_the_page_of_all_commands(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The documentation says of each command, and of its exit codes, what its help says.
    """
    page = (ROOT / "docs" / "command-line.md").read_text("utf-8")
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| `flowkit ")]

    assert [row[:2] for row in rows] == [[f"`flowkit {one.name}`", one.help] for one in COMMANDS]
    for command, (*_, good, bad, misused) in zip(COMMANDS, rows, strict=True):
        said = " ".join(_help(capsys, monkeypatch, command.name).split())
        assert re.search(
            rf"Exit code: 0 {re.escape(good)}[,;] 1 {re.escape(bad)}[,;] 2 {re.escape(misused)}\. ", said
        )


def test_no_command_is_help(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Without a command stands what `--help` says.
    """
    monkeypatch.setenv("COLUMNS", "80")

    assert main([]) == 0
    assert capsys.readouterr().out == _help(capsys, monkeypatch)


def test_help_has_a_line_for_each_command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Each command is on one line with its description, in the order of the table; the help fits on a screen.
    """
    lines = _help(capsys, monkeypatch).splitlines()
    at = lines.index("  COMMAND") + 1
    shown = [re.split(r"\s{2,}", line.strip()) for line in lines[at : at + len(COMMANDS)]]

    assert shown == [[command.name, command.help] for command in COMMANDS]
    assert len(lines) <= SCREEN


@pytest.mark.parametrize("name", NAMES)
def test_help_of_a_command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """
    The help of each command has an example, says what its exit codes mean, and fits on a screen.
    """
    said = _help(capsys, monkeypatch, name)
    words = " ".join(said.split())

    assert re.search(r"Examples?: .*flowkit " + name, words)
    assert re.search(r"Exit code: 0 .*1 .*2 ", words)
    assert len(said.splitlines()) <= SCREEN


@pytest.mark.parametrize(
    "words",
    [
        *(f"{name} --help" for name in NAMES),
        "completion bash",
        "list .",
        "check . --quiet",
        "show good .",
        "diff --plan plan.json .",
        "init new",
        "recipe https://git.example.com/a/b.git",
        "run nowhere .",
    ],
)
def test_no_airflow(tmp_path: Path, words: str) -> None:
    """
    A command that can do without Airflow does not import it.
    """
    (tmp_path / "file.py").write_text(
        "from flowkit import Pipeline\nfrom flowkit.airflow.dags import register\n"
        "register(Pipeline('good').task('t'))\n"
    )
    if "plan.json" in words:
        plan = _flowkit("show", "--all", "--format", "json", ".", cwd=tmp_path).stdout
        (tmp_path / "plan.json").write_text(plan)
    program = (
        "import sys\nfrom flowkit.cli.main import main\n"
        "try:\n    code = main(sys.argv[1:])\nexcept SystemExit as end:\n    code = end.code\n"
        "print('modules:', code, *sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *words.split()],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env=_environment(),
        timeout=120,
    )
    code, *modules = done.stderr.partition("modules: ")[2].split()

    assert code == ("2" if words.startswith("run nowhere") else "0")
    assert "flowkit.cli.main" in modules
    assert [name for name in modules if name.partition(".")[0] == "airflow"] == []


def test_help_imports_no_command(tmp_path: Path) -> None:
    """
    Neither help nor version imports a command, or what commands need: rich, the loader, the metadata of packages.
    """
    program = (
        "import sys\nfrom flowkit.cli.main import main\nmain([])\n"
        "print('modules:', *sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env=_environment(),
    )
    modules = set(done.stderr.split())

    assert "flowkit.cli.output" in modules
    assert modules.isdisjoint({f"flowkit.cli.{command.module}" for command in COMMANDS})
    assert modules.isdisjoint(
        {"airflow", "attr", "rich", "inspect", "flowkit.project.loading", "importlib.metadata"}
    )


def test_a_command_imports_no_other(tmp_path: Path) -> None:
    """
    `flowkit check` imports neither the other commands nor rich.
    """
    program = (
        "import sys\nfrom flowkit.cli.main import main\nmain(['check', '.'])\n"
        "print('modules:', *sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env=_environment(),
    )
    modules = set(done.stderr.split())

    assert "flowkit.cli.check" in modules
    assert modules.isdisjoint(
        {f"flowkit.cli.{command.module}" for command in COMMANDS} - {"flowkit.cli.check"}
    )
    assert modules.isdisjoint({"airflow", "rich"})


@pytest.mark.parametrize(
    ("word", "meant"), [("chek", "check"), ("lisst", "list"), ("compleiton", "completion")]
)
def test_misspelt_command(capsys: pytest.CaptureFixture[str], word: str, meant: str) -> None:
    """
    A command that does not exist leads to the nearest one.
    """
    with pytest.raises(SystemExit) as ended:
        main([word, "dags"])

    assert ended.value.code == 2
    assert capsys.readouterr().err == f"Error: Unknown command {word!r}. Did you mean {meant!r}?\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            "check --fromat json",
            "Unknown option '--fromat'. Did you mean '--format'? See: flowkit check --help",
        ),
        (
            "check --form json",
            "Unknown option '--form'. Did you mean '--format'? See: flowkit check --help",
        ),
        ("diff --zzz", "Unknown option '--zzz'. See: flowkit diff --help"),
        (
            "check --format xml",
            "--format must be text, github or json, not 'xml'. See: flowkit check --help",
        ),
        ("show --format", "--format: expected one argument. See: flowkit show --help"),
        (
            "list --color pink",
            "--color must be auto, always or never, not 'pink'. See: flowkit list --help",
        ),
        ("list a b", "Unexpected argument 'b'. See: flowkit list --help"),
        ("run", "The following arguments are required: DAG_ID. See: flowkit run --help"),
        ("run x --timeout 0", "--timeout: '0' must be a positive number of seconds. See: flowkit run --help"),
        ("check --jobs 0", "--jobs: '0' must be a positive integer. See: flowkit check --help"),
        (
            "recipe x --pipelines ²",
            "--pipelines: '²' must be a positive integer. See: flowkit recipe --help",
        ),
        ("completion ksh", "SHELL must be bash, zsh or fish, not 'ksh'. See: flowkit completion --help"),
    ],
)
def test_wrong_use(capsys: pytest.CaptureFixture[str], words: str, said: str) -> None:
    """
    One line says what is wrong, what may have been meant, and where to read more.
    """
    with pytest.raises(SystemExit) as ended:
        main(words.split())

    assert ended.value.code == 2
    assert capsys.readouterr() == ("", f"Error: {said}\n")


@pytest.mark.parametrize(("when", "coloured"), [("always", True), ("never", False), ("auto", False)])
def test_colours_that_somebody_wants(tmp_path: Path, when: str, coloured: bool) -> None:
    """
    `--color` wins over the environment, except `auto`.
    """
    (tmp_path / "broken.py").write_text("1 / 0\n")
    against = {"FORCE_COLOR": "1"} if when == "never" else {"NO_COLOR": "1"}
    done = _flowkit("check", "broken.py", "--color", when, cwd=tmp_path, **against)

    assert done.returncode == 1
    assert ("\x1b[" in done.stdout) == coloured


def test_the_environment_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    What a command tells its own Airflow and its printers is over when it ends.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    before = dict(os.environ)

    assert main(["list", "--color", "never"]) == 0
    assert dict(os.environ) == before


def test_a_terminal_that_knows_ascii_alone(tmp_path: Path) -> None:
    """
    What it cannot show is shown as an escape.
    """
    (tmp_path / "ümläut.py").write_text("1 / 0\n")
    done = _flowkit("check", "ümläut.py", cwd=tmp_path, PYTHONIOENCODING="ascii")

    assert done.returncode == 1
    assert done.stdout.startswith("\\xfcml\\xe4ut.py:1: FK501 ")


def test_unknown_command(capsys: pytest.CaptureFixture[str]) -> None:
    """
    Where no command is near, all are named.
    """
    with pytest.raises(SystemExit) as ended:
        main(["zzz"])

    assert ended.value.code == 2
    assert capsys.readouterr().err == (f"Error: Unknown command 'zzz'. Commands: {', '.join(NAMES)}.\n")


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """
    `--version` prints the version, and nothing else.
    """
    with pytest.raises(SystemExit) as ended:
        main(["--version"])

    assert ended.value.code == 0
    assert re.fullmatch(r"flowkit (\d+\.\d+\.\d+|\(not installed\))\n", capsys.readouterr().out)


@pytest.mark.parametrize(
    ("more", "coloured"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)],
    ids=["pipe", "forced", "refused"],
)
@pytest.mark.parametrize("words", [["check", "broken.py"], ["chek"], ["show", "no_such", "broken.py"]])
def test_colours(tmp_path: Path, words: list[str], more: dict[str, str], coloured: bool) -> None:
    """
    A pipe gets no colours, unless somebody wants them there.
    """
    (tmp_path / "broken.py").write_text(
        "from flowkit import Pipeline\nfrom flowkit.airflow.dags import register\n"
        "register(Pipeline('p').task('t').task('t'))\n"
    )
    done = _flowkit(*words, cwd=tmp_path, **more)

    assert done.returncode in {1, 2}
    assert ("\x1b[" in done.stdout + done.stderr) == coloured


@pytest.mark.parametrize(
    "words", [["list", str(DAGS)], ["show", "complex_processing", str(DAGS)], ["check", str(DAGS)]]
)
def test_a_reader_that_goes_away(tmp_path: Path, words: list[str]) -> None:
    """
    Whoever reads the first lines only, as `head` does, sees no traceback.
    """
    with subprocess.Popen(
        [sys.executable, "-m", "flowkit", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=_environment(),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()

    assert (process.returncode, said) == (141, "")


def test_ctrl_c(tmp_path: Path) -> None:
    """
    Ctrl-C ends a command with a word, and with the exit code that shells know.
    """
    (tmp_path / "slow.py").write_text(
        "from pathlib import Path\nimport time\nPath('begun').touch()\ntime.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-m", "flowkit", "check", "slow.py"],
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=_environment(),
    ) as process:
        assert process.stderr is not None
        deadline = time.monotonic() + 60
        while not (tmp_path / "begun").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()

    assert (process.returncode, said) == (130, "Error: Interrupted.\n")


@pytest.mark.parametrize("name", ["check", "list"])
@pytest.mark.parametrize(("text", "code"), [("", 0), (".task('t')", 1)], ids=["good", "broken"])
def test_quiet(tmp_path: Path, text: str, code: int, name: str) -> None:
    """
    With `--quiet` nothing is printed, and the exit code says it.
    """
    (tmp_path / "file.py").write_text(
        "from flowkit import Pipeline\nfrom flowkit.airflow.dags import register\n"
        f"register(Pipeline('p').task('t'){text})\n"
    )
    done = _flowkit(name, "file.py", "--quiet", cwd=tmp_path)

    assert (done.returncode, done.stdout, done.stderr) == (code, "", "")
