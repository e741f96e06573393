"""The report of a run as one self-contained HTML page."""

import base64
import hashlib
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from importer.model import RowResult, Status, __version__
from importer.report import Report
from importer.results.headline import headline
from importer.results.html import charts, view
from importer.results.html.embedding import Kinds, embedded, row_blocks

MOST_MIGRATED = 500
"""The maximum number of an old dialler's campaigns that the page lists; the results list all."""

CONTROLS = {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n"} | {0x7F: "\u2421"}
"""Characters that HTML drops or changes, and the symbols shown instead."""


def write(path: Path, report: Report, rows: Iterable[RowResult]) -> Path:
    """Write the report of a run, or of several sheets, as one self-contained page, and return where it is.

    `rows` are the rows in the order of the file, with the cells that `report.source.headings` name; they are
    read once and never all in memory. Raises FileExistsError if the file exists already, and any other OSError
    unchanged; a page that cannot be finished is removed.
    """
    # A lone surrogate, which UTF-8 cannot contain, becomes \udcxx: in JSON that is the same character.
    with path.open("x", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        try:
            file.writelines(_environment().get_template("page.html").generate(_content(path, report, rows)))
        except BaseException:
            path.unlink()
            raise
    return path


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("importer.results.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_visible,
    )


def _visible(value: object) -> object:
    """Return what the page shows for a value: text with its control characters as symbols."""
    return value.translate(CONTROLS) if isinstance(value, str) and not isinstance(value, Markup) else value


def _content(path: Path, report: Report, rows: Iterable[RowResult]) -> dict[str, object]:
    style, script = _part("page.css") + view.colours(), _part("page.js")
    kinds: Kinds = {}
    groups = view.groups(report)
    return {
        "report": report,
        "version": __version__,
        "policy": f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; "
        "base-uri 'none'; form-action 'none'",
        "style": Markup(style),  # noqa: S704 -- our own
        "script": Markup(script),  # noqa: S704 -- our own file
        "name": Path(report.source.path).name,
        "headline": headline(report),
        "summary": view.summary(report.counts),
        "facts": view.facts(report, path),
        "most_migrated": MOST_MIGRATED,
        "problems": view.problem_count(report),
        "groups": groups,
        "meanings": {status: view.sentence(status.meaning) for status in Status},
        "segments": charts.segments(report.counts),
        "stages": charts.stages(report.timings),
        "blocks": row_blocks(rows, view.apart(groups), kinds),
        # Called by the template after the blocks: only then are all kinds known.
        "kinds": lambda: embedded(view.filters(kinds, groups)),
    }


def _part(name: str) -> str:
    return (files("importer.results.html") / "templates" / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """Return the hash by which a content security policy identifies an inline style or script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
