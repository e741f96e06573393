"""Messages as an e-mail: its headers, its text as plain text and as HTML, and the files that go with it."""

import os
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.message import Message as Letter
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path, PurePath

from importer.notify.checks import envelope
from importer.notify.errors import MessageRefused, clean, sendable
from importer.notify.message import MEBIBYTE, Delivery, Mail, Message, subject
from importer.notify.rendering import as_html, as_text
from importer.notify.wording import ATTACHED, words

SUBJECT_MARK = "[campaigns] "
"""The start of every subject, so that mail programs can sort by it."""

LONGEST_SUBJECT = 200
LONGEST_NAME = 100
"""The maximum length of a file name; mail programs cut longer ones, including the ending."""

TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".txt": "text/plain",
    ".html": "text/html",
}


def write_letter(mail: Mail, parcel: Delivery, largest: int | None = None) -> EmailMessage:
    """Return the e-mail of a delivery.

    `largest` is how many bytes of files may be attached (None: as many as `mail` says). If a file is too large or
    cannot be read, the text says so.
    """
    limit = int(mail.largest_attachment * MEBIBYTE) if largest is None else largest
    enclosed = _enclosed(parcel, limit, says_why=mail.largest_attachment > 0)
    sender = envelope(mail.sender)
    letter = EmailMessage(policy=SMTP)
    letter["From"] = sender
    letter["To"] = [envelope(one) for one in mail.recipients]
    about = clean(SUBJECT_MARK + sendable(subject(parcel.messages)), LONGEST_SUBJECT)
    letter["Subject"] = _undecoded(about)
    letter["Date"] = format_datetime(parcel.put)
    letter["Message-ID"] = f"<{parcel.id}@{sender.domain}>"
    letter["Auto-Submitted"] = "auto-generated"
    content = words(parcel.messages, enclosed.remarks)
    letter.set_content(as_text(content), charset="utf-8", cte="quoted-printable")
    letter.add_alternative(as_html(content), subtype="html", charset="utf-8", cte="quoted-printable")
    for path, attached in enclosed.contents.items():
        name = file_name(path)
        kind, _, subtype = TYPES.get(PurePath(name).suffix.lower(), "application/octet-stream").partition("/")
        letter.add_attachment(attached, maintype=kind, subtype=subtype, filename=_undecoded(name))
    return letter


def as_sent(letter: EmailMessage) -> bytes:
    """Return the bytes of an e-mail. Raises MessageRefused if they would be read as a different one."""
    content = letter.as_bytes(policy=SMTP)
    if _heads(message_from_bytes(content)) != _heads(letter):
        raise MessageRefused("The name of the file would add headers to the e-mail, so it is not sent.")
    return content


def _heads(letter: Letter) -> list[list[str]]:
    """Return the names of the fields in the head of a letter, and in that of each of its parts."""
    return [list(part.keys()) for part in letter.walk()]


def _undecoded(text: str) -> str:
    """Return a text for a header, with a space in each mark that would make mail programs decode a word.

    The library decodes such words too, and they could contain line ends and further headers.
    """
    return text.replace("=?", "= ?")


@dataclass(frozen=True)
class _Enclosed:
    """The attachments of an e-mail, and the remarks about the files it names, by their paths."""

    contents: dict[Path, bytes] = field(default_factory=dict)
    remarks: dict[str, str] = field(default_factory=dict)


def _enclosed(parcel: Delivery, limit: int, *, says_why: bool) -> _Enclosed:
    """Return the attachments of an e-mail, up to `limit` bytes; those of failed files come first."""
    enclosed = _Enclosed()
    for message in sorted(parcel.messages, key=lambda one: not one.failed):
        for path in message.attachments:
            size, content = _read(parcel.copies.get(path, path), limit)
            if content is not None:
                limit -= len(content)
                enclosed.contents[path] = content
                enclosed.remarks[str(path)] = ATTACHED
            elif says_why:
                enclosed.remarks[str(path)] = _why_not(size)
        enclosed.remarks.update((path, "no longer there") for path in _gone(message) if path not in enclosed.remarks)
    return enclosed


def _gone(message: Message) -> list[str]:
    return [path for _, path in message.content.places if not os.path.lexists(path)]


def _why_not(size: int | None) -> str:
    """Return why a file is not attached; `size` is in bytes, None if it cannot be read."""
    if size is None:
        return "not attached: it cannot be read"
    return f"not attached: {size / MEBIBYTE:.1f} MiB is too large for this e-mail"


def _read(file: Path, largest: int) -> tuple[int | None, bytes | None]:
    """Return the size of a file, None if it is gone, and its bytes, None if there are too many."""
    try:
        size = file.stat().st_size
        return size, file.read_bytes() if size <= largest else None
    except OSError:
        return None, None


def file_name(path: PurePath) -> str:
    """Return the name under which a file is attached: on one line, without slashes, its ending kept."""
    shown = clean(sendable(path.name), 4096).replace("\\", "_").replace("/", "_").replace('"', "'") or "results"
    ending = PurePath(shown).suffix if len(PurePath(shown).suffix) < 10 else ""
    return shown if len(shown) <= LONGEST_NAME else shown[: LONGEST_NAME - len(ending) - 1] + "…" + ending
