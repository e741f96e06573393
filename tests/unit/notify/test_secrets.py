"""Passwords and secrets are nowhere but on the wire: all that is said, logged and written is searched for them."""

import base64
import json
import logging
import os
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from importer.cli.values import settings
from importer.errors import WrongSettings
from importer.model import Secret
from importer.notify import Channel, Command, Mail, Webhook
from importer.notify.errors import without
from tests.support.clocks import Clock
from tests.support.notifications import SECRET, Receiver, message, outbox, post_office, receiver
from tests.support.servers import free_port

TOKEN = "T0KEN"


def forms() -> set[bytes]:
    """Return the ways in which the password could be written."""
    texts = {SECRET, quote(SECRET), quote_plus(SECRET), json.dumps(SECRET)[1:-1], "Gehe", "4711"}
    coded = {base64.b64encode(one.encode()) for one in (SECRET, f"\0night\0{SECRET}")}
    return {text.encode() for text in texts} | coded | {TOKEN.encode()}


def leaks(content: bytes) -> list[bytes]:
    """Return the forms of the password that some bytes hold."""
    return [form for form in forms() if form in content]


def check(tmp_path: Path, told: list[str], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    """Search all that was said, logged of ours, shown and written."""
    shown = capfd.readouterr()
    logged = [record.getMessage() for record in caplog.records if record.name.split(".")[0] not in ("mail", "urllib3")]
    assert leaks("\n".join((*told, *logged, shown.out, shown.err)).encode()) == []
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert [(path.name, leaks(path.read_bytes())) for path in files if leaks(path.read_bytes())] == []


CODED = [base64.b64encode(one.encode()).decode() for one in (SECRET, f"\0night\0{SECRET}")]
ECHOES = [f"535 5.7.8 no such password {SECRET}", f"535 refused AUTH PLAIN {CODED[1]}", f"454 later: {CODED[0]}"]


@pytest.mark.parametrize("echo", ECHOES)
def test_a_mail_server_that_repeats_the_password(
    here: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], echo: str
) -> None:
    """Where a server's no quotes the password, in any coding, it is not passed on."""
    clock = Clock()
    box = outbox(clock, here / "outbox")
    box.put(message())
    with post_office(login=True) as mail_server, caplog.at_level(logging.DEBUG):
        mail_server.login_answer = echo
        told = box.deliver([mail_server.channel(username="night", password=Secret(SECRET))])
    assert "<hidden>" in told[0]
    assert mail_server.logins[0] == ("night", SECRET)
    check(tmp_path, told, caplog, capfd)


def test_no_way_and_no_failure_writes_it(
    here: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Every channel, in every way to fail and at last with success, leaves the secrets out of all that it leaves."""
    clock, told = Clock(), []
    absent = Receiver()
    absent.port = free_port()
    account = {"username": "night", "password": Secret(SECRET)}
    with post_office(login=True) as mail_server, receiver() as hook, caplog.at_level(logging.DEBUG):
        box = outbox(clock, here / "outbox")
        box.put(message())
        mail_server.answers = ["554 no", "451 later", "drop", "500 never"]
        hook.answers = [500, "reset", "hang", 404, 302, (503, {"Retry-After": "900"})]
        secret = Secret(SECRET)
        for _ in range(6):
            told += box.deliver(
                [
                    mail_server.channel("mail", **account),
                    mail_server.channel("starttls", **{**account, "security": "starttls"}),
                    mail_server.channel("tls", **{**account, "security": "tls"}),
                    Channel(
                        "plain",
                        Mail(host="192.0.2.1", sender="a@b.c", recipients=("a@b.c",), security="none", **account),
                    ),  # type: ignore[arg-type]
                    Channel("hook", Webhook(url=hook.url, secret=secret, timeout=0.2)),
                    Channel("absent", Webhook(url=absent.url, secret=secret)),
                    Channel("nonsense", Webhook(url=f"http://x:{TOKEN}@127.0.0.1/", secret=secret)),
                    Channel("command", Command(arguments=("./missing",))),
                ]
            )
        assert len(mail_server.mails) == 1
        assert len(hook.requests) >= 5
    assert len(told) > 10
    check(tmp_path, told, caplog, capfd)


def test_no_object_shows_it() -> None:
    """Whatever holds a secret, or an address that may be one, prints without it."""
    mail = Mail(host="h", sender="a@b.c", recipients=("a@b.c",), username="u", password=Secret(SECRET))
    for one in (mail, Webhook(url=f"https://x.example.com/{TOKEN}", secret=Secret(SECRET)), Channel("m", mail)):
        assert leaks(f"{one!r} {one!s}".encode()) == []


def test_hiding_leaves_other_texts_alone() -> None:
    """A text without the secret is reported as it is; an empty secret hides nothing."""
    assert without(Secret(SECRET), "550 no such user") == "550 no such user"
    assert without(Secret(""), "abc") == without(None, "abc") == "abc"
    assert without(Secret("a b"), "x=a+b; x=a%20b; x=a b") == "x=<hidden>; x=<hidden>; x=<hidden>"


@pytest.mark.parametrize("variable", ["CAMPAIGN_IMPORTER_MAIL_PASSWORD", "CAMPAIGN_IMPORTER_WEBHOOK_SECRET"])
def test_a_secret_that_is_no_text(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    """A secret in another encoding than UTF-8 is a sentence that names the variable and not the secret."""
    monkeypatch.setenv(variable, os.fsdecode("hunté2".encode("latin-1")))
    with pytest.raises(WrongSettings, match=f"{variable} contains bytes that are not UTF-8 text") as caught:
        settings.secret(None, variable)
    assert "hunt" not in caught.value.message
