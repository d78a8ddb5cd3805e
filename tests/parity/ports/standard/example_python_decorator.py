"""
Functions as tasks: plain and `async`, in a virtual environment, in another interpreter.
"""

import asyncio
import logging
import sys
import time
from pprint import pprint
from typing import Any

import pendulum

from flowkit import Pipeline, context, python, python_async, task
from flowkit.airflow.dags import register

log = logging.getLogger(__name__)


def print_context() -> str:
    """Print the Airflow context and ds variable from the context."""
    pprint(context())
    print(context()["ds"])
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

    Importing at the module level ensures that it will not attempt to import the
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


run_this = task("print_the_context", python(print_context))
query = {"query": "sql/sample.sql"}
log_the_sql = task(
    "log_sql_query", python(log_sql).by("python", templates_dict=query, templates_exts=[".sql"])
)
sleeps = [task(f"sleep_for_{i}", python(my_sleeping_function, random_base=i / 10)) for i in range(5)]
async_sleeps = [
    task(f"async_sleep_for_{i}", python_async(my_async_sleeping_function, random_base=i / 10))
    for i in range(5)
]
in_virtualenv = python(callable_virtualenv).by(
    "virtualenv", requirements=["colorama==0.4.0"], system_site_packages=False
)
virtualenv_task = task("virtualenv_python", in_virtualenv)
in_external_python = python(callable_external_python).by("external_python", python=sys.executable)

register(
    Pipeline(
        "example_python_decorator",
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        catchup=False,
        tags=["example"],
    ).add(
        run_this >> log_the_sql >> [*sleeps, *async_sleeps],
        [sleeps[-1], run_this >> task("external_python", in_external_python)] >> virtualenv_task,
    )
)
