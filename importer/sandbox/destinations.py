"""The functions under bulk/destinations, after their pages of the API guide."""

from importer.sandbox.calls import Call, Function, missing
from importer.sandbox.envelope import DONE, VALID, Envelope, found, refused
from importer.sandbox.parameters import KnownParameter, choice, filled, whole, words

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
    KnownParameter("count", whole(0, 1), 0),
    KnownParameter("descending", whole(0, 1), 0),
    KnownParameter("limit", whole(0), 0),
    KnownParameter("offset", whole(0), 0),
    # The guide does not say what the reduced data look like, so pages=1 changes nothing here.
    KnownParameter("pages", whole(0, 1), 0),
    KnownParameter("sort", choice("dnumber", "status"), "dnumber"),
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
    return _refusal(call, dnumbers_needed=True) or _put(call, _numbers(call))


def update(call: Call) -> Envelope:
    """Give some or all destinations of a campaign a new status."""
    refusal = _refusal(call, dnumbers_needed=not call.values.get("all"))
    if refusal:
        return refusal
    present = {row["dnumber"] for row in call.store.destinations(int(call.values["campaign"]))}
    chosen = present if call.values["all"] else present.intersection(_numbers(call))
    return _put(call, sorted(chosen))


def list_(call: Call) -> Envelope:
    """Return the destinations of a campaign, or only how many there are."""
    refusal = _refusal(call)
    if refusal:
        return refusal
    values = call.values
    rows = call.store.destinations(int(values["campaign"]))
    if values["count"]:
        return found({"count": len(rows)})
    rows.sort(key=lambda row: str(row[str(values["sort"])]), reverse=bool(values["descending"]))
    first, limit = int(values["offset"]), int(values["limit"]) or len(rows)
    shown = rows[first : first + limit]
    return found([{"dtype": "", "dnumber": row["dnumber"], "status": row["status"]} for row in shown])


def delete(call: Call) -> Envelope:
    """Remove one destination of a campaign, or all of them."""
    refusal = _refusal(call)
    if refusal:
        return refusal
    campaign = int(call.values["campaign"])
    if call.values.get("all"):
        call.store.delete_destinations(campaign)
        return DONE
    removed = call.store.delete_destinations(campaign, str(call.values.get("dnumber", "")))
    return DONE if removed else missing("dnumber")


FUNCTIONS = {
    "create": Function("user", _CREATE, create),
    "list": Function("user", _LIST, list_),
    "update": Function("user", _UPDATE, update),
    "delete": Function("user", _DELETE, delete, has_400=False),
}


def _numbers(call: Call) -> list[str]:
    pieces = (piece.strip() for piece in str(call.values.get("dnumbers", "")).split(","))
    return list(dict.fromkeys(filter(None, pieces)))


def _refusal(call: Call, *, dnumbers_needed: bool = False) -> Envelope | None:
    unreadable = any(problem.key == "campaign" for problem in call.problems)
    if not unreadable and call.campaign("campaign") is None:
        return missing("campaign")
    problems = list(call.problems)
    # If dnumbers itself has a problem, it is in the list already and has no value.
    if dnumbers_needed and "dnumbers" in call.values and not _numbers(call):
        problems.append(refused("400", "dnumbers", "no number is given"))
    return Envelope(tuple(problems)) if problems else None


def _put(call: Call, dnumbers: list[str]) -> Envelope:
    if call.values["validation"]:
        return VALID
    call.store.put_destinations(int(call.values["campaign"]), dnumbers, str(call.values["status"]))
    return found({"count": len(dnumbers)})
