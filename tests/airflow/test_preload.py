"""
What the DAG processor imports before it forks.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from flowkit.airflow import preload
from flowkit.airflow.plugin import FlowkitPlugin

FILE = """
from flowkit import lazy_imports
import flowkit as fk
with lazy_imports():
    import colorsys
    import os_helper, xml.dom.minidom as md
    from wave import open as opened
    from .sibling import x
with fk.lazy_imports():
    from quopri import encode
with open(__file__) as file:
    import not_lazy
def later():
    import in_function
"""


@pytest.fixture
def dags(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of DAG files, as Airflow is configured."""
    folder = tmp_path / "dags"
    (folder / "deep").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    (folder / "deep" / "etl.py").write_text(FILE)
    (folder / ".hidden" / "etl.py").write_text("with lazy_imports():\n    import aifc\n")
    (folder / "os_helper.py").write_text("raise RuntimeError")
    (folder / "broken.py").write_text("with lazy_imports(:")
    monkeypatch.setenv("AIRFLOW__CORE__DAGS_FOLDER", str(folder))
    return folder


def test_the_imports_of_blocks_are_found(dags: Path) -> None:
    """Those in blocks of lazy imports, in every file that is not hidden, and no others."""
    assert tuple(preload.wanted([dags], lambda: 0)) == (
        "colorsys",
        "os_helper",
        "xml.dom.minidom",
        "wave",
        "quopri",
    )


def test_a_scan_ends_in_time(dags: Path) -> None:
    """Airflow waits for no more than half a minute."""
    assert tuple(preload.wanted([dags], lambda: 31)) == ()


def test_what_is_installed_is_imported(dags: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Modules of Python's own and of packages, and flowkit's; never a file of the DAG folder."""
    monkeypatch.syspath_prepend(str(dags))
    monkeypatch.setenv("AIRFLOW__FLOWKIT__PRELOAD_MODULES", "chunk_that_is_not_there, netrc")
    monkeypatch.setenv("AIRFLOW__FLOWKIT__PRELOAD_EXCEPT", "xml.dom, quopri")

    done = preload.preload()

    assert done[2:] == ("netrc", "colorsys", "wave")
    assert set(done[:2]) == {"flowkit.airflow.publish", "flowkit.airflow.compile"}
    assert "os_helper" not in sys.modules


def test_what_is_edited_is_not_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module beside the installed ones, such as an editable installation, is read anew by each parse."""
    (tmp_path / "worked_on.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))

    assert not preload._is_installed("worked_on", ())
    assert not preload._is_installed("not_there_at_all", ())
    assert preload._is_installed("xml.dom.minidom", ())
    assert preload._is_installed("airflow.providers.standard.operators.bash", ())
    assert not preload._is_installed("xml.dom.minidom", (Path(sys.modules["os"].__file__ or "").parent,))


@pytest.mark.usefixtures("dags")
def test_it_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """`[flowkit] preload = False`."""
    monkeypatch.setenv("AIRFLOW__FLOWKIT__PRELOAD", "False")

    assert preload.preload() == ()


def test_it_never_breaks_airflow(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever goes wrong is logged."""
    monkeypatch.setenv("AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST", "no json")

    assert preload.preload() == ()
    assert "could not preload" in caplog.text


@pytest.mark.parametrize(
    ("arguments", "preloads"),
    [
        (["airflow", "dag-processor"], True),
        (["/venv/bin/airflow", "dag-processor", "--bundle-name", "x"], True),
        (["airflow", "scheduler"], False),
        (["airflow", "tasks", "test", "dag-processor"], False),
        (["pytest"], False),
    ],
)
def test_only_the_dag_processor_preloads(
    arguments: list[str], preloads: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All processes of Airflow's load its plugins."""
    called: list[None] = []
    monkeypatch.setattr(sys, "argv", arguments)
    monkeypatch.setattr(preload, "preload", lambda: called.append(None))

    FlowkitPlugin.on_load()

    assert bool(called) == preloads


def test_airflow_finds_the_plugin() -> None:
    """By the entry point of the installed distribution."""
    (found,) = [entry for entry in entry_points(group="airflow.plugins") if entry.name == "flowkit"]

    assert found.load() is FlowkitPlugin


def test_the_processor_has_it_before_it_forks(dags: Path, tmp_path: Path) -> None:
    """A process that is called as the DAG processor is has imported the modules once its plugins are loaded."""
    code = (
        "import sys; sys.argv = ['airflow', 'dag-processor']\n"
        "import airflow.plugins_manager as m\n"
        "getattr(m, 'ensure_plugins_loaded', None) and m.ensure_plugins_loaded() or m._get_plugins()\n"
        "print('colorsys' in sys.modules, 'flowkit.airflow.publish' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path
    )

    assert done.stdout.splitlines()[-1:] == ["True True"], done.stderr
