"""Mail: how it is written, how it travels, and what a mail server can do wrong."""

import socket
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import parsedate_to_datetime
from pathlib import Path, PurePath
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.model import Secret
from importer.notify import Channel, Mail, mistakes
from importer.notify.errors import why
from importer.notify.letter import LONGEST_NAME, LONGEST_SUBJECT, file_name, write_letter
from importer.notify.message import MEBIBYTE, Delivery
from tests.support.clocks import NOON, Clock
from tests.support.notifications import (
    SECRET,
    PostOffice,
    content,
    enclosing,
    login,
    make_certificate,
    message,
    noted_earlier,
    outbox,
    post_office,
    text_of,
)
from tests.support.servers import free_port

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

MAIL = Mail(
    host="mail.example.com",
    sender="night@example.com",
    recipients=("ops@example.com",),
    username="u",
    password=Secret("p"),
)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that no known authority has signed, and its key."""
    return make_certificate(tmp_path_factory.mktemp("tls"))


def tell(mail_server: PostOffice, folder: Path, clock: Clock | None = None, **changes: Any) -> list[str]:
    """Put a message and deliver it to a mail server; return what is said."""
    box = outbox(clock or Clock(), folder / "outbox")
    assert box.put(message(**enclosing(*changes.pop("attachments", ())))) == []
    return box.deliver([mail_server.channel(**changes)])


MARKS = ("=?utf-8?q?", "=?utf-8?b?", "?=", "=0d=0a", "=0D=0A=0D=0A", "Bcc:_eve@example.com", "\r\n", "*=utf-8''%0d%0a")
"""What mail programs and libraries read as the beginning, the end and the lines of an encoded word, and as a header."""

WORDS = st.text() | st.lists(st.sampled_from(MARKS) | st.text(max_size=3), max_size=8).map("".join)


class TestLetter:
    """What a mail looks like."""

    def test_its_headers(self, mail_server: PostOffice, here: Path) -> None:
        """A mail names sender, recipients and time, says that a machine wrote it, and has the identity of its key."""
        assert tell(mail_server, here, recipients=("ops@example.com", "Jane Ä <jane@example.com>")) == []
        (mail,) = mail_server.mails
        assert mail["From"] == "Importer <importer@example.com>"
        assert mail["To"] == "ops@example.com, Jane Ä <jane@example.com>"
        assert mail["Subject"] == "[campaigns] night.xlsx: 2 of 20 rows failed"
        assert parsedate_to_datetime(mail["Date"]) == NOON
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["Message-ID"].endswith("@example.com>")
        assert mail_server.recipients == [["ops@example.com", "jane@example.com"]]
        assert text_of(mail).strip() == "2 rows failed."
        assert list(mail.iter_attachments()) == []

    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("night.results.xlsx", WORKBOOK),
            ("night.results.xlsm", "application/vnd.ms-excel.sheet.macroEnabled.12"),
            ("Nächte; 'neu' 夜.csv", "text/csv"),
            ("plain", "application/octet-stream"),
        ],
    )
    def test_its_attachments(self, mail_server: PostOffice, here: Path, name: str, kind: str) -> None:
        """The results are attached under their own name and type, byte for byte."""
        (here / name).write_bytes(bytes(range(256)) * 40)
        assert tell(mail_server, here, attachments=(here / name,)) == []
        (attached,) = mail_server.mails[0].iter_attachments()
        assert attached.get_filename() == name
        assert attached.get_content_type() == kind.lower() or attached.get_content_type() == kind
        assert attached.get_payload(decode=True) == bytes(range(256)) * 40
        assert "not attached" not in text_of(mail_server.mails[0])

    def test_text_and_html_are_alternatives(self, mail_server: PostOffice, here: Path) -> None:
        """A mail is plain text and HTML, one of which a program shows, and beside both the results and the page."""
        results, page = here / "r.xlsx", here / "r.html"
        results.write_bytes(b"results")
        page.write_bytes(b"<!doctype html>")
        assert tell(mail_server, here, attachments=(results, page)) == []
        (mail,) = mail_server.mails
        kinds = [part.get_content_type() for part in mail.walk()]
        assert kinds == ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", WORKBOOK, "text/html"]
        assert [one.get_filename() for one in mail.iter_attachments()] == ["r.xlsx", "r.html"]

    def test_all_attachments_of_a_mail_have_one_bound(self, mail_server: PostOffice, here: Path) -> None:
        """Results come before the page, and what is beyond `largest_attachment` in all is named instead."""
        results, page = here / "r.xlsx", here / "r.html"
        for path in (results, page):
            path.write_bytes(b"x" * (MEBIBYTE * 3 // 4))
        assert tell(mail_server, here, attachments=(results, page), largest_attachment=1) == []
        (mail,) = mail_server.mails
        assert [one.get_filename() for one in mail.iter_attachments()] == ["r.xlsx"]
        assert f"{results} (attached)" in text_of(mail)
        assert f"{page} (not attached: 0.8 MiB is too large for this e-mail)" in text_of(mail)

    def test_one_that_is_too_large_is_named(self, mail_server: PostOffice, here: Path) -> None:
        """A file above the bound is not attached; the mail says how large it is and where, as noted before."""
        clock, path = Clock(), here / "night.results.xlsx"
        path.write_bytes(b"x" * (MEBIBYTE + 1))
        box = outbox(clock, here / "outbox")
        box.put(message(**enclosing(path)))
        moved = path.rename(here / "done.xlsx")
        noted_earlier(here / "outbox", moved)
        assert box.deliver([mail_server.channel(largest_attachment=1)]) == []
        assert list(mail_server.mails[0].iter_attachments()) == []
        words = f"Results: {moved} (not attached: 1.0 MiB is too large for this e-mail)"
        assert words in text_of(mail_server.mails[0])

    def test_one_that_is_gone_is_no_reason_to_be_silent(self, mail_server: PostOffice, here: Path) -> None:
        """A message whose file was gone before it was put is reported all the same, and names the file."""
        assert tell(mail_server, here, attachments=(here / "gone.xlsx",)) == []
        words = f"Results: {here / 'gone.xlsx'} (not attached: it cannot be read)"
        assert words in text_of(mail_server.mails[0])

    def test_the_servers_bound_counts(self, here: Path) -> None:
        """A server that says how much it takes gets the mail without the file rather than none."""
        path = here / "night.results.xlsx"
        path.write_bytes(b"x" * 30_000)
        with post_office(data_size_limit=20_000) as mail_server:
            assert tell(mail_server, here, attachments=(path,)) == []
        assert list(mail_server.mails[0].iter_attachments()) == []
        assert f"Results: {path} (not attached: " in text_of(mail_server.mails[0])

    @given(subject=WORDS, body=WORDS, name=WORDS.map(lambda name: name.replace("/", "").replace("\0", "") or "x"))
    def test_nothing_in_a_name_becomes_a_header(
        self, tmp_path_factory: pytest.TempPathFactory, subject: str, body: str, name: str
    ) -> None:
        """Whatever a file, a subject or a text is called, a mail has its own headers and parts and no others."""
        file = tmp_path_factory.getbasetemp() / "some.file"
        file.write_bytes(b"content")
        path = Path("folder") / f"x{name}"
        told = message(**enclosing(path, title=subject, brief=subject, outcome=body, to_do=(body,), notes=(name,)))
        letter = write_letter(MAIL, Delivery(id="id", messages=(told,), put=NOON, copies={path: file}))
        lines = letter.as_bytes(policy=SMTP).split(b"\r\n")
        assert max(map(len, lines)) < 998
        read = cast("EmailMessage", message_from_bytes(letter.as_bytes(policy=SMTP), policy=default))
        assert sorted(read.keys()) == sorted(
            ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"]
        )
        (attached,) = read.iter_attachments()
        assert set(attached.keys()) == {
            "Content-Type",
            "Content-Transfer-Encoding",
            "Content-Disposition",
            "MIME-Version",
        }
        assert attached.get_payload(decode=True) == b"content"
        assert len(read["Subject"]) <= LONGEST_SUBJECT

    @pytest.mark.parametrize(
        "name",
        [
            "=?utf-8?q?x=0d=0aBcc:_eve@example.com=0d=0aX-Mine:_1?=.csv",
            "=?utf-8?q?=0d=0a=0d=0aMine?=.csv",
            "=?utf-8?b?eA0KQmNjOiBldmVAZXhhbXBsZS5jb20=?=.csv",
        ],
    )
    def test_a_name_that_is_an_encoded_word(self, mail_server: PostOffice, here: Path, name: str) -> None:
        """A word that mail programs decode is none in a mail of ours: it is shown, and makes no headers."""
        (here / name).write_text("x")
        box = outbox(Clock(), here / "outbox")
        box.put(message(**enclosing(here / name, title=name, brief="failed")))
        assert box.deliver([mail_server.channel()]) == []
        (mail,) = mail_server.mails
        assert mail["Bcc"] is None
        assert mail["X-Mine"] is None
        assert mail["Subject"].strip() == f"[campaigns] {name}: failed".replace("=?", "= ?")
        assert text_of(mail).startswith("2 rows failed.")
        (attached,) = mail.iter_attachments()
        assert attached.get_filename() == name.replace("=?", "= ?")

    def test_one_that_would_be_read_otherwise_is_not_sent(
        self, mail_server: PostOffice, here: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Should a library be outwitted once more, the mail has other headers than were written, and is refused."""
        monkeypatch.setattr("importer.notify.letter._undecoded", str)
        box = outbox(Clock(), here / "outbox")
        box.put(message(content=content(title="=?utf-8?q?x=0d=0aBcc:_eve@example.com?=")))
        (told,) = box.deliver([mail_server.channel()])
        assert "The name of the file would add headers to the e-mail, so it is not sent." in told
        assert mail_server.mails == []

    @pytest.mark.parametrize(
        "name",
        [
            "a\r\nBcc: victim@example.com\r\n\r\nx.xlsx",
            "ä" * 240 + ".xlsx",
            "long " * 50 + ".xlsx",
            'quo"te.xlsx',
            "back\\slash.xlsx",
            "\udcff\udc80 not UTF-8.xlsx",
            "right\u202eto left.xlsx",
        ],
    )
    def test_a_hostile_name(self, mail_server: PostOffice, here: Path, name: str) -> None:
        """Names of several lines, of foreign bytes or without end come out on one line, with their ending."""
        (here / "file").write_bytes(b"content")
        told = message(**enclosing(here / name, title=name, outcome=name))
        letter = write_letter(
            mail_server.mail(), Delivery(id="id", messages=(told,), put=NOON, copies={here / name: here / "file"})
        )
        read = cast("EmailMessage", message_from_bytes(letter.as_bytes(), policy=default))
        (attached,) = read.iter_attachments()
        shown = str(attached.get_filename())
        assert shown == file_name(PurePath(name))
        assert shown.isprintable()
        assert shown.endswith(".xlsx")
        assert len(shown) <= LONGEST_NAME
        assert read["Bcc"] is None


class TestSending:
    """How a mail travels."""

    @pytest.mark.parametrize("security", ["starttls", "tls"])
    def test_encrypted_and_logged_in(self, here: Path, certificate: Path, security: str) -> None:
        """With STARTTLS and with TLS the account logs in and the mail is taken, its certificate verified."""
        with post_office(certificate, implicit=security == "tls", login=True) as mail_server:
            assert tell(mail_server, here, security=security, ca_bundle=str(certificate), **login()) == []
        assert (len(mail_server.mails), mail_server.logins, mail_server.encrypted) == (1, [("night", SECRET)], [True])

    @pytest.mark.parametrize("security", ["starttls", "tls"])
    def test_an_unknown_certificate(self, here: Path, certificate: Path, security: str) -> None:
        """A server whose certificate no authority vouches for gets neither the password nor the mail."""
        with post_office(certificate, implicit=security == "tls", login=True) as mail_server:
            (told,) = tell(mail_server, here, security=security, **login())
        assert (mail_server.mails, mail_server.logins) == ([], [])
        assert "127.0.0.1 cannot be used: its certificate cannot be verified (self-signed certificate)." in told

    def test_a_bundle_that_is_not_there(self, mail_server: PostOffice, here: Path) -> None:
        """A file of certificates that cannot be read is named."""
        (told,) = tell(mail_server, here, security="starttls", ca_bundle=str(here / "missing.pem"))
        assert f"The certificates of {here / 'missing.pem'} cannot be read." in told

    def test_no_encryption_is_offered(self, mail_server: PostOffice, here: Path) -> None:
        """A server without STARTTLS, or with somebody between who hides it, gets nothing."""
        (told,) = tell(mail_server, here, security="starttls", **login())
        assert "127.0.0.1 does not offer STARTTLS." in told
        assert mail_server.mails == []

    def test_a_wrong_password_is_tried_once(self, here: Path) -> None:
        """After one login that fails the channel is left alone for this pass: more could lock the account."""
        clock = Clock()
        with post_office(login=True) as mail_server:
            box = outbox(clock, here / "outbox")
            for number in range(3):
                box.put(message(f"run-{number}"))
            told = box.deliver([mail_server.channel(username="night", password=Secret("wrong-4711"))])
        assert [password for _, password in mail_server.logins] == ["wrong-4711"] * len(mail_server.logins)
        assert mail_server.connections == 1
        assert clock.waits == []
        assert "127.0.0.1 refused the user name or the password: 535" in told[0]
        assert told[1:] == ["mail: 2 more messages will be sent once it works again."]

    def test_a_server_that_wants_a_login(self, here: Path) -> None:
        """A server that takes nothing from strangers says so, and its words are reported."""
        with post_office(login=True) as mail_server:
            (told,) = tell(mail_server, here)
        assert "127.0.0.1 answered 530" in told

    def test_no_way_to_log_in(self, here: Path) -> None:
        """A server that offers no way to log in that is known here is a sentence."""
        with post_office(login=True, auth_exclude_mechanism=["LOGIN", "PLAIN"]) as mail_server:
            (told,) = tell(mail_server, here, **login())
        assert "127.0.0.1 offers no supported way to log in." in told
        assert (mail_server.logins, mail_server.mails) == ([], [])

    def test_a_passing_no_is_tried_again(self, mail_server: PostOffice, here: Path, clock: Clock) -> None:
        """A 4xx is tried again after a short wait, and the mail that is taken then has the same identity."""
        mail_server.answers = ["451 come back later", "452 too busy"]
        assert tell(mail_server, here, clock) == []
        assert (len(mail_server.mails), clock.waits) == (1, [1.0, 2.0])

    def test_a_lasting_no_is_not(self, mail_server: PostOffice, here: Path, clock: Clock) -> None:
        """A 5xx to the mail itself is reported at once, and does not keep other mails from being sent."""
        mail_server.answers = ["554 looks like spam"]
        box = outbox(clock, here / "outbox")
        box.put(message("a"))
        clock.now += timedelta(seconds=1)
        box.put(message("b"))
        (told,) = box.deliver([mail_server.channel()])
        assert (
            told == 'mail: "night.xlsx: 2 of 20 rows failed" was not delivered: 127.0.0.1 answered 554 looks like spam'
        )
        assert (len(mail_server.mails), clock.waits) == (1, [])

    def test_a_connection_that_breaks(self, mail_server: PostOffice, here: Path, clock: Clock) -> None:
        """A connection that breaks before the yes is tried again."""
        mail_server.answers = ["drop"]
        assert tell(mail_server, here, clock) == []
        assert (len(mail_server.mails), clock.waits) == (1, [1.0])

    def test_a_connection_that_breaks_after_the_mail(self, mail_server: PostOffice, here: Path, clock: Clock) -> None:
        """A server that has the mail and breaks before its yes gets it again, under the same identity."""
        mail_server.farewell = "drop"
        mail_server.taken = lambda: setattr(mail_server, "farewell", "" if len(mail_server.mails) > 1 else "drop")
        assert tell(mail_server, here, clock) == []
        first, second = mail_server.mails
        assert first["Message-ID"] == second["Message-ID"]

    def test_the_goodbye_does_not_matter(self, mail_server: PostOffice, here: Path, clock: Clock) -> None:
        """A mail that was taken is not sent again because the server says something odd to QUIT."""
        mail_server.farewell = "500 what"
        assert tell(mail_server, here, clock) == []
        assert (len(mail_server.mails), clock.waits) == (1, [])

    def test_a_sender_that_is_not_welcome(self, mail_server: PostOffice, here: Path, clock: Clock) -> None:
        """A lasting no to anything but the mail itself holds for all mails: the others wait."""
        box = outbox(clock, here / "outbox")
        box.put(message("a"))
        box.put(message("b"))
        mail_server.refused = {"ops@example.com": "550 no such user"}
        told = box.deliver([mail_server.channel()])
        assert "127.0.0.1 refused all recipients: ops@example.com: 550 no such user" in told[0]
        assert told[1] == "mail: 1 more message will be sent once it works again."
        assert (mail_server.connections, clock.waits) == (1, [])

    def test_nobody_there(self, here: Path, clock: Clock) -> None:
        """A server that is not there is tried a few times and reported; nothing is raised."""
        absent = PostOffice()
        absent.port = free_port()
        (told,) = tell(absent, here, clock)
        assert "127.0.0.1 cannot be used: it refused the connection." in told
        assert clock.waits == [1.0, 2.0]

    def test_one_recipient_of_two(self, mail_server: PostOffice, here: Path) -> None:
        """Where the server refuses one of several recipients, the others get the mail once, and it is reported."""
        mail_server.refused = {"gone@example.com": "550 no such user"}
        (told,) = tell(mail_server, here, recipients=("ops@example.com", "gone@example.com"))
        assert told.endswith("127.0.0.1 refused it for gone@example.com: 550 no such user")
        assert mail_server.recipients == [["ops@example.com"]]
        assert outbox(Clock(), here / "outbox").deliver([mail_server.channel()]) == []
        assert len(mail_server.mails) == 1

    def test_no_recipient_at_all(self, mail_server: PostOffice, here: Path, clock: Clock) -> None:
        """Where nobody is taken the mail is kept; a passing reason is tried again at once."""
        mail_server.refused = {"ops@example.com": "450 greylisted"}
        (told,) = tell(mail_server, here, clock)
        assert "127.0.0.1 refused all recipients: ops@example.com: 450 greylisted" in told
        assert clock.waits == [1.0, 2.0]
        mail_server.refused = {}
        assert outbox(clock, here / "outbox").deliver([mail_server.channel()]) == []

    def test_a_server_that_speaks_something_else(self, mail_server: PostOffice, here: Path) -> None:
        """TLS to a server that does not speak it is a sentence, not an exception."""
        (told,) = tell(mail_server, here, security="tls")
        assert "127.0.0.1 cannot be used: the TLS handshake failed." in told


def test_what_is_wrong_with_a_mail_is_said_before() -> None:
    """Every mistake in a channel is a sentence of its own, and a channel without any has none."""
    assert mistakes([Channel("mail", MAIL), Channel("other", MAIL)]) == []
    bad = Mail(
        host="mail.example.com",
        sender="nobody",
        recipients=("a@example.com, b@example.com", "x@y\r\nBcc: z@example.com", "ä@example.com"),
        port=0,
        security="none",
        username="night",
        timeout=0,
    )
    said = mistakes([Channel("mail", bad)])
    assert all(one.startswith("mail: ") for one in said)
    for words in ("0 is not a port", 'security "none"', "go together", "from 'nobody'", "time-out"):
        assert any(words in one for one in said), words
    assert len([one for one in said if "is not an e-mail address" in one]) == 4
    strange = Mail(host="no host", sender="a@b.c", recipients=("a@b.c",), security="ssl")  # type: ignore[arg-type]
    said = mistakes([Channel("mail", strange)])
    assert "The mail server is missing." in said[0]
    assert "security 'ssl' is unknown." in said[1]
    assert "There is no recipient" in mistakes([Channel("m", Mail(host="h", sender="a@b.c", recipients=()))])[0]
    assert "two channels" in mistakes([Channel("m", MAIL), Channel("m", MAIL)])[0]


def test_a_password_that_cannot_be_sent_is_said_before() -> None:
    """A password with letters that SMTP has no way to send is refused in words that do not show it."""
    (said,) = mistakes(
        [Channel("m", Mail(host="h", sender="a@b.c", recipients=("a@b.c",), username="u", password=Secret("gehéim")))]
    )
    assert "not ASCII" in said
    assert "geh" not in said


def test_a_channel_with_mistakes_is_not_used(here: Path) -> None:
    """Nothing is sent unencrypted to another machine, even if nobody looked at the settings before."""
    box = outbox(Clock(), here / "outbox")
    box.put(message())
    told = box.deliver(
        [Channel("mail", Mail(host="192.0.2.1", sender="a@b.c", recipients=("a@b.c",), security="none"))]
    )
    assert 'security "none" sends everything to 192.0.2.1 unencrypted.' in told[0]
    assert told[1] == "mail: 1 more message will be sent once it works again."


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (socket.gaierror(-2, "Name or service not known"), "its name cannot be resolved"),
        (TimeoutError("timed out"), "it did not answer in time"),
        (ConnectionResetError(104, "Connection reset by peer"), "the connection failed (Connection reset by peer)"),
        (OSError("with something secret"), "the connection was lost"),
    ],
)
def test_the_cause_is_told_without_what_it_quotes(error: OSError, words: str) -> None:
    """What lies at the bottom of a failure is said in our words or the system's, never in those of a library."""
    outer = RuntimeError("something secret")
    outer.__context__ = error
    assert why(outer) == words
