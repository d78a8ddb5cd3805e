"""### Python operators

Example DAG demonstrating classic Python operators.

This DAG shows several ways to execute Python callables in Airflow:
PythonOperator for regular Python functions, PythonVirtualenvOperator for
functions that need an isolated virtual environment, and ExternalPythonOperator
for running a callable with a specific Python binary.

It also demonstrates passing keyword arguments, rendering templated files, and
using asynchronous Python callables.

See also:
https://airflow.apache.org/docs/apache-airflow-providers-standard/stable/operators/python.html
"""

import asyncio
import logging
import sys
import time
from pprint import pprint
from typing import Any

import pendulum
from airflow.providers.standard.operators.python import (
    ExternalPythonOperator,
    PythonOperator,
    PythonVirtualenvOperator,
)

from flowkit import Pipeline, context, operator, task
from flowkit.airflow.dags import register

log = logging.getLogger(__name__)


def print_context() -> str:
    """Print the Airflow context and ds variable from the context."""
    print("::group::All kwargs")
    pprint(context())
    print("::endgroup::")
    print("::group::Context variable ds")
    print(context()["ds"])
    print("::endgroup::")
    return "Whatever you return gets printed in the logs"


def log_sql(templates_dict: Any = None) -> None:
    log.info("Python task decorator query: %s", templates_dict["query"])


def my_sleeping_function(random_base: float) -> None:
    """This is a function that will run within the DAG execution"""
    time.sleep(random_base)


async def my_async_sleeping_function(random_base: float) -> None:
    """This is a function that will run within the DAG execution"""
    await asyncio.sleep(random_base)


def callable_virtualenv() -> None:
    """
    Example function that will be performed in a virtual environment.

    Importing at the function level ensures that it will not attempt to import the
    library before it is installed.
    """
    from time import sleep

    from colorama import Back, Fore, Style

    print(Fore.RED + "some red text")
    print(Back.GREEN + "and with a green background")
    print(Style.DIM + "and in dim text")
    print(Style.RESET_ALL)
    for _ in range(4):
        print(Style.DIM + "Please wait...", flush=True)
        sleep(1)
    print("Finished")


def callable_external_python() -> None:
    """
    Example function that will be performed in a virtual environment.

    Importing at the module level ensures that it will not attempt to import the
    library before it is installed.
    """
    import sys
    from time import sleep

    print(f"Running task via {sys.executable}")
    for _ in range(4):
        print("Please wait...", flush=True)
        sleep(1)
    print("Finished")


run_this = task("print_the_context", operator(PythonOperator, python_callable=print_context))
log_query = operator(
    PythonOperator,
    python_callable=log_sql,
    templates_dict={"query": "sql/sample.sql"},
    templates_exts=[".sql"],
)
sleeps, async_sleeps = (
    [
        task(f"{name}_{i}", operator(PythonOperator, python_callable=fn, op_kwargs={"random_base": i / 10}))
        for i in range(5)
    ]
    for name, fn in (("sleep_for", my_sleeping_function), ("async_sleep_for", my_async_sleeping_function))
)
in_virtualenv = operator(
    PythonVirtualenvOperator,
    python_callable=callable_virtualenv,
    requirements=["colorama==0.4.0"],
    system_site_packages=False,
)
virtualenv_task = task("virtualenv_python", in_virtualenv)
in_external_python = operator(
    ExternalPythonOperator, python_callable=callable_external_python, python=sys.executable
)

register(
    Pipeline(
        "example_python_operator",
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        catchup=False,
        tags=["example"],
        doc_md=__doc__,
    ).add(
        run_this >> task("log_sql_query", log_query) >> [*sleeps, *async_sleeps],
        [sleeps[-1], run_this >> task("external_python", in_external_python)] >> virtualenv_task,
    )
)
