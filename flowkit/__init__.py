"""
Pipelines for Apache Airflow, written as typed Python.

Builders make a pipeline; `flowkit.airflow.dags.register` makes it a DAG. Nothing here imports Airflow.
"""

from flowkit.airflow.context import RunContext as RunContext
from flowkit.airflow.context import context as context
from flowkit.build.action import Action as Action
from flowkit.build.action import operator as operator
from flowkit.build.action import operator_of as operator_of
from flowkit.build.action import python as python
from flowkit.build.action import python_async as python_async
from flowkit.build.branching import Branching as Branching
from flowkit.build.branching import branch as branch
from flowkit.build.branching import branches as branches
from flowkit.build.chain import OpenGroup as OpenGroup
from flowkit.build.flow import Flow as Flow
from flowkit.build.flow import Node as Node
from flowkit.build.flow import chain as chain
from flowkit.build.flow import label as label
from flowkit.build.generate import Generated as Generated
from flowkit.build.generate import generate as generate
from flowkit.build.group import Group as Group
from flowkit.build.mapping import each as each
from flowkit.build.mapping import each_group as each_group
from flowkit.build.mapping import each_kwargs as each_kwargs
from flowkit.build.mapping import items as items
from flowkit.build.mapping import over as over
from flowkit.build.materialize import materialize as materialize
from flowkit.build.params import params as params
from flowkit.build.pipeline import Pipeline as Pipeline
from flowkit.build.task import Task as Task
from flowkit.build.task import setup as setup
from flowkit.build.task import task as task
from flowkit.build.task import teardown as teardown
from flowkit.errors import DefinitionError as DefinitionError
from flowkit.errors import FlowkitError as FlowkitError
from flowkit.errors import OutputUseError as OutputUseError
from flowkit.errors import PipelineError as PipelineError
from flowkit.errors import Problem as Problem
from flowkit.errors import RegisterError as RegisterError
from flowkit.errors import UnknownOptionError as UnknownOptionError
from flowkit.spec.options import TaskOptions as TaskOptions
from flowkit.spec.params import Form as Form
from flowkit.spec.pod import Pod as Pod
from flowkit.spec.schedule import Cron as Cron
from flowkit.spec.schedule import Preset as Preset
from flowkit.spec.schedule import Schedule as Schedule
from flowkit.spec.schedule import cron as cron
from flowkit.spec.settings import DagSettings as DagSettings
from flowkit.spec.settings import GroupSettings as GroupSettings

__all__ = [
    "Action",
    "Branching",
    "Cron",
    "DagSettings",
    "DefinitionError",
    "Flow",
    "FlowkitError",
    "Form",
    "Generated",
    "Group",
    "GroupSettings",
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
    "Task",
    "TaskOptions",
    "UnknownOptionError",
    "branch",
    "branches",
    "chain",
    "context",
    "cron",
    "each",
    "each_group",
    "each_kwargs",
    "generate",
    "items",
    "label",
    "materialize",
    "operator",
    "operator_of",
    "over",
    "params",
    "python",
    "python_async",
    "setup",
    "task",
    "teardown",
]
