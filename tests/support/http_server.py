"""A web server on this machine that answers what a test wants: all stand-ins for servers are made of it."""

import socket
import ssl
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any


@dataclass(frozen=True)
class Request:
    """A request as it came in; `line` is its first one, as in "POST /api/json/ HTTP/1.1"."""

    line: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Page:
    """A response."""

    status: int = 200
    body: bytes = b"<html><body>Not what you asked for</body></html>"
    headers: Mapping[str, str] = field(default_factory=dict)


class HangUpError(Exception):
    """Raised instead of answering: the connection ends without a word."""


class ResetError(Exception):
    """Raised instead of answering: the connection is reset."""


class _Server(ThreadingHTTPServer):
    request_queue_size = 64
    answer: Callable[[Request], Page]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report what went wrong in an answer; connections are broken on purpose here."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = Request(self.requestline, self.command, self.path, dict(self.headers), body)
        try:
            page = self.server.answer(request)
        except HangUpError:
            self.close_connection = True
            return
        except ResetError:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            self.connection.close()
            self.close_connection = True
            return
        head = [f"HTTP/1.1 {page.status} Reason"]
        head += [f"{name}: {value}" for name, value in {"Content-Length": len(page.body), **page.headers}.items()]
        self.wfile.write("\r\n".join([*head, "", ""]).encode() + page.body)

    do_GET = do_CONNECT = do_POST  # noqa: N815 -- the library's names

    def log_message(self, *_: object) -> None:
        """Write nothing."""


@contextmanager
def web_server(answer: Callable[[Request], Page], certificate: Path | None = None) -> Iterator[int]:
    """Answer every request with what `answer` makes of it while the block runs; yield the port.

    Each connection has a thread. With a certificate, and its key in the same file, the server speaks TLS.
    """
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.answer = answer
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
