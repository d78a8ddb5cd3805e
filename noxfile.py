"""
The tests that stand on Airflow, with each version of it that flowkit supports: `nox`.
"""

from __future__ import annotations

import shutil

import nox

AIRFLOW = {"3.1": "3.1.8", "3.2": "3.2.2", "3.3": "3.3.2"}
"""The newest patch release of each."""

# `dag.test()` of 3.2.2 cannot start its API server with the newest releases of FastAPI and Pydantic, which it allows.
NOT_RUN = {"3.2": "not airflow_runs and not real_values"}
TESTS = ("tests/airflow", "tests/build", "tests/check", "tests/dags", "tests/model/test_params.py")

MYPY = ("1.14.1", "2.4.1")
"""The oldest and the newest that the plugin claims."""


@nox.session(python="3.11")
@nox.parametrize("mypy", MYPY)
def mypy(session: nox.Session, mypy: str) -> None:
    """
    The plugin's own tests, with one version of mypy.
    """
    session.install("-c", "constraints.txt", "-e", ".", "pytest", "hypothesis", "kubernetes")
    session.install(f"mypy=={mypy}")
    session.run("python", "-m", "pytest", "-p", "no:cacheprovider", *(session.posargs or ("tests/mypy",)))


@nox.session(python="3.11")
@nox.parametrize("airflow", list(AIRFLOW))
def airflow(session: nox.Session, airflow: str) -> None:
    """
    Build, check and compile pipelines, and run some, with one version of Airflow.
    """
    session.install(f"apache-airflow=={AIRFLOW[airflow]}", "-e", ".", "pytest", "hypothesis", "kubernetes")
    chosen = session.posargs or (*TESTS, "-k", NOT_RUN.get(airflow, "test"))
    session.run("python", "-m", "pytest", "-p", "no:cacheprovider", *chosen)


@nox.session(python="3.11")
def project(session: nox.Session) -> None:
    """
    A project that `flowkit init` makes, in an environment of its own, with what its workflow runs.
    """
    session.install("-c", "constraints.txt", ".")
    folder = session.create_tmp()
    session.chdir(folder)
    shutil.rmtree("shop", ignore_errors=True)
    session.run("flowkit", "init", "shop")
    session.chdir("shop")
    session.install("-e", ".[dev]")
    for step in ("flowkit check", "mypy", "pyright", "ruff check", "ruff format --check", "pytest"):
        session.run(*step.split())
