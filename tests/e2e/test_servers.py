"""
The servers of the tests themselves.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from tests.e2e.servers import missing, postgres, redis
from tests.support import ROOT

pytestmark = pytest.mark.e2e

PROGRAMS = ("initdb", "postgres", "createdb", "pg_isready", "redis-server", "redis-cli")

LACKS = missing(programs=PROGRAMS, modules=("redis", "psycopg2"))
if LACKS and not os.environ.get("CI"):
    pytest.skip(f"not installed: {', '.join(LACKS)}", allow_module_level=True)


def test_the_database_keeps_its_data(tmp_path: Path) -> None:
    """
    Also when it is killed and started again; with the block its process and its folder are gone.
    """
    with postgres(tmp_path) as server:
        engine = sa.create_engine(server.url, poolclass=sa.NullPool)
        with engine.begin() as connection:
            connection.execute(sa.text("CREATE TABLE kept AS SELECT 1 AS one"))
        server.kill()
        server.start()
        with engine.begin() as connection:
            assert connection.execute(sa.text("SELECT one FROM kept")).scalar() == 1
            data = Path(str(connection.execute(sa.text("SHOW data_directory")).scalar()))
        assert data.exists()
    assert not data.parent.exists()
    with pytest.raises(OperationalError, match="refused"):
        engine.connect()


def test_the_broker_keeps_its_messages(tmp_path: Path) -> None:
    """
    Also when it is killed and started again.
    """
    from redis import Redis

    with redis(tmp_path) as server:
        with Redis(port=server.port) as client:
            client.rpush("queue", "message")
        server.kill()
        server.start()
        with Redis(port=server.port) as client:
            assert client.lpop("queue") == b"message"


def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    """
    With the end of its log.
    """
    with redis(tmp_path) as server:
        server.kill()
        (tmp_path / "appendonlydir" / "appendonly.aof.manifest").write_text("nonsense")
        with pytest.raises(TimeoutError, match=r"does not answer:(.|\n)*(AOF|manifest)"):
            server.start()


KILLED = """
import sys, time
from pathlib import Path
from tests.e2e.servers import postgres, redis
with postgres(Path(sys.argv[1])) as database, redis(Path(sys.argv[1])) as broker:
    print(database.port, broker.port, database._folder, flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_when_the_tests_are_interrupted(number: signal.Signals, tmp_path: Path) -> None:
    """
    No process that listens, and no folder.
    """
    tests = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert tests.stdout is not None
    database, broker, folder = tests.stdout.readline().split()
    assert (_listens(database), _listens(broker), Path(folder).exists()) == (True, True, True)
    tests.send_signal(number)
    tests.communicate(timeout=60)
    deadline = time.monotonic() + 30
    left = [True]
    while any(left) and time.monotonic() < deadline:
        time.sleep(0.1)
        left = [_listens(database), _listens(broker), Path(folder).exists()]
    assert left == [False, False, False]


def _listens(port: str) -> bool:
    with socket.socket() as found:
        return found.connect_ex(("127.0.0.1", int(port))) == 0
