"""Which of the campaigns that a server lists may be the one that a row in doubt asked for.

Two mistakes are possible, and the worse one is to take a row's own campaign for a stranger: the row would be sent
again and exist twice. So what servers do to texts when they store them (tidy white space and punctuation, cut the end
off, garble what is not plain ASCII) never counts as a difference; where that leaves room for error, a person decides.
"""

import difflib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from importer.api import Fields
from importer.records import Doubt
from importer.sending import mark, to_send
from schemas.campaign import means_the_same
from schemas.likeness import folded
from schemas.parameters import BY_NAME, Kind

SHORTEST_CUT = 20
"""A listed text at least so long counts as the sent one if that begins with it."""

SHORTEST_LIKELY_CUT = 8
"""A listed name at least so long may be the sent one if that begins with it."""

LIKENESS = 0.6
"""How alike two texts are from which on one may be the other, garbled."""

PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789 .,:;_/@()+-")
"""Characters that no server garbles."""

SPELLING = ", whose name is spelt otherwise,"
NO_NAME = ", whose name the server does not show,"
NOT_LISTED = ", which may have been there before,"


@dataclass(frozen=True)
class Finding:
    """What a look at the server found for one row in doubt: the campaigns that may be its own.

    `reservation` says why a single candidate must not be adopted without asking; "" where it may be.
    """

    doubt: Doubt
    candidates: tuple[str, ...]
    reservation: str = ""


def compare(doubts: Sequence[Doubt], new: Sequence[Fields], *, listed_before: bool) -> list[Finding]:
    """Return a finding for each row in doubt; they are all of one run and customer.

    `new` are the campaigns that nobody is known to have made; `listed_before` says that those which were there before
    the run began are not among them.
    """
    by_name: defaultdict[str, list[Fields]] = defaultdict(list)
    for campaign in new:
        by_name[_start(campaign.get("name", ""))].append(campaign)
    findings = [_by_name(doubt, by_name[_start(doubt.row.campaign["name"])], listed_before) for doubt in doubts]
    taken = {campaign_id for finding in findings for campaign_id in finding.candidates}
    left = [campaign for campaign in new if campaign["id"] not in taken]
    return [finding if finding.candidates else _by_likeness(finding.doubt, left) for finding in findings]


def contradicts(sent: Mapping[str, str], listed: Fields) -> bool:
    """Say whether a listed campaign differs from what was sent in a field that the server returns, its name apart."""
    return any(
        name in listed and not _alike(name, value, listed[name]) for name, value in sent.items() if name != "name"
    )


def _by_name(doubt: Doubt, campaigns: Sequence[Fields], listed_before: bool) -> Finding:
    sent = to_send(doubt.run, doubt.row)
    name = folded(sent["name"])
    alike = [
        one
        for one in campaigns
        if "name" in one and _same_text(name, folded(one["name"])) and not contradicts(sent, one)
    ]
    token = mark(doubt.run.id, doubt.row.number)
    marked = [one for one in alike if doubt.run.marker and token in one.get("description", "")]
    reservation = "" if marked or listed_before else NOT_LISTED
    return Finding(doubt, tuple(one["id"] for one in marked or alike), reservation)


def _by_likeness(doubt: Doubt, left: Sequence[Fields]) -> Finding:
    """Return what may be the row's campaign although its name is not, or is not shown: never certain."""
    sent = to_send(doubt.run, doubt.row)
    possible = [one for one in left if not contradicts(sent, one)]
    nameless = tuple(one["id"] for one in possible if "name" not in one)
    if nameless:
        return Finding(doubt, nameless, NO_NAME)
    name = folded(sent["name"])
    same = (one["id"] for one in possible if _garbled(name, one["name"]) or _cut(name, folded(one["name"])))
    return Finding(doubt, tuple(same), SPELLING)


def _alike(name: str, sent: str, listed: str) -> bool:
    if BY_NAME[name].kind not in (Kind.TEXT, Kind.LOWER_CASE):
        return means_the_same(name, sent, listed)
    if _same_text(_letters(sent), _letters(listed)):
        return True
    return _garbled(folded(sent), listed)


def _garbled(sent: str, listed: str) -> bool:
    """Say whether a listed text may be what a server made of the folded text that was sent."""
    if PLAIN.issuperset(sent):
        return False
    return difflib.SequenceMatcher(None, sent, folded(listed)).ratio() >= LIKENESS


def _cut(sent: str, listed: str) -> bool:
    return len(listed) >= SHORTEST_LIKELY_CUT and sent.startswith(listed)


def _same_text(sent: str, listed: str) -> bool:
    return sent == listed or (len(listed) >= SHORTEST_CUT and sent.startswith(listed))


def _letters(text: str) -> str:
    return "".join(character for character in folded(text) if character.isalnum())


def _start(name: str) -> str:
    return folded(name)[:SHORTEST_CUT]
