"""Work put off to a later moment, which must be done even if the server stops first."""

import asyncio
from collections.abc import Callable


class Postponed:
    """Runs each piece of work when its time has come, or when everything still open is called in."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._open: dict[int, tuple[asyncio.TimerHandle, Callable[[], None]]] = {}
        self._number = 0

    def add(self, seconds: float, work: Callable[[], None]) -> None:
        """Run `work` after some seconds."""
        self._number += 1
        self._open[self._number] = (self._loop.call_later(seconds, self._run, self._number), work)

    def finish(self) -> None:
        """Run everything still open at once, like a server that finishes its requests before it stops."""
        for number in list(self._open):
            self._open[number][0].cancel()
            self._run(number)

    def _run(self, number: int) -> None:
        self._open.pop(number)[1]()
