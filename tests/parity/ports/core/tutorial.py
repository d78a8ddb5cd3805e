"""
First steps: defaults for all tasks, documentation, templates, and two tasks after one.
"""

from datetime import datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Pipeline, operator, task
from flowkit.airflow.dags import register

PRINT_DATE_DOC = """\
#### Task Documentation
You can document your task using the attributes `doc_md` (markdown),
`doc` (plain text), `doc_rst`, `doc_json`, `doc_yaml` which gets
rendered in the UI's Task Instance Details page.
![img](https://imgs.xkcd.com/comics/fixing_problems.png)
**Image Credit:** Randall Munroe, [XKCD](https://xkcd.com/license.html)
"""

TEMPLATED_COMMAND = """
{% for i in range(5) %}
    echo "{{ ds }}"
    echo "{{ macros.ds_add(ds, 7)}}"
{% endfor %}
"""

register(
    Pipeline(
        "tutorial",
        description="A simple tutorial DAG",
        schedule=timedelta(days=1),
        start_date=datetime(2021, 1, 1),
        catchup=False,
        tags=["example"],
        doc_md="This is a documentation placed anywhere",
    )
    .defaults(depends_on_past=False, retries=1, retry_delay=timedelta(minutes=5))
    .task("print_date", operator(BashOperator, bash_command="date"), doc_md=PRINT_DATE_DOC)
    .then(
        task("sleep", operator(BashOperator, bash_command="sleep 5"), retries=3),
        task("templated", operator(BashOperator, bash_command=TEMPLATED_COMMAND)),
    )
)
