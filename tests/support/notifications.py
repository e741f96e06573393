"""Who is notified in tests: a mail server and a webhook's receiver on this machine, which fail as they are told to."""

import email
import json
import shutil
import socket
import ssl
import subprocess
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from threading import Event
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from importer.model import Secret
from importer.notify import Channel, Content, Mail, Message, Outbox
from tests.support.clocks import Clock
from tests.support.http_server import HangUpError, Page, Request, ResetError, web_server

SECRET = 'Gehe&1m;=%+"4711'
"""A password that cannot be mistaken for anything else, in the ASCII that mail servers can be sent."""


def outbox(clock: Clock, folder: Path, **settings: Any) -> Outbox:
    """Return an outbox that lives in the time of a clock."""
    return Outbox(folder, **{"wait_at_most": 0.0, "now": lambda: clock.now, "sleep": clock.sleep, **settings})


def message(key: str = "run-1", **changes: Any) -> Message:
    """Return a message about a file that failed, except for the changes."""
    given = {
        "content": content(),
        "summary": {"run": key, "counts": {"created": 18, "failed": 2}},
        "failed": True,
    }
    return Message(key=key, **{**given, **changes})


def noted_earlier(outbox: Path, attachment: Path) -> None:
    """Have the one message that waits know where its attachment is, as an earlier version noted that."""
    (waits,) = (path for path in (outbox / "waiting").glob("*.json") if json.loads(path.read_bytes())["attachments"])
    waits.with_suffix(".place").write_text(json.dumps(str(attachment)))


def enclosing(*paths: Path, **changes: Any) -> dict[str, Any]:
    """Return the changes of a message that has results, which are named in it and attached."""
    places = tuple(("Results", str(path)) for path in paths)
    return {"content": content(places=places, **changes), "attachments": paths}


def content(**changes: Any) -> Content:
    """Return what there is to say about a file that failed, except for the changes."""
    given = {"title": "night.xlsx", "outcome": "2 rows failed.", "brief": "2 of 20 rows failed"}
    return Content(**{**given, **changes})


def mail_lines(port: int) -> str:
    """Return the lines of drop.toml that tell all by e-mail."""
    return (
        '[notify.mail]\nwhen = "always"\nhost = "127.0.0.1"\nsecurity = "none"\n'
        f'port = {port}\nfrom = "importer@example.com"\nto = ["night@example.com"]\n'
    )


def text_of(mail: EmailMessage) -> str:
    """Return the plain text of an e-mail."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(cast("EmailMessage", body).get_content())


class PostOffice:
    """A mail server that keeps what it takes.

    `answers` is what it says to the next mails instead of taking them, "drop" to break the connection; `refused` what
    it says to recipients, `farewell` what it says to QUIT, or "drop" to break the connection before the yes. `taken`
    runs once a mail is taken, before that is said.
    """

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.answers: list[str] = []
        self.refused: dict[str, str] = {}
        self.logins: list[tuple[str, str]] = []
        self.encrypted: list[bool] = []
        self.connections = 0
        self.login_answer: str | None = None
        self.farewell = ""
        self.taken: Callable[[], None] = lambda: None
        self.port = 0

    def mail(self, **changes: Any) -> Mail:
        """Return the settings of a channel that writes to this server."""
        given = {
            "host": "127.0.0.1",
            "port": self.port,
            "security": "none",
            "sender": "Importer <importer@example.com>",
            "recipients": ("ops@example.com",),
            "timeout": 5.0,
        }
        return Mail(**{**given, **changes})

    def channel(self, name: str = "mail", when: Any = "failure", **changes: Any) -> Channel:
        """Return a channel that writes to this server."""
        return Channel(name, self.mail(**changes), when)

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, kind: str, data: Any) -> AuthResult:
        """Take one password; repeat every other in the answer, as a bad server would."""
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login.decode(), data.password.decode()))
        if self.login_answer is None and data.password.decode() == SECRET:
            return AuthResult(success=True)
        return AuthResult(success=False, handled=False, message=self.login_answer)

    async def handle_RCPT(  # noqa: N802 -- the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Sequence[str]
    ) -> str:
        """Take a recipient, or say what was set for it."""
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail, or fail as it was told to."""
        self.encrypted.append(cast("Any", server.transport).get_extra_info("ssl_object") is not None)
        answer = self.answers.pop(0) if self.answers else ""
        if answer == "drop":
            cast("Any", server.transport).abort()
            return ""
        if answer:
            return answer
        content = envelope.content
        assert isinstance(content, bytes)
        self.mails.append(cast("EmailMessage", email.message_from_bytes(content, policy=default)))
        self.recipients.append(list(envelope.rcpt_tos))
        self.taken()
        if self.farewell == "drop":
            cast("Any", server.transport).abort()
        return "250 OK"

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Say goodbye, or what was set for it."""
        return self.farewell or "221 Bye"


class _Controller(Controller):
    mail_server: PostOffice

    def factory(self) -> SMTP:
        self.mail_server.connections += 1
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that AUTH without TLS is unsafe is known here
            return super().factory()


@contextmanager
def post_office(
    certificate: Path | None = None, *, implicit: bool = False, login: bool = False, **settings: Any
) -> Iterator[PostOffice]:
    """Run a mail server: plain, with with STARTTLS where there is a certificate, or with TLS from the start."""
    mail_server = PostOffice()
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    if login:
        settings |= {"authenticator": mail_server.authenticate, "auth_required": True, "auth_require_tls": False}
    if context is not None and implicit:
        settings |= {"ssl_context": context}
    elif context is not None:
        settings |= {"tls_context": context, "require_starttls": True}
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    controller = _Controller(mail_server, hostname="127.0.0.1", port=port, server_hostname="localhost", **settings)
    controller.mail_server = mail_server
    mail_server.port = port
    controller.start()
    mail_server.connections = 0
    try:
        yield mail_server
    finally:
        controller.stop()


class Receiver:
    """A web server that keeps what it gets.

    `answers` is what it does with the next requests instead of saying 200: a status, a pair of status and headers,
    "reset", or "hang" until it ends.
    """

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.answers: list[Any] = []
        self.port = 0
        self.ending = Event()

    @property
    def url(self) -> str:
        """An address here, with a part that is nobody's business."""
        return f"http://127.0.0.1:{self.port}/hooks/T0KEN?key=T0KEN"

    def answer(self, request: Request) -> Page:
        """Keep a request and answer it."""
        self.requests.append(request)
        answer = self.answers.pop(0) if self.answers else 200
        if answer == "hang":
            self.ending.wait(5)
            raise HangUpError
        if answer == "reset":
            raise ResetError
        status, headers = answer if isinstance(answer, tuple) else (answer, {})
        return Page(status, b"", {"Connection": "close", **headers})


@contextmanager
def receiver(certificate: Path | None = None) -> Iterator[Receiver]:
    """Run a web server, with TLS where there is a certificate."""
    running = Receiver()
    with web_server(running.answer, certificate) as running.port:
        try:
            yield running
        finally:
            running.ending.set()


def make_certificate(folder: Path) -> Path:
    """Make an authority's certificate that is also the one of 127.0.0.1; return it and its key in one file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not there to make a certificate")
    subprocess.run(
        [
            *(openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-addext", "keyUsage=critical,digitalSignature,keyCertSign"),
            *("-keyout", folder / "key.pem", "-out", folder / "certificate.pem"),
        ],
        check=True,
        capture_output=True,
    )
    both = folder / "both.pem"
    both.write_bytes((folder / "key.pem").read_bytes() + (folder / "certificate.pem").read_bytes())
    return both


def login() -> dict[str, Any]:
    """Return the settings of an account that the mail server knows."""
    return {"username": "night", "password": Secret(SECRET)}
