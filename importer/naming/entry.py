"""The entries of a list of the server, and where each is found by its names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from importer.security import Redact, visible
from schemas.likeness import folded
from schemas.limits import LONGEST_WHOLE_NUMBER
from schemas.name_lists import NameList
from schemas.names import plain_name

LONGEST_SHOWN = 64
"""How many characters of a server's text messages show."""

LONGEST_NAME = 1_000
"""Longer names are left out: nobody writes them into a cell."""


@dataclass(frozen=True)
class ListEntry:
    """One entry of a list.

    `sent` is what a campaign refers to it by, `names` what it is found by, one for each of `NameList.called_by` ("" for
    none). `id`, `called`, `customer` and `description` are for messages; `customer` is the ID of its customer, "" if
    the server does not show it.
    """

    sent: str
    id: str
    names: tuple[str, ...]
    called: str
    customer: str = ""
    description: str = ""

    @property
    def shown(self) -> str:
        """The entry in a result: 17 (jane)."""
        return self.sent if self.called == self.sent else f"{self.sent} ({self.called})"


def entries_of(name_list: NameList, rows: Iterable[Mapping[str, str]], redact: Redact = str) -> Iterator[ListEntry]:
    """Yield the entries of a list; those without an ID or a name cannot be referred to.

    `rows` have the fields that the server shows. `redact` removes the password from what messages show.
    """
    for row in rows:
        sent = _sent(name_list, row.get(name_list.sent, "").strip())
        names = tuple(_name(row, fields) for fields in name_list.called_by)
        if sent is None or not any(names):
            continue
        # A telephone is better known by what it displays than by the name that is sent.
        called = next((name for name in names if name and name != sent), sent)
        yield ListEntry(
            sent=sent,
            id=_shown(row.get("id", sent), redact),
            names=names,
            called=_shown(called, redact),
            customer=_shown(row.get("customer", row.get("parent", "")), redact),
            description=_shown(row.get("description", ""), redact),
        )


class Index:
    """The entries of one list, by their names."""

    def __init__(self, name_list: NameList) -> None:
        self.name_list = name_list
        self.entries: list[ListEntry] = []
        tiers = range(len(name_list.called_by))
        self._exact: list[defaultdict[str, list[ListEntry]]] = [defaultdict(list) for _ in tiers]
        self._folded: list[defaultdict[str, list[ListEntry]]] = [defaultdict(list) for _ in tiers]

    def add(self, entries: Iterable[ListEntry]) -> None:
        """Add entries."""
        for entry in entries:
            self.entries.append(entry)
            for tier, name in enumerate(entry.names):
                if name:
                    self._exact[tier][name].append(entry)
                    self._folded[tier][folded(name)].append(entry)

    def exactly(self, name: str) -> list[ListEntry]:
        """Return the entries with a name, by the most usual of their names that any of them has."""
        return next((_distinct(tier[name]) for tier in self._exact if name in tier), [])

    def alike(self, name: str) -> list[ListEntry]:
        """Return the same regardless of case and of how many spaces there are."""
        plain = folded(name)
        return next((_distinct(tier[plain]) for tier in self._folded if plain in tier), [])

    @property
    def folded_names(self) -> dict[str, ListEntry]:
        """The entries by what is compared of their names."""
        return {plain: entries[0] for tier in reversed(self._folded) for plain, entries in tier.items()}


def _distinct(entries: list[ListEntry]) -> list[ListEntry]:
    """Return the entries without those that are the same to a campaign: a server may show one twice."""
    return list({entry.sent: entry for entry in reversed(entries)}.values())[::-1]


def _name(row: Mapping[str, str], fields: tuple[str, ...]) -> str:
    name = plain_name(" ".join(filter(None, (row.get(field, "").strip() for field in fields))))
    return name if len(name) <= LONGEST_NAME else ""


def _sent(name_list: NameList, text: str) -> str | None:
    """Return what a campaign may refer to an entry by, as a cell would have it; None for what cannot be."""
    if name_list.sent == "id":
        is_number = text.isascii() and text.isdecimal() and len(text) <= LONGEST_WHOLE_NUMBER
        return str(int(text)) if is_number and int(text) > 0 else None
    return text if 0 < len(text) <= LONGEST_SHOWN and visible(text) == text else None


def _shown(text: str, redact: Redact) -> str:
    plain = visible(redact(text)).strip()
    return plain if len(plain) <= LONGEST_SHOWN else f"{plain[: LONGEST_SHOWN - 1]}…"
