"""Ending on request: the first signal lets what is in flight finish, the second leaves at once."""

import _thread
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from importer.errors import Interrupted, Terminated
from importer.model import ExitCode

ENDINGS = (signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else []))
"""The signals by which the system asks us to end: Windows knows none of a terminal that was closed."""


class Stop:
    """Whether we were asked to end, for all threads to see.

    `told` hears at once what the request means; it is called from a signal handler.
    """

    def __init__(self, told: Callable[[str], None] = lambda _: None) -> None:
        self._told = told
        self._event = threading.Event()
        self._woken = [self._event]
        self._signal: int | None = None
        self._note: Callable[[], None] = _nothing

    @property
    def requested(self) -> bool:
        """Whether the work at hand is to end."""
        return self.signalled or self._event.is_set()

    @property
    def signalled(self) -> bool:
        """Whether the user or the system asked for it."""
        return self._signal is not None

    def request(self, signal_number: int = signal.SIGINT) -> None:
        """Ask everyone to end."""
        self._signal = signal_number
        # First: whoever asks once more, or kills us, may do so at any moment from now on.
        self._note()
        # A signal may come while this very thread holds the lock of an event, and would wait for itself.
        _thread.start_new_thread(self._wake, ())
        self._told("Stopping: what is on its way may finish. Once more to leave at once; that is safe too.")

    @contextmanager
    def noting(self, note: Callable[[], None]) -> Iterator[None]:
        """Have something noted as soon as we are asked to end in the block; it is called from a signal handler."""
        self._note = note
        try:
            yield
        finally:
            self._note = _nothing

    def wake(self, event: threading.Event) -> None:
        """Have an event set, too, when we are asked to end."""
        self._woken.append(event)

    def halt(self) -> None:
        """End the work at hand without being asked, because one request has shown that no other makes sense."""
        self._event.set()

    def begin(self) -> None:
        """Begin new work, unless we were asked to end."""
        if not self.signalled:
            self._event.clear()

    def check(self) -> None:
        """Raise Interrupted, or Terminated, if the work is to end."""
        if self.requested:
            raise interruption(self._signal)

    def _wake(self) -> None:
        for event in self._woken:
            event.set()

    def sleep(self, seconds: float) -> None:
        """Wait, but not longer than until we are asked to end; then raise as `check` does."""
        self.rest(seconds)
        self.check()

    def rest(self, seconds: float) -> None:
        """Wait, but not longer than until we are asked to end."""
        self._event.wait(seconds)

    @property
    def exit_code(self) -> ExitCode:
        """What a program ends with that was asked to end."""
        return interruption(self._signal).exit_code


def _nothing() -> None:
    """Nobody notes anything."""


def interruption(signal_number: int | None) -> Interrupted:
    """Return the error that stands for a signal."""
    kind = Terminated if signal_number in ENDINGS else Interrupted
    return kind("Stopped on request.")


@contextmanager
def gently(stop: Stop) -> Iterator[None]:
    """Turn a first SIGINT, SIGTERM or SIGHUP into a request to end; a second one ends the process at once.

    Ending at once is as safe as a kill: what a row's state needs is on disk before its request leaves. Signals reach
    the main thread alone, so in any other this does nothing; one that is ignored, as `nohup` has SIGHUP, stays so.
    """

    def handle(signal_number: int, _frame: FrameType | None) -> None:
        if stop.signalled:
            os._exit(interruption(signal_number).exit_code)
        stop.request(signal_number)

    stop.begin()
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard = [number for number in (signal.SIGINT, *ENDINGS) if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, handle) for number in heard}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
