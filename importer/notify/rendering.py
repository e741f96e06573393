"""The words of an e-mail as plain text, and as HTML with the same content."""

import textwrap
from collections.abc import Iterator
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from importer.notify.message import Kind
from importer.notify.wording import FileSection, Place, Words

WIDTH = 76
"""The maximum length of a line of text; a path or a long word is never broken."""

INDENT = "  "


def as_text(words: Words) -> str:
    """Return an e-mail as plain text."""
    lines = [*_wrapped(words.outcome)]
    alone = len(words.sections) == 1 and not words.others
    for section in words.sections:
        lines += [""] if alone else ["", "", section.title, "-" * min(len(section.title), WIDTH)]
        lines += _section(section, alone=alone)
    if words.others:
        lines += ["", "", "Other files", "-" * len("Other files"), ""]
        lines += (line for other in words.others for line in _wrapped(f"- {other}", others=INDENT))
    return "\n".join(lines) + "\n"


def as_html(words: Words) -> str:
    """Return an e-mail as a self-contained HTML document."""
    return _template().render(words=words, alone=len(words.sections) == 1 and not words.others)


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("importer.notify"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("mail.html")


def _section(section: FileSection, *, alone: bool) -> Iterator[str]:
    if not alone:
        yield from _wrapped(section.outcome)
        yield ""
    if section.to_do:
        yield from _wrapped(f"What to do: {section.to_do}")
        yield ""
    if section.kinds:
        yield "Problems"
        for kind in section.kinds:
            yield ""
            yield from _wrapped(heading(kind), INDENT, INDENT)
            yield from _wrapped(f"{'for example: ' * kind.example}{kind.message}", INDENT * 2, INDENT * 2)
        if section.more_kinds:
            yield from ("", f"{INDENT}{section.more_kinds}")
        yield ""
    for note in section.notes:
        yield from _wrapped(f"Note: {note}", others=INDENT)
    if section.notes:
        yield ""
    yield from _aligned([*((place.name, _place(place)) for place in section.places), *section.facts])


def heading(kind: Kind) -> str:
    """Return the code, the column and the cells of a kind of problem on one line."""
    more = f" and {kind.more:,} more" if kind.more else ""
    cells = f"{', '.join(kind.cells)}{more}" if kind.cells else ""
    return "  ".join(filter(None, (kind.code, kind.severity, kind.column, cells)))


def _place(place: Place) -> str:
    return f"{place.path} ({place.remark})" if place.remark else place.path


def _aligned(pairs: list[tuple[str, str]]) -> Iterator[str]:
    widest = max((len(name) for name, _ in pairs), default=0)
    return (f"{name + ':':<{widest + 1}} {text}" for name, text in pairs)


def _wrapped(text: str, first: str = "", others: str = "") -> list[str]:
    given = textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=others, break_long_words=False, break_on_hyphens=False
    )
    return given or [first]
