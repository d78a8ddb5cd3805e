"""
`flowkit check` over files that no author means to write: each is told in a sentence, and the others are checked.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from flowkit.cli.main import main
from flowkit.project.checking import check_files
from tests.cli.commands import run_flowkit
from tests.support import ROOT

HEAD = "from flowkit import Pipeline\nfrom flowkit.airflow.dags import register\n"
GOOD = f"{HEAD}register(Pipeline('good').task('t'))\n"
OTHER = f"{HEAD}register(Pipeline('other').task('t'))\n"
NOT_LOADED = "FK501 This file cannot be loaded, so Airflow finds no pipelines in it."


@pytest.fixture
def dags(tmp_path: Path) -> Path:
    """
    A DAG folder with a good file, whose name comes last.
    """
    folder = tmp_path / "dags"
    folder.mkdir()
    (folder / "z_other.py").write_text(OTHER, "utf-8")
    return folder


BAD: dict[str, tuple[bytes, str]] = {
    "syntax": (b"def x(:\n", "    SyntaxError: invalid syntax"),
    "null bytes": (b"x = '\0'\n", "null bytes"),
    "binary": (bytes(range(256)) * 40, "null bytes"),
    "not UTF-8": ("x = 'café'\n".encode("latin-1"), "SyntaxError: (unicode error) 'utf-8' codec"),
    "unknown encoding": (b"\n# coding: nonsense\n", "SyntaxError"),
    "nested too deep": (b"x = " + b"-" * 100_000 + b"1\n", "Error"),
    "recursion": (b"def f():\n    f()\nf()\n", "RecursionError: maximum recursion depth exceeded"),
    "sys.exit": (b"import sys\nsys.exit(3)\n", "The file exits Python when it is loaded: SystemExit(3)."),
    "os._exit": (b"import os\nos._exit(0)\n", "The process that loaded it exited with code 0."),
    "killed": (
        b"import os\nos.kill(os.getpid(), 9)\n",
        "The process that loaded it was killed by SIGKILL.",
    ),
    "crash": (
        b"import faulthandler, os\nos.kill(os.getpid(), 11)\n",
        "The process that loaded it was killed by SIGSEGV.",
    ),
    "BaseException": (b"raise BaseException('no')\n", "BaseException: no"),
    "GeneratorExit": (b"raise GeneratorExit\n", "GeneratorExit"),
    "no text": (
        b"class E(Exception):\n    def __str__(self): raise ValueError\nraise E\n",
        "<exception str() failed>",
    ),
    "surrogate": (b"raise ValueError('\\ud800')\n", "ValueError: \\ud800"),
    "escape": (b"raise ValueError('\\x1b[2J')\n", "ValueError: \\x1b[2J"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file(dags: Path, name: str) -> None:
    """
    It is one problem, nothing of flowkit's own shows, and the other file is checked.
    """
    text, told = BAD[name]
    # An encoding is named in one of the first two lines.
    head = b"# flowkit, airflow, dag" if name == "unknown encoding" else HEAD.encode()
    (dags / "bad.py").write_bytes(head + text)
    (dags / "z_other.py").write_text(OTHER.replace(".task('t')", ".task('t').task('t')"), "utf-8")

    done = run_flowkit("check", cwd=dags.parent)

    assert done.returncode == 1
    first, *_, last = done.stdout.splitlines()
    assert first.startswith("dags/bad.py:")
    assert first.endswith(NOT_LOADED)
    assert told in done.stdout
    assert last.startswith("2 problems: ")
    assert "FK101" in done.stdout
    assert done.stderr == ""
    assert str(ROOT / "flowkit") not in done.stdout


@pytest.mark.parametrize(
    "text",
    [
        "import os\nos.chdir('/')\n",
        "import os\nos.environ.clear()\n",
        "import sys\nsys.stdout.close()\nsys.stderr.close()\n",
        "import sys\nsys.path.clear()\n",
        "import os\nos.remove(__file__)\n",
        "import sys\nsys.modules.clear()\n",
    ],
    ids=["folder", "environment", "streams", "path", "removed", "modules"],
)
def test_a_file_that_changes_its_process(dags: Path, text: str) -> None:
    """
    What is checked after it, and how it is told, is as without it.
    """
    (dags / "bad.py").write_text(f"{GOOD}{text}", "utf-8")

    done = run_flowkit("check", cwd=dags.parent)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("No problems: 2 pipelines in 2 files, ")


def test_a_file_that_prints(dags: Path) -> None:
    """
    What files and the programs that they start print goes to standard error: standard output may be read by a program.
    """
    (dags / "loud.py").write_text(
        f"{GOOD}print('one')\nimport os\nos.system('echo two')\nos.write(1, b'three')\n"
    )

    done = run_flowkit("check", "--format", "json", cwd=dags.parent)

    assert json.loads(done.stdout)["pipelines"] == 2
    assert sorted(done.stderr.split()) == ["one", "three", "two"]


def test_the_end_of_a_line_in_a_name(tmp_path: Path) -> None:
    """
    A problem stays in one line.
    """
    folder = tmp_path / "sp ace" / "ümläut"
    folder.mkdir(parents=True)
    (folder / "new\nline.py").write_text(GOOD.replace(".task('t')", ".task('t').task('t')"), "utf-8")

    for path in ("sp ace", "sp ace/ümläut/new\nline.py"):
        head, *_ = run_flowkit("check", path, cwd=tmp_path).stdout.splitlines()
        assert head.startswith(r"sp ace/ümläut/new\nline.py:3: FK101 ")


def test_links_in_a_circle(dags: Path) -> None:
    """
    Each file is checked once; links that lead nowhere are none.
    """
    (dags / "again").symlink_to(".")
    (dags / "gone.py").symlink_to("nowhere.py")
    (dags / "self.py").symlink_to("self.py")

    assert run_flowkit("check", cwd=dags.parent).stdout.startswith("No problems: 1 pipeline in 1 file, ")


def test_paths_that_hold_one_another(dags: Path) -> None:
    """
    What was asked for twice is checked once, from wherever.
    """
    (dags / "deep").mkdir()
    (dags / "deep" / "file.py").write_text(GOOD, "utf-8")

    for words in (["dags", "dags/deep"], ["dags/deep", "dags"], ["dags", "dags/deep/file.py"]):
        assert run_flowkit("check", *words, cwd=dags.parent).stdout.startswith(
            "No problems: 2 pipelines in 2 files, "
        )
    assert run_flowkit("check", "..", ".", cwd=dags / "deep").stdout.startswith(
        "No problems: 2 pipelines in 2 files, "
    )


def test_five_thousand_lines(dags: Path) -> None:
    """
    A long file is a file.
    """
    functions = "".join(f"def f{at}(x: int = 0) -> int:\n    return x + {at}\n\n" for at in range(1700))
    (dags / "long.py").write_text(
        HEAD + functions + "register(Pipeline('long').task('t').task('t'))\n", "utf-8"
    )

    assert run_flowkit("check", cwd=dags.parent).stdout.startswith("dags/long.py:5103: FK101 ")


def test_a_zip_file(dags: Path) -> None:
    """
    Airflow looks into zip files. That flowkit does not, it says.
    """
    with zipfile.ZipFile(dags / "pack.zip", "w") as pack:
        pack.writestr("inner.py", GOOD)

    done = run_flowkit("check", cwd=dags.parent)
    assert done.stdout.splitlines()[1:] == [
        "Not checked: dags/pack.zip (Airflow reads zip files, flowkit does not)"
    ]
    assert json.loads(run_flowkit("check", "--format", "json", cwd=dags.parent).stdout)["not_checked"] == [
        "dags/pack.zip"
    ]
    named = run_flowkit("check", "dags/pack.zip", cwd=dags.parent)
    assert named.returncode == 1
    assert "Airflow reads zip files, and flowkit does not" in named.stdout


def test_a_folder_without_pipelines(tmp_path: Path) -> None:
    """
    That is no problem, but it may be a mistake: it is told.
    """
    done = run_flowkit("check", cwd=tmp_path)

    assert (done.returncode, done.stdout) == (
        0,
        "No pipelines: no Python file mentions flowkit, Airflow, and DAGs or assets.\n",
    )


@pytest.mark.parametrize("text", [b"\xff\xfe", b"!\n"], ids=["not text", "no pattern"])
def test_what_to_leave_out_cannot_be_read(dags: Path, text: bytes) -> None:
    """
    Then nobody knows which files are meant.
    """
    (dags / ".airflowignore").write_bytes(text)

    done = run_flowkit("check", cwd=dags.parent)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"Error: {str(dags / '.airflowignore')!r} cannot be read: it is not UTF-8 text, or has an invalid pattern.\n"
    )


def test_files_and_folders_that_cannot_be_read(
    dags: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    A file is a problem, a folder wrong use. (Nothing is closed to the root user, so this is told to the functions.).
    """
    monkeypatch.chdir(dags.parent)
    (dags / "closed.py").touch()
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path).name != "closed.py")
    assert check_files([dags], lambda *_: None).files == 2

    def closed(_folder: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", closed)
    assert main(["check", "dags"]) == 2
    assert capsys.readouterr().err == f"Error: The folder {str(dags)!r} cannot be read: Permission denied.\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((""), "A PATH is empty: is a shell variable unset?"),
        (("/dev/null"), "'/dev/null' is neither a file nor a folder."),
        (("dagz"), "Did you mean"),
        (("dags/*.py"), "No such file or folder"),
    ],
)
def test_no_such_path(dags: Path, words: str, message: str) -> None:
    """
    The exit code is that of wrong use.
    """
    done = run_flowkit("check", words, cwd=dags.parent)

    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


# In a process of its own: where threads are alive, as some tests leave them, nothing is forked.
COMPARE = """
import json, sys
from pathlib import Path
from flowkit.project.checking import check_files

found = [check_files([Path(sys.argv[1])], lambda *_: None, jobs=int(jobs)) for jobs in sys.argv[2:]]
assert all(one == found[0] for one in found), found
print(json.dumps([(str(one.location), one.code) for one in found[0].problems]))
"""


def _same(dags: Path, *jobs: str) -> list[list[str]]:
    """
    Return the places and codes of what is found, with each number of processes.
    """
    command = [sys.executable, "-c", COMPARE, str(dags), *jobs]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    found: list[list[str]] = json.loads(done.stdout)
    return found


def test_any_number_of_processes_finds_the_same(dags: Path) -> None:
    """
    In the same order, also where one of them dies.
    """
    (dags / "helper_of_many.py").write_text(OTHER.replace("other", "helped"), "utf-8")
    texts = [
        GOOD,
        GOOD.replace(".task('t')", ".task('t').task('t')"),
        f"import helper_of_many\n{GOOD}",
        f"{GOOD}1 / 0\n",
        f"{HEAD}p = Pipeline('lost').task('t')\np.task('u')\nregister(p)\n",
    ]
    for number in range(60):
        text = texts[number % len(texts)].replace("'good'", f"'good_{number % 50}'")
        (dags / f"file_{number:02}.py").write_text(text, "utf-8")

    # What is done without another process stays there: it comes last.
    assert len(_same(dags, "3", "2", "1", "0")) > 40

    (dags / "file_30.py").write_text(f"{GOOD}import os\nos._exit(1)\n", "utf-8")
    assert [str(dags / "file_30.py:1"), "FK501"] in _same(dags, "1", "2", "3")
