"""
Pipelines for Apache Airflow, written as typed Python.

Builders create a pipeline; `flowkit.airflow.dags.register` turns it into a DAG. Nothing here imports Airflow.
"""

from typing import TYPE_CHECKING

__all__ = [
    "Action",
    "Branching",
    "Claim",
    "ConfigMap",
    "Cron",
    "DagSettings",
    "EmptyDir",
    "Flow",
    "FlowkitError",
    "Form",
    "Generated",
    "Group",
    "GroupSettings",
    "LazyImportError",
    "Node",
    "OpenGroup",
    "OutputUseError",
    "Pipeline",
    "PipelineError",
    "Pod",
    "Preset",
    "Problem",
    "RegisterError",
    "RunContext",
    "Schedule",
    "Secret",
    "Shard",
    "Task",
    "TaskOptions",
    "TemplateVolume",
    "Toleration",
    "branch",
    "branches",
    "chain",
    "context",
    "cron",
    "each",
    "each_group",
    "each_group_kwargs",
    "each_kwargs",
    "generate",
    "items",
    "label",
    "lazy_imports",
    "materialize",
    "native",
    "operator",
    "operator_of",
    "over",
    "params",
    "python",
    "python_async",
    "setup",
    "shard",
    "task",
    "teardown",
]

# Type checkers and editors read the first branch, Python the second: a name is imported on first access, so that a DAG
# file, or a worker that starts a task, loads only what it uses. A test compares the two lists.
if TYPE_CHECKING:
    from flowkit.airflow.context import RunContext as RunContext
    from flowkit.airflow.context import context as context
    from flowkit.base.errors import FlowkitError as FlowkitError
    from flowkit.base.errors import LazyImportError as LazyImportError
    from flowkit.base.errors import OutputUseError as OutputUseError
    from flowkit.base.errors import PipelineError as PipelineError
    from flowkit.base.errors import RegisterError as RegisterError
    from flowkit.base.problems import Problem as Problem
    from flowkit.builders.action import Action as Action
    from flowkit.builders.action import operator as operator
    from flowkit.builders.action import operator_of as operator_of
    from flowkit.builders.action import python as python
    from flowkit.builders.action import python_async as python_async
    from flowkit.builders.branching import Branching as Branching
    from flowkit.builders.branching import branch as branch
    from flowkit.builders.branching import branches as branches
    from flowkit.builders.chain import OpenGroup as OpenGroup
    from flowkit.builders.flow import Flow as Flow
    from flowkit.builders.flow import Node as Node
    from flowkit.builders.flow import label as label
    from flowkit.builders.flow_chain import chain as chain
    from flowkit.builders.generate import Generated as Generated
    from flowkit.builders.generate import generate as generate
    from flowkit.builders.group import Group as Group
    from flowkit.builders.lazy_imports import lazy_imports as lazy_imports
    from flowkit.builders.mapping import each as each
    from flowkit.builders.mapping import each_group as each_group
    from flowkit.builders.mapping import each_group_kwargs as each_group_kwargs
    from flowkit.builders.mapping import each_kwargs as each_kwargs
    from flowkit.builders.mapping import items as items
    from flowkit.builders.mapping import over as over
    from flowkit.builders.materialize import materialize as materialize
    from flowkit.builders.native import native as native
    from flowkit.builders.params import params as params
    from flowkit.builders.pipeline import Pipeline as Pipeline
    from flowkit.builders.shard import Shard as Shard
    from flowkit.builders.shard import shard as shard
    from flowkit.builders.task import Task as Task
    from flowkit.builders.task import setup as setup
    from flowkit.builders.task import task as task
    from flowkit.builders.task import teardown as teardown
    from flowkit.model.form import Form as Form
    from flowkit.model.options import TaskOptions as TaskOptions
    from flowkit.model.pod import Pod as Pod
    from flowkit.model.pod_parts import Claim as Claim
    from flowkit.model.pod_parts import ConfigMap as ConfigMap
    from flowkit.model.pod_parts import EmptyDir as EmptyDir
    from flowkit.model.pod_parts import Secret as Secret
    from flowkit.model.pod_parts import TemplateVolume as TemplateVolume
    from flowkit.model.pod_parts import Toleration as Toleration
    from flowkit.model.schedule import Cron as Cron
    from flowkit.model.schedule import Preset as Preset
    from flowkit.model.schedule import Schedule as Schedule
    from flowkit.model.schedule import cron as cron
    from flowkit.model.settings import DagSettings as DagSettings
    from flowkit.model.settings import GroupSettings as GroupSettings
else:
    from importlib import import_module

    _NAMES_BY_MODULE = {
        "flowkit.airflow.context": ("RunContext", "context"),
        "flowkit.builders.action": ("Action", "operator", "operator_of", "python", "python_async"),
        "flowkit.builders.branching": ("Branching", "branch", "branches"),
        "flowkit.builders.chain": ("OpenGroup",),
        "flowkit.builders.flow": ("Flow", "Node", "label"),
        "flowkit.builders.flow_chain": ("chain",),
        "flowkit.builders.generate": ("Generated", "generate"),
        "flowkit.builders.group": ("Group",),
        "flowkit.builders.lazy_imports": ("lazy_imports",),
        "flowkit.builders.mapping": (
            "each",
            "each_group",
            "each_group_kwargs",
            "each_kwargs",
            "items",
            "over",
        ),
        "flowkit.builders.materialize": ("materialize",),
        "flowkit.builders.native": ("native",),
        "flowkit.builders.params": ("params",),
        "flowkit.builders.pipeline": ("Pipeline",),
        "flowkit.builders.shard": ("Shard", "shard"),
        "flowkit.builders.task": ("Task", "setup", "task", "teardown"),
        "flowkit.base.errors": (
            "FlowkitError",
            "LazyImportError",
            "OutputUseError",
            "PipelineError",
            "RegisterError",
        ),
        "flowkit.base.problems": ("Problem",),
        "flowkit.model.form": ("Form",),
        "flowkit.model.options": ("TaskOptions",),
        "flowkit.model.pod": ("Pod",),
        "flowkit.model.pod_parts": (
            "Claim",
            "ConfigMap",
            "EmptyDir",
            "Secret",
            "TemplateVolume",
            "Toleration",
        ),
        "flowkit.model.schedule": ("Cron", "Preset", "Schedule", "cron"),
        "flowkit.model.settings": ("DagSettings", "GroupSettings"),
    }
    _MODULE_OF = {name: module for module, names in _NAMES_BY_MODULE.items() for name in names}

    def __getattr__(name: str) -> object:
        if name not in _MODULE_OF:
            msg = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(msg)
        value = globals()[name] = getattr(import_module(_MODULE_OF[name]), name)
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
