"""
A graph with many crossing edges.
"""

from typing import Any

import pendulum
from airflow.providers.standard.operators.bash import BashOperator

from flowkit import Pipeline, Task, chain, operator, task
from flowkit.airflow.dags import register


def echo(name: str, *, said: str | None = None) -> Task[Any]:
    return task(name, operator(BashOperator, bash_command=f"echo {said or name}"))


create_entry_group, create_entry_gcs = echo("create_entry_group"), echo("create_entry_gcs")
create_tag_template, create_field = echo("create_tag_template"), echo("create_tag_template_field")
create_tag = echo("create_tag")
delete_tag, delete_field = echo("delete_tag"), echo("delete_tag_template_field")
delete_tag_template, delete_entry_group = echo("delete_tag_template"), echo("delete_entry_group")
delete_entry = echo("delete_entry")
rename_field, search = echo("rename_tag_template_field"), echo("search_catalog")

create = [create_entry_group, create_entry_gcs, create_tag_template, create_field, create_tag]
delete = [delete_tag, delete_field, delete_tag_template, delete_entry_group, delete_entry]

create_field_result = echo("create_tag_template_field_result")
create_field_result2 = echo("create_tag_template_field_result2", said="create_tag_template_field_result")

register(
    Pipeline(
        "example_complex",
        schedule=None,
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        catchup=False,
        tags=["example", "example2", "example3"],
    ).add(
        chain(*create),
        chain(*delete),
        create >> search >> [*delete, echo("search_catalog_result")],
        create_entry_group >> [echo("create_entry_group_result"), echo("create_entry_group_result2")],
        create_entry_gcs >> [echo("create_entry_gcs_result"), echo("create_entry_gcs_result2")],
        create_tag_template >> [echo("create_tag_template_result"), echo("create_tag_template_result2")],
        create_field >> [create_field_result, create_field_result2],
        create_tag >> [echo("create_tag_result"), echo("create_tag_result2")],
        create_entry_group >> delete_entry_group,
        create_entry_gcs >> delete_entry,
        [create_tag_template, create_field] >> delete_field,
        create_tag >> delete_tag,
        create_tag_template
        >> echo("get_tag_template")
        >> [delete_tag_template, echo("get_tag_template_result")],
        create_entry_gcs >> echo("get_entry") >> [delete_entry, echo("get_entry_result")],
        create_entry_group >> echo("get_entry_group") >> [delete_entry_group, echo("get_entry_group_result")],
        create_tag >> echo("list_tags") >> [delete_tag, echo("list_tags_result")],
        create_entry_gcs >> echo("lookup_entry") >> [delete_entry, echo("lookup_entry_result")],
        create_field >> rename_field >> delete_field,
        create_entry_gcs >> echo("update_entry") >> delete_entry,
        create_tag >> echo("update_tag") >> delete_tag,
        create_tag_template >> echo("update_tag_template") >> delete_tag_template,
        create_field >> echo("update_tag_template_field") >> rename_field,
    )
)
