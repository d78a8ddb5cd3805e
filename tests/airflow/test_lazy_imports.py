"""
Lazily imported names, where Airflow gets the pipeline.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from flowkit.project.loading import load

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag
    from airflow.sdk import DAG

HELPER = """
COMMAND = "echo 1"
def told(context): ...
def double(x: int) -> int:
    return 2 * x
"""
FILE = """
from __future__ import annotations
from flowkit import Pipeline, generate, lazy_imports, operator, over, python
from flowkit.airflow.dags import register

with lazy_imports():
    import unneeded_at_parse
    from airflow.providers.standard.operators.bash import BashOperator
    from lazy_helper import COMMAND, double, told

def late() -> unneeded_at_parse.Frame:
    return unneeded_at_parse.Frame()

def build(name: str) -> Pipeline:
    return (
        Pipeline(name, on_failure_callback=told)
        .defaults(on_retry_callback=told)
        .task("bash", operator(BashOperator, bash_command=COMMAND), on_success_callback=[told])
        .task("each", operator(BashOperator, bash_command=over(["a", "b"]), env={"C": COMMAND}))
        .task("double", python(double, 2))
        .task("late", python(late))
    )

register(generate(build, ["one", "two"], dag_id=str))
"""
EAGER = FILE.replace("with lazy_imports():\n", "if True:\n").replace(
    "    import unneeded_at_parse\n", "    pass\n"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with the helper, on Python's path."""
    (tmp_path / "lazy_helper.py").write_text(HELPER)
    (tmp_path / "unneeded_at_parse.py").write_text("class Frame: ...\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for name in ("lazy_helper", "unneeded_at_parse"):
        sys.modules.pop(name, None)


def test_airflow_gets_the_real_objects(folder: Path, dagbag: Callable[[Path], DagBag]) -> None:
    """Operators, callbacks and values are what they stand for; what only a task needs is not imported."""
    (folder / "etl.py").write_text(FILE)

    bag = dagbag(folder / "etl.py")

    assert bag.import_errors == {}
    helper = sys.modules["lazy_helper"]
    dag = bag.dags["one"]
    bash: Any = dag.task_dict["bash"]
    assert (type(bash).__name__, bash.bash_command) == ("BashOperator", "echo 1")
    assert bash.on_success_callback == [helper.told]
    assert bash.on_retry_callback == [helper.told]
    assert dag.on_failure_callback is helper.told
    each: Any = dag.task_dict["each"]
    assert each.partial_kwargs["env"] == {"C": "echo 1"}
    assert "unneeded_at_parse" not in sys.modules


def test_lazy_or_not_it_is_the_same_dag(
    folder: Path, dagbag: Callable[[Path], DagBag], serialized: Callable[[DAG], dict[str, Any]]
) -> None:
    """Airflow stores the same, and the specs are equal."""
    file = folder / "etl.py"
    file.write_text(FILE)
    lazy_spec = load(file).pipelines[0].task("bash")
    lazy_dag = serialized(dagbag(file).dags["one"])
    file.write_text(EAGER.replace("-> unneeded_at_parse.Frame", ""))
    eager_spec = load(file).pipelines[0].task("bash")
    eager_dag = serialized(dagbag(file).dags["one"])

    assert lazy_spec.action == eager_spec.action
    assert lazy_dag == eager_dag


def test_a_worker_imports_what_its_own_dag_needs(
    folder: Path, dagbag: Callable[[Path], DagBag], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The operator of another pipeline of the file is not imported."""
    text = (
        "from flowkit import Pipeline, generate, lazy_imports, python\n"
        "from flowkit.airflow.dags import register\n"
        "with lazy_imports():\n"
        "    from lazy_helper import double\n"
        "    from unneeded_at_parse import other\n"
        "def build(name):\n"
        "    return Pipeline(name).task('a', python(double if name == 'one' else other, 1))\n"
        "register(generate(build, ['one', 'two'], dag_id=str))\n"
    )
    (folder / "etl.py").write_text(text)
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", "one")

    bag = dagbag(folder / "etl.py")

    assert list(bag.dags) == ["one"]
    assert "unneeded_at_parse" not in sys.modules


def test_a_wrong_name_breaks_the_pipelines_that_use_it(
    folder: Path, dagbag: Callable[[Path], DagBag]
) -> None:
    """Airflow lists each of them with the line of the import; the others are registered."""
    text = (
        "from flowkit import Pipeline, generate, lazy_imports, operator\n"
        "from flowkit.airflow.dags import register\n"
        "with lazy_imports():\n"
        "    from airflow.providers.standard.operators.bash import BashOperator, BashOperatr\n"
        "    from lazy_helper import tolld\n"
        "def build(name):\n"
        "    made = operator(BashOperatr if name == 'two' else BashOperator, bash_command='')\n"
        "    return Pipeline(name, on_failure_callback=tolld if name == 'three' else None).task('a', made)\n"
        "register(generate(build, ['one', 'two', 'three'], dag_id=str))\n"
    )
    (folder / "etl.py").write_text(text)

    bag = dagbag(folder / "etl.py")

    assert list(bag.dags) == ["one"]
    said = {key.rpartition("::")[2]: message for key, message in bag.import_errors.items()}
    assert "etl.py:4: FK514" in said["two"]
    assert "etl.py:5: FK514" in said["three"]
    assert "Did you mean 'told'?" in said["three"]
