"""A message as an e-mail: its headers, its text, and the file that goes with it."""

import os
from email import message_from_bytes
from email.message import EmailMessage
from email.message import Message as Letter
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path, PurePath

from importer.notify.checks import envelope
from importer.notify.errors import MessageRefused, clean, sendable
from importer.notify.message import MEBIBYTE, Delivery, Mail, Message

LONGEST_SUBJECT = 200
LONGEST_NAME = 100
"""Letters of a file's name; mail programs cut longer ones, and with them the ending."""

TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".txt": "text/plain",
}


def write_letter(mail: Mail, parcel: Delivery, largest: int | None = None) -> EmailMessage:
    """Return the e-mail of a message.

    `largest` is how many bytes a file may have to be attached (None: as many as `mail` says). Where the file is too
    large or cannot be read, the text says so.
    """
    message = parcel.message
    size, content = _read(parcel.file, int(mail.largest_attachment * MEBIBYTE) if largest is None else largest)
    sender = envelope(mail.sender)
    letter = EmailMessage(policy=SMTP)
    letter["From"] = sender
    letter["To"] = [envelope(one) for one in mail.recipients]
    letter["Subject"] = _undecoded(clean(sendable(message.subject), LONGEST_SUBJECT))
    letter["Date"] = format_datetime(parcel.put)
    letter["Message-ID"] = f"<{parcel.id}@{sender.domain}>"
    letter["Auto-Submitted"] = "auto-generated"
    note = _note(message, size) if content is None else ""
    letter.set_content(f"{_plain(message.body)}\n{note}", charset="utf-8", cte="quoted-printable")
    if content is not None and message.attachment is not None:
        name = file_name(message.attachment)
        kind, _, subtype = TYPES.get(PurePath(name).suffix.lower(), "application/octet-stream").partition("/")
        letter.add_attachment(content, maintype=kind, subtype=subtype, filename=_undecoded(name))
    return letter


def as_sent(letter: EmailMessage) -> bytes:
    """Return the bytes of an e-mail. Raises MessageRefused where they would be read as another one than was written."""
    content = letter.as_bytes(policy=SMTP)
    if _heads(message_from_bytes(content)) != _heads(letter):
        raise MessageRefused("The name of the file would give the mail headers of its own, so it is not sent.")
    return content


def _heads(letter: Letter) -> list[list[str]]:
    """Return the names of the fields in the head of a letter, and in that of each of its parts."""
    return [list(part.keys()) for part in letter.walk()]


def _undecoded(text: str) -> str:
    """Return a text for a header, with a blank in each mark that has mail programs decode a word.

    The library decodes such words as well, and what they stand for may be the end of the line and other headers.
    """
    return text.replace("=?", "= ?")


def _read(file: Path | None, largest: int) -> tuple[int | None, bytes | None]:
    """Return the size of a file, None where it is gone, and its bytes, None where they are too many."""
    if file is None:
        return None, None
    try:
        size = file.stat().st_size
        return size, file.read_bytes() if size <= largest else None
    except OSError:
        return None, None


def _plain(body: str) -> str:
    """Return a text of several lines as it can be sent: no control characters but the ends of its lines."""
    lines = sendable(body).splitlines()
    return "\n".join("".join(one if one.isprintable() or one == "\t" else " " for one in line) for line in lines)


def file_name(path: PurePath) -> str:
    """Return the name under which a file is attached: on one line, without slashes, its ending kept."""
    shown = clean(sendable(path.name), 4096).replace("\\", "_").replace("/", "_").replace('"', "'") or "results"
    ending = PurePath(shown).suffix if len(PurePath(shown).suffix) < 10 else ""
    return shown if len(shown) <= LONGEST_NAME else shown[: LONGEST_NAME - len(ending) - 1] + "…" + ending


def _note(message: Message, size: int | None) -> str:
    """Say where the file is that is not attached; `size` is in bytes, None where the file is gone."""
    path = message.attachment
    if path is None:
        return ""
    if size is None:
        return f"\nThe results workbook could not be read and is not attached: {_shown(path.name)}\n"
    words = f"The results workbook has {size / MEBIBYTE:.1f} MiB, which is too much for this mail."
    if os.access(path, os.F_OK):
        return f"\n{words} It is here: {_shown(str(path))}\n"
    return f"\n{words} It lies beside the file that was imported: {_shown(path.name)}\n"


def _shown(path: str) -> str:
    return clean(sendable(path), 1000)
