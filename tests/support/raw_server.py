"""A server that does with each connection exactly what a test says, byte by byte, and a transport to it."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from importer.enswitch.transport import Transport

FORM = b"auth_password=secret&name=A"
RESET = struct.pack("ii", 1, 0)

Serve = Callable[[socket.socket], None]


@contextmanager
def listening(*serve: Serve) -> Iterator[str]:
    """Accept one connection after the other and do with each what is said; yield the base address."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)

        def run() -> None:
            for one in serve:
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    return
                with connection:
                    one(connection)

        thread = threading.Thread(target=run)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        thread.join()


def transport_to(url: str, read_timeout: float = 5.0, ca_bundle: str | None = None) -> Transport:
    """Return a transport to an address."""
    return Transport(url, connect_timeout=5.0, read_timeout=read_timeout, ca_bundle=ca_bundle)


def take_request(connection: socket.socket) -> bytes:
    """Read a whole request."""
    received = b""
    while FORM not in received:
        more = connection.recv(65536)
        if not more:
            break
        received += more
    return received


def reply(connection: socket.socket, sent: bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}") -> None:
    """Take a request and send an answer."""
    take_request(connection)
    connection.sendall(sent)
