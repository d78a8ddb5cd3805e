"""
The measurements of large installations, made small: what they measure is there.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import named_errors, scale, scale_seen
from benchmarks.watching import MIB
from tests.e2e.servers import missing

pytestmark = pytest.mark.e2e

LACKS = missing(programs=("initdb", "postgres", "createdb"), modules=("psycopg2", "asyncpg"))


@pytest.mark.skipif(bool(LACKS), reason=f"not installed: {', '.join(LACKS)}")
def test_fifty_pipelines_in_two_shards_on_postgresql(tmp_path: Path) -> None:
    """
    Each is stored once, shown by the API, and parsed again; and all figures of the table are there.
    """
    with scale.databases(tmp_path, "postgresql") as options:
        seen = scale.observe(tmp_path / "home", scale.CASES["flowkit"], 50, 2, **next(options))

    assert seen.tasks == sum(2 * (4 + number % 6) + 2 for number in range(50))
    assert 0 < seen.first <= seen.all
    assert len(seen.rounds) == 1
    assert seen.parsed[0] >= 50
    assert seen.round > 0
    assert seen.largest > 50 * MIB
    assert seen.memory > 50 * MIB
    assert seen.grown >= seen.stored > seen.empty > 0
    assert all(seconds > 0 for used in (seen.manager, seen.parsers, seen.server) for seconds in used)
    assert seen.title in scale_seen.table([seen])
    assert seen.title in scale_seen.paper(seen)


@pytest.mark.skipif(bool(missing(programs=("git",), modules=("statsd",))), reason="needs git and statsd")
def test_named_errors_are_counted(tmp_path: Path, migrated_database: Path) -> None:
    """
    That of a git bundle is there in each sample, that of a folder is refreshed away, and flowkit check finds it anyway.
    """
    chosen = [bundle for bundle in named_errors.bundles() if bundle.name in {"third", "git"}]
    seen = named_errors.observe(tmp_path / "home", 12, migrated_database, chosen, mend=False)

    folder, git = seen.bundles
    assert git.present == git.samples > 0
    assert folder.present < folder.samples
    assert seen.found == 2
    assert min(seen.listed) < 2
    assert f"| 5 s | **{folder.share:.0%}** | 17%, between 0% and 33% |" in named_errors.table(seen)
