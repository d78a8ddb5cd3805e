"""
Which installed operators a project uses.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from flowkit.stubs.operator_imports import OperatorImports, operator_imports, project_files

BASH = "airflow.providers.standard.operators.bash"
FILES = "airflow.providers.standard.sensors.filesystem"


def _imports(tmp_path: Path, text: str) -> OperatorImports:
    file = tmp_path / "dags.py"
    file.write_text(text, encoding="utf-8")
    return operator_imports([file])


@pytest.mark.parametrize(
    "text",
    [
        f"from {BASH} import BashOperator\n",
        f"from {BASH} import BashOperator as Bash\n",
        f"with lazy_imports():\n    from {BASH} import BashOperator\n",
        f"def pipeline():\n    from {BASH} import BashOperator\n",
        f"if TYPE_CHECKING:\n    import {BASH}\n",
        f"import {BASH} as bash\n",
        "from airflow.providers.standard.operators import bash\n",
    ],
)
def test_imports(tmp_path: Path, text: str) -> None:
    """Every import counts, wherever it is."""
    assert _imports(tmp_path, text) == OperatorImports({BASH})


@pytest.mark.parametrize(
    "text",
    [
        "from airflow.providers.standard.hooks.filesystem import FSHook\n",
        "from airflow.sdk import DAG\n",
        "from no_such_module import Operator\n",
        "from .operators import MyOperator\n",
        "import json\n",
        "def broken(:\n    import json",
    ],
)
def test_other_imports(tmp_path: Path, text: str) -> None:
    """What is no installed operator needs no stub."""
    assert _imports(tmp_path, text) == OperatorImports()


@pytest.mark.parametrize(
    "use",
    [
        "FileSensor(task_id='a', filepath='b')",
        "class Mine(FileSensor): ...",
        "Other = FileSensor\nOther(task_id='a')",
        "import airflow.providers.standard.sensors.filesystem as f\nf.FileSensor(task_id='a')",
    ],
)
def test_used_by_hand(tmp_path: Path, use: str) -> None:
    """Classes that are called or derived from without flowkit."""
    found = _imports(tmp_path, f"from {FILES} import FileSensor\n{use}\n")

    assert found.by_hand == {FILES: {"FileSensor"}}


def test_used_by_flowkit(tmp_path: Path) -> None:
    """A class given to `operator` is not used by hand."""
    text = f"from {FILES} import FileSensor\noperator(FileSensor, filepath='a')\nFileSensor.partial(task_id='a')\n"

    assert _imports(tmp_path, text).by_hand == {}


def test_operators_of_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their source changes all the time, so they get no stub."""
    (tmp_path / "own_operators.py").write_text(
        "from airflow.sdk import BaseOperator\n\nclass Own(BaseOperator): ...\n", encoding="utf-8"
    )
    monkeypatch.syspath_prepend(str(tmp_path))

    assert _imports(tmp_path, "from own_operators import Own\n").modules == set()


def test_files_of_a_project(tmp_path: Path) -> None:
    """Virtual environments, caches and hidden folders are left out."""
    for name in (
        "a.py",
        "b/c.py",
        ".hidden/d.py",
        "env/lib/e.py",
        "__pycache__/f.py",
        "node_modules/g.py",
        "h.txt",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "env" / "pyvenv.cfg").touch()

    assert project_files([tmp_path, tmp_path / "a.py"]) == [tmp_path / "a.py", tmp_path / "b" / "c.py"]
