"""
Shards: one set of pipelines, split over several DAG files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any, ClassVar, Final, TypeAlias, cast, final, overload

from flowkit.base.errors import PipelineError
from flowkit.base.exception_text import class_name
from flowkit.base.problems import Problem
from flowkit.base.recording import counted, recorded, refuse
from flowkit.builders.generate import Generated, UnbuiltPipeline, no_pipelines
from flowkit.builders.immutable import Immutable
from flowkit.builders.invalid import refuse_invalid
from flowkit.builders.pipeline import Pipeline
from flowkit.model.values import MAX_DEPTH

_SHARD_IN_FILE_NAME = re.compile(r"(?:^|[_-])(\d{1,6})[_-]of[_-](\d{1,6})$")

Shardable: TypeAlias = "Iterable[Pipeline | Iterable[Pipeline]]"
"""What `shard` takes: what `generate` returns, or a list of pipelines and of what `generate` returns."""


@final
class Shard(Immutable):
    """
    One shard of a set of pipelines. Pass it to `register`. It may be empty.

    Iterating yields its pipelines in source order; those of `generate` are not built yet.
    """

    __slots__ = ("_sources", "number", "of")

    may_be_empty: ClassVar[bool] = True
    """Read by `register`, which rejects an empty list."""

    def __init__(self, sources: tuple[Pipeline | Generated[Any], ...], number: int, of: int) -> None:
        self._sources = sources
        self.number: Final[int] = number
        self.of: Final[int] = of

    def __flowkit_note__(self, problems: tuple[Problem, ...]) -> None:
        for name, value in (("_sources", (no_pipelines(problems),)), ("number", 1), ("of", 1)):
            object.__setattr__(self, name, value)

    def __iter__(self) -> Iterator[Pipeline | UnbuiltPipeline[Any]]:
        for source in self._sources:
            if isinstance(source, Pipeline):
                if self._contains(source.dag_id):
                    yield source
            else:
                yield from self._from_generated(source)

    def _from_generated(self, generated: Generated[Any]) -> Iterator[Pipeline | UnbuiltPipeline[Any]]:
        for unbuilt in generated.unbuilt():
            if generated.knows_dag_ids:
                # If `dag_id=` itself raises, the name decides: the problem is reported once, in one shard.
                if self._contains(unbuilt.dag_id or unbuilt.name):
                    yield unbuilt
                continue
            # Only the pipeline knows its id. It is yielded itself, so that it is not built twice.
            try:
                pipeline = unbuilt.pipeline()
            except PipelineError:
                if self._contains(unbuilt.name):
                    yield unbuilt
                continue
            if self._contains(pipeline.dag_id):
                yield pipeline

    def _contains(self, name: str) -> bool:
        return _shard_of(name, self.of) == self.number

    def __repr__(self) -> str:
        given = [source.problems for source in self._sources if isinstance(source, Generated)]
        return f"<Shard {self.number} of {self.of}{counted(problem for problems in given for problem in problems)}>"


def _no_shard(problems: tuple[Problem, ...]) -> Shard:
    return Shard((no_pipelines(problems),), 1, 1)


@overload
def shard(pipelines: Shardable, number: int, /, *, of: int) -> Shard: ...
@overload
def shard(pipelines: Shardable, /, *, file: str) -> Shard: ...
@recorded(_no_shard)
def shard(
    pipelines: Shardable, number: int | None = None, /, *, of: int | None = None, file: str | None = None
) -> Shard:
    """
    Return one shard of *pipelines*, to split them over several DAG files.

    The shard of a pipeline depends only on its dag_id and on *of*, not on the other pipelines. Those of other shards
    are not built if they come from `generate(…, dag_id=…)`; without `dag_id=`, each is built to learn its id.

    Args:
        pipelines: All pipelines, the same in each file: what `generate` returns, or a list of pipelines and of what
            `generate` returns.

        number: Which shard this is: 1 to *of*.

        of: How many shards there are.

        file: In place of both: `__file__`, a file name such as `loader_3_of_8.py`. All files of the set can then have
            the same contents.
    """
    sources = _sources(pipelines)
    if not any(type(source) is Pipeline or len(source) for source in sources):
        refuse_invalid(
            "shard() got no pipelines", "Pass generate(build, configs) with at least one configuration."
        )
    number, of = _shard_position(number, of, file)
    if not 1 <= number <= of:
        message = f"There is no shard {number} of {of}: shards are numbered from 1."
        hint = f"Use a number from 1 to {of}." if of > 0 else "of= must be 1 or more."
        refuse("FK407", message, hint)

    return Shard(sources, number, of)


def _sources(pipelines: object, depth: int = 0) -> tuple[Pipeline | Generated[Any], ...]:
    if type(pipelines) is Generated:
        return (pipelines,)
    hint = "Pass generate(build, configs), or a list of pipelines."
    if issubclass(type(pipelines), str | bytes) or not issubclass(type(pipelines), Iterable):
        refuse_invalid(f"shard() takes several pipelines, not {class_name(pipelines)}", hint)

    if depth > MAX_DEPTH:
        refuse_invalid("shard() got a list that contains itself, or is nested too deeply", hint)

    sources: list[Pipeline | Generated[Any]] = []
    for item in cast("Iterable[Any]", pipelines):
        if type(item) is Pipeline:
            sources.append(item)
        elif issubclass(type(item), Iterable) and not issubclass(type(item), str | bytes):
            sources.extend(_sources(item, depth + 1))
        else:
            refuse_invalid(f"shard() takes pipelines, not {class_name(item)}", hint)
    return tuple(sources)


def _shard_position(number: int | None, of: int | None, file: str | None) -> tuple[int, int]:
    if file is not None and number is None and of is None:
        return _position_in_file_name(file)
    if file is not None or number is None or of is None:
        refuse_invalid(
            "shard() needs either a number and of=, or file=",
            "Write shard(pipelines, 3, of=8), or shard(pipelines, file=__file__) in loader_3_of_8.py.",
        )
    if not (_is_int(number) and _is_int(of)):
        refuse_invalid("shard() takes integers as its number and as of=", "Write shard(pipelines, 3, of=8).")
    return number, of


def _position_in_file_name(file: str) -> tuple[int, int]:
    if not isinstance(file, str):
        refuse_invalid(f"shard() takes the name of a file, not {class_name(file)}", "Write file=__file__.")
    match = _SHARD_IN_FILE_NAME.search(Path(file).stem)
    if match is None:
        message = f"The file name {Path(file).name!r} does not say which shard the file holds."
        hint = "Name the file like loader_3_of_8.py, or write shard(pipelines, 3, of=8)."
        refuse("FK408", message, hint)
    return int(match[1]), int(match[2])


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _shard_of(name: str, of: int) -> int:
    # Not `hash()`: that of a string differs between processes.
    digest = blake2b(name.encode("utf-8", "backslashreplace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") % of + 1
