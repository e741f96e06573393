"""The outbox: every message to every channel at least once, whatever breaks; and no failure reaches the caller."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.errors import Interrupted
from importer.notify import Channel, Command, Content, Kind, Message, Outbox, Tally, Webhook
from importer.notify import spool as spooling
from importer.notify.message import MEBIBYTE
from tests.support.clocks import NOON, Clock
from tests.support.notifications import (
    PostOffice,
    Receiver,
    content,
    message,
    noted_earlier,
    outbox,
)
from tests.support.paths import ROOT
from tests.support.processes import PATIENCE
from tests.support.thorough import share


@pytest.fixture
def folder(here: Path) -> Path:
    """Where the outbox is."""
    return here / "outbox"


def webhook(hook: Receiver, when: str = "failure") -> Channel:
    """Return a channel to a receiver."""
    return Channel("webhook", Webhook(url=hook.url), when)  # type: ignore[arg-type]


def waiting(folder: Path) -> list[str]:
    """Return the files of messages that wait."""
    return sorted(path.name for path in (folder / "waiting").iterdir())


def test_once_a_channel_and_key(mail_server: PostOffice, hook: Receiver, folder: Path, clock: Clock) -> None:
    """Each channel takes a message once, however often it is put and delivered, and nothing of it is left waiting."""
    channels = [mail_server.channel(), webhook(hook)]
    for _ in range(3):
        box = outbox(clock, folder)
        assert box.put(message()) == []
        assert box.deliver(channels) == []
    assert (len(mail_server.mails), len(hook.requests)) == (1, 1)
    assert waiting(folder) == []
    (left,) = (folder / "told").iterdir()
    assert "2 rows failed" not in left.read_text()


def test_one_channel_fails_and_the_other_does_not(
    mail_server: PostOffice, hook: Receiver, folder: Path, clock: Clock
) -> None:
    """What one channel has taken it does not get again; the other gets it at the next pass."""
    hook.answers = [500, 500, 500]
    outbox(clock, folder).put(message())
    (told,) = outbox(clock, folder).deliver([webhook(hook), mail_server.channel()])
    assert told.startswith('webhook: "night.xlsx: 2 of 20 rows failed" was not delivered: 127.0.0.1 answered 500')
    (kept,) = (json.loads(path.read_text()) for path in (folder / "waiting").glob("*.json"))
    assert kept["channels"]["webhook"]["reason"] == "127.0.0.1 answered 500 (Internal Server Error)."
    assert outbox(clock, folder).deliver([webhook(hook), mail_server.channel()]) == []
    assert (len(mail_server.mails), len(hook.requests)) == (1, 4)


@pytest.mark.parametrize(
    ("when", "failed", "told"), [("failure", False, 0), ("failure", True, 1), ("always", False, 1)]
)
def test_when(hook: Receiver, folder: Path, clock: Clock, when: str, failed: bool, told: int) -> None:
    """A channel for failures hears of nothing else, one for everything hears of both; nothing is left waiting."""
    box = outbox(clock, folder)
    box.put(message(failed=failed))
    assert box.deliver([webhook(hook, when)]) == []
    assert len(hook.requests) == told
    assert waiting(folder) == []


def test_put_again_while_it_waits(mail_server: PostOffice, hook: Receiver, folder: Path, clock: Clock) -> None:
    """A run that was continued puts its message again: what is taken stays taken, and the first text holds."""
    box, channels = outbox(clock, folder), [mail_server.channel(), webhook(hook)]
    box.put(message())
    hook.answers = [400]
    box.deliver(channels)
    assert box.put(message(summary={"another": 1})) == []
    assert box.deliver(channels) == []
    assert len(mail_server.mails) == 1
    assert hook.requests[0].body == hook.requests[1].body


def test_a_channel_that_comes_later_hears_nothing_old(hook: Receiver, folder: Path, clock: Clock) -> None:
    """What all channels of its time have taken is over, also for a channel that is set up afterwards."""
    box = outbox(clock, folder)
    box.put(message())
    assert box.deliver([]) == []
    assert box.deliver([webhook(hook)]) == []
    assert hook.requests == []


def test_given_up_after_days(hook: Receiver, folder: Path, clock: Clock) -> None:
    """What nobody takes for days is given up, which is reported once; it is not tried again."""
    box = outbox(clock, folder, give_up_after=timedelta(days=2))
    box.put(message())
    for _ in range(2):
        hook.answers = [400]
        assert len(box.deliver([webhook(hook)])) == 1
        clock.now += timedelta(days=1)
    hook.answers = [400]
    assert box.deliver([webhook(hook)])[1] == (
        'webhook: "night.xlsx: 2 of 20 rows failed" was given up after 2 days: 127.0.0.1 answered 400 (Bad Request).'
    )
    assert waiting(folder) == []
    assert box.deliver([webhook(hook)]) == []
    assert len(hook.requests) == 3


def test_a_message_that_nobody_takes_holds_up_no_other(hook: Receiver, folder: Path, clock: Clock) -> None:
    """One that makes the receiver fail is tried after those that have not failed yet."""
    box = outbox(clock, folder)
    box.put(message("poison"))
    hook.answers = [500] * 3
    box.deliver([webhook(hook)])
    clock.now += timedelta(hours=1)
    box.put(message("good"))
    hook.answers = [200, 500, 500, 500]
    assert len(box.deliver([webhook(hook)])) == 1
    assert [json.loads(one.body)["run"] for one in hook.requests[3:]] == ["good", *["poison"] * 3]


def test_a_channel_that_is_down_is_asked_once_a_pass(hook: Receiver, folder: Path, clock: Clock) -> None:
    """Five hundred messages for a receiver that is down cost one message's attempts, not five hundred's."""
    box = outbox(clock, folder)
    for number in range(20):
        box.put(message(f"run-{number}"))
    hook.answers = [502] * 3
    told = box.deliver([webhook(hook)])
    assert told[1:] == ["webhook: 19 more messages will be sent once it works again."]
    assert len(hook.requests) == 3
    assert box.deliver([webhook(hook)]) == []
    assert len({one.body for one in hook.requests}) == 20


KILLED = """
import sys
from pathlib import Path
from importer.notify import Channel, Mail, Outbox
print("ready", flush=True)
host, sender, recipients = "127.0.0.1", "a@example.com", ("b@example.com",)
mail = Mail(
    host=host, sender=sender, recipients=recipients, port=int(sys.argv[2]), security="none", digest=True
)
Outbox(Path(sys.argv[1])).deliver([Channel("mail", mail)])
"""


def die_delivering(mail_server: PostOffice, folder: Path) -> None:
    """Have a process deliver what waits, and kill it as soon as the server has taken a mail."""
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, folder, str(mail_server.port)], env={**os.environ, "PYTHONPATH": str(ROOT)}
    ) as process:
        mail_server.taken = process.kill
        assert process.wait(PATIENCE) == -signal.SIGKILL
    mail_server.taken = lambda: None


def test_killed_between_delivery_and_remembering(mail_server: PostOffice, folder: Path, here: Path) -> None:
    """A process that is killed when the server has taken the mail leaves it waiting: it comes again, recognisably."""
    (here / "r.xlsx").write_bytes(b"results")
    clock = Clock()
    outbox(clock, folder).put(message(attachments=(here / "r.xlsx",)))
    die_delivering(mail_server, folder)
    assert outbox(clock, folder).deliver([mail_server.channel(sender="a@example.com")]) == []
    first, second = mail_server.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert [len(list(mail.iter_attachments())) for mail in mail_server.mails] == [1, 1]
    assert outbox(clock, folder).deliver([mail_server.channel()]) == []
    assert len(mail_server.mails) == 2


def titled(key: str) -> Message:
    """Return a message about a file of this name."""
    return message(key, content=content(title=f"{key}.xlsx", tallies={Tally.CREATED: 2}, brief=""))


def test_a_digest_has_all_files_of_a_pass(mail_server: PostOffice, hook: Receiver, folder: Path, clock: Clock) -> None:
    """With `digest`, a mail channel takes one mail a pass, programs one message a file; an empty pass makes none."""
    box, channels = outbox(clock, folder), [mail_server.channel(digest=True), webhook(hook)]
    for night in ("a", "b"):
        for number in range(3):
            box.put(titled(f"{night}{number}"))
        for _ in range(2):
            assert box.deliver(channels) == []
    assert [mail["Subject"] for mail in mail_server.mails] == ["[campaigns] 3 files: 6 created"] * 2
    assert len(hook.requests) == 6
    assert len({mail["Message-ID"] for mail in mail_server.mails}) == 2
    assert waiting(folder) == []


def test_a_digest_of_one_file_is_its_mail(mail_server: PostOffice, folder: Path, clock: Clock) -> None:
    """A pass with one file makes the same mail with `digest` as without, under the same ID."""
    for digest in (True, False):
        box = outbox(clock, folder / str(digest))
        box.put(titled("a"))
        assert box.deliver([mail_server.channel(digest=digest)]) == []
    first, second = mail_server.mails
    assert first["Subject"] == "[campaigns] a.xlsx: 2 created"
    assert (first["Subject"], first["Message-ID"]) == (second["Subject"], second["Message-ID"])


def test_a_digest_that_may_have_been_sent_stays_the_same(mail_server: PostOffice, folder: Path, clock: Clock) -> None:
    """Killed when the server has taken a digest, the same one comes again under its ID; new files make another."""
    box = outbox(clock, folder)
    for key in ("a", "b"):
        box.put(titled(key))
    die_delivering(mail_server, folder)
    box.put(titled("c"))
    assert box.deliver([mail_server.channel(sender="a@example.com", digest=True)]) == []
    first, new, again = mail_server.mails
    assert first["Message-ID"] == again["Message-ID"] != new["Message-ID"]
    assert first.get_body().get_content() == again.get_body().get_content()  # type: ignore[attr-defined]
    assert new["Subject"] == "[campaigns] c.xlsx: 2 created"
    assert waiting(folder) == []


@pytest.mark.parametrize("noted", [0, 1, 2])
def test_a_digest_whose_noting_broke_off(
    mail_server: PostOffice, folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, noted: int
) -> None:
    """With only some files of a digest noted as delivered, the whole digest comes again, and nothing is forgotten."""
    box = outbox(clock, folder)
    for key in ("a", "b", "c"):
        box.put(titled(key))
    keep, calls = spooling.Spool.keep, []

    def full(spool: spooling.Spool, entry: spooling.Entry) -> None:
        calls.append(entry)
        if len(calls) > 3 + noted:
            raise OSError(28, "No space left on device")
        keep(spool, entry)

    with monkeypatch.context() as patch:
        patch.setattr(spooling.Spool, "keep", full)
        assert "No space left on device" in box.deliver([mail_server.channel(digest=True)])[0]
    assert box.deliver([mail_server.channel(digest=True)]) == []
    assert [mail["Subject"] for mail in mail_server.mails] == ["[campaigns] 3 files: 6 created"] * 2
    assert len({mail["Message-ID"] for mail in mail_server.mails}) == 1
    assert waiting(folder) == []


def test_a_digest_that_is_refused_comes_in_parts(mail_server: PostOffice, folder: Path, clock: Clock) -> None:
    """Where a server refuses a digest, each file has a mail; the one that is at fault is tried alone from then on."""
    box, channel = outbox(clock, folder), mail_server.channel(digest=True)
    for key in ("a", "b", "c"):
        box.put(titled(key))
    mail_server.answers = ["554 looks like spam", "", "554 looks like spam", ""]
    (told,) = box.deliver([channel])
    assert told == 'mail: "b.xlsx: 2 created" was not delivered: 127.0.0.1 answered 554 looks like spam'
    box.put(titled("d"))
    box.put(titled("e"))
    mail_server.answers = ["", "554 looks like spam"]
    assert len(box.deliver([channel])) == 1
    assert [mail["Subject"].removeprefix("[campaigns] ") for mail in mail_server.mails] == [
        "a.xlsx: 2 created",
        "c.xlsx: 2 created",
        "2 files: 4 created",
    ]
    assert [name for name in waiting(folder) if name.endswith(".json")] != []


def test_a_digest_waits_for_a_server_that_is_down(mail_server: PostOffice, folder: Path, clock: Clock) -> None:
    """What could not be delivered comes at the next pass, new files first; every file is in exactly one mail."""
    box, channel = outbox(clock, folder), mail_server.channel(digest=True)
    for night in ("a", "b"):
        for number in range(2):
            box.put(titled(f"{night}{number}"))
        mail_server.answers = ["451 later"] * 3
        assert "was not delivered: 127.0.0.1 answered 451 later" in box.deliver([channel])[0]
    mail_server.answers = []
    assert box.deliver([channel]) == []
    texts = "".join(mail.as_string() for mail in mail_server.mails)
    assert [texts.count(f"\n{name}.xlsx\n") for name in ("a0", "a1", "b0", "b1")] == [1, 1, 1, 1]
    assert waiting(folder) == []


def test_a_message_of_version_0_1_0_is_delivered(
    mail_server: PostOffice, folder: Path, here: Path, clock: Clock
) -> None:
    """What waits since before an update is sent with its text, and with its attachment where that is now."""
    box = outbox(clock, folder)
    box.put(message())
    (path,) = (folder / "waiting").glob("*.json")
    (here / "new.csv").write_text("results")
    old = {"subject": "a.csv: 1 invalid", "body": "a.csv: 1 invalid\nFolder: /srv", "attachment": str(here / "r.csv")}
    rest = {"format": 1, "key": "run-1", "summary": {}, "failed": True, "put": NOON.isoformat(), "channels": {}}
    path.write_text(json.dumps({**rest, **old}))
    path.with_suffix(".place").write_text(json.dumps(str(here / "new.csv")))
    assert box.deliver([mail_server.channel()]) == []
    (mail,) = mail_server.mails
    assert mail["Subject"] == "[campaigns] a.csv: 1 invalid"
    assert "Folder: /srv" in mail.as_string()
    assert [one.get_filename() for one in mail.iter_attachments()] == ["new.csv"]
    assert waiting(folder) == []


def test_messages_and_channels_have_identities_of_their_own(
    mail_server: PostOffice, folder: Path, clock: Clock
) -> None:
    """Two messages, and one message on two channels, are never taken for each other."""
    box = outbox(clock, folder)
    box.put(message("a"))
    box.put(message("b"))
    box.deliver([mail_server.channel("one"), mail_server.channel("two")])
    assert len({mail["Message-ID"] for mail in mail_server.mails}) == 4


def test_the_attachment_is_what_it_was(mail_server: PostOffice, folder: Path, here: Path, clock: Clock) -> None:
    """The file is sent as it was when the message was put, though it is changed, moved and pruned meanwhile."""
    path = here / "r.xlsx"
    path.write_bytes(b"as it was")
    box = outbox(clock, folder)
    box.put(message(attachments=(path,)))
    path.write_bytes(b"changed")
    path.unlink()
    assert box.deliver([mail_server.channel()]) == []
    (attached,) = mail_server.mails[0].iter_attachments()
    assert (attached.get_filename(), attached.get_payload(decode=True)) == ("r.xlsx", b"as it was")
    assert waiting(folder) == []


def test_a_huge_attachment_is_not_copied(
    mail_server: PostOffice, folder: Path, here: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a file that is too large to be copied the outbox knows the place, and one that an earlier version noted."""
    monkeypatch.setattr(spooling, "LARGEST_COPY", MEBIBYTE)
    path = here / "r.xlsx"
    path.write_bytes(b"x" * (MEBIBYTE + 1))
    box = outbox(clock, folder)
    box.put(message(attachments=(path,)))
    assert not list(folder.rglob("*.attachment"))
    noted_earlier(folder, path.rename(here / "filed.xlsx"))
    assert box.deliver([mail_server.channel()]) == []
    (attached,) = mail_server.mails[0].iter_attachments()
    assert attached.get_filename() == "filed.xlsx"
    assert waiting(folder) == []


def test_two_never_deliver_at_once(hook: Receiver, folder: Path, clock: Clock) -> None:
    """While another process delivers nothing is sent, and it is reported; afterwards all goes on."""
    box = outbox(clock, folder)
    box.put(message())
    with FileLock(folder / "lock"):
        (told,) = box.deliver([webhook(hook)])
        assert told.startswith("Another process is delivering the messages in ")
        assert box.put(message("meanwhile")) == []
    assert hook.requests == []
    assert box.deliver([webhook(hook)]) == []
    assert len(hook.requests) == 2


def test_an_outbox_that_cannot_be_used(here: Path, hook: Receiver, clock: Clock) -> None:
    """Where the folder cannot be made, putting and delivering each return a sentence that names it."""
    (here / "file").write_text("in the way")
    box = outbox(clock, here / "file" / "outbox")
    for (told,) in (box.put(message()), box.deliver([webhook(hook)]), outbox(clock, here / "file").deliver([])):
        assert f"The outbox {here / 'file'}" in told


def test_what_cannot_be_written_down_is_not_sent(
    hook: Receiver, folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a full disk nothing is sent, because it would be sent at every pass; once there is room it is sent once."""
    box = outbox(clock, folder)
    box.put(message())

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        (told,) = box.deliver([webhook(hook)])
        assert "No space left on device" in told
        assert '"night.xlsx: 2 of 20 rows failed" is not delivered' in box.put(message("other"))[0]
    assert hook.requests == []
    assert box.deliver([webhook(hook)]) == []
    assert len(hook.requests) == 1
    assert not list(folder.rglob("*.unfinished"))


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"key": 1}', "\0"])
def test_a_damaged_file_is_named_and_holds_up_nothing(hook: Receiver, folder: Path, clock: Clock, content: str) -> None:
    """A file of the outbox that holds no message is reported at each pass; the others are delivered."""
    box = outbox(clock, folder)
    box.put(message())
    (folder / "waiting" / "0.json").write_text(content)
    (told,) = box.deliver([webhook(hook)])
    assert f"{folder / 'waiting' / '0.json'} cannot be read as a message" in told
    assert len(hook.requests) == 1


def test_a_crash_while_forgetting(hook: Receiver, folder: Path, clock: Clock) -> None:
    """A message that is known to be delivered is not delivered again, though its own file is still there; that goes."""
    box = outbox(clock, folder)
    box.put(message())
    (file,) = (folder / "waiting").glob("*.json")
    content = file.read_bytes()
    box.deliver([webhook(hook)])
    file.write_bytes(content)
    assert box.deliver([webhook(hook)]) == []
    assert len(hook.requests) == 1
    assert waiting(folder) == []


def test_what_nobody_looks_for_is_removed(hook: Receiver, folder: Path, here: Path, clock: Clock) -> None:
    """Delivered messages go after a month, what a crash has left after a day; what waits stays as long as it has to."""
    box = outbox(clock, folder)
    box.put(message("told"))
    box.deliver([webhook(hook)])
    for name in ("0.attachment", "0.place", ".x.unfinished"):
        (folder / "waiting" / name).write_bytes(b"left")
    hook.answers = [400] * 9
    (here / "r.xlsx").write_bytes(b"results")
    box.put(message("waits", attachments=(here / "r.xlsx",)))
    noted_earlier(folder, here / "r.xlsx")
    (old,) = (folder / "told").iterdir()
    for path in folder.rglob("*"):
        os.utime(path, (clock.now.timestamp(),) * 2)
    box.deliver([webhook(hook)])
    assert len(waiting(folder)) == 6
    clock.now += timedelta(days=2)
    box.deliver([webhook(hook)])
    assert [Path(name).suffix for name in waiting(folder)] == [".attachment", ".json", ".place"]
    assert old.exists()
    clock.now = NOON + timedelta(days=31)
    box.deliver([])
    assert not old.exists()


def test_the_files_are_for_their_owner_alone(folder: Path, here: Path, clock: Clock) -> None:
    """What is in the sheets is nobody else's business."""
    (here / "r.xlsx").write_bytes(b"results")
    outbox(clock, folder).put(message(attachments=(here / "r.xlsx",)))
    assert [path for path in (folder / "waiting").iterdir() if path.stat().st_mode & 0o077] == []
    assert (folder / "waiting").stat().st_mode & 0o077 == 0


def test_ending_on_request(hook: Receiver, folder: Path, clock: Clock) -> None:
    """Who is asked to end while waiting for the next attempt ends; the message is sent at the next pass."""

    def stop(_: float) -> None:
        raise Interrupted("Stopped on request.")

    box = outbox(clock, folder, sleep=stop)
    box.put(message())
    hook.answers = [500]
    with pytest.raises(Interrupted):
        box.deliver([webhook(hook)])
    assert outbox(clock, folder).deliver([webhook(hook)]) == []
    assert len(hook.requests) == 2


def any_content(title: str, words: str, name: str) -> Content:
    """Return what is said of a file in which every field is taken."""
    kind = Kind(severity="error", code=title, column=words, cells=(title, words), more=7, message=words, example=True)
    given = {"to_do": (words,), "kinds": (kind,), "notes": (words, title), "places": (("File", f"/{name}"),)}
    return Content(
        title, words, {Tally.CREATED: 3}, words, words, **given, more_kinds=7, at_least=True, facts=((title, words),)
    )  # type: ignore[arg-type]


@settings(max_examples=share(30))
@given(
    key=st.text(),
    subject=st.text(),
    body=st.text(st.characters(exclude_categories=())),
    name=st.binary(max_size=50).map(lambda raw: os.fsdecode(raw.translate(None, b"/\0"))),
)
def test_a_message_comes_back_as_it_was_put(
    tmp_path_factory: pytest.TempPathFactory, key: str, subject: str, body: str, name: str
) -> None:
    """Whatever texts a message has, the file that holds it gives it back unchanged."""
    folder = tmp_path_factory.mktemp("spool")
    spool = spooling.Spool(folder)
    spool.open()
    given_message = replace(
        message(key, content=any_content(subject, body, name)), attachments=(Path("/missing") / f"x{name}",)
    )
    spool.put(given_message, NOON)
    (entry,) = spool.entries()
    assert entry == spooling.Entry(given_message, NOON, {})


def test_a_subject_of_several_lines_is_told_on_one(folder: Path, clock: Clock) -> None:
    """What is logged about a message is one line, regardless of its file's name."""
    box = Outbox(folder, wait_at_most=0.0, sleep=clock.sleep)
    box.put(message(content=content(title="a\nFATAL", brief="\x1b[31mforged")))
    (told,) = box.deliver([Channel("command", Command(arguments=("./missing",)))])
    assert told.startswith('command: "a FATAL: \\x1b[31mforged" was not delivered')
    assert told.isprintable()
