"""A server that costs as little as a Python server can: it says yes to every call, and lists nothing.

    python benchmarks/plain_server.py

Prints its address and runs until it is killed.
"""

import asyncio
import json
from itertools import count


class Answering(asyncio.Protocol):
    """One connection: HTTP/1.1 with keep-alive, one request after the other."""

    ids = count(1)

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
            self._transport.write(self._answer(head.split(b" ", 2)[1], body))

    def _answer(self, path: bytes, body: bytes) -> bytes:
        code, data = "200", {}
        if b"list" in path:
            data = {"data": []}
        elif b"validation=1" in body:
            code = "201"
        else:
            data = {"data": {"id": next(self.ids)}}
        content = json.dumps({"responses": [{"code": code, "key": "", "message": "OK"}], **data}).encode()
        return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
            len(content),
            content,
        )


async def serve() -> None:
    """Listen on a free port of this machine and print the base address of the API."""
    server = await asyncio.get_running_loop().create_server(Answering, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/json/", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
