"""
What stops the process is passed on; what the code of a pipeline raises is not.
"""

from __future__ import annotations

import asyncio
import builtins
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import pytest

from flowkit.base.interruption import Interruption, is_interruption

GROUP: Any = getattr(builtins, "BaseExceptionGroup", None)


class Own(BaseException):
    pass


class OwnInterrupt(KeyboardInterrupt):
    pass


class WithoutClass(BaseException):
    @property  # type: ignore[misc]
    def __class__(self) -> NoReturn:  # type: ignore[override]
        raise RuntimeError

    @property
    def __traceback__(self) -> NoReturn:  # type: ignore[override]
        raise RuntimeError


def raised_by(code: Callable[[], object]) -> BaseException:
    """
    Return what *code* raises.
    """
    try:
        code()
    except BaseException as error:  # noqa: BLE001 - that is what is tested
        return error
    raise AssertionError


def throw(error: BaseException) -> NoReturn:
    raise error


@contextmanager
def handler(number: int, function: Any) -> Iterator[None]:
    """
    Handle a signal by *function* as long as the block lasts.
    """
    before = signal.signal(number, function)
    try:
        yield
    finally:
        signal.signal(number, before)


def ctrl_c() -> None:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(5)


def cleaned_up(code: Callable[[], object]) -> None:
    try:
        code()
    except BaseException:
        time.sleep(0)
        raise


@pytest.mark.parametrize(
    "error",
    [
        SystemExit,
        KeyboardInterrupt,
        OwnInterrupt,
        GeneratorExit,
        asyncio.CancelledError,
        Own,
        WithoutClass,
        RecursionError,
        MemoryError,
        ValueError,
    ],
)
def test_what_code_raises_is_no_interruption(error: type[BaseException]) -> None:
    assert not is_interruption(raised_by(lambda: throw(error())))
    assert not is_interruption(raised_by(lambda: cleaned_up(lambda: throw(error()))))


def test_sys_exit_is_no_interruption() -> None:
    assert not is_interruption(raised_by(lambda: sys.exit("enough")))


class TestCtrlC:
    """
    Python raises a KeyboardInterrupt where the signal finds it.
    """

    @pytest.fixture(autouse=True)
    def _pythons_handler(self) -> Iterator[None]:
        with handler(signal.SIGINT, signal.default_int_handler):
            yield

    def test_is_an_interruption(self) -> None:
        assert is_interruption(raised_by(ctrl_c))

    def test_is_one_after_it_was_raised_again(self) -> None:
        assert is_interruption(raised_by(lambda: cleaned_up(ctrl_c)))

    def test_is_one_in_a_coroutine(self) -> None:
        """
        From Python 3.11 on, asyncio raises an exception of its own in place of it.
        """

        async def wait() -> None:
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.sleep(5)

        assert is_interruption(raised_by(lambda: asyncio.run(wait())))

    def test_is_one_in_a_process_of_its_own(self) -> None:
        """
        In a loop, where Python looks for signals at the jump.
        """
        code = """if True:
            import os, signal, threading
            from flowkit.base.interruption import is_interruption
            threading.Timer(0.2, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
            try:
                while True:
                    pass
            except BaseException as error:
                print(type(error).__name__, is_interruption(error))
        """
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout == "KeyboardInterrupt True\n"


@pytest.mark.parametrize("kind", [SystemExit, KeyboardInterrupt, Own])
def test_what_a_signal_handler_raises_is_an_interruption(kind: type[BaseException]) -> None:
    """
    A service stops on SIGTERM in this way, and a time limit on SIGALRM.
    """

    def stop(_number: int, _frame: object) -> NoReturn:
        raise kind

    def wait() -> None:
        os.kill(os.getpid(), signal.SIGUSR1)
        time.sleep(5)

    with handler(signal.SIGUSR1, stop):
        assert is_interruption(raised_by(wait))
        assert is_interruption(raised_by(lambda: cleaned_up(wait)))


def test_an_exception_of_a_handler_is_the_users() -> None:
    """
    It can be caught by `except Exception`, so it is no means to stop a process.
    """

    def stop(_number: int, _frame: object) -> NoReturn:
        raise TimeoutError

    def wait() -> None:
        os.kill(os.getpid(), signal.SIGUSR1)
        time.sleep(5)

    with handler(signal.SIGUSR1, stop):
        assert not is_interruption(raised_by(wait))


def test_flowkits_own_and_the_outcomes_of_pytest_are_interruptions() -> None:
    assert is_interruption(raised_by(lambda: throw(Interruption())))
    assert is_interruption(raised_by(lambda: pytest.fail("enough")))
    assert is_interruption(raised_by(lambda: pytest.skip("not today")))


@pytest.mark.skipif(GROUP is None, reason="Python 3.10 has no groups of exceptions")
def test_a_group_is_an_interruption_if_it_holds_one() -> None:
    stopped = raised_by(lambda: throw(Interruption()))
    exited = raised_by(lambda: sys.exit(3))
    inner = GROUP("inner", [ValueError(), stopped])
    assert is_interruption(raised_by(lambda: throw(GROUP("outer", [exited, inner]))))
    assert not is_interruption(raised_by(lambda: throw(GROUP("outer", [exited, GROUP("inner", [Own()])]))))
    assert not is_interruption(raised_by(lambda: throw(GROUP("outer", [KeyboardInterrupt()]))))
