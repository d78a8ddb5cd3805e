"""
Branches by operators: in the worker, in another interpreter, in a virtual environment.
"""

import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pendulum
from airflow.providers.standard.operators.python import (
    BranchExternalPythonOperator,
    BranchPythonOperator,
    BranchPythonVirtualenvOperator,
    ExternalPythonOperator,
    PythonOperator,
    PythonVirtualenvOperator,
)

from flowkit import Pipeline, label, operator, task
from flowkit.airflow.dags import register

PYTHON = sys.executable
CACHE = Path(tempfile.gettempdir())
NUMPY = ["numpy~=1.26.0"]
options = ["a", "b", "c", "d"]


def branch_with_external_python(choices: Sequence[str]) -> str:
    import random

    return f"ext_py_{random.choice(choices)}"


def hello_world_with_external_python() -> None:
    print("Hello World from external Python")


def branch_with_venv(choices: Sequence[str]) -> str:
    import random

    import numpy as np

    print(f"Some numpy stuff: {np.arange(6)}")
    return f"venv_{random.choice(choices)}"


def hello_world_with_venv() -> None:
    import numpy as np  # pyright: ignore[reportMissingImports]

    print(f"Hello World with some numpy stuff: {np.arange(6)}")


branching = task(
    "branching", operator(BranchPythonOperator, python_callable=lambda: f"branch_{random.choice(options)}")
)
branching_ext_py = task(
    "branching_ext_python",
    operator(
        BranchExternalPythonOperator,
        python=PYTHON,
        python_callable=branch_with_external_python,
        op_args=[options],
    ),
)
branching_venv = task(
    "branching_venv",
    operator(
        BranchPythonVirtualenvOperator,
        requirements=NUMPY,
        venv_cache_path=CACHE,
        python_callable=branch_with_venv,
        op_args=[options],
    ),
)
hello = operator(PythonOperator, python_callable=lambda: print("Hello World"))
hello_ext_py = operator(
    ExternalPythonOperator, python=PYTHON, python_callable=hello_world_with_external_python
)
hello_venv = operator(
    PythonVirtualenvOperator,
    requirements=NUMPY,
    venv_cache_path=CACHE,
    python_callable=hello_world_with_venv,
)
join, join_ext_py, join_venv = (
    task(name, trigger_rule="none_failed_min_one_success")
    for name in ("join", "join_ext_python", "join_venv")
)

register(
    Pipeline(
        "example_branch_operator",
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        catchup=False,
        schedule="@daily",
        tags=["example", "example2"],
    )
    .task("run_this_first")
    .then(
        *(branching >> label(o) >> task(f"branch_{o}", hello) >> task(f"follow_{o}") >> join for o in options)
    )
    .then(
        *(branching_ext_py >> label(o) >> task(f"ext_py_{o}", hello_ext_py) >> join_ext_py for o in options)
    )
    .then(*(branching_venv >> label(o) >> task(f"venv_{o}", hello_venv) >> join_venv for o in options))
)
