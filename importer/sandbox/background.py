"""A sandbox in a background thread of this process, for tests and demonstrations."""

import asyncio
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from importer.sandbox.accounts import DEFAULT_ACCOUNTS, FORBIDDEN_CUSTOMERS, Account
from importer.sandbox.database import Row
from importer.sandbox.dialler import Dialling
from importer.sandbox.faults import Faults
from importer.sandbox.history import HistoryEvent
from importer.sandbox.log import SeenRequest
from importer.sandbox.modes import Modes
from importer.sandbox.server import BASE_PATH, Config, ServerParts, listening


class Sandbox:
    """A server that runs while its `with` block does; `url` is the base URL for a client.

    `heard` is called with each finished request before its client has the answer, so that what it changes by hand
    lies between this request and the next. The database can be asked only inside the block; a file can be opened by
    anybody at any time.
    """

    def __init__(
        self,
        *,
        database: str | Path = ":memory:",
        accounts: Iterable[Account] = DEFAULT_ACCOUNTS,
        modes: Modes | None = None,
        faults: Faults | None = None,
        dialling: Dialling | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        log_requests: bool = True,
        forbidden_customers: Iterable[int] = FORBIDDEN_CUSTOMERS,
        allow_remote: bool = False,
        heard: Callable[[SeenRequest], None] = lambda _: None,
    ) -> None:
        self._config = Config(
            host=host,
            port=port,
            database=database,
            accounts=tuple(accounts),
            modes=modes or Modes(),
            faults=faults or Faults(),
            dialling=dialling or Dialling(),
            log_requests=log_requests,
            forbidden_customers=frozenset(forbidden_customers),
            allow_remote=allow_remote,
            heard=heard,
        )
        self.host_url = ""
        self.url = ""
        self.port = port

    def __enter__(self) -> Self:
        self._parts = ServerParts(self._config)
        self._ready: Future[str] = Future()
        self._thread = threading.Thread(target=self._serve, name="sandbox", daemon=True)
        self._thread.start()
        try:
            self.host_url = self._ready.result()
        except (OSError, OverflowError):
            self._thread.join()
            self._parts.store.close()
            raise
        self.url = self.host_url + BASE_PATH
        self.port = urlsplit(self.host_url).port or 0
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._parts.store.close()

    @property
    def faults(self) -> Faults:
        """The faults in force; assigning new ones restarts their random sequence and leaves scripts alone."""
        return self._parts.service.deck.faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self._parts.service.deck.use(faults)

    @property
    def modes(self) -> Modes:
        """The modes in force; may be assigned at any time."""
        return self._parts.service.modes

    @modes.setter
    def modes(self, modes: Modes) -> None:
        self._parts.service.modes = modes

    @property
    def dialling(self) -> Dialling:
        """How much is dialled; assigning it anew restarts the random sequence of the calls."""
        return self._parts.service.dialler.dialling

    @dialling.setter
    def dialling(self, dialling: Dialling) -> None:
        self._parts.service.dialler.use(dialling)

    def dial(self, calls: int | None = None) -> int:
        """Have the dialler make N calls at once, or all that there are to make; return how many it made."""
        return self._parts.service.dialler.dial(calls)

    def script(self, action: str, faults: Iterable[str | None]) -> None:
        """Set the faults of the next requests of an action, one each, in this order; None means no fault."""
        self._parts.service.deck.script(action, faults)

    @property
    def requests(self) -> list[SeenRequest]:
        """The finished requests, in the order in which they finished."""
        return self._parts.service.log.all()

    def clear_requests(self) -> None:
        """Empty the log of requests."""
        self._parts.service.log.clear()

    def campaigns(self) -> list[Row]:
        """All campaigns of all customers in the order of their IDs, as the database holds them."""
        return self._parts.store.campaigns()

    def add_campaign(self, **columns: Any) -> int:
        """Store a campaign as if a person had made it by hand; return its ID."""
        return self._parts.store.add_campaign({"name": "", **columns})

    def change_campaign(self, campaign: int, **columns: Any) -> None:
        """Change columns of a campaign as if a person had done it by hand."""
        self._parts.store.change_campaign(campaign, columns)

    def delete_campaign(self, campaign: int) -> None:
        """Remove a campaign as if a person had done it by hand."""
        self._parts.store.delete_campaign(campaign)

    def destinations(self, campaign: int) -> dict[str, str]:
        """The status of each destination of a campaign, by its number as the server writes it."""
        return self._parts.store.destinations.statuses(campaign)

    def put_destinations(self, campaign: int, *dnumbers: str, status: str = "pending") -> None:
        """Store destinations, or change their status, as if a person had done it by hand."""
        self._parts.store.destinations.put(campaign, list(dict.fromkeys(dnumbers)), status)

    def remove_destinations(self, campaign: int, *dnumbers: str) -> None:
        """Remove destinations as if a person had done it by hand."""
        for dnumber in dnumbers:
            self._parts.store.destinations.remove(campaign, dnumber)

    def add_entry(self, kind: str, customer: int = 1, **columns: Any) -> int:
        """Store what campaigns refer to, such as one of the `people` or `timegroups`; return its ID."""
        return self._parts.store.directory.add(kind, customer, columns)

    def change_entry(self, kind: str, number: int, **columns: Any) -> None:
        """Change columns of an entry as if a person had done it by hand."""
        self._parts.store.directory.change(kind, number, columns)

    def remove_entry(self, kind: str, number: int) -> None:
        """Remove an entry as if a person had done it by hand."""
        self._parts.store.directory.remove(kind, number)

    @property
    def history(self) -> list[HistoryEvent]:
        """What became of campaigns and destinations, in its order; every call of the dialler among it."""
        return self._parts.store.history.all()

    def _serve(self) -> None:
        try:
            asyncio.run(self._until_stopped())
        except (OSError, OverflowError) as error:
            self._ready.set_exception(error)

    async def _until_stopped(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        async with listening(self._config, self._parts) as host_url:
            self._ready.set_result(host_url)
            await self._stop.wait()
