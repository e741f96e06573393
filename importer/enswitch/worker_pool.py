"""Many rows in parallel: the same work on every row, by several workers, each with its own connection.

What is said of rows holds for campaigns that numbers are loaded into as well.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from importer.enswitch.client import Client
from importer.errors import Interrupted
from importer.shutdown import Stop

T = TypeVar("T")

Work = Callable[[Client, T], None]


class WorkerPool:
    """A number of workers, each with its own client, which is kept from one task to the next.

    `another_client` makes a client for questions beside the work; who asks for one closes it.
    """

    def __init__(self, workers: int, new_client: Callable[[], Client], stop: Stop) -> None:
        self.clients = [new_client() for _ in range(workers)]
        self.stop = stop
        self.another_client = new_client

    def close(self) -> None:
        """Close all connections."""
        for client in self.clients:
            client.close()

    def for_each(self, rows: Iterator[T], work: Work[T]) -> None:
        """Do the work on every row; return when all are done, or raise the first error once no worker is busy.

        The first row is done alone: wrong credentials or a wrong address cost one request, not one a worker. After
        an error, or a request to stop, no more rows are started.
        """
        feed = _Feed(rows, self.stop, work)
        if feed.take(self.clients[0]):
            self._share(feed)
        self._finish(feed)

    def share(self, rows: Iterator[T], work: Work[T]) -> None:
        """Do the same without doing the first row alone: the settings have just proved right."""
        feed = _Feed(rows, self.stop, work)
        self._share(feed)
        self._finish(feed)

    def _share(self, feed: "_Feed[T]") -> None:
        with ThreadPoolExecutor(len(self.clients), thread_name_prefix="worker") as pool:
            for client in self.clients:
                pool.submit(feed.drain, client)

    def _finish(self, feed: "_Feed[T]") -> None:
        if feed.error is not None:
            raise feed.error
        self.stop.check()


class _Feed(Generic[T]):
    """Hands rows to workers until there are no more, a worker fails or we are asked to stop."""

    def __init__(self, rows: Iterator[T], stop: Stop, work: Work[T]) -> None:
        self.error: BaseException | None = None
        self._rows = rows
        self._stop = stop
        self._work = work
        self._lock = threading.Lock()

    def drain(self, client: Client) -> None:
        """Work on rows until there are no more."""
        while self.take(client):
            pass

    def take(self, client: Client) -> bool:
        """Work on the next row; return False if there is none, or it failed."""
        try:
            row = self._next()
            if row is not None:
                self._work(client, row)
        except BaseException as error:  # noqa: BLE001 -- raised again by the thread that waits for the workers
            if self.error is None or self._follows_from_another(self.error):
                self.error = error
            self._stop.halt()
            return False
        return row is not None

    def _follows_from_another(self, error: BaseException) -> bool:
        """Say whether an error only shows that a worker had to stop because another one failed."""
        return isinstance(error, Interrupted) and not self._stop.signalled

    def _next(self) -> T | None:
        with self._lock:
            return None if self._stop.requested else next(self._rows, None)
