"""
### TaskFlow API Tutorial Documentation
This is a simple data pipeline example which demonstrates the use of
the templates in the TaskFlow API.
Documentation that goes along with the Airflow TaskFlow API tutorial is
located
[here](https://airflow.apache.org/docs/apache-airflow/stable/tutorial_taskflow_api.html)
"""

from typing import Any

import pendulum

from flowkit import Pipeline, context, python
from flowkit.airflow.dags import register


def template_test(sql: str, test_var: str) -> None:
    now: Any = context()
    print(f"sql: {sql}")
    print(f"test_var: {test_var}")
    print(f"data_interval_end: {now['data_interval_end']}")
    template = "run_id: {{ run_id }}; params.other_param: {{ params.other_param }}"
    print(f"rendered template: {now['task'].render_template(template, now)}")
    print(f"context: {now}")


# Arguments that end with `.sql` are files to read and render.
rendered = python(template_test, sql="sql/tutorial_taskflow_template.sql", test_var="{{ run_id }}").by(
    "python", templates_exts=[".sql"]
)

register(
    Pipeline(
        "tutorial_taskflow_templates",
        schedule="@daily",
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        catchup=False,
        tags=["example"],
        params={"foobar": "param_from_dag", "other_param": "from_dag"},
        doc_md=__doc__,
    ).task("template_test", rendered, params={"foobar": "param_from_task"})
)
