"""One client's connection: requests in, answers out in the same order, faults where they are due."""

import asyncio
import socket
import struct
from functools import partial

from importer.sandbox.postponed import Postponed
from importer.sandbox.service import Exchange, Service
from importer.sandbox.wire import HttpRequest, Reply, UnreadableError, page, render, take_request

# Linger for zero seconds: the kernel then sends a reset instead of an orderly end.
_RESET = struct.pack("ii", 1, 0)


class Connection(asyncio.Protocol):
    """Serves one request after the other, so that pipelined requests are answered in their order.

    asyncio sets TCP_NODELAY on the socket by itself.
    """

    def __init__(self, service: Service, postponed: Postponed, open_ones: set["Connection"]) -> None:
        self._service = service
        self._postponed = postponed
        self._open_ones = open_ones
        self._loop = asyncio.get_running_loop()
        self._buffer = bytearray()
        self._busy = False
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start listening to a client."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101
        self._transport = transport
        self._open_ones.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Forget a client that has gone; what it asked for is carried out all the same."""
        self._open_ones.discard(self)

    def data_received(self, data: bytes) -> None:
        """Take in bytes and serve the requests they complete."""
        self._buffer += data
        self._advance()

    def abort(self) -> None:
        """Hang up at once."""
        self._transport.abort()

    def _advance(self) -> None:
        while not self._busy and not self._transport.is_closing():
            came = self._loop.time()
            try:
                request = take_request(self._buffer)
            except UnreadableError as error:
                self._transport.write(b"".join(render(page(error.status), keep_alive=False)))
                self._transport.close()
                return
            if request is None:
                return
            self._serve(request, came)

    def _serve(self, request: HttpRequest, came: float) -> None:
        exchange = self._service.open(request)
        faults = self._service.deck.faults
        if exchange.effect.carried_out == "late":
            self._busy = True
            self._postponed.add(faults.late_by, partial(self._carry_out_late, exchange))
            return
        answer = self._service.perform(exchange) if exchange.effect.carried_out == "at once" else None
        reply = self._service.reply(exchange, answer)
        wait = faults.latency + (faults.late_by if exchange.effect.is_late else 0.0) - (self._loop.time() - came)
        if wait > 0:
            self._busy = True
            self._loop.call_later(wait, self._finish_and_go_on, exchange, reply)
        else:
            self._finish(exchange, reply)

    def _carry_out_late(self, exchange: Exchange) -> None:
        reply = self._service.reply(exchange, self._service.perform(exchange))
        self._loop.call_later(self._service.deck.faults.latency, self._finish_and_go_on, exchange, reply)

    def _finish_and_go_on(self, exchange: Exchange, reply: Reply) -> None:
        self._busy = False
        self._finish(exchange, reply)
        self._advance()

    def _finish(self, exchange: Exchange, reply: Reply) -> None:
        gone, reset = self._transport.is_closing(), exchange.effect.delivery == "reset"
        # Noted first: a client that has its answer must find the request in the log.
        self._service.note(exchange, None if gone or reset else reply)
        if gone:
            return
        if reset:
            self._reset()
            return
        keep_alive = exchange.request.keep_alive and not exchange.effect.hangs_up
        head, body = render(reply, keep_alive=keep_alive)
        halved = exchange.effect.delivery == "half"
        self._transport.write(head + (body[: len(body) // 2] if halved else body))
        if halved or not keep_alive:
            self._transport.close()

    def _reset(self) -> None:
        connected: socket.socket = self._transport.get_extra_info("socket")
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._transport.abort()
