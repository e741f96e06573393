"""The server as one object of an event loop, and `run`, which keeps one going until a signal comes."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from types import FrameType

from importer.sandbox.accounts import DEFAULT_ACCOUNTS, FORBIDDEN_CUSTOMERS, Account
from importer.sandbox.api import Api
from importer.sandbox.connection import Connection
from importer.sandbox.dialler import Dialler, Dialling
from importer.sandbox.drawing import FaultDeck
from importer.sandbox.faults import Faults
from importer.sandbox.log import RequestLog, SeenRequest
from importer.sandbox.modes import Modes
from importer.sandbox.postponed import Postponed
from importer.sandbox.service import Service
from importer.sandbox.store import CampaignStore

BASE_PATH = "/api/json/"
_BACKLOG = 1024


@dataclass(frozen=True, slots=True)
class Config:
    """The configuration of a sandbox; port 0 picks a free one. `heard` is called with each finished request.

    The server gives its data to anybody who knows the default passwords, so any host except loopback has to be
    allowed expressly; otherwise construction fails with ValueError.
    """

    host: str = "127.0.0.1"
    port: int = 0
    database: str | Path = ":memory:"
    accounts: tuple[Account, ...] = DEFAULT_ACCOUNTS
    modes: Modes = field(default_factory=Modes)
    faults: Faults = field(default_factory=Faults)
    dialling: Dialling = field(default_factory=Dialling)
    log_requests: bool = True
    heard: Callable[[SeenRequest], None] = lambda _: None
    forbidden_customers: frozenset[int] = FORBIDDEN_CUSTOMERS
    allow_remote: bool = False

    def __post_init__(self) -> None:
        if not self.allow_remote and not _is_loopback(self.host):
            raise ValueError(
                f"The sandbox only listens on this machine, and {self.host} is not a loopback address; "
                "allow remote connections expressly if other machines are meant to reach it."
            )


class ServerParts:
    """The pieces of one sandbox that its owner may look at and adjust while it runs."""

    def __init__(self, config: Config) -> None:
        self.store = CampaignStore(config.database)
        api = Api(self.store, config.accounts, config.forbidden_customers)
        log = RequestLog(enabled=config.log_requests, heard=config.heard)
        dialler = Dialler(self.store, config.dialling)
        self.service = Service(api, FaultDeck(config.faults), dialler, config.modes, log)


@asynccontextmanager
async def listening(config: Config, parts: ServerParts) -> AsyncIterator[str]:
    """Serve the parts in the running loop and yield the URL of the host, without a path."""
    loop = asyncio.get_running_loop()
    postponed, connections = Postponed(loop), set[Connection]()
    # A loopback name can mean two addresses, and picking a free port twice would give two ports.
    host = "127.0.0.1" if config.host == "localhost" else config.host
    server = await loop.create_server(
        lambda: Connection(parts.service, postponed, connections), host, config.port, backlog=_BACKLOG
    )
    try:
        address, port = server.sockets[0].getsockname()[:2]
        yield f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"
    finally:
        server.close()
        postponed.finish()
        for connection in list(connections):
            connection.abort()
        # One turn of the loop lets the aborted sockets be closed.
        await asyncio.sleep(0)


def run(config: Config, on_ready: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; call `on_ready` with the URL of the API once it accepts connections."""
    parts = ServerParts(config)
    try:
        asyncio.run(_until_signal(config, parts, on_ready))
    finally:
        parts.store.close()


async def _until_signal(config: Config, parts: ServerParts, on_ready: Callable[[str], None]) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stop.set)

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        async with listening(config, parts) as url:
            on_ready(url + BASE_PATH)
            await stop.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
