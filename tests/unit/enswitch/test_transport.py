"""The connection's own record of whether a byte of the request can have left."""

import gzip
import socket
import threading
import tracemalloc
import zlib
from pathlib import Path

import pytest

from importer.errors import ImporterError, NotReached, OutcomeUnknown, WrongSettings
from tests.support.raw_server import FORM, RESET, Serve, listening, reply, take_request, transport_to


def failure(url: str, **given: float) -> ImporterError:
    """Post a form and return the error."""
    transport = transport_to(url, **given)
    try:
        with pytest.raises(ImporterError) as caught:
            transport.post("bulk/campaigns/create", FORM)
    finally:
        transport.close()
    assert "secret" not in caught.value.message
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    return caught.value


def test_an_answer() -> None:
    """Status, headers in any case, and the body come back as they are; the form goes out as it is."""
    received: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        received.append(take_request(connection))
        connection.sendall(b"HTTP/1.1 503 Busy\r\nretry-after: 4\r\nContent-Length: 2\r\n\r\n{}")

    with listening(serve) as url:
        transport = transport_to(url)
        answer = transport.post("bulk/campaigns/create", FORM)
        transport.close()
    assert (answer.status, answer.headers["Retry-After"], answer.body) == (503, "4", b"{}")
    head, _, body = received[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /bulk/campaigns/create/ HTTP/1.1\r\n")
    assert b"Content-Type: application/x-www-form-urlencoded" in head
    assert b"secret" not in head
    assert body == FORM


def test_no_connection_proves_that_nothing_left() -> None:
    """A refused connection, and a name that cannot be resolved."""
    assert isinstance(failure("http://127.0.0.1:9/"), NotReached)


def reset(connection: socket.socket) -> None:
    """End the connection with a reset."""
    take_request(connection)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)


def silence(connection: socket.socket) -> None:
    """Read the request and wait until the other side gives up."""
    take_request(connection)
    connection.settimeout(10)
    connection.recv(1)


@pytest.mark.parametrize(
    ("serve", "words"),
    [
        (reset, "broke before the response was complete"),
        (take_request, "broke before the response was complete"),
        (lambda one: reply(one, b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"), "broke before the response"),
        (lambda one: reply(one, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), "broke before"),
        (lambda one: reply(one, b"nonsense\r\n\r\n"), "broke before the response was complete"),
        (
            lambda one: reply(one, b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"),
            "broke before",
        ),
        (silence, "No response from 127.0.0.1 within 0.2 seconds"),
    ],
    ids=["reset", "closed", "cut", "bad chunk", "no HTTP", "bad gzip", "silence"],
)
def test_after_the_first_byte_nothing_is_proven(serve: Serve, words: str) -> None:
    """Once bytes have left, every failure is an unknown outcome."""
    with listening(serve) as url:
        error = failure(url, read_timeout=0.2)
    assert isinstance(error, OutcomeUnknown)
    assert words in error.message


HEAD = b"HTTP/1.1 200 OK\r\n"
LONG = HEAD + b"Content-Length: 100000\r\n\r\n"


def dripping(sent: bytes, drop: bytes) -> Serve:
    """Return what begins an answer and goes on with a drop every now and then, much more often than any time-out."""

    def serve(connection: socket.socket) -> None:
        reply(connection, sent)
        gone = threading.Event()
        try:
            while not gone.wait(0.02):
                connection.sendall(drop)
        except OSError:  # the other side has given up
            return

    return serve


DRIPPING = {
    "status": (b"HTTP/1.1 ", b"2"),
    "head": (HEAD + b"X-Slow: ", b"a"),
    "many heads": (HEAD, b"X: a\r\n"),
    "continue": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "body": (LONG, b" "),
    "body to the end": (HEAD + b"\r\n", b" "),
    "chunks": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "chunk size": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"0"),
    "trailers": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: a\r\n"),
    "gzip": (HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"{}")[:10], b"\x00\x00\x00\x00\x00"),
}


@pytest.mark.parametrize("where", DRIPPING)
def test_an_answer_that_drips_is_given_up(where: str) -> None:
    """The time-out is that of the whole answer: one that is never silent and never complete ends with it."""
    with listening(dripping(*DRIPPING[where])) as url:
        error = failure(url, read_timeout=0.3)
    assert isinstance(error, OutcomeUnknown)
    if where != "many heads":  # more than a hundred are refused before the time is over
        assert "No response from 127.0.0.1 within 0.3 seconds" in error.message


def test_a_list_may_take_longer_than_its_silences() -> None:
    """With more time for the whole, an answer that comes bit by bit is read to its end, and silence is given up."""

    def serve(connection: socket.socket) -> None:
        reply(connection, HEAD + b"Content-Length: 26\r\n\r\n")
        for _ in range(26):
            threading.Event().wait(0.05)
            connection.sendall(b"x")

    with listening(serve) as url:
        transport = transport_to(url, read_timeout=1.2)  # a busy machine is silent for longer than the server
        assert transport.post("x", FORM, times=20).body == b"x" * 26
        transport.close()
    with listening(silence) as url:
        transport = transport_to(url, read_timeout=0.2)
        with pytest.raises(OutcomeUnknown, match=r"No response from 127\.0\.0\.1 within 0\.2 seconds"):
            transport.post("x", FORM, times=1_000)  # much longer than the server waits: its end is not "no response"
        transport.close()


def test_a_server_that_takes_nothing_is_given_up() -> None:
    """A request that is not taken ends with the time-out too."""
    over = threading.Event()
    with listening(lambda _: over.wait(10) and None) as url:
        transport = transport_to(url, read_timeout=0.3)
        with pytest.raises(OutcomeUnknown):
            transport.post("x", b"a" * 50_000_000)
        over.set()
        transport.close()


def endless(sent: bytes, block: bytes) -> Serve:
    """Return what sends an answer without an end, as fast as it is taken."""

    def serve(connection: socket.socket) -> None:
        reply(connection, sent)
        try:
            while True:
                connection.sendall(block)
        except OSError:
            return

    return serve


BOMB = gzip.compress(b" " * (64 << 20))
ENDLESS = {
    "length": (HEAD + b"Content-Length: 99999999999\r\n\r\n", b" " * 65536),
    "to the end": (HEAD + b"\r\n", b" " * 65536),
    "chunks": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"8000\r\n" + b" " * 0x8000 + b"\r\n"),
    "gzip": (HEAD + b"Content-Encoding: gzip\r\n\r\n", BOMB),
    "gzip twice": (HEAD + b"Content-Encoding: gzip, gzip\r\n\r\n", gzip.compress(BOMB)),
    "deflate": (HEAD + b"Content-Encoding: deflate\r\n\r\n", zlib.compress(b" " * (64 << 20))),
    "packed otherwise": (HEAD + b"Content-Encoding: deflate\r\n\r\n", BOMB),
    "a head": (HEAD + b"X: ", b"a" * 65536),
    "heads": (HEAD, b"X: a\r\n" * 100),
    "a status": (b"HTTP/1.1 200 ", b"a" * 65536),
}


@pytest.mark.parametrize("where", ENDLESS)
def test_an_answer_without_end_is_not_read_to_it(where: str) -> None:
    """An answer is read up to its bound, however it is packed; its outcome is unknown, and memory does not grow."""
    with listening(endless(*ENDLESS[where])) as url:
        tracemalloc.start()
        error = failure(url, read_timeout=20.0)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert isinstance(error, OutcomeUnknown)
    assert "within 20 seconds" not in error.message
    assert peak < 24 << 20


def test_a_list_may_be_longer_than_other_answers() -> None:
    """The bound is that of the request: what is too long for one answer is read as a list, to the byte."""
    size = (1 << 20) + 1
    answer = HEAD + b"Content-Length: %d\r\n\r\n" % size + b" " * size
    packed = gzip.compress(b" " * size)
    zipped = HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed
    serve = [lambda one, sent=sent: reply(one, sent) for sent in (answer, answer, zipped, zipped)]
    with listening(*serve) as url:
        transport = transport_to(url)
        for _ in (answer, zipped):
            assert transport.post("x", FORM, most=size).body == b" " * size
            transport.close()
            with pytest.raises(OutcomeUnknown, match="exceeds 1 MiB"):
                transport.post("x", FORM)
        transport.close()


def test_after_an_answer_that_was_too_long_the_next_is_its_own() -> None:
    """What was not read of an answer is never taken for the next one: the connection is given up with it."""
    with listening(endless(*ENDLESS["length"]), reply) as url:
        transport = transport_to(url)
        with pytest.raises(OutcomeUnknown):
            transport.post("x", FORM)
        assert transport.post("x", FORM).body == b"{}"
        transport.close()


def test_a_reset_before_the_request_was_read_proves_nothing() -> None:
    """A server that hangs up as soon as the request comes may still have had it in its hands."""

    def serve(connection: socket.socket) -> None:
        # A reset before the first byte has left is a proof: there must be one on its way.
        connection.recv(1, socket.MSG_PEEK)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)

    with listening(serve) as url:
        assert isinstance(failure(url), OutcomeUnknown)


def test_a_request_that_broke_off_in_the_middle_proves_nothing() -> None:
    """A server that hangs up while the request is still being sent may have had enough of it."""

    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)

    with listening(serve) as url:
        transport = transport_to(url)
        with pytest.raises(OutcomeUnknown):
            transport.post("x", b"a" * 50_000_000)
        transport.close()


def test_a_connection_that_the_server_closed_meanwhile_is_opened_anew() -> None:
    """A kept connection that has ended between two requests costs nothing."""
    closed = threading.Event()

    def first(connection: socket.socket) -> None:
        reply(connection)

    with listening(first, reply) as url:
        transport = transport_to(url)
        assert transport.post("x", FORM).status == 200
        closed.wait(0.1)
        assert transport.post("x", FORM).status == 200
        transport.close()


def test_a_kept_connection_that_breaks_proves_nothing() -> None:
    """The record is kept for each request, not for each connection: a second request that is lost is unknown."""

    def serve(connection: socket.socket) -> None:
        reply(connection)
        reset(connection)

    with listening(serve) as url:
        transport = transport_to(url)
        transport.post("x", FORM)
        with pytest.raises(OutcomeUnknown):
            transport.post("x", FORM)
        transport.close()


def test_after_a_lost_request_a_refused_connection_is_proof_again() -> None:
    """The record does not outlive its request."""
    with listening(take_request) as url:
        transport = transport_to(url)
        with pytest.raises(OutcomeUnknown):
            transport.post("x", FORM)
    with pytest.raises(NotReached):
        transport.post("x", FORM)
    transport.close()


def test_redirects_are_not_followed() -> None:
    """A redirect would be another request, and may take the password elsewhere."""
    sent = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"
    with listening(lambda one: reply(one, sent)) as url:
        transport = transport_to(url)
        assert transport.post("x", FORM).status == 302
        transport.close()


def test_a_server_that_does_not_speak_tls() -> None:
    """What goes wrong while the connection is made proves that the request did not leave."""

    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with listening(serve) as url:
        error = failure(url.replace("http://", "https://"))
    assert isinstance(error, NotReached)
    assert "TLS" in error.message


def test_an_address_that_is_none() -> None:
    """An address that the libraries refuse is a wrong setting, not a failure to repeat."""
    assert isinstance(failure("http://127.0.0.1:99999/"), NotReached | WrongSettings)


def test_a_ca_bundle_that_is_none(tmp_path: Path) -> None:
    """A file of certificates that holds none ends in one of our errors."""
    bundle = tmp_path / "ca.pem"
    bundle.write_text("nothing")
    with listening() as url:
        transport = transport_to(url.replace("http://", "https://"), ca_bundle=str(bundle))
        with pytest.raises(ImporterError):
            transport.post("x", FORM)
        transport.close()
