"""The functions under bulk/campaigns, after their pages of the API guide."""

from collections.abc import Sequence

from importer.sandbox.calls import ALL_VERSIONS, Call, Function, missing
from importer.sandbox.customers import customer_of
from importer.sandbox.database import Row
from importer.sandbox.envelope import DONE, VALID, Envelope, EnvelopePart, found, refusal, refused
from importer.sandbox.listing import ends_cut
from importer.sandbox.parameters import KnownParameter, Value, choice, filled, whole, words

_ID = KnownParameter("id", whole(0), required=True)
_VALIDATION = KnownParameter("validation", whole(0, 1), 0)

# dnumber is required by a separate rule, below, because a campaign that hangs up has none.
_CREATE = (
    KnownParameter("name", filled, required=True),
    KnownParameter("dtype", filled, required=True),
    KnownParameter("dnumber", words, ""),
    KnownParameter("attempts", whole(1), 1),
    KnownParameter("callerid", words, ""),
    KnownParameter("customer", whole(0)),
    KnownParameter("description", words, ""),
    KnownParameter("enabled", whole(0, 1), 1),
    KnownParameter("machine", choice("", "failed", "retry", "success"), "failed"),
    KnownParameter("maximum", whole(1), 1),
    KnownParameter("keep_agents_available", whole(), 0, in_old_versions=False),
    KnownParameter("owner", whole(0), 0),
    KnownParameter("recordgroup", whole(0), 0),
    KnownParameter("retry", whole(0), 3600),
    KnownParameter("success", choice("answer", "key"), "answer"),
    KnownParameter("timegroup", whole(0), 0),
    _VALIDATION,
)

# What an update leaves out keeps its value, except keep_agents_available: its default is 0 there too.
_UPDATE = (
    _ID,
    KnownParameter("name", filled),
    KnownParameter("dtype", filled),
    KnownParameter("dnumber", words),
    KnownParameter("attempts", whole(1)),
    KnownParameter("callerid", words),
    KnownParameter("description", words),
    KnownParameter("enabled", whole(0, 1)),
    KnownParameter("machine", choice("", "failed", "retry", "success")),
    KnownParameter("maximum", whole(1)),
    KnownParameter("keep_agents_available", whole(), 0, in_old_versions=False),
    KnownParameter("owner", whole(0)),
    KnownParameter("recordgroup", whole(0)),
    KnownParameter("retry", whole(0)),
    KnownParameter("success", choice("answer", "key")),
    KnownParameter("timegroup", whole(0)),
    _VALIDATION,
)


def create(call: Call) -> Envelope:
    """Store a campaign, whether or not there is one like it already."""
    values = call.values.copy()
    customer, of_customer = customer_of(call)
    if customer in call.forbidden and call.account.sees(customer):
        return _plan_forbids()
    problems = call.problems + _number_problems(values) + of_customer
    if problems:
        return Envelope(tuple(problems))
    if values.pop("validation"):
        return VALID
    campaign = call.store.add_campaign({**values, "customer": customer})
    return found({"id": call.modes.create_id or campaign} if call.modes.data_on_create == "id" else None)


def update(call: Call) -> Envelope:
    """Change what is given of a campaign."""
    values = call.values.copy()
    if "id" not in values:
        return Envelope(tuple(call.problems))
    row = call.campaign("id")
    if row is None:
        return missing("id")
    if row["customer"] in call.forbidden:
        return _plan_forbids()
    problems = call.problems + _number_problems({**row, **values})
    if problems:
        return Envelope(tuple(problems))
    if values.pop("validation"):
        return VALID
    campaign = int(values.pop("id"))
    if values:
        call.store.change_campaign(campaign, values)
    return DONE


def list_(call: Call) -> Envelope:
    """Return the campaigns of one customer: all of them, unless a mode has the list not be whole."""
    customer, of_customer = customer_of(call)
    problems = call.problems + of_customer
    if problems:
        return Envelope(tuple(problems))
    if call.modes.list_none and call.modes.lie_in("list"):
        return DONE
    return found([_shown(row, call) for row in _listed(call.store.campaigns(customer), call)])


def get(call: Call) -> Envelope:
    """Return one campaign."""
    if call.problems:
        return Envelope(tuple(call.problems))
    row = call.campaign("id")
    return found(_shown(row, call)) if row else missing("id")


def delete(call: Call) -> Envelope:
    """Remove one campaign and its destinations."""
    if call.problems:
        return Envelope(tuple(call.problems))
    row = call.campaign("id")
    if row is None:
        return missing("id")
    call.store.delete_campaign(row["id"])
    return DONE


FUNCTIONS = {
    "create": Function("administrator", _CREATE, create),
    "update": Function("user", _UPDATE, update),
    "list": Function("user", (KnownParameter("customer", whole(0)),), list_),
    "get": Function("user", (_ID,), get, no_400_in=ALL_VERSIONS),
    "delete": Function("user", (_ID,), delete, no_400_in=ALL_VERSIONS),
}


def _number_problems(values: dict[str, Value]) -> list[EnvelopePart]:
    if values.get("dtype") == "hangup" or values.get("dnumber"):
        return []
    return [refused("400", "dnumber", "required for this type of destination")]


def _plan_forbids() -> Envelope:
    return refusal("403", "", "the rate plan does not allow campaigns")


def _listed(rows: list[Row], call: Call) -> Sequence[Row]:
    """Return what a list shows of the campaigns that there are."""
    if call.modes.list_late and call.modes.lie_in("list"):
        hidden = call.store.made_within(call.modes.list_late)
        rows = [row for row in rows if row["id"] not in hidden]
    return ends_cut(rows, call, "list")


def _shown(row: Row, call: Call) -> Row:
    if call.modes.list_fields == "few":
        return {"id": row["id"], "name": row["name"]}
    if call.modes.version == "3.14":
        return {name: value for name, value in row.items() if name != "keep_agents_available"}
    return row
