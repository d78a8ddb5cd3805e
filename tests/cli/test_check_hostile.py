"""
`flowkit check` over files that do whatever a file can do.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.commands import run_flowkit
from tests.support import ROOT

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks are used on Linux only")

HEAD = "from flowkit import Pipeline\nfrom flowkit.airflow.dags import register\n"
GOOD = f'{HEAD}register(Pipeline("NAME").task("t"))\n'
# How long the program of a file runs. It is found by this number.
SECONDS = 86_400 + os.getpid()

# Each file does this, and then registers a pipeline.
CODE = {
    "loops": ("FK517", "while True: pass"),
    "sleeps": ("FK517", "import time; time.sleep(9999)"),
    "computes": ("FK517", "(10**7) ** (10**7)"),
    "ignores": (
        "FK517",
        "import signal, time\nfor n in (1, 2, 15): signal.signal(n, signal.SIG_IGN)\ntime.sleep(9999)",
    ),
    "starts": (
        "FK517",
        f"import subprocess\nsubprocess.run(['sleep', '{SECONDS}'], start_new_session=True)",
    ),
    "prints": ("FK517", "while True: print('x' * 10_000)"),
    "waits": ("FK517", "import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()"),
    "reads": ("FK501", "input()"),
    "exits": ("FK501", "import os; os._exit(0)"),
    "quits": ("FK501", "raise SystemExit(3)"),
    "kills": ("FK501", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"),
    "kills_group": ("FK501", "import os, signal; os.killpg(0, signal.SIGKILL)"),
    "kills_parent": (
        "FK501",
        "import os, signal, time; os.kill(os.getppid(), signal.SIGKILL); time.sleep(9)",
    ),
    "interrupts": ("FK501", "import os, signal, time; os.kill(os.getpid(), signal.SIGINT); time.sleep(9)"),
    "crashes": ("FK501", "import ctypes; ctypes.string_at(0)"),
    "closes": ("FK501", "import os; os.closerange(0, 4096)"),
    "recurses": ("FK501", "def f(): f()\nf()"),
    "leaves": (
        "FK501",
        f"import subprocess\nsubprocess.Popen(['sleep', '{SECONDS}'], start_new_session=True)\n1 / 0",
    ),
    "imports": ("FK501", "import " + ".".join(["a"] * 5000)),
    "imports_long": ("FK501", "import " + "a" * 5000),
    "imports_above": ("FK501", "from ......... import x"),
    "nests": ("FK501", "x = " + "(" * 100_000),
    "negates": ("FK501", "x = " + "-" * 100_000 + "1"),
    "adds": ("FK501", "x = " + "1+" * 100_000 + "1"),
    "chains": ("FK501", "x = a" + ".b" * 100_000),
    "zero": ("FK501", "x = 1\0"),
    # These harm themselves only.
    "forks": (None, "import os; os.fork()"),
    "replaces_json": (None, "import json, os\njson.dumps = os.write = os._exit = None"),
    "moves": (
        None,
        "import os, tempfile; os.chdir(tempfile.mkdtemp()); os.rmdir(os.getcwd()); os.umask(0o777)",
    ),
    "long_text": (None, "x = '" + "y" * 20_000_000 + "'"),
}
# Each harms those that are loaded after it in the same process.
SABOTAGE = {
    "a_builtins": "import builtins\nbuiltins.compile = builtins.exec = None",
    "a_modules": "import sys\nsys.modules.clear()",
    "a_encoding": "# coding: no-such-encoding",
    "a_surrogate": "raise ValueError('\\udce9')",
}


def _programs() -> list[str]:
    found = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    return [line for line in found.splitlines() if line == f"sleep {SECONDS}"]


def _write(folder: Path, name: str, code: str) -> None:
    text = f"{code}\n{GOOD.replace('NAME', name)}"
    (folder / f"{name}.py").write_text(text, encoding="utf-8")


@pytest.mark.e2e
def test_each_file_is_named_with_its_own_problem(project: Path) -> None:
    """
    With its code, and no other file is.
    """
    dags = project / "dags"
    for name, (_, code) in CODE.items():
        _write(dags, name, code)
    for name, code in SABOTAGE.items():
        _write(dags, name, code)
    for name in ("a_first", "m_middle", "z_last", "n" * 250):
        _write(dags, name, "")
    (dags / "folder.py").mkdir()
    os.mkfifo(dags / "fifo.py")
    (dags / "dangling.py").symlink_to("/no/such/file")
    (dags / "device.py").symlink_to("/dev/zero")
    (dags / "loop.py").symlink_to("loop.py")

    done = run_flowkit("check", "--format", "json", "--timeout", "2", "--jobs", "2", cwd=project)

    found = {
        (Path(problem["file"]).stem, problem["code"])
        for problem in json.loads(done.stdout)["problems"]
        if not problem.get("warning") and not Path(problem["file"]).stem.startswith("a_")
    }
    expected = {(name, code) for name, (code, _) in CODE.items() if code}
    assert {one for one in found if one[1] in {"FK501", "FK517"}} == expected
    assert done.returncode == 1
    assert "internal" not in done.stderr.lower()
    assert len(done.stderr) < 5_000_000
    assert _programs() == []


@pytest.mark.e2e
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_nothing_is_left_when_it_is_stopped(project: Path, number: signal.Signals) -> None:
    """
    No program, no process of flowkit, no temporary folder.
    """
    _write(project / "dags", "starts", CODE["starts"][1])
    temporary = project / "tmp"
    temporary.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "flowkit", "check"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)},
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not _programs():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(number)
    errors = process.communicate(timeout=30)[1]
    assert "Traceback" not in errors
    while _programs() or any(temporary.iterdir()):
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("name", ["x" * 300, "x/" * 3000 + "x", "", "\n", "\udce9"])
def test_a_path_that_cannot_exist(project: Path, name: str) -> None:
    """
    It is a usage error.
    """
    for command in ("check", "list"):
        done = run_flowkit(command, name, cwd=project)
        assert done.returncode == 2 or (command, name) == ("list", ""), done.stdout
        assert "Traceback" not in done.stderr


def test_names_that_a_terminal_cannot_print(project: Path) -> None:
    """
    They are escaped, whatever the encoding.
    """
    for raw in (b"caf\xe9.py", "\u00e9\u4e2d.py".encode(), b"new\nline.py", b"\x1b[31mred.py"):
        with (project / "dags" / os.fsdecode(raw)).open("w") as file:
            file.write(f"{HEAD}1 / 0\n")
    for env in (
        {"PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C", "PYTHONUTF8": "0"},
        {"PYTHONIOENCODING": "utf-8"},
    ):
        for arguments in (
            ("check",),
            ("check", "--format", "json"),
            ("check", "--format", "github"),
            ("list",),
        ):
            done = run_flowkit(*arguments, cwd=project, **env)
            assert done.returncode == 1
            assert "UnicodeEncodeError" not in done.stderr
            assert "flowkit/cli/main.py" not in done.stderr
            assert done.stdout.count("ZeroDivisionError: division by zero") == 4
