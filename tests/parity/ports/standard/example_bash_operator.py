"""
Shell commands: templates, named results, the environment, and a command that skips itself.
"""

import json
from datetime import timedelta

import pendulum
from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Pipeline, Task, cron, operator, task
from flowkit.airflow.dags import register

DOC = """
### Example BashOperator DAG

This DAG demonstrates how to use the **BashOperator** to execute shell commands
as part of an Apache Airflow workflow.

**What this DAG shows:**
- Defining tasks using `BashOperator`
- Executing simple bash commands
- Creating task dependencies, including loops and templated commands
- Pushing several named XComs from one task with `multiple_outputs`

This example is intended for beginners who want to understand how Airflow
interacts with system-level commands using bash.
"""
DESCRIBE = """
            set -e
            dag_folder="$AIRFLOW_HOME/dags"
            file_count=$(find "$dag_folder" -type f -name '*.py' 2>/dev/null | wc -l)
            printf '{"dag_folder": "%s", "file_count": %s}\\n' "$dag_folder" "$file_count"
        """


def bash(task_id: str, bash_command: str) -> Task[str]:
    return task(task_id, operator(BashOperator, bash_command=bash_command))


describe = operator(BashOperator, bash_command=DESCRIBE, output_processor=json.loads)
show = operator(
    BashOperator,
    bash_command='echo "found $FILE_COUNT Dag file(s) under $DAG_FOLDER"',
    env={
        "DAG_FOLDER": "{{ ti.xcom_pull(task_ids='describe_dag_folder', key='dag_folder') }}",
        "FILE_COUNT": "{{ ti.xcom_pull(task_ids='describe_dag_folder', key='file_count') }}",
    },
    append_env=True,
)
run_this = bash("run_after_loop", "echo https://airflow.apache.org/")

register(
    Pipeline(
        "example_bash_operator",
        schedule=cron("0 0 * * *"),
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        catchup=False,
        dagrun_timeout=timedelta(minutes=60),
        tags=["example", "example2"],
        params={"example_key": "example_value"},
        doc_md=DOC,
    )
    .then(
        [bash(f"runme_{i}", 'echo "{{ task_instance_key_str }}" && sleep 1') for i in range(3)] >> run_this,
        bash("also_run_this", 'echo "ti_key={{ task_instance_key_str }}"'),
        task("describe_dag_folder", describe, multiple_outputs=True) >> task("show_dag_folder_stats", show),
        bash("this_will_skip", 'echo "hello world"; exit 99;'),
    )
    .task("run_this_last")
)
