"""The table of what becomes of leads, as Markdown, from the profiles of old diallers."""

from collections.abc import Iterator

from docs.make_tables import table
from importer.migration.profiles.loading import load_all
from schemas.profile import Leads


def leads() -> str:
    """Return what becomes of the leads of each system; systems with the same rules stand together."""
    systems: dict[tuple[tuple[str, str], ...], list[tuple[str, Leads]]] = {}
    for profile in load_all():
        if profile.leads is not None:
            rules = tuple((rule.meaning, rule.status) for rule in profile.leads.rules)
            systems.setdefault(rules, []).append((profile.title, profile.leads))
    return "\n\n".join("\n\n".join(_part(rules, known)) for rules, known in systems.items())


def _part(rules: tuple[tuple[str, str], ...], known: list[tuple[str, Leads]]) -> Iterator[str]:
    names, first = ", ".join(sorted(title for title, _ in known)), known[0][1]
    yield f"**{names}**: leads in {_tables(first.tables)}."
    yield table(("leads, the first line that fits decides", "become"), rules)
    lists = [
        f"{_tables(one.tables)} ({'of single campaigns' if one.campaign else 'of all campaigns'})" for one in first.dnc
    ]
    if lists:
        yield f"Do-not-call lists: {'; '.join(lists)}."


def _tables(names: tuple[str, ...]) -> str:
    return " or ".join(f"`{name}`" for name in names)
