"""
What people call a configuration, and the pipeline that is built for it. Read only when that fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from flowkit.base.exception_text import masked
from flowkit.base.interruption import is_interruption

_FIELDS: Final = ("dag_id", "id", "name", "key")
# Nothing else is quoted: a configuration may hold anything, and any of it may be a secret.
_NAME: Final = re.compile(r"\w[\w .:/-]{0,79}")
_TOKEN: Final = re.compile(r"(?=[^\W_]*\d)(?=[^\W_]*[A-Za-z])[^\W_]{16,}")
_MAX_ID: Final = 10**12

_dag_ids: ContextVar[list[str] | None] = ContextVar("flowkit.builders.configuration", default=None)


def configuration_name(config: Any) -> str | None:
    """
    Return the name of a configuration: its `dag_id`, `id`, `name` or `key`, or the configuration itself if it is a
    string, or the first item of a tuple if that is one. `None` if there is none, or it may be a secret.
    """
    try:
        return next((name for value in _candidates(config) if (name := _name(value)) is not None), None)
    except BaseException as error:
        if is_interruption(error):
            raise
        return None


def _candidates(config: Any) -> Iterator[Any]:
    kind = type(config)
    if issubclass(kind, str):
        yield config
    elif kind is tuple:
        yield from (item for item in config[:1] if issubclass(type(item), str))
    elif issubclass(kind, Mapping):
        for field in _FIELDS:
            yield config.get(field)
    else:
        for field in _FIELDS:
            yield getattr(config, field, None)


def _name(value: Any) -> str | None:
    if type(value) is int:
        return str(value) if 0 <= value < _MAX_ID else None
    if not issubclass(type(value), str):
        return None
    text = str.__str__(value)
    is_name = _NAME.fullmatch(text) is not None and _TOKEN.search(text) is None and masked(text) == text
    return text if is_name else None


@contextmanager
def noting_dag_ids() -> Iterator[list[str]]:
    """
    Yield a list, to which the ids of the pipelines that the block creates are added.
    """
    dag_ids: list[str] = []
    token = _dag_ids.set(dag_ids)
    try:
        yield dag_ids
    finally:
        _dag_ids.reset(token)


def note_dag_id(dag_id: str) -> None:
    """
    Note that a pipeline was created.
    """
    dag_ids = _dag_ids.get()
    if dag_ids is not None and type(dag_id) is str:
        dag_ids.append(dag_id)
