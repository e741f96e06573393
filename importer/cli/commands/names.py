"""`names`: what there is on the server and can be written instead of an ID."""

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass

from importer.cli.screen.printing import put
from importer.cli.screen.screen import Screen
from importer.cli.screen.tables import put_table
from importer.cli.server import connecting
from importer.cli.values import resolve
from importer.cli.values.server import CredentialValues
from importer.model import ExitCode, counted
from importer.naming import Listed, ListEntry, available, cannot_be_listed
from schemas.name_lists import LISTS

COLUMNS = ("kind", "id", "name", "also", "customer", "description")


@dataclass(frozen=True, kw_only=True)
class NamesValues(CredentialValues):
    """What `names` takes."""

    kind: str | None
    customer: str | None


def run(values: NamesValues, screen: Screen) -> ExitCode:
    """Read the lists, and show them."""
    wanted = [LISTS[values.kind]] if values.kind else list(LISTS.values())
    server = connecting.server(values)
    screen.stage("Asking the server", None)
    with closing(connecting.lone_client(server, resolve.journal(values.journal))) as client:
        lists = list(available(client, wanted, values.customer or ""))
    screen.rest()
    if all(one.unlisted for one in lists):
        raise cannot_be_listed(lists[0])
    for one in lists:
        if one.unlisted:
            screen.say(cannot_be_listed(one).message)
    rows = [_row(one, entry) for one in lists for entry in one.index.entries]
    put(values, {"names": [_document(row) for row in rows], "exit_code": int(ExitCode.DONE)})
    if not values.json:
        _show(rows, screen, one_kind=values.kind is not None)
    return ExitCode.DONE


def _row(listed: Listed, entry: ListEntry) -> Sequence[str]:
    first, *others = filter(None, entry.names)
    return (
        listed.asked.name_list.kind,
        entry.sent,
        first,
        "; ".join(others),
        entry.customer,
        entry.description,
    )


def _document(row: Sequence[str]) -> dict[str, str]:
    return dict(zip(COLUMNS, row, strict=True))


def _show(rows: Iterable[Sequence[str]], screen: Screen, *, one_kind: bool) -> None:
    """Show a table without the columns that say nothing."""
    shown = list(rows)
    kept = [at for at in range(len(COLUMNS)) if any(row[at] for row in shown) and not (one_kind and at == 0)]
    if shown:
        put_table([COLUMNS[at] for at in kept], [[row[at] for at in kept] for row in shown], color=screen.color)
    screen.say(counted(len(shown), "name") + ".")
