"""Which of the campaigns that a server lists may have been created by a row in doubt.

Two mistakes are possible, and the worse one is to miss the row's campaign: the row would be sent again and exist
twice. So what servers do to texts when they store them (tidy white space and punctuation, cut off the end, garble what
is not plain ASCII) never counts as a difference; where that leaves room for error, a person decides.
"""

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from importer.delivery.sending import mark, to_send
from importer.enswitch import Fields
from importer.journal import InDoubtRow
from importer.security import Redact
from schemas.campaign import means_the_same
from schemas.likeness import folded
from schemas.parameters import BY_NAME, ParameterKind

SHORTEST_CUT = 20
"""A listed text of at least this many characters counts as the sent one if the sent one begins with it."""

SHORTEST_LIKELY_CUT = 8
"""A listed name of at least this many characters may be the sent one if the sent one begins with it."""

LIKENESS = 0.6
"""Similarity ratio from which one text may be the other, garbled."""

PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789 .,:;_/@()+-")
"""Characters that no server garbles."""

MARK = re.compile(r"\[[^\[\]]{1,40}/[0-9]{1,10}\]")
"""What --marker appends, for any row: [20261123-0f2678/17]."""

SPELLING = ", whose name is spelt differently,"
NO_NAME = ", whose name the server does not show,"
NOT_LISTED = ", which may have existed before,"
OTHER_VALUES = ", whose settings differ,"

MOST_DIFFERING = 3
LONGEST_VALUE = 40
"""How many differing fields a message shows, and how many characters of each value."""


@dataclass(frozen=True)
class Finding:
    """The campaigns on the server that may belong to one row in doubt.

    `reservation` says why a single candidate must not be adopted without asking; "" if it may be.
    """

    doubt: InDoubtRow
    candidates: tuple[str, ...]
    reservation: str = ""

    def is_certain(self, claims: Mapping[str, int]) -> bool:
        """Say whether the row can be given its candidate; `claims` counts the rows that each campaign may belong to."""
        return not self.reservation and len(self.candidates) == 1 and claims[self.candidates[0]] == 1


@dataclass(frozen=True)
class Search:
    """Rows in doubt of one run and customer, and the campaigns that they may have created.

    `new` are the campaigns that no row is known to have created; `listed_before` says that they do not include those
    that existed before the run began.
    """

    doubts: Sequence[InDoubtRow]
    new: Sequence[Fields]
    listed_before: bool


def compare(questions: Sequence[Search], redact: Redact) -> list[Finding]:
    """Return a finding for each row in doubt.

    A campaign with a row's name but different values may have been edited meanwhile. It is a candidate only for rows
    that match no other campaign, and only if it does not certainly belong to another row.
    """
    fitting = [(one, _fitting(one)) for one in questions]
    claims = claimed(finding for _, findings in fitting for finding in findings)
    adopted = {one.candidates[0] for _, findings in fitting for one in findings if one.is_certain(claims)}
    found: list[Finding] = []
    for question, findings in fitting:
        by_name = _by_start(one for one in question.new if one["id"] not in adopted)
        found += [one if one.candidates else _edited(one.doubt, by_name, redact) for one in findings]
    return found


def claimed(findings: Iterable[Finding]) -> Mapping[str, int]:
    """Return the number of rows that each campaign may belong to."""
    return Counter(campaign_id for finding in findings for campaign_id in finding.candidates)


def _fitting(question: Search) -> list[Finding]:
    """Return what fits each row in doubt: by its mark, else by name and values, else by values and similar name."""
    by_name = _by_start(question.new)
    marked = _by_mark(question)
    findings = [
        Finding(doubt, marked[token])
        if (token := mark(doubt.run.id, doubt.row.number)) in marked
        else _by_name(doubt, by_name, question.listed_before)
        for doubt in question.doubts
    ]
    taken = {campaign_id for finding in findings for campaign_id in finding.candidates}
    left = [campaign for campaign in question.new if campaign["id"] not in taken]
    return [finding if finding.candidates else _by_likeness(finding.doubt, left) for finding in findings]


def contradicts(sent: Mapping[str, str], listed: Fields) -> bool:
    """Say whether a listed campaign differs from what was sent in a field, other than its name, that is listed."""
    return any(
        name in listed and not _alike(name, value, listed[name]) for name, value in sent.items() if name != "name"
    )


def differences(sent: Mapping[str, str], listed: Fields, redact: Redact) -> str:
    """Return in words how a listed campaign differs from what was sent: maximum 9, sent 2.

    What is listed is redacted before it is cut: half a password would not be found any more.
    """
    found = [
        f"{name} {quoted(redact(listed[name]))}, sent {quoted(value)}"
        for name, value in sent.items()
        if contradicts({name: value}, listed)
    ]
    more = f" and {len(found) - MOST_DIFFERING} more" if len(found) > MOST_DIFFERING else ""
    return f"{'; '.join(found[:MOST_DIFFERING])}{more}"


def quoted(text: str) -> str:
    """Return a value as messages show it: digits as they are, other text in quotes and cut if it is long."""
    return text if text.isdecimal() else repr(text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…")


def letters(text: str) -> str:
    """Return what remains of a folded text without punctuation and spaces."""
    return "".join(character for character in folded(text) if character.isalnum())


def _by_start(campaigns: Iterable[Fields]) -> Mapping[str, Sequence[Fields]]:
    """Return campaigns by the start of their names."""
    found: defaultdict[str, list[Fields]] = defaultdict(list)
    for campaign in campaigns:
        if "name" in campaign:
            found[_start(campaign["name"])].append(campaign)
    return found


def _by_mark(question: Search) -> Mapping[str, tuple[str, ...]]:
    """Return the marked campaigns by their marks; empty if the run does not use marks."""
    found: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    if question.doubts[0].run.marker:
        for campaign in question.new:
            for token in MARK.findall(campaign.get("description", "")):
                found[token] += (campaign["id"],)
    return found


def _of_name(sent: Mapping[str, str], by_name: Mapping[str, Sequence[Fields]]) -> list[Fields]:
    """Return the campaigns with the name that was sent, as servers store names."""
    name = folded(sent["name"])
    return [one for one in by_name.get(_start(name), ()) if _same_text(name, folded(one["name"]))]


def _by_name(doubt: InDoubtRow, by_name: Mapping[str, Sequence[Fields]], listed_before: bool) -> Finding:
    sent = to_send(doubt.run, doubt.row)
    alike = tuple(one["id"] for one in _of_name(sent, by_name) if not contradicts(sent, one))
    return Finding(doubt, alike, "" if listed_before else NOT_LISTED)


def _edited(doubt: InDoubtRow, by_name: Mapping[str, Sequence[Fields]], redact: Redact) -> Finding:
    """Return campaigns with the row's name but different values: somebody may have edited the row's campaign."""
    sent = to_send(doubt.run, doubt.row)
    alike = _of_name(sent, by_name)
    ids = tuple(one["id"] for one in alike)
    if len(alike) == 1 and (message := differences(sent, alike[0], redact)):
        return Finding(doubt, ids, f", whose settings differ ({message}),")
    return Finding(doubt, ids, OTHER_VALUES)


def _by_likeness(doubt: InDoubtRow, left: Sequence[Fields]) -> Finding:
    """Return what may be the row's campaign although its name differs or is not shown: never certain."""
    sent = to_send(doubt.run, doubt.row)
    possible = [one for one in left if not contradicts(sent, one)]
    nameless = tuple(one["id"] for one in possible if "name" not in one)
    if nameless:
        return Finding(doubt, nameless, NO_NAME)
    name = folded(sent["name"])
    same = (one["id"] for one in possible if _garbled(name, one["name"]) or _cut(name, folded(one["name"])))
    return Finding(doubt, tuple(same), SPELLING)


def _alike(name: str, sent: str, listed: str) -> bool:
    if BY_NAME[name].kind not in (ParameterKind.TEXT, ParameterKind.LOWER_CASE):
        return means_the_same(name, sent, listed)
    if _same_text(letters(sent), letters(listed)):
        return True
    return _garbled(folded(sent), listed)


def _garbled(sent: str, listed: str) -> bool:
    """Say whether a listed text may be how a server stored the folded text that was sent."""
    if PLAIN.issuperset(sent):
        return False
    return difflib.SequenceMatcher(None, sent, folded(listed)).ratio() >= LIKENESS


def _cut(sent: str, listed: str) -> bool:
    return len(listed) >= SHORTEST_LIKELY_CUT and sent.startswith(listed)


def _same_text(sent: str, listed: str) -> bool:
    return sent == listed or (len(listed) >= SHORTEST_CUT and sent.startswith(listed))


def _start(name: str) -> str:
    return folded(name)[:SHORTEST_CUT]
