"""The lists in which a name is found for an ID. The guide shows those of customers, people and time groups, and less of
the others; what it does not show is after their pattern.
"""

from collections.abc import Callable, Iterable, Sequence

from importer.sandbox.calls import Call, Function
from importer.sandbox.customers import customer_of
from importer.sandbox.database import Row
from importer.sandbox.directory import COLUMNS
from importer.sandbox.envelope import DONE, Envelope, found, refused
from importer.sandbox.listing import PAGING, ends_cut, page_of
from importer.sandbox.parameters import KnownParameter, choice, whole, words

_CUSTOMER = KnownParameter("customer", whole(0))
_DESCENDING = KnownParameter("descending", whole(0, 1), 0)

_CUSTOMERS = (
    KnownParameter("parent", whole(0)),
    KnownParameter("recursive", whole(0, 1), 0),
    KnownParameter("name", words, ""),
    KnownParameter("deleted", whole(-1, 1), 0),
    # Neither says anything about names.
    KnownParameter("bill_type", words),
    KnownParameter("directory", whole(-1)),
    *PAGING,
    _DESCENDING,
    KnownParameter("sort", choice("account", "description", "name"), "name"),
)
_PEOPLE = (
    _CUSTOMER,
    *PAGING,
    _DESCENDING,
    KnownParameter("sort", choice("forename", "fullname", "surname", "username"), "username"),
    KnownParameter("zohocrm", words, in_old_versions=False),
)
_TIMEGROUPS = (_CUSTOMER, KnownParameter("available", whole(0, 1), 0))


def customers(call: Call) -> Envelope:
    """Return the customers below one, which is not among them itself."""
    parent = int(call.values.get("parent", call.account.customer))
    problems = call.problems
    if not call.account.sees(parent):
        problems = [*problems, refused("400", "parent", f"there is no customer {parent}")]
    if problems:
        return Envelope(tuple(problems))
    below = _below(call.store.directory.rows("customers"), {parent}, deep=bool(call.values["recursive"]))
    part, deleted = str(call.values["name"]).casefold(), int(call.values["deleted"])
    rows = [
        row
        for row in below
        if call.account.sees(row["id"])
        and part in (row["name"] or "").casefold()
        and deleted in (-1, int(bool(row["deleted"])))
    ]
    return _answer(call, "customers", _sorted(rows, call))


def _of_one_customer(kind: str) -> Callable[[Call], Envelope]:
    def run(call: Call) -> Envelope:
        customer, of_customer = customer_of(call)
        problems = call.problems + of_customer
        if problems:
            return Envelope(tuple(problems))
        more = call.modes.list_more and call.modes.lie_in(f"{kind}/list")
        rows = [
            row
            for row in call.store.directory.rows(kind)
            if more or row["customer"] == customer or (call.values.get("available") and row["shared"])
        ]
        return _answer(call, kind, _sorted(rows, call))

    return run


FUNCTIONS = {
    "customers/list": Function("commerce", _CUSTOMERS, customers),
    "people/list": Function("user", _PEOPLE, _of_one_customer("people")),
    "timegroups/list": Function("user", _TIMEGROUPS, _of_one_customer("timegroups")),
    **{
        f"{kind}/list": Function("user", (_CUSTOMER,), _of_one_customer(kind))
        for kind in ("recording/groups", "queues", "ivrs", "huntgroups", "conferences", "mailboxes", "phones")
    },
}


def _below(rows: Iterable[Row], parents: set[int], *, deep: bool) -> list[Row]:
    children = [row for row in rows if row["customer"] in parents]
    if not deep or not children:
        return children
    return children + _below(rows, {row["id"] for row in children}, deep=True)


def _sorted(rows: list[Row], call: Call) -> list[Row]:
    by = str(call.values.get("sort", "id"))
    columns = ("forename", "surname") if by == "fullname" else (by,)
    if by != "id":
        rows = sorted(rows, key=lambda row: " ".join(row[column] or "" for column in columns).casefold())
    return rows[::-1] if call.values.get("descending") else rows


def _answer(call: Call, kind: str, rows: list[Row]) -> Envelope:
    modes, action = call.modes, f"{kind}/list"
    if modes.lie_in(action):
        if modes.list_none:
            return DONE
        hidden = call.store.directory.made_within(kind, modes.list_late) if modes.list_late else set()
        rows = [row for row in rows if row["id"] not in hidden]
    shown: Sequence[Row] = ends_cut(rows, call, action)
    if call.values.get("count"):
        return found({"count": len(shown)})
    if "limit" in call.values:
        shown = page_of(shown, call)
    return found([_shown(row, kind, modes.list_fields) for row in shown])


def _shown(row: Row, kind: str, fields: str) -> Row:
    if fields == "all":
        return row
    return {name: row[name] for name in ("customer" if kind == "mailboxes" else "id", next(iter(COLUMNS[kind])))}
