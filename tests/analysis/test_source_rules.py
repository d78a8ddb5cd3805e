"""
The rules over the source: what they find, and where they are silent.
"""

from __future__ import annotations

import ast
import sysconfig
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sybil import Document

from flowkit.analysis.reader import Readers
from flowkit.analysis.sources import Sources
from flowkit.base.problems import Problem
from tests.docs.pages import _FENCE
from tests.support import DAGS, ROOT

HEAD = """\
from __future__ import annotations
import random, time, uuid
import datetime as dt
from datetime import date, datetime
from flowkit import *
from flowkit import Flow, Group, Pipeline, Task, chain, each, generate, label, params, python, task
import flowkit as fk
def run(*args, **kwargs) -> int: return 1
a, b = task("a"), task("b")
p = Pipeline("p")
out = task("out", python(run)).output
"""
LINES = HEAD.count("\n")


def _read(folder: Path, source: str, **helpers: str) -> list[Problem]:
    for name, text in helpers.items():
        folder.joinpath(f"{name}.py").write_text(text, encoding="utf-8")
    file = folder / "etl.py"
    file.write_text(source, encoding="utf-8")
    readers = Readers(Sources(), folder)
    readers.read(file)
    return list(readers.problems())


def _codes(folder: Path, source: str, **helpers: str) -> list[str]:
    found = _read(folder, HEAD + source, **helpers)
    return [f"{problem.code}:{problem.location.line - LINES}" for problem in found if problem.location]


@pytest.mark.parametrize(
    "lost",
    [
        "a >> b",
        "b << a",
        "a >> [b, a] >> b",
        "[a, b] >> a",
        'a >> label("then") >> b',
        "chain(a, b)",
        "fk.chain(a, b)",
        "p.task('x')",
        "p.then(a)",
        "p.add(a >> b)",
        "p.defaults(retries=1)",
        "p.settings(tags=[])",
        "p.group('g').task('x').end()",
        "p.group('g')",
        "Group('g').then(a)",
        "Group[int]('g')",
        "task('x')",
        "fk.task('x')",
        "python(run)",
        "python(run).by('virtualenv')",
        "generate(run, [1])",
        "Pipeline('q')",
        "[p.task(f't{n}') for n in range(3)]",
        "if p.task('x'): pass\np.task('y')",
        "for t in [a, b]: t >> a",
        "with open('f'): a >> b",
        "previous = None\nfor t in (a, b):\n    if previous is not None:\n        previous >> t\n    previous = t",
        "def f(t: Task[int], u: 'Task'):\n    t >> u",
        "def f(t: fk.Group):\n    t.task('x')\n    return t",
        "def make(): return task('x')\nmake() >> a",
        "def make() -> Flow: ...\nmake() >> a",
        "x: Task[int] = run()\nx >> run()",
        "class C:\n    def f(self):\n        p.task('x')",
        "def f():\n    x = task('x')\n    return 1",
        "def f():\n    for n in range(3):\n        x = p.task('x')",
    ],
)
def test_lost_statements(tmp_path: Path, lost: str) -> None:
    """
    A discarded arrow or builder is one problem.
    """
    assert [code[:5] for code in _codes(tmp_path, lost)] == ["FK506"]


@pytest.mark.parametrize(
    "used",
    [
        "c = a >> b\np = p.add(c)",
        "p = p.task('x').add(a >> b)",
        "print(p.task('x'))",
        "register(p.task('x'))",
        "run() >> run()",
        "1 >> 2",
        "x = 8\nx >> 1",
        "a = run()\na >> run()",
        "if run():\n    a = 1\na >> 2",
        "def f(a):\n    a >> 2",
        "def make():\n    global p\n    p = p.task('x')\n    return p\nmake()",
        "def f():\n    x = task('x')\n    def g(): return x\n    return g",
        "def f():\n    x = task('x')\n    return lambda: x",
        "def f():\n    yield task('x')",
        "p.apply(run)",
        "p.build()",
        "import pytest\nwith pytest.raises(ValueError):\n    task('a b')",
        "try:\n    task('a b')\nexcept ValueError:\n    pass",
        "if __name__ == '__main__':\n    p.task('x')",
        "def task(x): ...\ntask('x')",
        "from elsewhere import task\ntask('x')",
        "class Pipeline: ...\nPipeline().task('x')",
        "for p in run(): p.task('x')",
        "p = run(p)\np.task('x')",
        "match run():\n    case [a, b]:\n        a >> b",
        "del a\na = 3\na >> 1",
        "x = [p.task(str(n)) for n in range(3)]",
        "p.group",
        "_ = p.task('x')",
    ],
)
def test_statements_that_do_something(tmp_path: Path, used: str) -> None:
    """
    Nothing is said of what somebody takes, of what is not flowkit's, and where a name may be something else.
    """
    assert _codes(tmp_path, used) == []


@pytest.mark.parametrize(
    "asked",
    [
        "out is None",
        "out is not None",
        "if out: pass",
        "if not out: pass",
        "if run() and out: pass",
        "out or 1",
        "while out: pass",
        "x = 1 if out else 2",
        "x = [1 for _ in range(3) if out]",
        "assert out",
        "isinstance(out, int)",
        "type(out)",
        "len(out)",
        "out == 3",
        "3 != out",
        "out < 3",
        "3 in out",
        "out in [3]",
        "out['k'] is None",
        "for row in out: pass",
        "x = [row for row in out]",
        "match out:\n    case 3: pass",
        "x = task('x').output is None",
        "x = Group('g').then(a).returns(a).output == 3",
        "def f(t: Task[int]):\n    return t.output is None",
        "t = a if run() else b\nt.output is None",
        "o = params(dict)\nif o.full: pass",
        "x, y = out, 1\nx is None",
        "(z := out)\nz is None",
    ],
)
def test_questions_to_outputs(tmp_path: Path, asked: str) -> None:
    """
    An output, a key of it, a name that stands for it, and a param have no value yet.
    """
    assert [code[:5] for code in _codes(tmp_path, asked)] == ["FK507"]


@pytest.mark.parametrize(
    "fair",
    [
        "a is None",
        "out is a.output",
        "def f(out):\n    return out is None",
        "def f(rows: int):\n    return rows is None",
        "x = run()\nx.output is None",
        "out = run()\nout is None",
        "if run():\n    out = None\nout is None",
        "x = None\nif run():\n    x = out\nif x is not None: pass",
        "def isinstance(a, b): ...\nisinstance(out, int)",
        "x = lambda out: out is None",
        "x = each(run, out)",
        "x = f'{out}'",
    ],
)
def test_fair_questions(tmp_path: Path, fair: str) -> None:
    """
    Nothing is said of other values, and of names that may stand for them.
    """
    assert _codes(tmp_path, fair) == []


@pytest.mark.parametrize(
    ("changing", "line"),
    [
        ("p = p.settings(start_date=datetime.now())", 1),
        ("p = p.settings(start_date=dt.datetime.utcnow())", 1),
        ("p = p.settings(start_date=date.today() - dt.timedelta(1))", 1),
        ("p = p.task('x', python(run, time.time()))", 1),
        ("p = p.task('x', python(run, {'k': [uuid.uuid4()]}))", 1),
        ("p = p.task(f'x_{random.randint(1, 9)}')", 1),
        ("q = Pipeline('q', tags=[str(datetime.today())])", 1),
        ("now = datetime.now()\nlater = now + dt.timedelta(1)\nq = Pipeline('q', end_date=later)", 1),
        ("ARGS = {'start_date': datetime.now()}\np = p.defaults(**ARGS)", 1),
        ("def today():\n    return datetime.now()\np = p.settings(start_date=today())", 2),
        ("def build(n):\n    return Pipeline(str(n), start_date=datetime.now())", 2),
        ("def build(at=datetime.now()):\n    return Pipeline('q', start_date=at)", 1),
        ("if datetime.now().hour > 5:\n    p = p.task('x')", 1),
        ("for n in range(random.randint(1, 3)):\n    p = p.task(f't{n}')", 1),
        ("def build(n):\n    return Pipeline('q', tags=[n])\nq = build(str(uuid.uuid4()))", 3),
        ("from airflow.utils import timezone\np = p.settings(start_date=timezone.utcnow())", 2),
        ("import pendulum\np = p.settings(start_date=pendulum.now('UTC'))", 2),
        ("x = generate(run, [datetime.now()])", 1),
    ],
)
def test_what_changes_at_each_parse(tmp_path: Path, changing: str, line: int) -> None:
    """
    The time and chance on the way into a pipeline are one warning, at the call that gives them.
    """
    assert _codes(tmp_path, changing) == [f"FK508:{line}"]
    assert all(finding.is_warning for finding in _read(tmp_path, HEAD + changing))


@pytest.mark.parametrize(
    "steady",
    [
        "started = time.time()\nprint(time.time() - started)",
        "def work():\n    return datetime.now()\np = p.task('x', python(work))",
        "p = p.task('x', python(lambda: datetime.now()))",
        "p = p.settings(start_date=datetime(2026, 1, 1))",
        "random.seed(3)\np = p.task(f'x_{random.randint(1, 9)}')",
        "p = p.task('x', python(run, random.Random(3).random()))",
        "class Clock:\n    def now(self): ...\ndatetime = Clock()\np = p.settings(start_date=datetime.now())",
        "if datetime.now().hour > 5:\n    print('late')",
        "if __name__ == '__main__':\n    p = p.settings(start_date=datetime.now())",
    ],
)
def test_what_is_the_same_at_each_parse(tmp_path: Path, steady: str) -> None:
    """
    Nothing is said of times that go nowhere, of the functions that tasks run, and of names that stand for others.
    """
    assert _codes(tmp_path, steady) == []


@pytest.mark.parametrize(
    ("work", "lines"),
    [
        ("from airflow.sdk import Variable\nx = Variable.get('x')", [2]),
        ("from airflow.models import Variable as V\nx = V.get('x')", [2]),
        ("from airflow.hooks.base import BaseHook\nx = BaseHook.get_connection('x').host", [2]),
        ("import requests\nx = requests.get('x', timeout=3).json()", [2]),
        ("from airflow.providers.x.hooks.y import YHook\nx = YHook('c').get_records('s')", [2]),
        ("import requests\ndef load():\n    return requests.get('x')\nx = load()", [3]),
        ("import requests\ndef build():\n    return Pipeline(requests.get('x').text)", [3]),
        ("import requests\ndef work():\n    return requests.get('x')\np = p.task('x', python(work))", []),
        ("import requests\nif __name__ == '__main__':\n    requests.get('x')", []),
        ("from mine import requests\nrequests.get('x')", []),
        ("from airflow.sdk import Variable\nVariable", []),
    ],
)
def test_work_at_each_parse(tmp_path: Path, work: str, lines: list[int]) -> None:
    """
    Calls to databases and the network are warnings where they run at each parse, and only there.
    """
    assert _codes(tmp_path, work) == [f"FK509:{line}" for line in lines]


def test_helpers_are_read_once_and_understood(tmp_path: Path) -> None:
    """
    What a helper of the user's gives is known where it is used, and its own mistakes stand at its own lines.
    """
    helper = "from flowkit import task\nfetch = task('fetch')\nfetch >> task('x')\ndef make():\n    return task('y')\n"
    source = (
        "import helper\nfrom helper import fetch, make as other\n"
        "helper.fetch >> other()\nfetch.output is None\nimport again\n"
    )

    found = _read(tmp_path, source, helper=helper, again="from helper import fetch\nimport etl\n")

    assert sorted(
        (Path(finding.location.file).name, finding.location.line, finding.code)
        for finding in found
        if finding.location
    ) == [("etl.py", 3, "FK506"), ("etl.py", 4, "FK507"), ("helper.py", 3, "FK506")]


def test_modules_of_packages_are_found(tmp_path: Path) -> None:
    """
    Relative imports, packages and their modules, below the folder only.
    """
    package = tmp_path / "layers"
    package.mkdir()
    (package / "__init__.py").write_text("from .base import first\n", encoding="utf-8")
    (package / "base.py").write_text("from flowkit import task\nfirst = task('first')\n", encoding="utf-8")

    found = _codes(
        tmp_path,
        "import layers.base\nfrom layers import first, base\n"
        "layers.base.first >> 1\nfirst >> 1\nbase.first >> 1\nlayers.first >> 1\nlayers.missing >> 1\n",
    )

    assert found == ["FK506:3", "FK506:4", "FK506:5", "FK506:6"]


def test_a_chain_of_very_many_links(tmp_path: Path) -> None:
    """
    Is passed over, and what it is given to is not known; the rest of the file is read all the same.
    """
    chain = "".join(f".task('t{number}')" for number in range(900))

    assert _codes(tmp_path, f"x = out\nx = p{chain}\nx is None\na >> b\n") == ["FK506:4"]


def test_messages_hold_no_values(tmp_path: Path) -> None:
    """
    An argument may be a password.
    """
    source = (
        "from sqlalchemy import create_engine\n"
        "create_engine('postgresql://me:hunter2@shop').connect()\n"
        "p.task('hunter2', python(run, datetime.fromtimestamp(time.time(), 'hunter2')))\nout == 'hunter2'\n"
    )

    found = _read(tmp_path, HEAD + source)

    assert sorted(finding.code for finding in found) == ["FK506", "FK507", "FK508", "FK509"]
    assert not [finding for finding in found if "hunter2" in str(finding)]


def _files() -> list[Path]:
    folders = [DAGS, ROOT / "tests" / "parity" / "ports"]
    return [
        *(file for folder in folders for file in sorted(folder.rglob("*.py"))),
        *sorted((ROOT / "tests" / "typing").glob("test_good_*.py")),
    ]


@pytest.mark.parametrize("file", _files(), ids=lambda file: str(file.relative_to(ROOT)))
def test_no_false_alarm_over_good_files(file: Path) -> None:
    """
    The examples, the ports of Airflow's and the good uses are clean; one example of Airflow's does ask for the time.
    """
    readers = Readers(Sources(), file.parent)
    readers.read(file)
    found = [finding.code for finding in readers.problems()]

    assert found == (["FK508", "FK508"] if file.name == "example_sensors.py" else [])


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda page: page.stem)
def test_no_false_alarm_over_the_pages(tmp_path: Path, page: Path) -> None:
    """
    Blocks of a page are clean, read one after the other; some pages show wrong ones on purpose.
    """
    document = Document(page.read_text(encoding="utf-8"), str(page))
    blocks = [
        str(region.lexemes["source"])
        for region in _FENCE(document)
        if str(region.lexemes["info"]).strip().partition(" ")[0] == "python"
    ]
    shown = "\n".join(block for block in blocks if "flowkit: ignore" not in block)

    found = {finding.code for finding in _read(tmp_path, shown)}

    wrong = {"rules": {"FK506", "FK507"}, "problems": {"FK506", "FK507", "FK508", "FK509", "FK518", "FK519"}}
    wrong["mistakes"] = wrong["problems"]
    assert found <= wrong.get(page.stem, set())


def test_any_source_can_be_read(tmp_path: Path) -> None:
    """
    Whatever Python's own library holds, no rule fails, and none has anything to say.
    """
    library = Path(sysconfig.get_path("stdlib"))
    for file in [*library.glob("*.py"), *library.joinpath("test").glob("test_[gp]*.py")]:
        readers = Readers(Sources(), tmp_path)
        readers.read(file)
        assert list(readers.problems()) == [], file


_NAMES = st.sampled_from(["a", "b", "p", "out", "x", "task", "Pipeline", "None", "run", "datetime"])
_EXPRESSIONS = st.recursive(
    _NAMES,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([">>", "<<", "is", "==", "in", "and", "+"]), inner).map(
            lambda parts: f"({' '.join(parts)})"
        ),
        st.tuples(inner, st.lists(inner, max_size=2)).map(lambda parts: f"{parts[0]}({', '.join(parts[1])})"),
        st.tuples(inner, st.sampled_from(["output", "task", "then", "end", "group", "now"])).map(".".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"[{', '.join(parts)}]"),
        inner.map(lambda text: f"(lambda x: {text})"),
        inner.map(lambda text: f"[{text} for x in {text}]"),
    ),
    max_leaves=8,
)
_STATEMENTS = st.one_of(
    _EXPRESSIONS,
    st.tuples(_NAMES.filter(lambda name: name != "None"), _EXPRESSIONS).map(" = ".join),
    _EXPRESSIONS.map(lambda text: f"if {text}: {text}"),
    _EXPRESSIONS.map(lambda text: f"for x, y in {text}: {text}"),
    _EXPRESSIONS.map(lambda text: f"def x(a, b=p): return {text}"),
)


@settings(deadline=None, max_examples=200)
@given(st.lists(_STATEMENTS, max_size=6))
def test_no_source_stops_the_rules(tmp_path_factory: pytest.TempPathFactory, statements: list[str]) -> None:
    """
    Of any statements with flowkit's names the rules give findings at lines that exist, and the same ones again.
    """
    source = HEAD + "\n".join(statements) + "\n"
    ast.parse(source)
    folder = tmp_path_factory.mktemp("any", numbered=True)

    found = _read(folder, source)

    assert all(finding.location and 1 <= finding.location.line <= source.count("\n") for finding in found)
    assert found == _read(folder, source)
