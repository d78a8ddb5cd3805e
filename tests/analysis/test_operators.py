"""
What can be said of lazily imported names without importing them.
"""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from flowkit.analysis.constructor_chain import joined
from flowkit.analysis.operators import operator_source, problem_of
from flowkit.base.call_site import SourceLocation
from flowkit.base.lazy_names import Import, LazyImport
from flowkit.rules.signatures import constructor_of, template_fields_of


def lazily(module: str, name: str | None = None) -> LazyImport:
    return LazyImport(Import(module, name, SourceLocation("user.py", 1)))


def test_the_source_of_an_operator_says_what_the_class_says() -> None:
    """Of every operator of the standard provider: the arguments, those it needs, and those Airflow renders."""
    import airflow.providers.standard as provider

    looked_at = 0
    for found in pkgutil.walk_packages(provider.__path__, f"{provider.__name__}."):
        if not any(part in found.name for part in (".operators.", ".sensors.")):
            continue
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            if (
                inspect.isclass(value)
                and value.__module__ == found.name
                and hasattr(value, "template_fields")
            ):
                source = operator_source(lazily(found.name, name))
                assert source is not None, name
                assert source.is_operator
                assert joined(source.links) == constructor_of(value), name
                assert source.template_fields == template_fields_of(value), name
                looked_at += 1

    assert looked_at > 30


PROBE = """
import sys, json
from pathlib import Path
from flowkit.project.loading import load
loaded = load(Path(sys.argv[1]))
problems = [str(p) for f in loaded.files for b in f.broken for p in b.problems]
problems += [str(p) for f in loaded.files for p in f.lazy_problems]
failures = [f.failure for f in loaded.failures]
imported = sorted({m.partition(".")[0] for m in sys.modules} & {"airflow", "heavy"})
print(json.dumps([problems, failures, len(loaded.pipelines), imported]))
"""

FILE = """
    from __future__ import annotations
    from flowkit import Pipeline, each_kwargs, generate, lazy_imports, operator, over, python, task
    from flowkit.airflow.dags import register

    with lazy_imports():
        import heavy
        from airflow.providers.standard.operators.bash import BashOperator as Bash
        from airflow.providers.standard.operators.python import PythonOperator
        {line}

    def read() -> heavy.Frame:
        return heavy.Frame()

    def build(name: str) -> Pipeline:
        start = task("start", python(read), on_failure_callback=heavy)
        return Pipeline(name).then(start).task("a", {action})

    register(generate(build, ["one", "two"], dag_id=str))
"""


def probe(folder: Path, line: str = "", action: str = 'operator(Bash, bash_command="")') -> list[list[str]]:
    (folder / "heavy.py").write_text("class Frame: ...\nclass NoOperator: ...\n")
    text = textwrap.dedent(FILE).replace("{line}", line).replace("{action}", action)
    (folder / "etl.py").write_text(text)
    found: list[list[str]] = run_probe(folder)
    return found


def run_probe(folder: Path) -> Any:
    """The problems, the failures, the count of pipelines, and which large packages were imported."""
    ran = subprocess.run(
        [sys.executable, "-c", PROBE, str(folder / "etl.py")],
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
    )
    return json.loads(ran.stdout)


def test_a_file_is_loaded_and_checked_without_airflow(tmp_path: Path) -> None:
    """Operators, mapped ones too, and what only the tasks need are not imported."""
    action = 'operator(Bash, bash_command=over(["a"]))).task("b", each_kwargs(Bash, [{"bash_command": ""}])'

    assert probe(tmp_path, action=action) == [[], [], 2, []]


@pytest.mark.parametrize(
    ("line", "action", "said"),
    [
        (
            "",
            'operator(Bash, bash_comand="")',
            "FK301 BashOperator got an unexpected argument 'bash_comand'.",
        ),
        ("", "operator(Bash)", "FK302 BashOperator is missing 'bash_command'."),
        ("", 'operator(Bash, bash_command="", retries=3)', "FK303 operator(BashOperator, …) got 'retries'"),
        ("", 'operator(Bash, bash_command="", cwd=start.output, append_env=start.output)', "FK202"),
        (
            "from airflow.providers.standard.operators.bahs import Other",
            "operator(Other)",
            "etl.py:10: FK513 There is no module 'airflow.providers.standard.operators.bahs' to import lazily. "
            "Did you mean 'airflow.providers.standard.operators.bash'?",
        ),
        (
            "from airflow.providers.standard.operators.bash import BashOperatr",
            "operator(BashOperatr)",
            "FK514 The module 'airflow.providers.standard.operators.bash' has no 'BashOperatr' to import lazily. "
            "Did you mean 'BashOperator'?",
        ),
        (
            "from airflow.providers.standard.operators.bash import Bash2",
            'operator(Bash, bash_command="")',
            "FK514",
        ),
        (
            "import hevy",
            'operator(Bash, bash_command="")',
            "FK513 There is no module 'hevy' to import lazily.",
        ),
        ("from heavy import NoOperator", "operator(NoOperator)", "FK008 operator() got NoOperator"),
    ],
)
def test_mistakes_are_found_without_airflow(tmp_path: Path, line: str, action: str, said: str) -> None:
    """What an operator does not take, and what cannot be imported, is found in the source."""
    problems, failures, _, imported = probe(tmp_path, line, action)

    assert failures == []
    assert any(said in problem for problem in problems), problems
    assert imported == []


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("airflow.sdk", "Asset"),
        ("airflow.sdk", "BaseSensorOperator"),
        ("airflow.providers.standard.operators", "bash"),
        ("xml.etree.ElementTree", "fromstring"),
        ("math", "sqrt"),
        ("os", "path"),
        ("os.path", "join"),
    ],
)
def test_names_that_are_there_are_no_problem(module: str, name: str) -> None:
    """Names that a module gives away by itself, built-in modules, and modules in packages are found."""
    assert problem_of(lazily(module, name)) is None


def test_in_doubt_the_module_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that makes names as it is asked is asked."""
    text = (
        "def __getattr__(name):\n    if name == 'there':\n        return 1\n    raise AttributeError(name)\n"
    )
    (tmp_path / "made_as_asked.py").write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))

    assert problem_of(lazily("made_as_asked", "there")) is None
    problem = problem_of(lazily("made_as_asked", "ther"))
    assert problem is not None
    assert problem.code == "FK514"


PROVIDER = """
    from heavy import Hook  # never imported
    from provider.fields import fields, never_called
    from airflow.sdk import BaseOperator

    class Base(BaseOperator):
        template_fields = fields()

        def __init__(self, *, conn_id: str = "", region: str = "", **kwargs):
            super().__init__(**kwargs)

    class Load(Base):
        template_fields = fields("table", *Base.template_fields)

        def __init__(self, *, table: str, **kwargs):
            super().__init__(region="eu", **kwargs)

    class Odd(Base):
        template_fields = never_called("table")

        def __init__(self, *, table: str, **kwargs):
            super().__init__(**kwargs)
"""

FIELDS = """
    import heavy

    def fields(*names: str) -> tuple[str, ...]:
        \"\"\"Merge them.\"\"\"
        if not all(isinstance(name, str) for name in names):
            raise TypeError(names)
        return tuple(sorted({"conn_id", "region"} | set(names)))

    def never_called(*names):
        found = []
        for name in names:
            found.append(name)
        return tuple(found)
"""

USER = """
    from flowkit import Pipeline, lazy_imports, operator, python, task
    from flowkit.airflow.dags import register

    with lazy_imports():
        from provider.operators import Load, Odd

    def read() -> str:
        return ""

    start = task("start", python(read))
    register(Pipeline("p").then(start).task("a", {action}))
"""


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ('operator(Load, table=start.output, conn_id="x")', ""),
        ("operator(Load, table=start.output, conn_id=start.output)", ""),
        ('operator(Odd, table="t")', ""),
        ("operator(Load)", "FK302 Load is missing 'table'."),
        ('operator(Load, table="t", region="us")', "FK311 Load got 'region', which it sets itself"),
        ('operator(Load, table="t", regoin="us")', "FK301 Load got an unexpected argument 'regoin'."),
    ],
)
def test_template_fields_that_a_call_computes(tmp_path: Path, action: str, said: str) -> None:
    """The arguments are read all the same: no module of the provider is imported, which would fail here."""
    for name, text in {"operators": PROVIDER, "fields": FIELDS, "__init__": ""}.items():
        file = tmp_path / "provider" / f"{name}.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(textwrap.dedent(text))
    (tmp_path / "etl.py").write_text(textwrap.dedent(USER).replace("{action}", action))

    problems, failures, count, imported = run_probe(tmp_path)

    assert (failures, imported) == ([], [])
    assert count == (0 if said else 1)
    assert [problem for problem in problems if said not in problem] == []
    assert bool(problems) == bool(said)


AMAZON = {
    "athena": 'AthenaOperator, query="", database="", output_location=""',
    "batch": 'BatchOperator, job_name="", job_definition="", job_queue=""',
    "ecs": 'EcsRunTaskOperator, task_definition="", cluster="", overrides={}',
    "eks": 'EksPodOperator, cluster_name=""',
    "emr": 'EmrCreateJobFlowOperator, aws_conn_id="x"',
    "glue": 'GlueJobOperator, job_name="", script_location=""',
    "lambda_function": 'LambdaInvokeFunctionOperator, function_name=""',
    "redshift_data": 'RedshiftDataOperator, sql="", database="", cluster_identifier=""',
    "s3": 'S3CopyObjectOperator, source_bucket_key="", dest_bucket_key=""',
    "sns": 'SnsPublishOperator, target_arn="", message=""',
}


def test_ten_operators_of_amazon_are_checked_without_importing_the_provider(tmp_path: Path) -> None:
    """Neither it nor Airflow is imported, and a misspelt argument is found."""
    pytest.importorskip("airflow.providers.amazon")
    lines = [
        "from flowkit import Pipeline, lazy_imports, operator",
        "from flowkit.airflow.dags import register",
        "",
    ]
    lines += ["with lazy_imports():"]
    for module, call in AMAZON.items():
        lines += [f"    from airflow.providers.amazon.aws.operators.{module} import {call.partition(',')[0]}"]
    lines += ["", 'pipeline = Pipeline("p")']
    for module, call in AMAZON.items():
        lines += [f'pipeline = pipeline.task("{module}", operator({call}))']
    lines += [
        "register(pipeline)",
        'register(Pipeline("q").task("a", operator(AthenaOperator, qery="")))',
        "",
    ]
    (tmp_path / "etl.py").write_text("\n".join(lines))

    problems, failures, count, imported = run_probe(tmp_path)

    assert (failures, imported, count) == ([], [], 1)
    assert len(problems) == 2, problems
    assert "FK301 AthenaOperator got an unexpected argument 'qery'. Did you mean 'query'?" in problems[0]
