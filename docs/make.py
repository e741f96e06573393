"""Writes what the documents have from the code: `make docs`. The tests compare, and change nothing.

Between the comments `<!-- NAME: made by `make docs` from FILE -->` and `<!-- end of NAME -->` of a document stands what
is made; docs/reference.md is made as a whole.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from docs.make_lead_tables import leads
from docs.make_reference import reference
from docs.make_tables import (
    columns,
    dialler,
    exit_codes,
    fault_settings,
    faults,
    headings,
    keys,
    messages,
    modes,
    statuses,
)

ROOT = Path(__file__).parent.parent

TABLES: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "docs/spreadsheet.md": {"columns": columns},
    "docs/headings.md": {"headings": headings},
    "docs/results.md": {"statuses": statuses},
    "docs/exit-codes.md": {"exit codes": exit_codes},
    "docs/messages.md": {"messages": messages},
    "docs/drop.md": {"keys": keys},
    "docs/migration.md": {"leads": leads},
    "docs/sandbox.md": {"faults": faults, "settings of faults": fault_settings, "modes": modes, "dialler": dialler},
}
"""The documents, each with the names of its made parts and what makes them."""


def made() -> dict[Path, str]:
    """Return every document that has made parts, as it should be. Raises ValueError where a part has no place."""
    documents = {ROOT / name: _filled(ROOT / name, parts) for name, parts in TABLES.items()}
    return {**documents, ROOT / "docs" / "reference.md": reference()}


def _filled(document: Path, parts: Mapping[str, Callable[[], str]]) -> str:
    text = document.read_text(encoding="utf-8")
    for name, make in parts.items():
        place = re.compile(rf"(<!-- {name}: made by .*? -->\n).*?(<!-- end of {name} -->)", re.DOTALL)
        places = list(place.finditer(text))
        if len(places) != 1:
            raise ValueError(f"{document} has {len(places)} places for the {name}")
        text = f"{text[: places[0].end(1)]}\n{make()}\n\n{text[places[0].start(2) :]}"
    return text


def main() -> None:
    """Write the documents."""
    for document, text in made().items():
        document.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
