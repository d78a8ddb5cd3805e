"""
DAG to get IP address and echo it via BashOperator.

:param url: URL to get IP address from. Defaults to "https://httpbingo.org/get".
"""

import ipaddress
from typing import Annotated, Any

import attrs
import httpx
import pendulum
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import BaseOperator

from flowkit import Form, Pipeline, operator, params, python, task
from flowkit.airflow.dags import register


class GetRequestOperator(BaseOperator):
    template_fields = ("url",)

    def __init__(self, *, url: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.url = url

    def execute(self, context: object) -> Any:
        return httpx.get(self.url).json()


@attrs.frozen
class Options:
    url: Annotated[str, Form(untyped=True)] = "https://httpbingo.org/get"


def prepare_command(raw_json: dict[str, Any]) -> dict[str, str]:
    ip = ipaddress.ip_address(raw_json["origin"])
    return {"command": f"echo 'Seems like today your server executing Airflow is connected from IP {ip}'"}


get_ip = task("get_ip", operator(GetRequestOperator, url=params(Options).url))
command = task("prepare_command", python(prepare_command, get_ip.output))

register(
    Pipeline(
        "example_dag_decorator",
        params=Options,
        schedule=None,
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        catchup=False,
        tags=["example"],
        doc_md=__doc__,
    )
    .then(get_ip)
    .then(command)
    .task("echo_ip_info", operator(BashOperator, bash_command=command.output["command"]))
)
