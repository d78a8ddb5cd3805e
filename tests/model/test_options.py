"""
Tests of `flowkit.model.options` and `flowkit.model.settings`: they follow Airflow, name by name.
"""

from __future__ import annotations

import ast
import inspect
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from flowkit.model import options, settings
from flowkit.model.options import TRIGGER_RULES, WEIGHT_RULES, TaskOptions
from flowkit.model.settings import RUN_TYPES, DagSettings, GroupSettings

# What flowkit says in another way, each with its reason.
NOT_OPTIONS = {
    "self": "not an argument",
    "task_id": "the first argument of task(…)",
    "dag": "where the task is placed",
    "task_group": "where the task is placed",
    "default_args": ".defaults(…)",
    "kwargs": "Airflow takes none",
}
NOT_SETTINGS = {
    "dag_id": "the first argument of Pipeline(…)",
    "default_args": ".defaults(…)",
    "task_group": "made by flowkit",
    "auto_register": "register(…)",
}
NOT_GROUP_SETTINGS = {
    "group_id": "the first argument of Group(…)",
    "parent_group": "where the group is placed",
    "dag": "where the group is placed",
    "default_args": ".defaults(…)",
    "add_suffix_on_collision": "contradicts ids that stand in the source; flowkit reports two equal ones",
}


def _keys(typed_dict: Any) -> set[str]:
    return set(typed_dict.__annotations__)


def _arguments(cls: type) -> set[str]:
    import attrs

    return {field.alias or field.name for field in attrs.fields(cls) if field.init}


def test_task_options_are_those_of_base_operator() -> None:
    """`TaskOptions` has every argument of `BaseOperator`, and `pod`."""
    assert os.environ["AIRFLOW_HOME"]
    from airflow.sdk import BaseOperator

    arguments = set(inspect.signature(BaseOperator.__init__).parameters)

    assert arguments - NOT_OPTIONS.keys() == _keys(TaskOptions) - {"pod"}
    assert arguments >= NOT_OPTIONS.keys()


def test_dag_settings_are_those_of_dag() -> None:
    """`DagSettings` has every argument of `DAG`."""
    assert os.environ["AIRFLOW_HOME"]
    from airflow.sdk import DAG

    assert _arguments(DAG) - NOT_SETTINGS.keys() == _keys(DagSettings)
    assert _arguments(DAG) >= NOT_SETTINGS.keys()


def test_group_settings_are_those_of_task_group() -> None:
    """`GroupSettings` has every argument of `TaskGroup`."""
    assert os.environ["AIRFLOW_HOME"]
    from airflow.sdk import TaskGroup

    assert _arguments(TaskGroup) - NOT_GROUP_SETTINGS.keys() == _keys(GroupSettings)
    assert _arguments(TaskGroup) >= NOT_GROUP_SETTINGS.keys()


def test_names_of_rules_are_airflows() -> None:
    """The literals list Airflow's trigger rules, weight rules and run types."""
    assert os.environ["AIRFLOW_HOME"]
    from airflow.sdk import TriggerRule, WeightRule
    from airflow.sdk.api.datamodels._generated import DagRunType

    internal = {"all_done_setup_success"}  # Airflow gives it to teardown tasks.

    assert set(TRIGGER_RULES) == {rule.value for rule in TriggerRule} - internal
    assert set(WEIGHT_RULES) == {rule.value for rule in WeightRule}
    assert set(RUN_TYPES) == {run_type.value for run_type in DagRunType}


@pytest.mark.parametrize("module", [options, settings], ids=["options", "settings"])
def test_every_key_has_a_docstring(module: Any) -> None:
    """Under every key stands a docstring that ends as a sentence does: editors show it."""
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    bare: list[str] = []
    for cls in classes:
        following = [*cls.body[1:], ast.Pass()]
        for node, after in zip(cls.body, following, strict=True):
            if isinstance(node, ast.AnnAssign):
                text = ast.unparse(after).strip("'\"").strip() if isinstance(after, ast.Expr) else ""
                if not text.rstrip("'\"\\n ").endswith((".", "`.")):
                    bare.append(f"{cls.name}.{ast.unparse(node.target)}")

    assert classes
    assert bare == []


@pytest.mark.parametrize("module", ["model.options", "model.settings", "rules.option_rules"])
def test_the_modules_import_no_airflow(module: str) -> None:
    """Editors and the command line work without Airflow's seconds of imports."""
    code = f"import sys, flowkit.{module}; print(sorted(m for m in sys.modules if m.startswith('airflow')))"
    found = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(options.__file__).parents[2],
    )

    assert found.stdout.strip() == "[]"
