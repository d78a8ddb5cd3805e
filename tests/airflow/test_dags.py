"""
`register` puts DAGs where Airflow finds them, and hands over problems.
"""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import pytest

from flowkit import Group, Pipeline, PipelineError, RegisterError, generate, task
from flowkit.airflow.dags import register
from tests import support

HEAD = """\
from datetime import datetime
from flowkit import Group, Pipeline, generate, operator, python, task
from flowkit.airflow.dags import register
"""


def written(folder: Path, name: str, text: str) -> Path:
    """
    Write a DAG file.
    """
    file = folder / name
    file.write_text(HEAD + textwrap.dedent(text))
    return file


def refused(*pipelines: Any, **kwargs: Any) -> str:
    """
    Return what `register` says when it refuses.
    """
    with pytest.raises(RegisterError) as caught:
        register(*pipelines, **kwargs)
    location = caught.value.problem.location
    assert location is not None
    assert location.file == __file__
    problem = caught.value.problem
    return f"{problem.code} {problem.message} {problem.hint}"


def test_a_dag_stands_under_its_id() -> None:
    """
    In the namespace that was given.
    """
    namespace: dict[str, Any] = {}
    register(Pipeline("etl").task("a"), Pipeline("other-id").task("a"), namespace=namespace)
    assert namespace["etl"].dag_id == "etl"
    assert namespace["other-id"].dag_id == "other-id"


def test_without_a_namespace_the_globals_of_the_caller_get_it() -> None:
    """
    Also through a function that the caller calls in place of `register` itself.
    """
    register(Pipeline("in_globals").task("a"))
    assert globals().pop("in_globals").dag_id == "in_globals"
    globals().pop("__flowkit_registered__")


def test_a_name_of_the_users_is_never_overwritten() -> None:
    """
    A builder function that is named like its dag_id is the usual case.
    """
    namespace: dict[str, Any] = {"etl": len, "etl_dag": max}
    register(Pipeline("etl").task("a"), namespace=namespace)
    assert namespace["etl"] is len
    assert namespace["etl_dag"] is max
    assert namespace["etl_dag_dag"].dag_id == "etl"


def test_the_same_id_twice_is_a_problem_with_both_places() -> None:
    """
    Airflow would keep the second without a word.
    """
    with pytest.raises(PipelineError) as caught:
        register(Pipeline("etl").task("a"), Pipeline("etl").task("b"), namespace={})
    (problem,) = caught.value.problems
    assert problem.code == "FK404"
    assert "Duplicate dag_id 'etl', first defined at " in problem.message
    assert problem.hint == "Give one of them another dag_id."


def test_the_same_id_in_two_calls_is_a_problem_and_in_the_same_call_again_is_not() -> None:
    """
    A notebook runs a cell again, and a module may be reloaded.
    """
    namespace: dict[str, Any] = {}
    for _ in range(2):
        register(Pipeline("etl").task("a"), namespace=namespace)
    with pytest.raises(PipelineError, match="FK404"):
        register(Pipeline("etl").task("a"), namespace=namespace)
    assert [name for name in namespace if not name.startswith("__")] == ["etl"]


def test_a_handwritten_dag_keeps_its_id() -> None:
    """
    A pipeline with the id of a DAG that stands in the same file is a problem.
    """
    from airflow.sdk import DAG

    with pytest.raises(PipelineError, match="FK404"):
        register(Pipeline("etl").task("a"), namespace={"mine": DAG("etl")})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((), "FK405 register() got no pipelines."),
        ((generate(Pipeline, []),), "FK405 register() got no pipelines."),
        (([], ()), "FK405 register() got no pipelines."),
    ],
)
def test_nothing_to_register_is_refused(given: tuple[Any, ...], said: str) -> None:
    """
    The file would have no DAGs, which nobody would notice.
    """
    namespace: dict[str, Any] = {}
    assert refused(*given, namespace=namespace).startswith(said)
    assert namespace == {}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            (Pipeline("p").group("g"),),
            "FK405 register() got <group 'g' without .end()>: the group is still open.",
        ),
        ((Group("g"),), "FK405 register() takes pipelines, not Group."),
        ((task("t"),), "FK405 register() takes pipelines, not Task."),
        ((3,), "FK405 register() takes pipelines, not int."),
        (("p",), "FK405 register() takes pipelines, not str."),
        ((Pipeline,), "FK405 register() takes pipelines, not type."),
        (([Pipeline("p").task("a"), None],), "FK405 register() takes pipelines, not NoneType."),
    ],
)
def test_what_is_no_pipeline_is_refused(given: tuple[Any, ...], said: str) -> None:
    """
    With the cure. The others are registered.
    """
    namespace: dict[str, Any] = {}
    with pytest.raises(PipelineError) as caught:
        register(Pipeline("good").task("a"), *given, namespace=namespace)
    assert f"FK405 {caught.value.problems[0].message}".startswith(said)
    assert "good" in namespace


def test_all_problems_of_all_pipelines_come_in_one_error() -> None:
    """
    Where Airflow is not loading the file, nobody else could show them. The good ones are registered before.
    """
    namespace: dict[str, Any] = {}
    with pytest.raises(PipelineError) as caught:
        register(
            Pipeline("good").task("a"),
            Pipeline("one").task("a").task("a"),
            Pipeline("two").task("a", after="b").then(Group("g")),
            namespace=namespace,
        )
    assert [(problem.dag_id, problem.code) for problem in caught.value.problems] == [
        ("one", "FK101"),
        ("two", "FK102"),
        ("two", "FK107"),
    ]
    assert "good" in namespace


class TestInAirflow:
    """
    Files as Airflow's DagBag loads them.
    """

    def test_a_broken_pipeline_harms_no_other(self, tmp_path: Path) -> None:
        """
        Each broken one is among the import errors by name, with everything that is wrong with it.
        """
        file = written(
            tmp_path,
            "etl.py",
            """
            def ingest(number):
                if number == 3:
                    raise KeyError("table")
                after = "nowhere" if number == 1 else ()
                return Pipeline(f"p{number}").task("a").task("b", after=after)

            register(generate(ingest, range(4), dag_id=lambda number: f"p{number}"))
            """,
        )
        bag = support.load_dags(file)
        assert sorted(bag.dags) == ["p0", "p2"]
        errors = {key.rpartition("::")[2]: text for key, text in bag.import_errors.items()}
        assert sorted(errors) == ["p1", "p3"]
        assert errors["p1"].splitlines() == [
            "Pipeline 'p1' has 1 problem:",
            f"  {file}:9: FK102 Task 'b' waits for 'nowhere', which is not in the pipeline.",
            "      Ids here: 'a', 'b'. A task in a group is named with it: 'group.task'.",
        ]
        assert "ingest() raised KeyError for the configuration at index 3: 'table'." in errors["p3"]
        assert f"{file}:7: FK401" in errors["p3"]

    def test_the_file_of_the_user_is_the_fileloc(self, tmp_path: Path) -> None:
        """
        Also when the pipeline is written in a helper.
        """
        (tmp_path / "shared_helper.py").write_text(
            "from flowkit import Pipeline\ndef make(name):\n    return Pipeline(name).task('a')\n"
        )
        file = written(
            tmp_path,
            "etl.py",
            f"""
            import sys
            sys.path.insert(0, {str(tmp_path)!r})
            from shared_helper import make
            register(make("etl"))
            """,
        )
        dag = support.load_dags(file).dags["etl"]
        assert dag.fileloc == str(file)
        assert dag.doc_md == "Defined in `shared_helper.py:3` with flowkit."

    def test_a_function_of_a_helper_may_register(self, tmp_path: Path) -> None:
        """
        The DAGs land in the file that Airflow is loading, not in the helper.
        """
        (tmp_path / "registering_helper.py").write_text(
            "from flowkit.airflow.dags import register\ndef publish(*pipelines):\n    register(*pipelines)\n"
        )
        file = written(
            tmp_path,
            "etl.py",
            f"""
            import sys
            sys.path.insert(0, {str(tmp_path)!r})
            from registering_helper import publish
            publish(Pipeline("etl").task("a"))
            """,
        )
        assert list(support.load_dags(file).dags) == ["etl"]

    def test_a_call_at_the_import_of_a_helper_is_refused(self, tmp_path: Path) -> None:
        """
        The helper is imported once in a process: a second file would get no DAGs, without a word.
        """
        (tmp_path / "eager_helper.py").write_text(
            "from flowkit import Pipeline\nfrom flowkit.airflow.dags import register\n"
            "register(Pipeline('lost').task('a'))\n"
        )
        file = written(
            tmp_path,
            "etl.py",
            f"""
            import sys
            sys.path.insert(0, {str(tmp_path)!r})
            import eager_helper
            """,
        )
        bag = support.load_dags(file)
        assert not bag.dags
        (text,) = bag.import_errors.values()
        assert "FK406 register() was called while the module 'eager_helper' was imported" in text
        assert "(etl.py)" in text

    def test_the_import_line_alone_satisfies_safe_mode(self, tmp_path: Path) -> None:
        """
        Airflow skips a file whose text lacks `airflow`, or lacks `dag`.
        """
        file = tmp_path / "plain.py"
        file.write_text(
            "from flowkit import Pipeline\nfrom flowkit.airflow.dags import register\n"
            "register(Pipeline('p').task('a'))\n"
        )
        assert list(support.load_dags(file).dags) == ["p"]

    def test_tasks_refer_to_the_module_of_the_file(self, tmp_path: Path) -> None:
        """
        A name of the module that equals the dag_id keeps its meaning.
        """
        file = written(
            tmp_path,
            "etl.py",
            """
            def etl():
                return Pipeline("etl").task("a")

            register(etl())
            assert callable(etl)
            """,
        )
        bag = support.load_dags(file)
        assert not bag.import_errors
        assert list(bag.dags) == ["etl"]


PRUNED = """
import os

def ingest(number):
    with open(os.environ["CALLED"], "a") as file:
        file.write(f"{number} ")
    if number == 3:
        raise KeyError("table")
    return Pipeline(f"p{number}").task("a").task("b", after="nowhere" if number == 1 else ())

register(generate(ingest, range(4), DAG_ID), Pipeline("other").task("a"), Pipeline("bad").task("a").task("a"))
"""


class TestForAWorker:
    """
    Airflow says which DAG it needs when a worker starts a task.
    """

    def load(self, folder: Path, monkeypatch: pytest.MonkeyPatch, wanted: str, *, told: bool = True) -> Any:
        """
        Load the file as a worker does that needs the DAG *wanted*.
        """
        monkeypatch.setenv("CALLED", str(folder / "called.txt"))
        monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", wanted)
        text = PRUNED.replace("DAG_ID", 'dag_id=lambda number: f"p{number}"' if told else "dag_id=None")
        return support.load_dags(written(folder, "etl.py", text))

    def called(self, folder: Path) -> str:
        """
        Return the configurations that the factory was called with.
        """
        file = folder / "called.txt"
        return file.read_text().strip() if file.exists() else ""

    def test_only_the_dag_that_it_needs_is_built(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        The factory is not even called for the others, and their problems are ignored.
        """
        bag = self.load(tmp_path, monkeypatch, "p2")
        assert (list(bag.dags), bag.import_errors) == (["p2"], {})
        assert self.called(tmp_path) == "2"

    def test_without_dag_id_the_factory_is_asked(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        Only the pipeline knows its id then; still no other is resolved or compiled.
        """
        bag = self.load(tmp_path, monkeypatch, "p2", told=False)
        assert (list(bag.dags), bag.import_errors) == (["p2"], {})

    def test_a_dag_of_another_file_is_no_error(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """
        `airflow tasks test` loads every file so.
        """
        bag = self.load(tmp_path, monkeypatch, "elsewhere")
        assert (bag.dags, bag.import_errors) == ({}, {})
        assert self.called(tmp_path) == ""

    @pytest.mark.parametrize(("wanted", "code"), [("p1", "FK102"), ("p3", "FK401"), ("bad", "FK101")])
    def test_the_problems_of_a_broken_dag_are_raised(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: str, code: str
    ) -> None:
        """
        So that the log of the task says why it could not start.
        """
        bag = self.load(tmp_path, monkeypatch, wanted)
        assert not bag.dags
        (text,) = bag.import_errors.values()
        assert f"Pipeline {wanted!r} has 1 problem" in text
        assert code in text

    def test_a_context_that_was_left_over_counts_for_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """
        Airflow leaves it in the environment of a task: a program that the task starts must not miss DAGs by it.
        """
        monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", "other")
        namespace: dict[str, Any] = {}
        register(Pipeline("mine").task("a"), namespace=namespace)
        assert "mine" in namespace
