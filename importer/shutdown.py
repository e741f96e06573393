"""Stopping on request: the first signal lets requests in progress finish, the second exits at once."""

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
"""The signals that ask us to stop: Windows has none for a closed terminal."""


class Stop:
    """Whether we were asked to stop, visible to all threads.

    `on_request` is called at once, from a signal handler, with a message about what happens now.
    """

    def __init__(self, on_request: Callable[[str], None] = lambda _: None) -> None:
        self._on_request = on_request
        self._event = threading.Event()
        self._woken = [self._event]
        self._signal: int | None = None
        self._note: Callable[[], None] = _nothing

    @property
    def requested(self) -> bool:
        """Whether the current work is to stop."""
        return self.signalled or self._event.is_set()

    @property
    def signalled(self) -> bool:
        """Whether the user or the system asked us to stop."""
        return self._signal is not None

    def request(self, signal_number: int = signal.SIGINT) -> None:
        """Ask all threads to stop."""
        self._signal = signal_number
        # First: a second request, or a kill, may come at any moment from now on.
        self._note()
        # A signal may arrive while this same thread holds the lock of an event, and would then wait for itself.
        _thread.start_new_thread(self._wake, ())
        self._on_request(
            "Stopping when the current requests are done. Press Ctrl-C again to stop at once; that is safe too."
        )

    @contextmanager
    def noting(self, note: Callable[[], None]) -> Iterator[None]:
        """Call `note` as soon as we are asked to stop inside the block; it is called from a signal handler."""
        self._note = note
        try:
            yield
        finally:
            self._note = _nothing

    def wake(self, event: threading.Event) -> None:
        """Also set this event when we are asked to stop."""
        self._woken.append(event)

    def halt(self) -> None:
        """Stop the current work without a request to, because one response has shown that more requests are useless."""
        self._event.set()

    def begin(self) -> None:
        """Start new work, unless we were asked to stop."""
        if not self.signalled:
            self._event.clear()

    def check(self) -> None:
        """Raise Interrupted, or Terminated, if the work is to stop."""
        if self.requested:
            raise interruption(self._signal)

    def _wake(self) -> None:
        for event in self._woken:
            event.set()

    def sleep(self, seconds: float) -> None:
        """Wait, at most until we are asked to stop; then raise as `check` does."""
        self.rest(seconds)
        self.check()

    def rest(self, seconds: float) -> None:
        """Wait, at most until we are asked to stop."""
        self._event.wait(seconds)

    @property
    def exit_code(self) -> ExitCode:
        """The exit status of a program that was asked to stop."""
        return interruption(self._signal).exit_code


def _nothing() -> None:
    """Do nothing."""


def interruption(signal_number: int | None) -> Interrupted:
    """Return the error that stands for a signal."""
    kind = Terminated if signal_number in ENDINGS else Interrupted
    return kind("Stopped on request.")


@contextmanager
def gently(stop: Stop) -> Iterator[None]:
    """Turn a first SIGINT, SIGTERM or SIGHUP into a request to stop; a second one ends the process at once.

    Ending at once is as safe as a kill: what a row's state needs is on disk before its request is sent. Signals reach
    only the main thread, so in any other this does nothing; an ignored one, such as SIGHUP with `nohup`, stays ignored.
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
