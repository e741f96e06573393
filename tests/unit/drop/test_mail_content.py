"""What an e-mail says about files: its subject, the outcome first, what to do, and where everything is."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from importer.drop import mail_content
from importer.errors import FileRefused, Interrupted, ServerUnusable
from importer.journal import default_path
from importer.model import Group, OnChange, Problem, Severity, Source, Status
from importer.notify import Content, Message
from importer.notify.rendering import as_html, as_text
from importer.notify.wording import words
from importer.report import Report, of_sheets
from schemas.problem_codes import ProblemCode
from tests.support.browser import HOSTILE
from tests.support.golden import golden

FOLDER = Path("/srv/campaigns")
NIGHT = FOLDER / "failed/2026-11-26/night.xlsx"
RESULTS = NIGHT.with_name("night.results.20261126-010203.xlsx")
PAGE = NIGHT.with_name("night.results.20261126-010203.html")
DOWN = ServerUnusable("pbx.example.com refuses the connection. Check --url.", ProblemCode.UNREACHABLE)


def kind(
    count: int,
    column: str | None,
    message: str,
    code: str = "E102",
    severity: Severity = Severity.ERROR,
    sheet: str = "Campaigns",
) -> Group:
    """Return the same problem in N cells of a column, from row 5 on."""
    cells = [f"{sheet}!D{row}" if column else None for row in range(5, 5 + min(count, 5))]
    given: dict[str, Any] = {"column": column, "found": "0", "problem_code": code}
    first = tuple(Problem(message, severity, row=row, cell=cell, **given) for row, cell in enumerate(cells, start=5))
    return Group(count, first, alike=count < 5)


def report(counts: Mapping[Status, int], *groups: Group, **given: Any) -> Report:
    """Return the report of a run with these rows and kinds of problems."""
    errors = [group for group in groups if group.first[0].severity is Severity.ERROR]
    settings: dict[str, Any] = {
        "source": Source(path=str(NIGHT), sheet="Campaigns", headings=("name", "dtype")),
        "groups": groups,
        "error_count": sum(group.count for group in errors),
        "warning_count": sum(group.count for group in groups if group not in errors),
        "results": str(RESULTS),
        "run": "20261126-010100-ab12",
        "server": "pbx.example.com:443",
        "account": "importer",
        "started": datetime(2026, 11, 26, 1, 1, tzinfo=UTC),
    }
    return Report(**{"counts": counts, **settings, **given})


def said(found: Report) -> Content:
    """Return what is said about the file of a report."""
    return mail_content.of_report(
        "night.xlsx", found, [("File", NIGHT), ("Results", RESULTS), ("Report", PAGE)], "/srv", default_path()
    )


PARTLY = report(
    {Status.CREATED: 1952, Status.INVALID: 40, Status.REJECTED: 8},
    kind(40, "attempts", "attempts must be a whole number, 1 or more (found: 0)."),
    kind(1, None, "The server refuses the row: no such customer.", "E301"),
    kind(3, "name", "Same name as row 2 but different settings.", "W103", Severity.WARNING),
    notes=("Columns matched by name: 'Max calls' → maximum.",),
)


def sheet(name: str, number: int, counts: Mapping[Status, int], *groups: Group, **given: Any) -> Report:
    """Return the report of one of several sheets."""
    source = Source(path=str(NIGHT), sheet=name, headings=("name", "dtype"))
    return report(counts, *groups, source=source, run=f"20261126-010{number}00-ab12", **given)


SHEETS = of_sheets(
    [
        sheet("Sales", 1, {Status.CREATED: 40}, notes=("Sheets without campaigns are not read: Read me (empty).",)),
        sheet(
            "North",
            2,
            {Status.CREATED: 8, Status.INVALID: 2},
            kind(2, "attempts", "attempts must be 1 or more.", sheet="North"),
        ),
        sheet(
            "West",
            3,
            {Status.CREATED: 5, Status.FAILED: 2, Status.READY: 1},
            kind(2, None, "No answer.", "E302"),
            held=1,
        ),
    ]
)
MANY = report({Status.INVALID: 60}, *(kind(1, f"column {number}", "It is wrong.") for number in range(60)))
STOPPED = report({Status.CREATED: 40, Status.READY: 60}, stopped=DOWN, results=None)
IN_DOUBT = report({Status.CREATED: 9, Status.IN_DOUBT: 1}, kind(1, None, "No answer came.", "E303"), error_count=0)
ALL = report({Status.CREATED: 20})
REFUSED = FileRefused("junk.xlsx is not a workbook. Save it as .xlsx.", ProblemCode.UNREADABLE)


def messages(*contents: Content, failed: bool = True) -> list[Message]:
    """Return messages that say this."""
    return [
        Message(key=str(number), content=content, summary={}, failed=failed) for number, content in enumerate(contents)
    ]


CASES: dict[str, list[Message]] = {
    "partly": messages(said(PARTLY)),
    "many-kinds": messages(said(MANY)),
    "sheets": messages(said(SHEETS)),
    "stopped": messages(said(STOPPED)),
    "in-doubt": messages(said(IN_DOUBT)),
    "all-created": messages(said(ALL), failed=False),
    "quarantine": messages(mail_content.not_imported("junk.xlsx", "", REFUSED, [("File", NIGHT)], str(FOLDER))),
    "duplicate": messages(mail_content.imported_before("again.xlsx", "Run 7 did.", [("File", NIGHT)], str(FOLDER))),
    "folder": messages(mail_content.unusable_folder(FOLDER, "its disk is full. Make room.", "E511")),
    "waits": messages(mail_content.waits_for_a_person("a.csv", "it may not be read", "E202", NIGHT, str(FOLDER))),
    "digest": [*messages(said(PARTLY), said(MANY), said(STOPPED)), *messages(said(ALL), failed=False)],
    "hostile": messages(
        *(
            mail_content.of_report(
                text,
                report({Status.REJECTED: 1}, kind(1, text, text)),
                [("File", Path(f"/srv/{text}"))],
                text,
                default_path(),
            )
            for text in (*HOSTILE, "W" * 300, "عربي نص")
        )
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_e_mails_are_those_of_the_golden_files(name: str) -> None:
    """Subject, text and HTML of every kind of e-mail are those of the golden files; the style is the same for all."""
    told = words(CASES[name], {str(RESULTS): "attached"})
    text = f"Subject: {told.subject}\n\n{as_text(told)}"
    page = as_html(told).partition("<body>\n")[2]
    assert text == golden(f"mail/{name}.txt", text)
    assert page == golden(f"mail/{name}.html", page)


@pytest.mark.parametrize("name", CASES)
def test_text_and_html_say_the_same(name: str) -> None:
    """Every word of the plain text is in the HTML, in the same order, and nothing of it is markup."""
    told = words(CASES[name], {})
    tree = html.fromstring(as_html(told))
    body = "".join(tree.find(".//body").text_content().split())
    for section in told.sections:
        for text in (section.outcome, section.to_do, *section.notes, *(kind.message for kind in section.kinds)):
            assert "".join(text.split()) in body
    assert [one.tag for one in tree.iter("script", "img", "svg", "link", "a", "iframe")] == []


@pytest.mark.parametrize(
    ("found", "subject", "first"),
    [
        (PARTLY, "1,952 created, 48 need fixing", "1,952 of 2,000 rows in night.xlsx were created; 48 need fixing."),
        (ALL, "20 created", "All 20 campaigns in night.xlsx were created."),
        (report({Status.CREATED: 1}), "1 created", "The campaign in night.xlsx was created."),
        (report({Status.INVALID: 1}), "1 needs fixing", "Nothing was created from night.xlsx: 1 needs fixing."),
        (
            report({Status.CREATED: 1, Status.EXISTS: 4}),
            "1 created, 4 created earlier",
            "Every campaign in night.xlsx is on the server: 1 created, 4 created earlier.",
        ),
        (
            STOPPED,
            "stopped, 40 created, 60 not sent",
            "The import of night.xlsx stopped before it finished: 40 created",
        ),
        (report({}), "no rows", "night.xlsx has no rows."),
    ],
)
def test_the_outcome_comes_first(found: Report, subject: str, first: str) -> None:
    """Subject and first sentence say what became of the rows, with numbers that add up."""
    content = said(found)
    assert content.subject == f"night.xlsx: {subject}"
    assert content.outcome.startswith(first)
    assert sum(content.tallies.values()) == found.rows


@pytest.mark.parametrize(
    ("found", "remarks", "sentence"),
    [
        (
            PARTLY,
            {str(RESULTS): "attached"},
            "open the attachment, fix the red cells and put the file into the folder",
        ),
        (PARTLY, {}, "open the results file named below, fix the red cells"),
        (
            report({Status.INVALID: 1}, results=str(RESULTS.with_suffix(".csv"))),
            {},
            "fix the rows whose import_status is invalid or rejected",
        ),
        (IN_DOUBT, {}, "campaign-importer apply 20261126-010100-ab12 to look up the rows in doubt"),
        (report({Status.FAILED: 1}), {}, "apply 20261126-010100-ab12 to send the failed rows again"),
        (report({Status.CHANGED: 2}), {}, 'set on_change = "update" in drop.toml'),
        (report({Status.READY: 2}, held=2), {}, "apply 20261126-010100-ab12 --on-existing create"),
        (STOPPED, {}, "The next pass continues where this one ended."),
    ],
)
def test_it_says_what_to_do(found: Report, remarks: dict[str, str], sentence: str) -> None:
    """For every outcome that needs a person, the e-mail says what to do, with the attachment where there is one."""
    (section,) = words(messages(said(found)), remarks).sections
    assert sentence in section.to_do


def test_what_was_updated_needs_nothing() -> None:
    """Edited rows whose campaigns are updated ask nothing of anybody."""
    found = report({Status.CHANGED: 1}, to_update=1, on_change=OnChange.UPDATE)
    assert said(found).to_do == ()


def test_kinds_that_are_left_out_are_counted() -> None:
    """Fifty kinds are listed, the others are counted; where the report itself was cut, it says "at least"."""
    (section,) = words(messages(said(MANY)), {}).sections
    assert (len(section.kinds), section.more_kinds) == (50, "and 10 more kinds")
    cut = report({Status.INVALID: 99}, *MANY.groups, error_count=99)
    (section,) = words(messages(said(cut)), {}).sections
    assert section.more_kinds == "and at least 10 more kinds"
    stopped = report({Status.FAILED: 2}, kind(2, None, "no", "E302"), error_count=0, stopped=Interrupted("Stopped."))
    (section,) = words(messages(said(stopped)), {}).sections
    assert ([one.code for one in section.kinds], section.more_kinds) == (["E421", "E302"], "")
