"""
The operators that are used most: what Airflow takes, flowkit takes, and what Airflow refuses, flowkit refuses earlier.

`python -m tests.providers.sweep` does the same with all operators of the installed providers.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.providers import classes
from tests.providers.differences import differences_of
from tests.providers.sweep import check_otherwise, try_all
from tests.providers.trials import misspelt, sample
from tests.providers.tried import Tried

_AWS = "airflow.providers.amazon.aws"
AMAZON = (
    f"{_AWS}.operators.athena:AthenaOperator",
    f"{_AWS}.operators.batch:BatchOperator",
    f"{_AWS}.operators.ecs:EcsRunTaskOperator",
    f"{_AWS}.operators.emr:EmrAddStepsOperator",
    f"{_AWS}.operators.glue:GlueJobOperator",
    f"{_AWS}.operators.lambda_function:LambdaInvokeFunctionOperator",
    f"{_AWS}.operators.redshift_data:RedshiftDataOperator",
    f"{_AWS}.operators.s3:S3CopyObjectOperator",
    f"{_AWS}.operators.s3:S3DeleteObjectsOperator",
    f"{_AWS}.sensors.s3:S3KeySensor",
)
"""Ten of Amazon's operators: those that public DAG files use most."""

# Operators warn of what they deprecate, and some are tried with arguments that they deprecate.
pytestmark = pytest.mark.filterwarnings("ignore")


def _unexplained(tried: Tried) -> list[str]:
    return [found.shown() for found in differences_of(tried, {}) if not found.reason]


@pytest.mark.e2e
def test_the_most_used_providers(tmp_path: Path) -> None:
    """Good calls and mistakes get the same verdict by hand, with flowkit, read lazily and from mypy."""
    found = classes.find({"standard", "common-sql", "cncf-kubernetes"})
    tried = check_otherwise(try_all(found.classes), tmp_path)

    assert found.not_imported == {}
    assert tried.without_call == {}
    assert len(found.classes) > 40
    assert {one.result for one in tried.trials} >= {"taken", "found"}
    assert {good.outcome for good in tried.goods} <= {"same", "same value"}
    assert _unexplained(tried) == []


@pytest.mark.e2e
@pytest.mark.skipif(find_spec("airflow.providers.amazon") is None, reason="needs the Amazon provider")
def test_ten_operators_of_amazon(tmp_path: Path) -> None:
    """The same for ten operators of a provider that the other tests do not need: `.ci/run` installs it."""
    tried = check_otherwise(try_all(classes.at(*AMAZON)), tmp_path)

    assert tried.without_call == {}
    assert {good.path for good in tried.goods} == set(AMAZON)
    assert _unexplained(tried) == []


def test_a_misspelt_name_is_none_that_is_known() -> None:
    """It is no other argument and no option of tasks, also where the last two letters are the same."""
    assert misspelt("bash_command", {}) == "bash_commadn"
    assert misspelt("call", {}) == "callz"
    assert misspelt("ab", {}) == "abz"
    assert misspelt("table", {"tabel": 1}) == "tablez"


def test_a_sweep_sees_what_flowkit_does_not_find(monkeypatch: pytest.MonkeyPatch) -> None:
    """If flowkit accepted everything, or refused everything, the sweep would report it."""
    from airflow.providers.standard.operators.bash import BashOperator

    operators = {"airflow.providers.standard.operators.bash:BashOperator": BashOperator}
    right = try_all(operators)
    monkeypatch.setattr("tests.providers.trials.codes", lambda *_: [])
    blind = try_all(operators)
    monkeypatch.setattr("tests.providers.trials.codes", lambda *_: ["FK301"])
    deaf = try_all(operators)

    assert _unexplained(right) == []
    assert {one.kind for one in blind.trials if one.result == "not found"} == {
        "missing",
        "misspelt",
        "option among arguments",
        "argument among options",
    }
    assert {one.kind for one in deaf.trials if one.result == "false alarm"} == {
        "good",
        "further",
        "option",
    }
    assert len(sample(right.trials)) < len(right.trials)
