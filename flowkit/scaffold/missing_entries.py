"""
What an existing `pyproject.toml` or `.gitignore` lacks compared with a generated one.
"""

from __future__ import annotations

import re
from typing import Final

_TABLE: Final = re.compile(r"^(?=\[)", re.MULTILINE)
_KEY: Final = re.compile(r"^([\w-]+|\"[^\"]+\") *=", re.MULTILINE)


def missing_lines(existing: str, generated: str) -> str:
    """
    Return the lines of *generated* that *existing* lacks, without comments.
    """
    lines = existing.splitlines()
    return "\n".join(
        line for line in generated.splitlines() if line not in lines and not line.startswith("#")
    )


def missing_toml(existing: str, generated: str) -> str:
    """
    Return the TOML that *generated* contains and *existing* lacks: whole tables, or keys of tables.

    Both are compared line by line. A key that exists counts whatever its value, except that the dependencies must
    include flowkit.
    """
    existing_tables = dict(_tables(existing))
    missing = []
    for header, body in _tables(generated):
        if header == "[build-system]" and "[project]" in existing_tables:
            continue
        present = existing_tables.get(header, "")
        entries = [
            entry
            for entry in _entries(body)
            if not _has_key(present, entry) or (entry.startswith("dependencies") and "flowkit" not in present)
        ]
        if header == "[project]" and present:
            entries = [entry for entry in entries if entry.startswith("dependencies")]
        if entries:
            missing.append("\n".join([header, *entries]))
    return "\n\n".join(missing)


def _tables(text: str) -> list[tuple[str, str]]:
    parts = [part.partition("\n") for part in _TABLE.split(text) if part.startswith("[")]
    return [(head.partition("#")[0].strip(), body) for head, _, body in parts]


def _entries(body: str) -> list[str]:
    starts = [match.start() for match in _KEY.finditer(body)]
    # Comments at the ends of lines are kept; those on lines of their own are dropped.
    parts = [body[start:end] for start, end in zip(starts, [*starts[1:], len(body)], strict=True)]
    return [
        "\n".join(line for line in part.splitlines() if line and not line.startswith("#")) for part in parts
    ]


def _has_key(body: str, entry: str) -> bool:
    match = _KEY.match(entry)
    return match is not None and match[1] in {existing[1] for existing in _KEY.finditer(body)}
