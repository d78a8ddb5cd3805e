"""
What is computed once for a DAG leaves no trace, and changes nothing.
"""

from __future__ import annotations

import copy
import functools
import inspect
from collections.abc import Callable
from typing import Any

import pytest
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, BaseOperator, Param
from airflow.sdk.definitions.param import ParamsDict

from flowkit import Pipeline, each, operator, over, python
from flowkit.airflow.compile import compile_pipeline
from flowkit.airflow.dags import register
from flowkit.airflow.shortcuts import cheap_params, configured_defaults, known_signatures
from flowkit.base.errors import PipelineError


def plain(count: int = 1) -> int:
    """Return its argument."""
    return count


@functools.wraps(plain)
def wrapped(*args: Any, **kwargs: Any) -> int:
    """Call `plain`."""
    return plain(*args, **kwargs)


def attributed(count: int) -> int:
    """Have an attribute."""
    return count


attributed.kind = "x"  # type: ignore[attr-defined]

Refuses = type("Refuses", (BashOperator,), {"__init__": lambda self, **_kwargs: 1 / 0})


def _pipeline(*functions: Callable[..., Any]) -> Pipeline:
    pipeline = Pipeline("d")
    for number, function in enumerate(functions):
        pipeline = pipeline.task(f"t{number}", python(function, 1)).task(
            f"m{number}", each(function, over([1]))
        )
    return pipeline.task("bash", operator(BashOperator, bash_command=over(["a", "b"])))


def _attributes() -> list[dict[str, Any]]:
    constructors = [vars(parent).get("__init__") for parent in BashOperator.__mro__ if parent is not object]
    return [dict(vars(thing)) for thing in (plain, wrapped, attributed, *filter(None, constructors))]


def test_functions_and_classes_are_as_before() -> None:
    """After a DAG was compiled."""
    before = _attributes()

    compile_pipeline(_pipeline(plain, wrapped, attributed).build(), fileloc=__file__)

    assert _attributes() == before


def test_functions_are_as_before_an_error() -> None:
    """After a DAG could not be compiled."""
    before = _attributes()
    spec = _pipeline(plain).task("bad", operator(Refuses, bash_command="x")).build()

    with pytest.raises(Exception, match="division"):
        compile_pipeline(spec, fileloc=__file__)

    assert _attributes() == before


def test_signatures_are_known_meanwhile() -> None:
    """Of plain functions and of constructors; one that has attributes is left alone."""
    spec = _pipeline(plain, attributed).build()
    signature = inspect.signature(plain)
    constructor = inspect.signature(BaseOperator)

    with known_signatures(spec):
        assert vars(plain)["__signature__"] == signature
        assert "__signature__" not in vars(attributed)
        assert inspect.signature(plain) is vars(plain)["__signature__"]
        assert inspect.signature(BaseOperator) == constructor


def test_signatures_that_cannot_be_read() -> None:
    """Airflow reports them, with the name of the task."""

    def broken(count: int) -> int:
        return count

    spec = Pipeline("d").task("t", python(broken, 1)).build()
    broken.__defaults__ = (1, 2)

    with known_signatures(spec):
        pass
    assert vars(broken) == {}


def test_empty_params_are_the_same_object_afterwards() -> None:
    """Copies of them are ordinary ones."""
    dag = DAG("d", schedule=None)
    params = dag.params

    with cheap_params(dag):
        assert dag.params == {}
        copied = copy.deepcopy(dag.params)

    assert type(copied) is ParamsDict
    assert copied is not dag.params
    assert dag.params is params


def test_params_that_an_operator_adds_are_kept() -> None:
    """A constructor may write into those of its DAG."""
    dag = DAG("d", schedule=None)

    with cheap_params(dag):
        dag.params["added"] = Param(1)

    assert dict(dag.params) == {"added": 1}


def test_given_params_are_left_alone() -> None:
    """They are copied as deeply as ever."""
    dag = DAG("d", schedule=None, params=ParamsDict({"a": 1}))
    params = dag.params

    with cheap_params(dag):
        assert dag.params is params


def test_defaults_of_the_configuration() -> None:
    """They are those that Airflow reads itself."""
    dag = DAG("d", schedule=None)

    assert configured_defaults() == {name: getattr(dag, name) for name in configured_defaults()}
    assert len(configured_defaults()) == 5


def test_a_bad_configuration_is_reported_for_each_pipeline(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is for a single one."""
    monkeypatch.setenv("AIRFLOW__CORE__MAX_ACTIVE_TASKS_PER_DAG", "many")

    with pytest.raises(PipelineError) as raised:
        register(Pipeline("one").task("t"), Pipeline("two").task("t"), namespace={})

    assert [problem.dag_id for problem in raised.value.problems] == ["one", "two"]


def test_the_configuration_is_read_at_each_registration(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests change it within a process."""
    seen = []
    for limit in ("3", "5"):
        monkeypatch.setenv("AIRFLOW__CORE__MAX_ACTIVE_TASKS_PER_DAG", limit)
        namespace: dict[str, Any] = {}
        register(Pipeline("d").task("t"), Pipeline("e").task("t"), namespace=namespace)
        seen.append(namespace["d"].max_active_tasks)

    assert seen == [3, 5]


def test_base_operator_has_no_signature_of_its_own() -> None:
    """Its subclasses would inherit it."""
    with known_signatures(_pipeline(plain).build()):
        assert "__signature__" not in vars(BaseOperator)
