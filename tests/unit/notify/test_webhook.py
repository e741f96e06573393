"""Webhooks: what arrives, how it is signed, and what a receiver can do wrong."""

import hashlib
import hmac
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from importer.model import Secret
from importer.notify import Channel, Webhook, mistakes
from tests.support.clocks import NOON, Clock
from tests.support.notifications import SECRET, Receiver, make_certificate, message, outbox, receiver
from tests.support.servers import free_port


def tell(url: str, folder: Path, clock: Clock | None = None, **changes: Any) -> list[str]:
    """Put a message and deliver it to an address; return what is said."""
    box = outbox(clock or Clock(), folder / "outbox")
    assert box.put(message(summary={"file": "Nächte.xlsx \udcff"})) == []
    return box.deliver([Channel("webhook", Webhook(url=url, secret=Secret(SECRET), **changes))])


def test_what_arrives_is_signed(hook: Receiver, here: Path) -> None:
    """The receiver gets the summary as JSON and can prove from whom it is, and when it was sent, as documented."""
    assert tell(hook.url, here) == []
    (got,) = hook.requests
    assert (got.method, got.path) == ("POST", "/hooks/T0KEN?key=T0KEN")
    assert got.headers["Content-Type"] == "application/json"
    assert json.loads(got.body) == {"file": "Nächte.xlsx ?"}
    stamp, _, digest = got.headers["X-Campaign-Importer-Signature"].partition(",")
    assert stamp == f"t={int(NOON.timestamp())}"
    signed = stamp.removeprefix("t=").encode() + b"." + got.body
    assert digest == "v1=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert not {"Authorization", "Cookie"} & got.headers.keys()


def test_without_a_secret_nothing_is_signed(hook: Receiver, here: Path) -> None:
    """Who has agreed on no secret gets no signature that means nothing."""
    box = outbox(Clock(), here / "outbox")
    box.put(message())
    assert box.deliver([Channel("webhook", Webhook(url=hook.url))]) == []
    assert "X-Campaign-Importer-Signature" not in hook.requests[0].headers


@pytest.mark.parametrize("failure", [500, 503, 429, "reset"])
def test_one_that_fails_first(hook: Receiver, here: Path, clock: Clock, failure: Any) -> None:
    """A passing failure is tried again; every attempt is signed anew and has the same delivery's name."""
    hook.answers = [failure]
    assert tell(hook.url, here, clock) == []
    first, second = hook.requests
    assert clock.waits == [1.0]
    assert first.body == second.body
    names = {one.headers["X-Campaign-Importer-Delivery"] for one in hook.requests}
    stamps = {one.headers["X-Campaign-Importer-Signature"] for one in hook.requests}
    assert (len(names), len(stamps)) == (1, 2)


def test_one_that_does_not_answer(hook: Receiver, here: Path, clock: Clock) -> None:
    """A receiver that is silent is left after the time-out, and tried again."""
    hook.answers = ["hang"]
    assert tell(hook.url, here, clock, timeout=0.2) == []
    assert (len(hook.requests), clock.waits) == (2, [1.0])


def test_one_that_asks_for_time(hook: Receiver, here: Path, clock: Clock) -> None:
    """Retry-After is heeded; what asks for more than a moment waits for the next pass."""
    hook.answers = [(503, {"Retry-After": "7"}), (429, {"Retry-After": "600"})]
    (told,) = tell(hook.url, here, clock)
    assert "127.0.0.1 answered 429 (Too Many Requests)." in told
    assert (len(hook.requests), clock.waits) == (2, [7.0])


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 404, 410])
def test_a_lasting_no_is_not_repeated(hook: Receiver, here: Path, clock: Clock, status: int) -> None:
    """A no is reported at once; redirects are not followed, and the address, which may be secret, is not shown."""
    hook.answers = [(status, {"Location": hook.url})]
    (told,) = tell(hook.url, here, clock)
    assert f"127.0.0.1 answered {status}" in told
    assert "T0KEN" not in told
    assert (len(hook.requests), clock.waits) == (1, [])


def test_a_no_to_one_message_lets_others_through(hook: Receiver, here: Path, clock: Clock) -> None:
    """422 is about the message, 401 about the channel: after the first others are sent, after the second they wait."""
    box = outbox(clock, here / "outbox")
    for number in range(3):
        box.put(message(f"run-{number}"))
    channel = Channel("webhook", Webhook(url=hook.url))
    hook.answers = [422]
    assert len(box.deliver([channel])) == 1
    assert len(hook.requests) == 3
    box.put(message("run-3"))
    hook.answers = [401]
    assert box.deliver([channel])[1:] == ["webhook: 1 more message will be sent once it works again."]
    assert len(hook.requests) == 4


def test_nobody_there(here: Path, clock: Clock) -> None:
    """A receiver that is not there is a sentence, not an exception."""
    (told,) = tell(f"http://127.0.0.1:{free_port()}/", here, clock)
    assert told.endswith("127.0.0.1 cannot be used: it refused the connection.")
    assert clock.waits == [1.0, 2.0]


def test_certificates_are_verified(here: Path, tmp_path: Path) -> None:
    """An unknown certificate is refused and nothing is sent; one that is named is accepted."""
    certificate = make_certificate(tmp_path)
    with receiver(certificate) as hook:
        url = f"https://127.0.0.1:{hook.port}/"
        (told,) = tell(url, here)
        assert "its certificate cannot be verified (self-signed certificate)" in told
        assert hook.requests == []
        (told,) = tell(url, here, ca_bundle=str(here / "missing.pem"))
        assert "The certificates for 127.0.0.1 cannot be read." in told
        assert tell(url, here, ca_bundle=str(certificate)) == []
        assert len(hook.requests) == 1


def test_netrc_changes_nothing(hook: Receiver, here: Path, tmp_path: Path) -> None:
    """What ~/.netrc knows of the host is not sent to it."""
    netrc = tmp_path / "home" / ".netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password something\n")
    netrc.chmod(0o600)
    assert tell(hook.url, here) == []
    assert "Authorization" not in hook.requests[0].headers


def test_the_proxy_of_the_environment(hook: Receiver, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other machines are reached through the proxy that the environment names, this one never."""
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{hook.port}")
    assert tell("http://hooks.example.com/x", here, allow_http=True) == []
    assert hook.requests[0].path == "http://hooks.example.com/x"
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    box = outbox(Clock(NOON + timedelta(days=1)), here / "outbox")
    box.put(message("another"))
    assert box.deliver([Channel("webhook", Webhook(url=hook.url))]) == []


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("hooks.example.com/T0KEN", "That is not a valid address."),
        ("ftp://hooks.example.com/T0KEN", "That is not a valid address."),
        ("https://hooks.example.com:x/T0KEN", "That is not a valid address."),
        ("https://hooks.example.com/T0KEN\r\nX: y", "That is not a valid address."),
        ("https://user:T0KEN@hooks.example.com/", "not contain a user name or a password"),
        ("http://hooks.example.com/T0KEN", "http to hooks.example.com is not encrypted."),
    ],
)
def test_what_is_wrong_with_an_address_is_said_before(url: str, words: str) -> None:
    """An address that cannot be used is refused in words that do not show it."""
    (said,) = mistakes([Channel("webhook", Webhook(url=url))])
    assert said.startswith("webhook: ")
    assert words in said
    assert "T0KEN" not in said


def test_good_addresses_and_an_empty_secret() -> None:
    """https is fine, http to this machine too, and to others if allowed; an empty secret signs nothing."""
    assert (
        mistakes([Channel("a", Webhook(url="https://hooks.example.com/x")), Channel("b", Webhook(url="http://[::1]/"))])
        == []
    )
    assert mistakes([Channel("a", Webhook(url="http://hooks.example.com/x", allow_http=True))]) == []
    assert "The secret is empty" in mistakes([Channel("a", Webhook(url="https://x.example.com", secret=Secret("")))])[0]
