"""Requests without the layers of the libraries: the same bytes, and the same answer to whatever a server sends."""

import gzip
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from importer.enswitch import transport as transport_module
from importer.enswitch.proxy_adapter import ProxyAdapter
from importer.errors import ImporterError, NotReached, OutcomeUnknown
from tests.support.notifications import make_certificate
from tests.support.raw_server import FORM, RESET, Serve, listening, reply, take_request, transport_to
from tests.support.thorough import share

OK = b"HTTP/1.1 200 OK\r\n"
PLAIN = OK + b"Content-Length: 2\r\n\r\n{}"


@contextmanager
def by_the_libraries() -> Iterator[None]:
    """Have requests travel through requests and urllib3 as a whole, as those through a proxy do."""
    before = transport_module.DirectAdapter
    transport_module.DirectAdapter = ProxyAdapter  # type: ignore[assignment, misc]
    try:
        yield
    finally:
        transport_module.DirectAdapter = before  # type: ignore[misc]


# What is sent


def sent_to(path: str) -> bytes:
    """Return the bytes of a request to a path, without the port."""
    received: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        received.append(take_request(connection))
        connection.sendall(PLAIN)

    with listening(serve) as url:
        one = transport_to(f"{url}{path}")
        one.post("bulk/campaigns/create", FORM)
        one.close()
    port = url.rsplit(":", 1)[1].rstrip("/")
    return received[0].replace(port.encode(), b"PORT")


@pytest.mark.parametrize("path", ["", "api/json/", "a b/", "%7Ea/%zz/", "ä/", "a;b=c/", "x//y/"])
def test_the_bytes_of_a_request_are_those_of_the_libraries(path: str) -> None:
    """However an address is written, the request is the one that requests would send, headers in their order."""
    ours = sent_to(path)
    with by_the_libraries():
        assert ours == sent_to(path)


# What comes back


def told(url: str, most: int = 1 << 20) -> tuple[object, ...]:
    """Return what a request comes to: status, headers and body, or the error."""
    one = transport_to(url, read_timeout=5.0)
    try:
        answer = one.post("x", FORM, most=most)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return answer.status, headers, answer.body
    except ImporterError as error:
        return type(error), error.message
    finally:
        one.close()


HEADERS = st.sampled_from(
    [
        b"Content-Type: application/json",
        b"Content-Length: 2",
        b"Content-Length: 0",
        b"content-length:3",
        b"Content-Length: 2, 2",
        b"Content-Length: +2",
        b"Content-Length: -1",
        b"Content-Length: 99999999",
        b"Content-Length: ",
        b"Transfer-Encoding: chunked",
        b"Transfer-Encoding: identity",
        b"Content-Encoding: gzip",
        b"Content-Encoding: identity",
        b"Connection: close",
        b"Connection: Keep-Alive",
        b"Retry-After: 3",
        b"Retry-After: 4",
        b"Set-Cookie: a=b",
        b"X-Folded: a\r\n b",
        b"X-Bytes: \xe4\x00",
        b"X Space: a",
        b" leading: a",
        b"nonsense",
        b": empty",
        b"Trailing:a  ",
    ]
)
STATUSES = st.sampled_from(
    [
        b"HTTP/1.1 200 OK",
        b"HTTP/1.1 200",
        b"HTTP/1.1 503 Busy \xe4",
        b"HTTP/1.0 200 OK",
        b"HTTP/1.1 204 None",
        b"HTTP/1.1 304 None",
        b"HTTP/1.1 999 X",
        b"HTTP/2 200",
        b"HTTP/1.1 2000 OK",
        b"ICY 200 OK",
        b"HTTP/1.1  200 OK",
    ]
)
BODIES = st.sampled_from([b"", b"{}", b"{}{", b"2\r\n{}\r\n0\r\n\r\n", b"zz\r\n", gzip.compress(b"{}"), PLAIN])
ENDS = st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r"])


@st.composite
def answers(draw: Callable[..., bytes]) -> bytes:
    """Draw what a server may send: mostly nearly right."""
    end = draw(ENDS)
    interim = draw(st.sampled_from([b"", b"", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Hints\r\n\r\n"]))
    headers: list[bytes] = draw(st.lists(HEADERS, max_size=5))  # type: ignore[assignment]
    return interim + end.join([draw(STATUSES), *headers, b"", b""]) + draw(BODIES)


WITH_TWO = b"Content-Length: 2\r\n\r\n{}"


@example(b"HTTP/1.1 204 None\r\n" + WITH_TWO, 200)
@example(b"HTTP/1.1 304 None\r\n" + WITH_TWO, 200)
@example(OK + b"Content-Length: 1\r\n" + WITH_TWO, 200)
@example(OK + b"Transfer-Encoding: chunked\r\n" + WITH_TWO, 200)
@example(OK + b"Content-Encoding: gzip\r\n" + WITH_TWO, 200)
@example(OK + b"Retry-After: 3\r\nretry-after: 4\r\n" + WITH_TWO, 5)
@settings(max_examples=share(150), suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(answers(), st.integers(0, 200))
def test_any_answer_means_what_the_libraries_make_of_it(answer: bytes, cut: int) -> None:
    """Status, headers, body or error are the same as through requests, in one piece or two, and then closed."""

    def serve(connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        take_request(connection)
        connection.sendall(answer[:cut])
        connection.sendall(answer[cut:])

    with listening(serve, serve) as url:
        ours = told(url)
        with by_the_libraries():
            assert ours == told(url)


KEPT = {
    "plain": PLAIN,
    "two headers": OK + b"Set-Cookie: a\r\nSet-Cookie: b\r\nContent-Length: 2\r\n\r\n{}",
    "after 100": b"HTTP/1.1 100 Continue\r\n\r\n" + PLAIN,
    "folded": OK + b"X: a\r\n b\r\nContent-Length: 2\r\n\r\n{}",
    "chunks": OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1;x=y\r\n}\r\n0\r\nX: y\r\n\r\n",
    "gzip": OK
    + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(gzip.compress(b"{}"))
    + gzip.compress(b"{}"),
}
NOT_KEPT = {
    "close": OK + b"Connection: close\r\nContent-Length: 2\r\n\r\n{}",
    "to the end": OK + b"\r\n{}",
    "1.0": b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    "1.0 to the end": b"HTTP/1.0 200 OK\r\n\r\n{}",
    "chunks and close": OK + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "more than announced": PLAIN + PLAIN,
}


@pytest.mark.parametrize("pieces", [1, 2, 1000])
@pytest.mark.parametrize("form", KEPT)
def test_a_connection_is_kept(form: str, pieces: int) -> None:
    """After a complete answer the next request goes over the same connection, however the answer was framed and cut."""
    answer = KEPT[form]
    size = max(1, len(answer) // pieces)

    def serve(connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(3):
            take_request(connection)
            for at in range(0, len(answer), size):
                connection.sendall(answer[at : at + size])

    with listening(serve) as url:
        one = transport_to(url)
        assert [one.post("x", FORM).body for _ in range(3)] == [b"{}"] * 3
        one.close()


@pytest.mark.parametrize("form", NOT_KEPT)
def test_a_connection_is_not_kept(form: str) -> None:
    """Where the server closes it, or has sent more than an answer, the next request takes another connection."""
    with listening(lambda one: reply(one, NOT_KEPT[form]), reply) as url:
        one = transport_to(url)
        assert [one.post("x", FORM).body for _ in range(2)] == [b"{}"] * 2
        one.close()


MOST = 1 << 20
LEFT_OPEN = {
    "close": NOT_KEPT["close"],
    "chunks and close": NOT_KEPT["chunks and close"],
    "1.0": NOT_KEPT["1.0"],
    "too long, not all of it": OK + b"Content-Length: %d\r\n\r\n" % (3 * MOST) + b" " * (2 * MOST),
    "bad gzip, not all of it": OK + b"Content-Encoding: gzip\r\nContent-Length: 9\r\n\r\n{}",
    "bad chunk": OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
}


@pytest.mark.parametrize("form", LEFT_OPEN)
def test_a_connection_that_the_server_leaves_open_is_hung_up(form: str) -> None:
    """Where the end of an answer, or what follows it, cannot be trusted, it is we who close the connection."""
    over: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        reply(connection, LEFT_OPEN[form])
        connection.settimeout(10)
        try:
            over.append(connection.recv(1))
        except ConnectionResetError:  # closed with bytes that were not read
            over.append(b"")

    with listening(serve, reply) as url:
        one = transport_to(url, read_timeout=2.0)
        try:
            assert one.post("x", FORM, most=MOST).body == b"{}"
        except OutcomeUnknown:
            assert form in ("too long, not all of it", "bad gzip, not all of it", "bad chunk")
        assert one.post("x", FORM).body == b"{}"
        one.close()
    assert over == [b""]


@pytest.mark.parametrize("status", [b"100 Continue", b"102 Processing", b"103 Early Hints"])
@pytest.mark.parametrize("interim", [1, 3])
def test_interim_responses_are_not_the_answer(status: bytes, interim: int) -> None:
    """What a server says before its answer is passed over, and each request gets its own answer."""

    def serve(connection: socket.socket) -> None:
        head = b"HTTP/1.1 " + status + b"\r\nLink: </a>\r\n\r\n"
        reply(connection, head * interim + OK + b"Content-Length: 1\r\n\r\n1")
        reply(connection, OK + b"Content-Length: 1\r\n\r\n2")

    with listening(serve) as url:
        one = transport_to(url)
        assert [one.post("x", FORM).body for _ in range(2)] == [b"1", b"2"]
        one.close()


def test_after_another_protocol_was_offered_the_connection_ends() -> None:
    """A server that switches protocols says nothing more that could be an answer."""

    def serve(connection: socket.socket) -> None:
        reply(connection, b"HTTP/1.1 101 Switching Protocols\r\n\r\n" + OK + b"Content-Length: 1\r\n\r\n1")

    with listening(serve, reply) as url:
        one = transport_to(url)
        assert one.post("x", FORM).status == 101
        assert one.post("x", FORM).body == b"{}"
        one.close()


def test_what_nobody_asked_for_is_not_taken_for_an_answer() -> None:
    """Bytes that arrive between two requests end their connection: the next answer is its own."""
    arrived = threading.Event()

    def serve(connection: socket.socket) -> None:
        reply(connection)
        connection.sendall(OK + b"Content-Length: 6\r\n\r\nforged")
        arrived.set()
        connection.settimeout(10)
        with suppress(ConnectionResetError):  # what was not read resets it
            assert connection.recv(1) == b""  # nothing more is sent over it

    with listening(serve, reply) as url:
        one = transport_to(url)
        assert one.post("x", FORM).body == b"{}"
        arrived.wait(10)
        assert one.post("x", FORM).body == b"{}"
        one.close()


@pytest.mark.parametrize(
    ("part", "end"),
    [
        *((part, "reset") for part in (b"HTTP", OK, OK + b"Content-Le", OK + b"Content-Length: 9\r\n\r\n", PLAIN[:-1])),
        *((part, "closed") for part in (b"", b"HTTP", OK + b"Content-Length: 9\r\n\r\n", PLAIN[:-1])),
        # To http.client, a head that is cut between two lines is complete, and these would prove that nothing was done.
        *((part, "closed") for part in (OK, b"HTTP/1.1 429 Wait\r\n", b"HTTP/1.1 503 Busy\r\nRetry-After: 0\r\n")),
        *((part, "closed") for part in (b"HTTP/1.1 401 No\r\n", b"HTTP/1.1 429 Wait\r\nContent-Length: 2\r\n")),
    ],
)
def test_a_connection_that_ends_within_an_answer(part: bytes, end: str) -> None:
    """However much of the head or the body has come: the outcome is unknown, and the next request starts afresh."""

    def serve(connection: socket.socket) -> None:
        reply(connection, part)
        if end == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)

    with listening(serve, reply) as url:
        one = transport_to(url)
        with pytest.raises(OutcomeUnknown, match="broke before the response was complete"):
            one.post("x", FORM)
        assert one.post("x", FORM).body == b"{}"
        one.close()


def test_a_kept_connection_that_was_reset_meanwhile_is_opened_anew() -> None:
    """A reset between two requests is seen before a byte of the second has left, so it costs nothing."""
    over = threading.Event()

    def serve(connection: socket.socket) -> None:
        reply(connection)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        connection.close()
        over.set()

    with listening(serve, reply) as url:
        one = transport_to(url)
        one.post("x", FORM)
        over.wait(10)
        assert one.post("x", FORM).body == b"{}"
        one.close()


@pytest.mark.parametrize("size", [1 << 14, 1 << 16, (1 << 16) + 1, 1 << 20])
def test_bodies_of_every_size(size: int) -> None:
    """What fits into no single receipt is read to the byte, and the connection kept."""
    answer = OK + b"Content-Length: %d\r\n\r\n" % size + b"x" * size

    def serve(connection: socket.socket) -> None:
        for _ in range(2):
            reply(connection, answer)

    with listening(serve) as url:
        one = transport_to(url)
        assert [one.post("x", FORM).body for _ in range(2)] == [b"x" * size] * 2
        one.close()


@pytest.mark.parametrize("number", [10, 63, 64, 98])
def test_heads_of_many_lines(number: int) -> None:
    """As many header lines as the standard library reads, and their values."""
    lines = b"".join(b"X-%d: %d\r\n" % (one, one) for one in range(number))
    with listening(lambda one: reply(one, OK + lines + b"Content-Length: 2\r\n\r\n{}")) as url:
        one = transport_to(url)
        answer = one.post("x", FORM)
        one.close()
    assert (answer.headers[f"x-{number - 1}"], answer.body) == (str(number - 1), b"{}")


def test_a_form_beyond_every_buffer() -> None:
    """A form of megabytes arrives whole."""
    form = b"a" * 3_000_001 + FORM
    received: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        received.append(take_request(connection))
        connection.sendall(PLAIN)

    with listening(serve) as url:
        one = transport_to(url)
        one.post("x", form)
        one.close()
    assert received[0].partition(b"\r\n\r\n")[2] == form


# Encryption


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that no authority has signed, and its key, in one file."""
    return make_certificate(tmp_path_factory.mktemp("tls"))


def encrypted(serve: Serve, certificate: Path) -> Serve:
    """Return the same over TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def over_tls(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            serve(secure)

    return over_tls


@pytest.mark.parametrize("form", [*KEPT, *NOT_KEPT])
def test_every_answer_over_tls(form: str, certificate: Path) -> None:
    """Encrypted answers are read as others are, and the connection is kept or not as with others."""
    answer = {**KEPT, **NOT_KEPT}[form]

    def serve(connection: socket.socket) -> None:
        for _ in range(2 if form in KEPT else 1):
            reply(connection, answer)

    server = encrypted(serve, certificate)
    with listening(*([server] if form in KEPT else [server, server])) as url:
        one = transport_to(url.replace("http://", "https://"), ca_bundle=str(certificate))
        assert [one.post("x", FORM).body for _ in range(2)] == [b"{}"] * 2
        one.close()


def test_after_a_failed_handshake_nothing_is_sent_unencrypted() -> None:
    """A server that fails the handshake and waits sees another handshake, and never a byte of the request."""
    received: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        received.append(connection.recv(65536))
        connection.sendall(b"\x15\x03\x03\x00\x02\x02\x28")  # a TLS alert: handshake failure
        connection.settimeout(1)
        while more := connection.recv(65536):
            received.append(more)

    with listening(serve, serve) as url:
        one = transport_to(url.replace("http://", "https://"))
        for _ in range(2):
            with pytest.raises(NotReached, match="TLS"):
                one.post("x", FORM)
        one.close()
    assert [message[0] for message in received] == [0x16, 0x16]
    assert not [message for message in received if b"POST" in message or b"secret" in message]


def test_tls_that_breaks_within_an_answer(certificate: Path) -> None:
    """A connection that is cut without the farewell of TLS, in the middle of an answer, proves nothing."""

    def serve(connection: socket.socket) -> None:
        reply(connection, PLAIN[:-1])
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)

    with listening(encrypted(serve, certificate)) as url:
        one = transport_to(url.replace("http://", "https://"), ca_bundle=str(certificate))
        with pytest.raises(OutcomeUnknown, match="broke before the response was complete"):
            one.post("x", FORM)
        one.close()
