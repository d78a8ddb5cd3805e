"""
What the names in a user's source stand for: flowkit's builders and what their methods give, and calls whose result is
another one each time.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import Final, TypeAlias, final

import attrs


@final
class Kind(Enum):
    """
    What an expression gives, where flowkit knows it.
    """

    PIPELINE = auto()
    GROUP = auto()
    TASK = auto()
    FLOW = auto()
    LABEL = auto()
    ACTION = auto()
    BRANCHING = auto()
    GENERATED = auto()
    OUTPUT = auto()
    """The output of a task, or of a group: known when the task has run."""

    PARAMS = auto()
    """The params of a run, or a field of them: known when the run has begun."""


@final
@attrs.frozen
class Open:
    """
    A group that is written inline; `.end()` gives back its parent.
    """

    parent: Builder


Builder: TypeAlias = "Kind | Open"

MADE_BY: Final = {
    "Pipeline": Kind.PIPELINE,
    "materialize": Kind.PIPELINE,
    "Group": Kind.GROUP,
    "each_group": Kind.GROUP,
    "task": Kind.TASK,
    "setup": Kind.TASK,
    "teardown": Kind.TASK,
    "chain": Kind.FLOW,
    "label": Kind.LABEL,
    "python": Kind.ACTION,
    "python_async": Kind.ACTION,
    "operator": Kind.ACTION,
    "operator_of": Kind.ACTION,
    "each": Kind.ACTION,
    "each_kwargs": Kind.ACTION,
    "branch": Kind.BRANCHING,
    "branches": Kind.BRANCHING,
    "generate": Kind.GENERATED,
    "shard": Kind.GENERATED,
    "params": Kind.PARAMS,
}
"""By the name of a function or class of flowkit's: what a call of it gives."""

CLASSES: Final = {
    "Pipeline": Kind.PIPELINE,
    "Group": Kind.GROUP,
    "Task": Kind.TASK,
    "Flow": Kind.FLOW,
    "Action": Kind.ACTION,
    "Branching": Kind.BRANCHING,
    "Generated": Kind.GENERATED,
    "Shard": Kind.GENERATED,
}
"""By the name of a class, as annotations have it."""

TAKES: Final = {*MADE_BY, "over", "cron", "Pod", "register"}
"""What takes values that become part of a DAG."""

LATER: Final = {Kind.OUTPUT, Kind.PARAMS}
"""What has no value while a pipeline is built."""

_CONNECTABLE: Final = {Kind.GROUP, Kind.TASK, Kind.FLOW, Kind.LABEL}
_CHAIN_WORDS: Final = {"task", "setup", "teardown", "then", "add", "defaults"}


def method(of: Builder, name: str) -> Builder | None:
    """
    Return what the method *name* of a builder gives; `None` where that is not certain.
    """
    if isinstance(of, Open) or of in {Kind.PIPELINE, Kind.GROUP}:
        if name in _CHAIN_WORDS:
            return of
        if name == "group":
            return Open(of)
    if isinstance(of, Open):
        return of.parent if name == "end" else None
    if of is Kind.PIPELINE and name in {"settings", "named"}:
        return of
    if of is Kind.GROUP and name == "returns":
        return of
    if of is Kind.ACTION and name == "by":
        return of
    return Kind.ACTION if of is Kind.BRANCHING and name == "to" else None


def attribute(of: object, name: str) -> Kind | None:
    """
    Return what the attribute *name* is, if it is known only when the task has run.
    """
    if of in {Kind.TASK, Kind.GROUP} and name == "output":
        return Kind.OUTPUT
    return Kind.PARAMS if of is Kind.PARAMS else None


def connects(of: object) -> bool:
    """
    Return whether an arrow with it at one end is one of flowkit's.
    """
    return isinstance(of, Kind) and of in _CONNECTABLE


_CHANGING: Final = re.compile(
    r"""
    datetime\.(datetime\.(now|utcnow|today)|date\.today)
    | time\.(time|time_ns|monotonic|monotonic_ns|perf_counter|perf_counter_ns)
    | pendulum\.(now|today|yesterday|tomorrow|DateTime\.(now|utcnow|today)|Date\.today)
    | airflow\.(\w+\.)*timezone\.utcnow
    | uuid\.uuid[14]
    | (random|random\.SystemRandom\(\)|numpy\.random)\.
      (random|randint|randrange|choice|choices|sample|uniform|gauss|triangular|betavariate|expovariate|getrandbits
      |randbytes|normalvariate|rand|randn|normal|permutation)
    | secrets\.(token_bytes|token_hex|token_urlsafe|choice|randbelow|randbits)
    | os\.(urandom|getpid)
    | tempfile\.(mkdtemp|mkstemp|mktemp)
    | pandas\.Timestamp\.(now|utcnow|today)
    | arrow\.(now|utcnow)
    """,
    re.VERBOSE,
)

_WORK: Final = re.compile(
    r"""
    airflow\.(\w+\.)*(Variable\.(get|set|delete)|Connection\.get|BaseHook\.(get_connection|get_hook)|\w+Hook\(\)\.\w+)
    | (requests|httpx)\.(get|post|put|delete|head|patch|options|request|stream)
    | (requests\.(Session|session)|httpx\.Client)\(\)\.(get|post|put|delete|head|patch|options|request|send)
    | urllib\.request\.(urlopen|urlretrieve)
    | (psycopg2|psycopg|pymysql|MySQLdb|oracledb|pyodbc|snowflake\.connector|mysql\.connector)\.connect
    | sqlalchemy\.create_engine\(\)\.(connect|begin)
    | pandas\.read_sql(_query|_table)?
    | boto3\.(client|resource)\(\)\.\w+
    """,
    re.VERBOSE,
)


def changes(name: str) -> bool:
    """
    Return whether each call of *name* gives something else, such as the time.
    """
    return _CHANGING.fullmatch(name) is not None


def works(name: str) -> bool:
    """
    Return whether a call of *name* asks Airflow's database, or somebody on the network.
    """
    return _WORK.fullmatch(name) is not None
