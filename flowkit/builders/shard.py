"""
Shards: one set of pipelines, spread over several DAG files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any, ClassVar, Final, TypeAlias, final, overload

from flowkit.base.call_site import caller
from flowkit.base.errors import DefinitionError, PipelineError
from flowkit.base.problems import Problem
from flowkit.builders.generate import Generated, Member
from flowkit.builders.immutable import Immutable
from flowkit.builders.pipeline import Pipeline
from flowkit.builders.refusal import refuse

_IN_NAME = re.compile(r"(?:^|[_-])(\d{1,6})[_-]of[_-](\d{1,6})$")

Shardable: TypeAlias = "Iterable[Pipeline | Iterable[Pipeline]]"
"""What `shard` takes: what `generate` returns, or a list of pipelines, among which such sets may stand."""


@final
class Shard(Immutable):
    """
    One shard of a set of pipelines. Given to `register`. It may be empty: that is no error.

    Iterating gives its pipelines in the order of the source; those of `generate` are not built yet.
    """

    __slots__ = ("_sets", "number", "of")

    may_be_empty: ClassVar[bool] = True
    """For `register`, which refuses an empty list."""

    def __init__(self, sets: tuple[Pipeline | Generated[Any], ...], number: int, of: int) -> None:
        self._sets = sets
        self.number: Final[int] = number
        self.of: Final[int] = of

    def __iter__(self) -> Iterator[Pipeline | Member[Any]]:
        for one in self._sets:
            if isinstance(one, Pipeline):
                if self._is_own(one.dag_id):
                    yield one
            else:
                yield from self._own_members(one)

    def _own_members(self, generated: Generated[Any]) -> Iterator[Pipeline | Member[Any]]:
        for member in generated.members():
            if generated.names_ids:
                # Where `dag_id=` itself raises, the name decides: the problem is shown once, in one shard.
                if self._is_own(member.dag_id or member.name):
                    yield member
                continue
            # Only the pipeline knows its id. It is kept, so that it is not made twice.
            try:
                pipeline = member.pipeline()
            except PipelineError:
                if self._is_own(member.name):
                    yield member
                continue
            if self._is_own(pipeline.dag_id):
                yield pipeline

    def _is_own(self, name: str) -> bool:
        return _shard_of(name, self.of) == self.number

    def __repr__(self) -> str:
        return f"<Shard {self.number} of {self.of}>"


@overload
def shard(pipelines: Shardable, number: int, /, *, of: int) -> Shard: ...
@overload
def shard(pipelines: Shardable, /, *, file: str) -> Shard: ...
def shard(
    pipelines: Shardable, number: int | None = None, /, *, of: int | None = None, file: str | None = None
) -> Shard:
    """
    Return one shard of *pipelines*, so that several DAG files hold them together, and each pipeline is in one of them.

    Where a pipeline goes depends on its dag_id and on *of* alone: it stays there when others come and go. Pipelines of
    other shards are not built if they come from `generate(…, dag_id=…)`; without `dag_id=`, a pipeline is made to be
    asked for its id.

    Args:
        pipelines: All of them, the same in each file: what `generate` returns, or a list of pipelines and such sets.

        number: Which shard this is: 1 to *of*.

        of: How many shards there are.

        file: In place of both: the name of the DAG file, `__file__`. It ends with the number and how many there are, as
            `loader_3_of_8.py` does; all files of the set can then hold the same text.

    Raises:
        DefinitionError: If there is no such shard, the name of the file does not tell it, or *pipelines* are none.
    """
    sets = _sets(pipelines)
    if not any(isinstance(one, Pipeline) or len(one) for one in sets):
        refuse(
            "shard() got no pipelines", "Give it generate(build, configs) with at least one configuration."
        )
    if file is not None and number is None and of is None:
        number, of = _told_by(file)
    elif file is not None or number is None or of is None:
        refuse(
            "shard() needs to know which shard this is: either a number and of=, or file=",
            "Write shard(pipelines, 3, of=8), or shard(pipelines, file=__file__) in loader_3_of_8.py.",
        )
    if not (_is_int(number) and _is_int(of)):
        refuse("shard() takes whole numbers, for the number and for of=", "Write shard(pipelines, 3, of=8).")
    if not 1 <= number <= of:
        message = f"There is no shard {number} of {of}: shards are numbered from 1."
        hint = f"Give a number from 1 to {of}." if of > 0 else "Spread them over one file or more."
        raise DefinitionError(Problem("FK407", message, hint, caller()))

    return Shard(sets, number, of)


def _sets(pipelines: object) -> tuple[Pipeline | Generated[Any], ...]:
    if isinstance(pipelines, Generated):
        return (pipelines,)
    hint = "Give it generate(build, configs), or a list of pipelines."
    if isinstance(pipelines, str | bytes) or not isinstance(pipelines, Iterable):
        refuse(f"shard() takes several pipelines, not {type(pipelines).__name__}", hint)

    found: list[Pipeline | Generated[Any]] = []
    for item in pipelines:
        if isinstance(item, Pipeline):
            found.append(item)
        elif isinstance(item, Iterable) and not isinstance(item, str | bytes):
            found.extend(_sets(item))
        else:
            refuse(f"shard() takes pipelines, not {type(item).__name__}", hint)
    return tuple(found)


def _told_by(file: str) -> tuple[int, int]:
    if not isinstance(file, str):
        refuse(f"shard() takes the name of a file, not {type(file).__name__}", "Write file=__file__.")
    told = _IN_NAME.search(Path(file).stem)
    if told is None:
        message = f"The name {Path(file).name!r} does not tell which shard it holds."
        hint = "Name it as in loader_3_of_8.py, or write shard(pipelines, 3, of=8)."
        raise DefinitionError(Problem("FK408", message, hint, caller()))
    return int(told[1]), int(told[2])


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _shard_of(name: str, of: int) -> int:
    # Not `hash()`: that of a text is another one in each process.
    digest = blake2b(name.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % of + 1
