"""
Twelve mistakes that people make, each in a DAG file among good pipelines; for tests of isolation.

The source says where flowkit has to find what: `# FK102` at a line means a problem FK102 at that line.
"""

from __future__ import annotations

import re
from pathlib import Path

SOURCE = """\
from datetime import datetime
from airflow.providers.standard.operators.bash import BashOperator
import flowkit
from flowkit import Pipeline, generate, operator, task
from flowkit.airflow.dags import register

START = datetime(2026, 1, 1)


def good(dag_id):
    return Pipeline(dag_id, start_date=START, doc_md=EDIT).task("fetch").task("load")


def syntax(dag_id):
    import unfinished_steps  # FK401
    return good(dag_id).task("more", unfinished_steps.action())


def operator_argument(dag_id):
    return good(dag_id).task("more", operator(BashOperator, bash_comand="date"))  # FK301 FK302


def missing_argument(dag_id):
    return good(dag_id).task("more", operator(BashOperator))  # FK302


def unknown_operator(dag_id):
    from airflow.providers.standard.operators.bash import BashOprator  # FK401
    return good(dag_id).task("more", operator(BashOprator, bash_command="date"))


def unknown_dependency(dag_id):
    return good(dag_id).task("more", after="nowhere")  # FK102


def cycle(dag_id):
    a, b = task("a"), task("b")  # FK103
    return good(dag_id).add(a >> b >> a)


def duplicate_task(dag_id):
    return good(dag_id).task("load")  # FK101


def duplicate_dag(dag_id):
    return Pipeline(dag_id.replace("broken", "0"), start_date=START).task("fetch")  # FK404


def cron(dag_id):
    return Pipeline(dag_id, start_date=START, schedule=flowkit.cron("61 25 * * *")).task("fetch")  # FK002


def dag_key(dag_id):
    return Pipeline(dag_id, start_date=START, catchp=True).task("fetch")  # FK005


def task_key(dag_id):
    return good(dag_id).task("more", retires=3)  # FK005


def exception(dag_id):
    return good({}["table"])  # FK401


def several(dag_id):
    more = good(dag_id).task("fetch")  # FK101
    return more.task("more", after="nowhere")  # FK102


def build(dag_id):
    mistake, _, number = dag_id.rpartition("_")
    return globals()[KIND](dag_id) if number == "broken" else good(dag_id)


"""

TWELVE = (
    "syntax",
    "operator_argument",
    "missing_argument",
    "unknown_operator",
    "unknown_dependency",
    "cycle",
    "duplicate_task",
    "duplicate_dag",
    "cron",
    "dag_key",
    "task_key",
    "exception",
)
"""The mistakes, by the names of the functions that make them."""

SEVERAL = "several"
"""More than one mistake in one pipeline."""

HELPER = "unfinished_steps.py"
"""A module for the steps of one pipeline, which is imported when that one is built."""


def ids(mistake: str, good: int) -> list[str]:
    """
    Return the ids of the good pipelines of a file.
    """
    return [f"{mistake}_{good}_{number}" for number in range(good)]


def broken_id(mistake: str, good: int) -> str:
    """
    Return the id of the broken one. Of two with one id the first is good.
    """
    return f"{mistake}_{good}_{0 if mistake == 'duplicate_dag' else 'broken'}"


def name_of(mistake: str, good: int) -> str:
    """
    Return the name of a file.
    """
    return f"{mistake}_{good}.py"


def source(mistake: str, good: int, *, mended: bool = False, edit: str = "") -> str:
    """
    Return the text of a DAG file in which one pipeline, in the middle of *good* others, has the mistake.
    """
    names = ids(mistake, good)
    if not mended:
        names.insert(good // 2 + 1, f"{mistake}_{good}_broken")
    of_ids = "" if mistake == "duplicate_dag" else ", dag_id=str"
    head = SOURCE.replace("EDIT", repr(edit)).replace("KIND", repr(mistake))
    return f"{head}register(generate(build, {names!r}{of_ids}))\n"


def write(folder: Path, mistake: str, good: int, *, mended: bool = False) -> Path:
    """
    Write that file, and the helper that one mistake needs.
    """
    (folder / HELPER).write_text("def action(:\n")
    file = folder / name_of(mistake, good)
    file.write_text(source(mistake, good, mended=mended))
    return file


def expected(mistake: str, good: int) -> list[str]:
    """
    Return what the message has to hold: file, line and code of each problem.
    """
    found = []
    inside = False
    for number, line in enumerate(SOURCE.splitlines(), 1):
        inside = line.startswith(f"def {mistake}(") if line.startswith("def ") else inside
        codes = re.findall(r"FK\d+", line.partition("#")[2]) if inside else []
        found += [f"{name_of(mistake, good)}:{number}: {code}" for code in codes]
    return found
