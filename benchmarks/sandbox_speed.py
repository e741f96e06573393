"""Creates per second of the sandbox beside its goal, and beside a bare asyncio echo server in the same run.

    python -m benchmarks.sandbox_speed [--creates 10000] [--connections 16] [--rounds 3]

Both servers run in separate processes, the sandbox with a database file; this process is the client. The two
are measured in turns, because the machine may be busy with something else at times: trust the ratio.
"""

import argparse
import asyncio
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from statistics import median
from time import perf_counter
from urllib.parse import urlencode, urlsplit

from benchmarks.pushing import campaign

GOAL = 2_000
ROOT = Path(__file__).resolve().parents[1]
SENT = {
    "auth_username": "admin",
    "auth_password": "secret",
    **campaign(42),
    "name": "Spring reminder, Zürich",
}
ANSWER = b'{"responses":[{"code":"200","key":"","message":"OK"}],"data":{"id":123}}'


class Client(asyncio.Protocol):
    """One keep-alive connection that sends the same request again as soon as its answer is complete."""

    def __init__(self, request: bytes, remaining: list[int], done: asyncio.Event) -> None:
        self.request = request
        self.remaining = remaining
        self.done = done
        self.buffer = b""
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        """Wait for a whole answer, check its code, go on."""
        self.buffer += data
        head, _, body = self.buffer.partition(b"\r\n\r\n")
        length = int(head.partition(b"Content-Length: ")[2].split(b"\r\n")[0] or -1)
        if len(body) != length:
            return
        assert b'"code":"200"' in body, body
        self.buffer = b""
        self.remaining[0] -= 1
        if self.remaining[0] <= 0:
            self.done.set()
        else:
            self.transport.write(self.request)


class Echo(asyncio.Protocol):
    """The least a server can do: read a whole request, answer with constant bytes."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        """Answer every complete request."""
        self.buffer += data
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if found and len(body) >= int(head.partition(b"Content-Length: ")[2].split(b"\r\n")[0]):
            self.buffer = b""
            self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(ANSWER), ANSWER))


async def serve_echo() -> None:
    """Run the echo server and print where it is."""
    server = await asyncio.get_running_loop().create_server(Echo, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", flush=True)
    await server.serve_forever()


async def drive(url: str, count: int, connections: int) -> float:
    """Send `count` creates over some connections and return how many were answered per second."""
    parts = urlsplit(url)
    body = urlencode(SENT).encode()
    head = (
        f"POST {parts.path}bulk/campaigns/create/ HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    remaining, done, loop = [count], asyncio.Event(), asyncio.get_running_loop()
    began = perf_counter()
    for _ in range(connections):
        await loop.create_connection(
            lambda: Client(head.encode() + body, remaining, done), str(parts.hostname), int(parts.port or 80)
        )
    await done.wait()
    return (count - remaining[0]) / (perf_counter() - began)


def start(*command: str) -> tuple[subprocess.Popen[str], str]:
    """Start a server and wait for the line with its URL."""
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def compare(creates: int, connections: int, rounds: int) -> None:
    """Measure both servers in turns and print the medians."""
    with tempfile.TemporaryDirectory() as folder:
        database = str(Path(folder) / "sandbox.sqlite")
        servers = [
            start("-m", "importer.sandbox", "--database", database),
            start(str(Path(__file__).resolve()), "--echo"),
        ]
        try:
            speeds: list[list[float]] = [[], []]
            for _ in range(rounds):
                for (_process, url), found in zip(servers, speeds, strict=True):
                    found.append(asyncio.run(drive(url, creates, connections)))
        finally:
            for process, _url in servers:
                process.terminate()
                process.communicate()
        with closing(sqlite3.connect(database)) as connection:
            stored = connection.execute("SELECT count(*) FROM campaigns").fetchone()[0]
    sandbox, echo = map(median, speeds)
    print(f"{rounds} rounds of {creates:,} creates over {connections} connections, medians")
    print(f"sandbox, file database  {sandbox:>8,.0f} creates/s   goal {GOAL:,}: {verdict(sandbox)}")
    print(f"bare asyncio echo       {echo:>8,.0f} requests/s")
    print(f"sandbox / echo          {sandbox / echo:>8.2f}")
    print(f"campaigns stored        {stored:>8,}   answered: {creates * rounds:,} or a few in flight more")


def verdict(speed: float) -> str:
    """Say whether a speed reaches the goal."""
    return "reached" if speed >= GOAL else "MISSED"


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--creates", type=int, default=10_000)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--echo", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.echo:
        asyncio.run(serve_echo())
    else:
        compare(options.creates, options.connections, options.rounds)


if __name__ == "__main__":
    main()
