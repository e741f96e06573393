"""The functions under bulk/destinations, after their pages of the API guide."""

import re
from collections.abc import Sequence
from itertools import takewhile

from importer.sandbox.calls import ALL_VERSIONS, OLD_VERSIONS, Call, Function, missing
from importer.sandbox.database import Row
from importer.sandbox.envelope import DONE, VALID, Envelope, found, refused
from importer.sandbox.listing import PAGING, ends_cut, page_of
from importer.sandbox.parameters import KnownParameter, choice, filled, whole, words
from importer.sandbox.spelling import spelled

_ACTION = "destinations/list"

_CAMPAIGN = KnownParameter("campaign", whole(0), required=True)
_ALL = KnownParameter("all", whole(0, 1), 0)
_VALIDATION = KnownParameter("validation", whole(0, 1), 0)
_STATUS = choice("cancelled", "failed", "pending", "success")

_CREATE = (
    _CAMPAIGN,
    KnownParameter("dnumbers", filled, required=True),
    KnownParameter("status", _STATUS, "pending"),
    _VALIDATION,
)
_LIST = (
    _CAMPAIGN,
    *PAGING,
    KnownParameter("descending", whole(0, 1), 0, in_old_versions=False),
    KnownParameter("sort", choice("dnumber", "status"), "dnumber", in_old_versions=False),
)
_UPDATE = (
    _CAMPAIGN,
    KnownParameter("status", _STATUS, required=True),
    _ALL,
    KnownParameter("dnumbers", words, ""),
    _VALIDATION,
)
_DELETE = (_CAMPAIGN, _ALL, KnownParameter("dnumber", words, ""))


def create(call: Call) -> Envelope:
    """Add numbers to a campaign; one that is there already is replaced."""
    refusal = _refusal(call, dnumbers_needed=True)
    if refusal:
        return refusal
    given = _given(call)
    bad = dict.fromkeys(filter(re.compile(call.modes.bad_numbers).fullmatch, given))
    if not bad or call.modes.bad_number == "skip":
        return _put(call, _as_stored(call, [dnumber for dnumber in given if dnumber not in bad] if bad else given))
    if call.modes.bad_number == "stop":
        _put(call, _as_stored(call, list(takewhile(lambda dnumber: dnumber not in bad, given))))
    return Envelope((refused("400", "dnumbers", _words_for(list(bad), call.modes.bad_named)),))


def update(call: Call) -> Envelope:
    """Give some or all destinations of a campaign a new status."""
    refusal = _refusal(call, dnumbers_needed=not call.values.get("all"))
    if refusal:
        return refusal
    campaign, destinations = int(call.values["campaign"]), call.store.destinations
    if not call.values["all"]:
        return _put(call, destinations.present(campaign, _as_stored(call, _given(call))))
    if call.values["validation"]:
        return VALID
    return found({"count": destinations.put_all(campaign, str(call.values["status"]))})


def list_(call: Call) -> Envelope:
    """Return the destinations of a campaign, or only how many there are."""
    refusal = _refusal(call)
    if refusal:
        return refusal
    if call.modes.list_none and call.modes.lie_in(_ACTION):
        return DONE
    values, campaign = call.values, int(call.values["campaign"])
    if values.get("count"):
        shown = call.store.destinations.count(campaign) - len(_hidden(call, campaign))
        return found({"count": len(ends_cut(range(shown), call, _ACTION))})
    return found([_shown(call, campaign, dnumber) for dnumber in page_of(_listed(call, campaign), call)])


def delete(call: Call) -> Envelope:
    """Remove one destination of a campaign, or all of them."""
    refusal = _refusal(call)
    if refusal:
        return refusal
    campaign = int(call.values["campaign"])
    if call.values.get("all"):
        call.store.destinations.remove(campaign)
        return DONE
    (dnumber,) = _as_stored(call, [str(call.values.get("dnumber", ""))])
    return DONE if call.store.destinations.remove(campaign, dnumber) else missing("dnumber")


FUNCTIONS = {
    "create": Function("user", _CREATE, create),
    "list": Function("user", _LIST, list_, no_400_in=OLD_VERSIONS),
    "update": Function("user", _UPDATE, update),
    "delete": Function("user", _DELETE, delete, no_400_in=ALL_VERSIONS),
}


def _given(call: Call) -> list[str]:
    return list(filter(None, map(str.strip, str(call.values.get("dnumbers", "")).split(","))))


def _refusal(call: Call, *, dnumbers_needed: bool = False) -> Envelope | None:
    unreadable = any(problem.key == "campaign" for problem in call.problems)
    if not unreadable and call.campaign("campaign") is None:
        return missing("campaign")
    problems = list(call.problems)
    # If dnumbers itself has a problem, it is in the list already and has no value.
    if dnumbers_needed and "dnumbers" in call.values and not _given(call):
        problems.append(refused("400", "dnumbers", "no number is given"))
    return Envelope(tuple(problems)) if problems else None


def _words_for(bad: Sequence[str], named: str) -> str:
    if named == "none":
        return "not valid"
    return f"not valid: {', '.join(bad if named == 'all' else bad[:1])}"


def _as_stored(call: Call, dnumbers: list[str]) -> list[str]:
    """Write numbers as this server does; one that it has in just this spelling is that one."""
    if call.modes.spelling == "given":
        return dnumbers
    there = set(call.store.destinations.present(int(call.values["campaign"]), dnumbers))
    return [dnumber if dnumber in there else spelled(dnumber, call.modes) for dnumber in dnumbers]


def _put(call: Call, dnumbers: list[str]) -> Envelope:
    if call.values["validation"]:
        return VALID
    once = list(dict.fromkeys(dnumbers))
    if once:
        call.store.destinations.put(int(call.values["campaign"]), once, str(call.values["status"]))
    return found({"count": len(dnumbers if call.modes.count_twice else once)})


def _listed(call: Call, campaign: int) -> Sequence[str]:
    """Return the numbers that a list shows, in its order, of those that there are."""
    dnumbers: Sequence[str] = call.store.destinations.ordered(campaign, str(call.values.get("sort", "dnumber")))
    hidden = _hidden(call, campaign)
    if hidden:
        dnumbers = [dnumber for dnumber in dnumbers if dnumber not in hidden]
    if call.values.get("descending"):
        dnumbers = dnumbers[::-1]
    return ends_cut(dnumbers, call, _ACTION)


def _hidden(call: Call, campaign: int) -> set[str]:
    if not call.modes.list_late or not call.modes.lie_in(_ACTION):
        return set()
    return call.store.destinations.made_within(campaign, call.modes.list_late)


def _shown(call: Call, campaign: int, dnumber: str) -> Row:
    row = {"dtype": "", "dnumber": dnumber}
    return (
        row if call.modes.list_fields == "few" else row | {"status": call.store.destinations.status(campaign, dnumber)}
    )
