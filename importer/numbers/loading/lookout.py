"""What is done beside the work, so that no batch waits for it: looking at campaigns, and cutting the next batch."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import TypeVar

from importer.enswitch import Client
from importer.errors import Interrupted, StopRun

T = TypeVar("T")

MOST_AT_ONCE = 8
"""How many things are done at the same time: a worker's take a small part of the time of its batches."""


class Lookout:
    """Does things in threads, each with its own client, which `new_client` makes; the `with` block closes it.

    They may fail as in any other thread; who waits for one gets its error. A refused password stops all others before
    anybody waits for it: the `with` block then ends with what stopped them. If the block fails, `halt` ends what is
    still repeated.
    """

    def __init__(self, new_client: Callable[[], Client], halt: Callable[[], None]) -> None:
        self._new_client = new_client
        self._halt = halt
        self._clients: list[Client] = []
        self._stopped: StopRun | None = None
        self._own = threading.local()
        self._threads = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="lookout")

    def begin(self, work: Callable[[Client], T]) -> "Future[T]":
        """Begin to do something."""
        return self._threads.submit(self._do, work)

    def _do(self, work: Callable[[Client], T]) -> T:
        if not hasattr(self._own, "client"):
            self._own.client = self._new_client()
            self._clients.append(self._own.client)
        try:
            return work(self._own.client)
        except StopRun as error:
            if not isinstance(error, Interrupted):
                self._stopped = self._stopped or error
            raise

    def __enter__(self) -> "Lookout":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if error is not None:
            self._halt()
        self._threads.shutdown(cancel_futures=True)
        for client in self._clients:
            client.close()
        if self._stopped is not None and isinstance(error, Interrupted):
            raise self._stopped from None
