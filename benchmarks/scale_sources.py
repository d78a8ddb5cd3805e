"""
The same pipelines as files with flowkit and as files of plain Airflow.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeAlias

Way: TypeAlias = Literal["flowkit", "by hand", "by hand, one DAG each"]

PIPELINES = '''\
"""All pipelines of the installation: 10 to 20 tasks each."""

from datetime import datetime

from airflow.providers.standard.operators.bash import BashOperator
from flowkit import Group, Pipeline, generate, operator


def name(number: int) -> str:
    return f"pipeline_{{number:05}}"


def layer(group_id: str, size: int) -> Group:
    steps = [Group(group_id)]
    for step in range(size):
        steps.append(steps[-1].task(f"step_{{step}}", operator(BashOperator, bash_command=f"echo {{step}}")))
    return steps[-1]


def build(number: int) -> Pipeline:
    size = 4 + number % 6
    pipeline = Pipeline(name(number), schedule="@daily", start_date=datetime(2026, 1, 1), catchup=False)
    return (
        pipeline.defaults(owner="data", retries=2)
        .task("start")
        .then(layer("ingest", size))
        .then(layer("transform", size))
        .task("done")
    )


ALL = generate(build, range({pipelines}), dag_id=name)
'''

LOADER = """\
from flowkit import shard
from flowkit.airflow.dags import register
from pipelines import ALL

register(shard(ALL, file=__file__))
"""

BY_HAND = '''\
"""DAGs of plain Airflow: 10 to 20 tasks each."""

from datetime import datetime

from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, TaskGroup, chain


def layer(group_id: str, size: int) -> TaskGroup:
    with TaskGroup(group_id) as group:
        chain(*[BashOperator(task_id=f"step_{{step}}", bash_command=f"echo {{step}}") for step in range(size)])
    return group


def build(number: int) -> None:
    size = 4 + number % 6
    with DAG(
        f"pipeline_{{number:05}}",
        schedule="@daily",
        start_date=datetime(2026, 1, 1),
        catchup=False,
        default_args={{"owner": "data", "retries": 2}},
    ):
        start = EmptyOperator(task_id="start")
        layers = [layer("ingest", size), layer("transform", size)]
        chain(start, *layers, EmptyOperator(task_id="done"))


for number in range({first}, {end}):
    build(number)
'''


def write(way: Way, folders: list[Path], pipelines: int, files: int) -> None:
    """
    Write *pipelines* into *files*, spread over *folders*: one for each bundle.
    """
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
        if way == "flowkit":
            (folder / "pipelines.py").write_text(PIPELINES.format(pipelines=pipelines))
            (folder / ".airflowignore").write_text("pipelines.py\n")
    count = pipelines if way == "by hand, one DAG each" else files
    for index in range(count):
        folder = folders[index * len(folders) // count]
        if way == "flowkit":
            (folder / f"loader_{index + 1}_of_{count}.py").write_text(LOADER)
            continue
        first, end = index * pipelines // count, (index + 1) * pipelines // count
        (folder / f"dags_{index + 1:05}.py").write_text(BY_HAND.format(first=first, end=end))
