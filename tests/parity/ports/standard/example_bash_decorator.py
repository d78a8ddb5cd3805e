"""
### Bash TaskFlow Decorator Example
This DAG demonstrates the `@task.bash` decorator for running shell commands from TaskFlow tasks.
It includes:
- Basic bash tasks and loops using `override`
- Jinja templating and context variables
- Skip behavior via non-zero exit codes and conditional branching
- Parameterized environment variables and dynamic command construction
- Pushing several named XComs from one task with `multiple_outputs`

For details, see the Bash decorator documentation
[here](https://airflow.apache.org/docs/apache-airflow/stable/howto/operator/bash.html).
"""

import json
from shlex import join
from typing import Any

import pendulum
from airflow.providers.standard.utils.weekday import WeekDay
from airflow.sdk.exceptions import AirflowSkipException

from flowkit import Pipeline, context, python, task
from flowkit.airflow.dags import register


def run_me(sleep_seconds: int) -> str:
    return f"echo {context()['task_instance_key_str']} && sleep {sleep_seconds}"


def run_after_loop() -> str:
    return "echo https://airflow.apache.org/"


def also_run_this() -> str:
    return 'echo "ti_key={{ task_instance_key_str }}"'


def also_run_this_again() -> str:
    return f'echo "ti_key={context()["task_instance_key_str"]}"'


def this_will_skip() -> str:
    return 'echo "hello world"; exit 99;'


def sleep_in(day: str) -> str:
    # Never, as in Airflow's own: a text is no WeekDay.
    if day in (WeekDay.SATURDAY, WeekDay.SUNDAY):  # type: ignore[comparison-overlap]
        return f"sleep {60 * 60}"
    raise AirflowSkipException("No sleeping in today!")


def make_dynamic_dirs(new_dirs: str) -> str:
    return f"mkdir -p $AIRFLOW_HOME/$BASE_DIR/{new_dirs}"


def get_file_stats() -> str:
    return join(["stat", __file__])


def describe_dag_folder() -> Any:  # the last line of the command's output, as `json.loads` reads it
    return """
        set -e
        dag_folder="$AIRFLOW_HOME/dags"
        file_count=$(find "$dag_folder" -type f -name '*.py' 2>/dev/null | wc -l)
        printf '{"dag_folder": "%s", "file_count": "%s"}\\n' "$dag_folder" "$file_count"
    """


def show_dag_folder_stats() -> str:
    return 'echo "found $FILE_COUNT Dag file(s) under $DAG_FOLDER"'


BASE_DIR = {"BASE_DIR": "{{ dag_run.logical_date.strftime('%Y/%m/%d') }}"}

loop = [task(f"runme_{i}", python(run_me, sleep_seconds=i).by("bash")) for i in range(3)]
run_this = task("run_after_loop", python(run_after_loop).by("bash"))
others = [
    task(fn.__name__, python(fn).by("bash")) for fn in (also_run_this, also_run_this_again, this_will_skip)
]
day = "{{ dag_run.logical_date.strftime('%A').lower() }}"
make_dirs = python(make_dynamic_dirs, new_dirs="foo/bar/baz").by("bash", env=BASE_DIR, append_env=True)
stats = task("describe_dag_folder", python(describe_dag_folder).by("bash", output_processor=json.loads))
env = {"DAG_FOLDER": stats.output["dag_folder"], "FILE_COUNT": stats.output["file_count"]}
show_stats = python(show_dag_folder_stats).by("bash", env=env, append_env=True)

register(
    Pipeline(
        "example_bash_decorator",
        start_date=pendulum.datetime(2023, 1, 1, tz="UTC"),
        catchup=False,
        tags=["example"],
        doc_md=__doc__,
    ).add(
        loop >> run_this,
        [*others, run_this] >> task("run_this_last", trigger_rule="all_done"),
        task("sleep_in", python(sleep_in, day=day).by("bash")),
        task("make_dynamic_dirs", make_dirs),
        task("get_file_stats", python(get_file_stats).by("bash")),
        stats,
        task("show_dag_folder_stats", show_stats),
    )
)
