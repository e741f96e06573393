"""What an e-mail says, from its content: the parts that its text and its HTML share, cleaned for both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from importer.model import counted
from importer.notify.errors import clean, sendable
from importer.notify.message import Content, Kind, Message, subject
from importer.security import visible

LONGEST_PATH = 1_000
LONGEST_TEXT = 600
"""The maximum length of a message in an e-mail; the results have all of it."""

KINDS_IN_DIGEST = 10
"""How many kinds of problems of one file a digest lists."""

FILES_IN_DIGEST = 50
"""For how many files a digest lists the problems."""

ATTACHED = "attached"


@dataclass(frozen=True)
class Place:
    """A file that an e-mail names: what it is called, its path, and a remark ("attached")."""

    name: str
    path: str
    remark: str


@dataclass(frozen=True)
class FileSection:
    """What an e-mail says about one file."""

    title: str
    brief: str
    outcome: str
    to_do: str
    kinds: tuple[Kind, ...]
    more_kinds: str
    notes: tuple[str, ...]
    places: tuple[Place, ...]
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Words:
    """What an e-mail says: its subject and first sentence, and a section for each file that needs one.

    `others` are the files of a digest without problems, one line each.
    """

    subject: str
    outcome: str
    sections: tuple[FileSection, ...]
    others: tuple[str, ...] = ()


def words(messages: Sequence[Message], remarks: Mapping[str, str]) -> Words:
    """Return what an e-mail about these messages says; `remarks` are the remarks on files, by their paths."""
    about = clean(sendable(subject(messages)))
    if len(messages) == 1:
        section = _section(messages[0].content, remarks)
        return Words(about, section.outcome, (section,))
    failed = [message for message in messages if message.failed]
    shown = failed[:FILES_IN_DIGEST]
    sections = tuple(_section(message.content, remarks, KINDS_IN_DIGEST) for message in shown)
    rest = [*failed[FILES_IN_DIGEST:], *(message for message in messages if not message.failed)]
    return Words(about, _sentence(about), sections, tuple(_text(message.subject) for message in rest))


def _sentence(about: str) -> str:
    return f"{about}."


def _section(content: Content, remarks: Mapping[str, str], most: int | None = None) -> FileSection:
    """Return what is said about one file, with `most` kinds of problems (None: all)."""
    left = content.more_kinds + (len(content.kinds[most:]) if most is not None else 0)
    least = "at least " if content.at_least else ""
    places = tuple(Place(name, _path(path), remarks.get(path, "")) for name, path in content.places)
    return FileSection(
        title=_text(content.title),
        brief=_text(content.brief),
        outcome=_text(content.outcome),
        to_do=_text(_to_do(content, remarks)),
        kinds=tuple(_kind(kind) for kind in content.kinds[:most]),
        more_kinds=f"and {least}{counted(left, 'more kind')}" if left else "",
        notes=tuple(_text(note) for note in content.notes),
        places=places,
        facts=tuple((name, _path(text)) for name, text in content.facts),
    )


def _to_do(content: Content, remarks: Mapping[str, str]) -> str:
    sentences = list(content.to_do)
    if content.in_results:
        attached = any(remarks.get(path) == ATTACHED for _, path in content.places)
        where = "the attachment" if attached else "the results file named below"
        sentences.insert(0, f"open {where}, {content.in_results}.")
    text = " ".join(sentences)
    return text[:1].lower() + text[1:]


def _kind(kind: Kind) -> Kind:
    return replace(
        kind,
        column=_text(kind.column),
        cells=tuple(_text(cell) for cell in kind.cells),
        message=_text(kind.message),
    )


def _text(text: str) -> str:
    return clean(sendable(text), LONGEST_TEXT)


def _path(path: str) -> str:
    return visible(sendable(path))[:LONGEST_PATH]
