"""
Writes the same pipelines for every tool, each in the way that its documentation shows.

Nothing here imports a tool: the files are text, and each is loaded in an environment of its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

LOADER = "dag_loader.py"
"""The file that Airflow loads."""

INSIDE = 9
"""Tasks in each of the two groups; with a first and a last one that makes 20."""

WIDE = 200
"""Tasks side by side in each of two groups."""


def dag_ids(count: int) -> list[str]:
    """Return the ids of *count* pipelines."""
    return [f"p{number:05d}" for number in range(count)]


def write(tool: str, shape: str, count: int, folder: Path) -> Path:
    """
    Write *count* pipelines of *shape* for *tool* into *folder*.

    Shapes: `groups` is a task, a group of 9 in a row, another, and a last task. `chain` is 20 tasks in a row. `wide` is
    200 tasks side by side in a group, followed by another such group; `joined` has one task between the two.

    Returns:
        The file that Airflow loads.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _WRITERS[tool](shape, count, folder)
    return folder / LOADER


HAND = '''\
"""Airflow DAGs, written by hand."""
from datetime import datetime

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, TaskGroup{more}


def bash(task_id):
    return BashOperator(task_id=task_id, bash_command=f"echo {{task_id}}")


def row(prefix, count):
    previous = None
    for number in range(count):
        task = bash(f"{{prefix}}{{number}}")
        if previous is not None:
            previous >> task
        previous = task


def make(dag_id):
    with DAG(
        dag_id,
        schedule="@daily",
        start_date=datetime(2024, 1, 1),
        catchup=False,
        default_args={{"owner": "data", "retries": 2}},
    ) as dag:
{body}
    return dag


for number in range({count}):
    dag_id = f"p{{number:05d}}"{only}
    globals()[dag_id] = make(dag_id)
'''

HAND_BODIES = {
    "chain": '        row("t", 20)',
    "groups": """\
        start = bash("start")
        with TaskGroup("extract") as extract:
            row("e", 9)
        with TaskGroup("load") as load:
            row("l", 9)
        start >> extract >> load >> bash("end")""",
    "wide": """\
        with TaskGroup("extract") as extract:
            for number in range(200):
                bash(f"e{number}")
        with TaskGroup("load") as load:
            for number in range(200):
                bash(f"l{number}")
        extract >> load""",
    "joined": """\
        with TaskGroup("extract") as extract:
            for number in range(200):
                bash(f"e{number}")
        with TaskGroup("load") as load:
            for number in range(200):
                bash(f"l{number}")
        extract >> bash("joined") >> load""",
}


def _hand(shape: str, count: int, folder: Path) -> None:
    text = HAND.format(body=HAND_BODIES[shape], count=count, more="", only="")
    (folder / LOADER).write_text(text)


def _hand_pruned(shape: str, count: int, folder: Path) -> None:
    only = (
        "\n    if get_parsing_context().dag_id not in (None, dag_id):\n"
        "        continue  # what Airflow's documentation advises"
    )
    text = HAND.format(body=HAND_BODIES[shape], count=count, more=", get_parsing_context", only=only)
    (folder / LOADER).write_text(text)


FLOWKIT = '''\
"""Airflow DAGs."""
from datetime import datetime

from airflow.providers.standard.operators.bash import BashOperator
from flowkit import Group, Pipeline, generate, operator, task
from flowkit.airflow.dags import register


def bash(task_id):
    return task(task_id, operator(BashOperator, bash_command=f"echo {{task_id}}"))


def row(chain, prefix, count):
    for number in range(count):
        chain = chain.then(bash(f"{{prefix}}{{number}}"))
    return chain


def make(dag_id):
    pipeline = Pipeline(dag_id, schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False)
    pipeline = pipeline.defaults(owner="data", retries=2)
    return {body}


register(generate(make, [f"p{{number:05d}}" for number in range({count})], dag_id=str))
'''

_WIDE_GROUPS = (
    'pipeline.then(Group("extract").then(*[bash(f"e{number}") for number in range(200)]))'
    '%s.then(Group("load").then(*[bash(f"l{number}") for number in range(200)]))'
)
FLOWKIT_BODIES = {
    "chain": 'row(pipeline, "t", 20)',
    "groups": (
        'pipeline.then(bash("start")).then(row(Group("extract"), "e", 9)).then(row(Group("load"), "l", 9))'
        '.then(bash("end"))'
    ),
    "wide": _WIDE_GROUPS % "",
    "joined": _WIDE_GROUPS % '.then(bash("joined"))',
}


def _flowkit(shape: str, count: int, folder: Path) -> None:
    (folder / LOADER).write_text(FLOWKIT.format(body=FLOWKIT_BODIES[shape], count=count))


def _tasks(shape: str) -> Iterator[tuple[str, str | None, list[str]]]:
    """Yield the id of each task without its group, its group, and the tasks that it waits for."""
    if shape == "chain":
        for number in range(20):
            yield f"t{number}", None, [f"t{number - 1}"] if number else []
        return
    yield "start", None, []
    before = "start"
    for group, prefix in (("extract", "e"), ("load", "l")):
        for number in range(INSIDE):
            yield f"{prefix}{number}", group, [before]
            before = f"{prefix}{number}"
    yield "end", None, [before]


def _factory_config(shape: str, dag_id: str) -> dict[str, object]:
    tasks = {}
    for task_id, group, upstream in _tasks(shape):
        # The edges between groups are the groups' own.
        inside = [one for one in upstream if group is None or one[0] == task_id[0]]
        tasks[task_id] = {
            "operator": "airflow.providers.standard.operators.bash.BashOperator",
            "bash_command": f"echo {task_id}",
            "dependencies": ["load"] if task_id == "end" else inside,
            **({"task_group_name": group} if group else {}),
        }
    config: dict[str, object] = {
        "schedule": "@daily",
        "catchup": False,
        "default_args": {"owner": "data", "retries": 2, "start_date": "2024-01-01"},
        "tasks": tasks,
    }
    if shape == "groups":
        config["task_groups"] = {
            "extract": {"dependencies": ["start"]},
            "load": {"dependencies": ["extract"]},
        }
    return {dag_id: config}


def _factory_dict(shape: str, count: int, folder: Path) -> None:
    body = json.dumps(_factory_config(shape, "DAG_ID")["DAG_ID"], indent=4).replace("false", "False")
    (folder / LOADER).write_text(
        '"""Airflow DAGs, from a dict."""\nimport copy\n\nfrom dagfactory import load_yaml_dags\n\n'
        f"CONFIG = {body}\n\n"
        f'configs = {{f"p{{number:05d}}": copy.deepcopy(CONFIG) for number in range({count})}}\n'
        "load_yaml_dags(globals_dict=globals(), config_dict=configs)\n"
    )


def _factory_yaml(shape: str, count: int, folder: Path) -> None:
    (folder / LOADER).write_text(
        '"""Airflow DAGs, from YAML."""\nfrom pathlib import Path\n\nfrom dagfactory import load_yaml_dags\n\n'
        'load_yaml_dags(globals_dict=globals(), dags_folder=str(Path(__file__).parent / "configs"))\n'
    )
    (folder / "configs").mkdir(exist_ok=True)
    for dag_id in dag_ids(count):
        (folder / "configs" / f"{dag_id}.yml").write_text(_yaml(_factory_config(shape, dag_id)))


def _yaml(value: object, indent: str = "") -> str:
    """Return *value* as YAML in block style, as people write it."""
    if not isinstance(value, dict):
        return json.dumps(value)
    lines = []
    for key, one in value.items():
        if isinstance(one, dict):
            lines.append(f"{indent}{key}:\n{_yaml(one, indent + '  ')}")
        elif isinstance(one, list):
            items = "".join(f"\n{indent}  - {item}" for item in one)
            lines.append(f"{indent}{key}:{items or ' []'}\n")
        else:
            lines.append(f"{indent}{key}: {json.dumps(one)}\n")
    return "".join(lines)


def _gusty(shape: str, count: int, folder: Path, *, only: str = "") -> None:
    (folder / LOADER).write_text(
        '"""Airflow DAGs, from a folder of files."""\nfrom datetime import datetime\nfrom pathlib import Path\n\n'
        "from airflow.sdk import get_parsing_context\nfrom gusty import create_dags\n\n"
        'create_dags(str(Path(__file__).parent / "pipelines"), globals(), latest_only=False,\n'
        f"    start_date=datetime(2024, 1, 1){only})\n"
    )
    for dag_id in dag_ids(count):
        root = folder / "pipelines" / dag_id
        root.mkdir(parents=True, exist_ok=True)
        (root / "METADATA.yml").write_text(
            'schedule: "@daily"\ncatchup: false\ndefault_args:\n  owner: data\n  retries: 2\n'
        )
        for task_id, group_id, names in _tasks(shape):
            (root / (group_id or "")).mkdir(exist_ok=True)
            # Between tasks: a dependency of a folder is one of each task in it, which makes 2,300 edges of 380.
            waits = "dependencies:\n" + "".join(f"  - {one}\n" for one in names) if names else ""
            (root / (group_id or "") / f"{task_id}.yml").write_text(
                "operator: airflow.providers.standard.operators.bash.BashOperator\n"
                f"bash_command: echo {task_id}\n{waits}"
            )


def _gusty_pruned(shape: str, count: int, folder: Path) -> None:
    _gusty(shape, count, folder, only=", current_dag_id=get_parsing_context().dag_id")


BLUEPRINTS = '''\
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import TaskGroup
from blueprint import BaseModel, Blueprint


def bash(task_id):
    return BashOperator(task_id=task_id, bash_command=f"echo {task_id}", owner="data", retries=2)


class StepConfig(BaseModel):
    pass


class Step(Blueprint[StepConfig]):
    """One task."""

    def render(self, config):
        return bash(self.step_id)


class StageConfig(BaseModel):
    prefix: str
    count: int


class Stage(Blueprint[StageConfig]):
    """Tasks in a row."""

    def render(self, config):
        with TaskGroup(group_id=self.step_id) as group:
            previous = None
            for number in range(config.count):
                task = bash(f"{config.prefix}{number}")
                if previous is not None:
                    previous >> task
                previous = task
        return group
'''


def _blueprint(shape: str, count: int, folder: Path) -> None:
    if shape != "groups":
        msg = f"blueprints are written as groups here, not as {shape}"
        raise ValueError(msg)
    (folder / LOADER).write_text(
        '"""Airflow DAGs, from blueprints."""\nfrom blueprint import build_all_airflow_dags\n\n'
        "build_all_airflow_dags()\n"
    )
    (folder / "blueprints.py").write_text(BLUEPRINTS)
    for dag_id in dag_ids(count):
        (folder / f"{dag_id}.dag.yaml").write_text(
            f'dag_id: {dag_id}\nschedule: "@daily"\n\nsteps:\n'
            "  start:\n    blueprint: step\n"
            "  extract:\n    blueprint: stage\n    depends_on: [start]\n    prefix: e\n    count: 9\n"
            "  load:\n    blueprint: stage\n    depends_on: [extract]\n    prefix: l\n    count: 9\n"
            "  end:\n    blueprint: step\n    depends_on: [load]\n"
        )


PYDANTIC = '''\
"""Airflow DAGs, from Pydantic models."""
from datetime import datetime

from airflow_pydantic import BashTask, Dag, TaskArgs


def make(dag_id):
    tasks = {{}}
    for number in range(20):
        task_id = f"t{{number}}"
        tasks[task_id] = BashTask(
            task_id=task_id,
            bash_command=f"echo {{task_id}}",
            dependencies=[f"t{{number - 1}}"] if number else [],
        )
    return Dag(
        dag_id=dag_id,
        schedule="@daily",
        start_date=datetime(2024, 1, 1),
        catchup=False,
        default_args=TaskArgs(owner="data", retries=2),
        tasks=tasks,
    )


for number in range({count}):
    dag_id = f"p{{number:05d}}"
    globals()[dag_id] = make(dag_id).instantiate()
'''


def _pydantic(shape: str, count: int, folder: Path) -> None:
    if shape != "chain":
        msg = "airflow-pydantic has no groups"
        raise ValueError(msg)
    (folder / LOADER).write_text(PYDANTIC.format(count=count))


_WRITERS: dict[str, Callable[[str, int, Path], None]] = {
    "hand": _hand,
    "hand-pruned": _hand_pruned,
    "flowkit": _flowkit,
    "dag-factory-dict": _factory_dict,
    "dag-factory-yaml": _factory_yaml,
    "gusty": _gusty,
    "gusty-pruned": _gusty_pruned,
    "airflow-blueprint": _blueprint,
    "airflow-pydantic": _pydantic,
}
