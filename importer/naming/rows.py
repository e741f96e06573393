"""What becomes of a row when its names are looked up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from importer.journal import LookedUpRow
from importer.model import Problem, Run, about
from importer.naming.answers import NameAnswers, can_be_sent_unlisted
from importer.naming.verdicts import Found, Objection, Unlisted
from importer.naming.wanted import customer_of
from schemas.campaign import fingerprint, former_fingerprints, has_line_end
from schemas.name_lists import DESTINATION, list_of, names_in
from schemas.names import id_of

REASON = "A name in this row could not be looked up: {}."
"""Why a row is invalid about whose column there is one problem for all rows."""


@dataclass(frozen=True)
class LookedUp:
    """What became of one row: the row with IDs, or the problems of its names, or why it cannot be judged."""

    number: int
    row: LookedUpRow | None = None
    problems: tuple[Problem, ...] = ()
    refused: str = ""


def looked_up(run: Run, number: int, campaign: Mapping[str, str], answers: NameAnswers) -> LookedUp:
    """Return what becomes of a row; `campaign` has names in the place of IDs."""
    found, shown = dict(campaign), {}
    problems: list[Problem] = []
    unlisted: list[str] = []
    for parameter, name in names_in(campaign).items():
        name_list = list_of(parameter, campaign)
        verdict = answers.of(name_list, customer_of(campaign), name) if name_list else None
        match verdict:
            case Found(entry):
                found[parameter], shown[parameter] = entry.sent, entry.shown
            case Objection(message, problem_code):
                problem = Problem(message, column=parameter, found=name, problem_code=problem_code)
                problems.append(about(run, number, problem))
            case Unlisted() if name_list and can_be_sent_unlisted(name_list, verdict):
                found[parameter] = name
            case Unlisted():
                unlisted.append(parameter)
    if problems or unlisted:
        return LookedUp(number, None, tuple(problems), REASON.format(", ".join(unlisted)) if unlisted else "")
    if list_of(DESTINATION, campaign) and DESTINATION in found:
        found[DESTINATION] = id_of(found[DESTINATION])
    return LookedUp(number, _row(number, campaign, found, shown))


def _row(number: int, campaign: Mapping[str, str], found: Mapping[str, str], shown: Mapping[str, str]) -> LookedUpRow:
    read_before = list(_read_before(campaign, found))
    may_differ = read_before or any(map(has_line_end, found.values()))
    former = former_fingerprints(dict(found), read_before) if may_differ else {}
    return LookedUpRow(
        number=number, campaign=found, fingerprint=fingerprint(found), looked_up=shown, former_fingerprints=former
    )


def _read_before(campaign: Mapping[str, str], found: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Yield what earlier versions sent for a row: the name of a destination itself."""
    if campaign.get(DESTINATION) != found.get(DESTINATION):
        yield {**found, DESTINATION: campaign[DESTINATION]}
