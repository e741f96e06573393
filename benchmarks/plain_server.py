"""A server that costs as little as a Python server can: it says yes to every call, and lists nothing.

    python benchmarks/plain_server.py [SECONDS]

Prints its address and runs until it is killed. It answers after some seconds, at once unless they are given.
"""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from subprocess import PIPE, Popen

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
RESPONSES = b'{"responses": [{"code": "%s", "key": "", "message": "OK"}]%s}'


class Answering(asyncio.Protocol):
    """One connection: HTTP/1.1 with keep-alive, one request after the other."""

    ids = count(1)

    def __init__(self, latency: float) -> None:
        self._latency = latency
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin with nothing received."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._received = b""

    def data_received(self, data: bytes) -> None:
        """Answer each request that is complete."""
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head = self._received[:end].lower()
            at = head.find(b"content-length:")
            size = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self._received) < end + 4 + size:
                return
            body = self._received[end + 4 : end + 4 + size]
            self._received = self._received[end + 4 + size :]
            answer = self._answer(head.split(b" ", 2)[1], body)
            if self._latency:
                self._loop.call_later(self._latency, self._transport.write, answer)
            else:
                self._transport.write(answer)

    def _answer(self, path: bytes, body: bytes) -> bytes:
        if b"list" in path:
            content = RESPONSES % (b"200", b', "data": []')
        elif b"validation=1" in body:
            content = RESPONSES % (b"201", b"")
        else:
            content = RESPONSES % (b"200", b', "data": {"id": %d}' % next(self.ids))
        return HEAD % (len(content), content)


@contextmanager
def running(latency: float = 0.0) -> Iterator[str]:
    """Run the server in a process beside this one and give its address."""
    with Popen([sys.executable, __file__, str(latency)], stdout=PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


async def serve(latency: float) -> None:
    """Listen on a free port of this machine and print the base address of the API."""
    server = await asyncio.get_running_loop().create_server(partial(Answering, latency), "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/json/", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1]) if len(sys.argv) > 1 else 0.0))
