"""Work that is killed at one of its requests, and what must not have happened on a server meanwhile."""

import json
import os
import signal
import time
import warnings
from collections import Counter
from collections.abc import Callable
from itertools import count
from typing import Any

from importer.enswitch.transport import RawAnswer, Transport
from importer.numbers.storage import NumbersFile
from tests.support.program import Program


def killed_at_request(work: Callable[[], object], request: int, *, answered: bool) -> bool:
    """Do some work in another process, and kill it at a request, before it leaves or once it is answered.

    Returns False if the work came to its end before.
    """

    def work_and_die() -> None:
        _die_at(request, answered=answered)
        work()

    return _was_killed(beside(work_and_die))


def killed_after(work: Callable[[], object], seconds: float) -> bool:
    """Do some work in another process, and kill it at an instant; return False if the work came to its end before."""
    process = beside(work)
    time.sleep(seconds)
    os.kill(process, signal.SIGKILL)
    return _was_killed(process)


def beside(work: Callable[[], object]) -> int:
    """Start some work in another process; return its ID."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the threads of this process matter to it alone
        process = os.fork()
    if not process:
        try:
            work()
        finally:
            os._exit(0)
    return process


def _was_killed(process: int) -> bool:
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == -signal.SIGKILL


def killed_while_reading(work: Callable[[], object]) -> bool:
    """Do some work in another process that is killed when all numbers are read, and before this is on record."""
    right = NumbersFile.close_lists

    def reading() -> None:
        def close_lists(*given: Any) -> None:
            right(*given)
            os.kill(os.getpid(), signal.SIGKILL)

        NumbersFile.close_lists = close_lists  # type: ignore[method-assign]
        work()

    return killed_at_request(reading, 0, answered=False)


def continued(program: Program, command: tuple[object, ...]) -> int:
    """Continue the newest run of a command that was killed, or type it again; return the exit code."""
    runs = json.loads(program("runs", "--json").stdout)
    told = program("apply", runs[0]["run"], "--json") if runs else program(*command)
    if told.exit_code == 2 and told.document["code"] == "E624":  # killed before all numbers were read
        told = program(*command)
    return told.exit_code


def _die_at(request: int, *, answered: bool) -> None:
    places = count(1)
    right = Transport.post

    def post(transport: Transport, action: str, form: bytes, **limits: int) -> RawAnswer:
        at = next(places)
        if at == request and not answered:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = right(transport, action, form, **limits)
        if at == request:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    Transport.post = post  # type: ignore[method-assign]


def faulty(history: list[Any]) -> dict[str, list[Any]]:
    """Return what must not have happened to the numbers of campaigns."""
    calls = Counter((one.campaign, one.dnumber) for one in history if one.kind == "call")
    return {
        "called again": [one for one in history if one.kind == "again" and one.status == "success"],
        "called twice": [place for place, times in calls.items() if times > 1],
        "added while on": [one for one in history if one.kind == "added" and one.enabled],
    }
