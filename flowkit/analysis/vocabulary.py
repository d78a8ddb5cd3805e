"""
What the names in a user's source refer to: flowkit's builders and the results of their methods, nondeterministic
calls, and calls to databases and the network.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import Final, TypeAlias, final

import attrs


@final
class Kind(Enum):
    """
    What an expression evaluates to, as far as flowkit knows.
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
class InlineGroup:
    """
    A group that is written inline; `.end()` returns its parent.
    """

    parent: Builder


Builder: TypeAlias = "Kind | InlineGroup"

RESULTS: Final = {
    "Pipeline": Kind.PIPELINE,
    "materialize": Kind.PIPELINE,
    "Group": Kind.GROUP,
    "each_group": Kind.GROUP,
    "each_group_kwargs": Kind.GROUP,
    "task": Kind.TASK,
    "setup": Kind.TASK,
    "teardown": Kind.TASK,
    "chain": Kind.FLOW,
    "label": Kind.LABEL,
    "python": Kind.ACTION,
    "python_async": Kind.ACTION,
    "operator": Kind.ACTION,
    "operator_of": Kind.ACTION,
    "native": Kind.ACTION,
    "each": Kind.ACTION,
    "each_kwargs": Kind.ACTION,
    "branch": Kind.BRANCHING,
    "branches": Kind.BRANCHING,
    "generate": Kind.GENERATED,
    "shard": Kind.GENERATED,
    "params": Kind.PARAMS,
}
"""What a call returns, by the name of the function or class in flowkit."""

CLASS_KINDS: Final = {
    "Pipeline": Kind.PIPELINE,
    "Group": Kind.GROUP,
    "Task": Kind.TASK,
    "Flow": Kind.FLOW,
    "Action": Kind.ACTION,
    "Branching": Kind.BRANCHING,
    "Generated": Kind.GENERATED,
    "Shard": Kind.GENERATED,
}
"""What an annotation means, by the name of the class in flowkit."""

CONSUMERS: Final = {*RESULTS, "over", "cron", "Pod", "register"}
"""The functions of flowkit whose arguments become part of a DAG."""

DEFERRED: Final = {Kind.OUTPUT, Kind.PARAMS}
"""What has no value while a pipeline is being built."""

INSPECTING_BUILTINS: Final = {"isinstance", "issubclass", "len", "bool", "type"}
"""The builtins that need the value of their argument at once."""

_CONNECTABLE: Final = {Kind.GROUP, Kind.TASK, Kind.FLOW, Kind.LABEL}
_CHAIN_METHODS: Final = {"task", "setup", "teardown", "then", "add", "defaults", "operator_defaults"}
_OWN_METHODS: Final = {Kind.PIPELINE: {"settings", "named"}, Kind.GROUP: {"returns"}, Kind.ACTION: {"by"}}
"""Further methods that return a builder of the same kind."""


def method_result(owner: Builder, name: str) -> Builder | None:
    """
    Return what the method *name* of a builder returns; `None` where that is not certain.
    """
    if isinstance(owner, InlineGroup) or owner in {Kind.PIPELINE, Kind.GROUP}:
        if name in _CHAIN_METHODS:
            return owner
        if name == "group":
            return InlineGroup(owner)
    if isinstance(owner, InlineGroup):
        return owner.parent if name == "end" else None
    if name in _OWN_METHODS.get(owner, ()):
        return owner
    return Kind.ACTION if owner is Kind.BRANCHING and name == "to" else None


def attribute_kind(owner: object, name: str) -> Kind | None:
    """
    Return the kind of the attribute *name* if its value is known only at run time.
    """
    if owner in {Kind.TASK, Kind.GROUP} and name == "output":
        return Kind.OUTPUT
    return Kind.PARAMS if owner is Kind.PARAMS else None


def is_connectable(referent: object) -> bool:
    """
    Return whether `>>` and `<<` with such an operand belong to flowkit.
    """
    return isinstance(referent, Kind) and referent in _CONNECTABLE


_NONDETERMINISTIC_CALLS: Final = re.compile(
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

_IO_CALLS: Final = re.compile(
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


def is_nondeterministic(name: str) -> bool:
    """
    Return whether each call of *name* returns something else, such as the time.
    """
    return _NONDETERMINISTIC_CALLS.fullmatch(name) is not None


def does_io(name: str) -> bool:
    """
    Return whether a call of *name* queries a database or the network.
    """
    return _IO_CALLS.fullmatch(name) is not None
