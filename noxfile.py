"""
The tests that depend on Airflow, with each version that flowkit supports, and others that need an environment of their
own. `nox` runs all of them but `providers`, which takes long; `nox -s airflow` those for Airflow.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import nox

AIRFLOW = {"3.1": "3.1.8", "3.2": "3.2.2", "3.3": "3.3.2"}
"""The latest patch release of each minor version."""

# In 3.2.2, `dag.test()` fails to start its API server with the latest FastAPI and Pydantic, although it allows them.
DESELECTED = {
    "3.2": "not airflow_runs and not real_values and not test_mapped_groups and not typed_runs and not missing_outputs"
}
TESTS = (
    "tests/airflow",
    "tests/analysis/test_operators.py",
    "tests/builders",
    "tests/dags",
    "tests/model/test_params.py",
    "tests/resolve",
    "tests/rules",
)

MYPY = ("1.14.1", "2.4.1")
"""The oldest and the newest version that the plugin supports."""


@nox.session(python="3.11")
@nox.parametrize("mypy", MYPY)
def mypy(session: nox.Session, mypy: str) -> None:
    """
    Test the mypy plugin with one version of mypy.
    """
    session.install("-c", "constraints.txt", "-e", ".", "pytest", "hypothesis", "kubernetes")
    session.install(f"mypy=={mypy}")
    session.run("python", "-m", "pytest", "-p", "no:cacheprovider", *(session.posargs or ("tests/mypy",)))


@nox.session(python="3.11")
@nox.parametrize("airflow", list(AIRFLOW))
def airflow(session: nox.Session, airflow: str) -> None:
    """
    Build, check and compile pipelines, and run a few of them, with one version of Airflow.
    """
    session.install(f"apache-airflow=={AIRFLOW[airflow]}", "-e", ".", "pytest", "hypothesis", "kubernetes")
    selection = session.posargs or (*TESTS, "-k", DESELECTED.get(airflow, "test"))
    session.run("python", "-m", "pytest", "-p", "no:cacheprovider", *selection)


@nox.session(python="3.11")
@nox.parametrize("airflow", ["3.1", "3.3"])
def typed_runs(session: nox.Session, airflow: str) -> None:
    """
    Run several hundred random pipelines on one version of Airflow, and check the types of all values.
    """
    session.install(f"apache-airflow=={AIRFLOW[airflow]}", "-e", ".", "pytest", "hypothesis", "kubernetes")
    test = "tests/airflow/test_typed_runs.py"
    count = session.posargs[0] if session.posargs else "400"
    session.run("python", "-m", "pytest", "-p", "no:cacheprovider", test, env={"TYPED_RUNS": count})


@nox.session(python="3.11")
@nox.parametrize("airflow", ["3.3"])
def simulation(session: nox.Session, airflow: str) -> None:
    """
    Compare several hundred random pipelines with what Airflow's `dag.test()` makes of them.
    """
    session.install(f"apache-airflow=={AIRFLOW[airflow]}", "-e", ".", "pytest", "hypothesis", "kubernetes")
    test = "tests/testing/simulation"
    count = session.posargs[0] if session.posargs else "400"
    session.run("python", "-m", "pytest", "-p", "no:cacheprovider", test, env={"ORACLE_PLANS": count})


@nox.session(python="3.11")
def project(session: nox.Session) -> None:
    """
    Create a project with `flowkit init`, and run everything that its CI workflow runs.
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


@nox.session(python="3.11")
def cosmos(session: nox.Session) -> None:
    """
    Compare a pipeline that contains Cosmos' `DbtTaskGroup` with the DAG written by hand.
    """
    session.install("-c", "constraints.txt", "-e", ".[test]", "astronomer-cosmos==1.15.1")
    session.run("python", "-m", "pytest", "-p", "no:cacheprovider", "tests/e2e/test_cosmos.py")


@nox.session(python="3.11", default=False)
def providers(session: nox.Session) -> None:
    """
    Try every operator of all providers, and write the results: `nox -s providers`. Or of some, and write nothing:
    `nox -s providers -- amazon google`. Needs 3 GB on disk.
    """
    folder = Path("tests", "providers")
    pins = (folder / "requirements.txt").read_text(encoding="utf-8")
    session.install("uv")
    # Resolving the requirements of a hundred providers again would take minutes.
    session.run(
        "uv", "pip", "install", "--quiet", "--no-deps", "-r", str(folder / "requirements.txt"), "-e", "."
    )
    # Two distributions bring a package `tests`, which would hide that of this project.
    packages = session.run("python", "-c", "import sysconfig as s; print(s.get_path('purelib'))", silent=True)
    shutil.rmtree(Path(str(packages).strip(), "tests"), ignore_errors=True)
    archives = Path(session.create_tmp(), "archives")
    wanted = re.findall(r"^(?:apache-airflow-providers-|astronomer-).*", pins, re.MULTILINE)
    source = ("--no-binary", ":all:", "--no-deps", "--no-build-isolation", "--dest", str(archives))
    session.run("python", "-m", "pip", "download", "--quiet", *source, *wanted)
    home = {"AIRFLOW_HOME": session.create_tmp(), "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR"}
    written = () if session.posargs else ("--output", str(folder / "results.json"))
    session.run("python", "-m", "pytest", "-p", "no:cacheprovider", "tests/airflow/test_quick_constructor.py")
    session.run(
        "python",
        "-m",
        "tests.providers.sweep",
        "--archives",
        str(archives),
        *written,
        *session.posargs,
        env=home,
    )
    if written:
        session.run("python", "-m", "tests.providers.table")
