"""
Branches by functions: in the worker, in another interpreter, in a virtual environment.
"""

import random
import sys
import tempfile
from collections.abc import Sequence

import pendulum

from flowkit import Pipeline, branch, label, python, task
from flowkit.airflow.dags import register

PYTHON = sys.executable
VENV = {"requirements": ["numpy~=1.26.0"], "venv_cache_path": tempfile.gettempdir()}
options = ["a", "b", "c", "d"]


def branching(choices: Sequence[str]) -> str:
    return random.choice(choices)


def some_task() -> None:
    print("doing something in Python")


def branching_ext_python(choices: Sequence[str]) -> str:
    import random

    return f"ext_py_{random.choice(choices)}"


def some_ext_py_task() -> None:
    print("doing something in external Python")


def branching_virtualenv(choices: Sequence[str]) -> str:
    import random

    import numpy as np

    print(f"Some numpy stuff: {np.arange(6)}")
    return f"venv_{random.choice(choices)}"


def some_venv_task() -> None:
    import numpy as np  # pyright: ignore[reportMissingImports]

    print(f"Some numpy stuff: {np.arange(6)}")


tasks = {option: task(f"branch_{option}", python(some_task)) for option in options}
choose = task("branching", branch(branching, choices=options).to(tasks))
choose_ext_py = task(
    "branching_ext_python",
    python(branching_ext_python, choices=options).by("branch_external_python", python=PYTHON),
)
choose_venv = task(
    "branching_virtualenv", python(branching_virtualenv, choices=options).by("branch_virtualenv", **VENV)
)
ext_py = python(some_ext_py_task).by("external_python", python=PYTHON)
venv = python(some_venv_task).by("virtualenv", **VENV)
join, join_ext_py, join_venv = (
    task(name, trigger_rule="none_failed_min_one_success") for name in ("join", "join_ext_py", "join_venv")
)

register(
    Pipeline(
        "example_branch_python_operator_decorator",
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        catchup=False,
        schedule="@daily",
        tags=["example", "example2"],
    )
    .task("run_this_first")
    .then(*(choose >> label(o) >> tasks[o] >> task(f"follow_{o}") >> join for o in options))
    .then(*(choose_ext_py >> label(o) >> task(f"ext_py_{o}", ext_py) >> join_ext_py for o in options))
    .then(*(choose_venv >> label(o) >> task(f"venv_{o}", venv) >> join_venv for o in options))
)
