"""The page of a run: what it says, that it needs nothing else, and that no text of a user's can become part of it."""

import base64
import colorsys
import hashlib
import json
import re
import tempfile
import urllib.parse
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from importer.annotation import styles, summary
from importer.cli.screen import screen
from importer.errors import UNDONE, Interrupted
from importer.model import Group, Outcome, Problem, RowResult, Severity, Status, Timing, Tone, __version__, duration
from importer.results import html as page
from importer.results.headline import headline
from importer.results.html import charts
from tests.support.browser import HOSTILE, report, row, source, write
from tests.support.thorough import share

ATTEMPTS = Problem("attempts must be 1 or more.", row=2, column="attempts", cell="Campaigns!D2", problem_code="E102")
NAMES = Problem(
    "Row 2 has the same name.", Severity.WARNING, row=3, column="name", cell="Campaigns!A3", problem_code="W103"
)


def parsed(path: Path) -> Any:
    return html.fromstring(path.read_bytes())


def text_of(element: Any) -> str:
    """Return the words of an element with single blanks between them."""
    return " ".join(element.text_content().split())


def embedded_rows(path: Path) -> list[Any]:
    """Return the rows of a page as a browser gets them: the texts of its blocks, which nothing inside can end."""
    text = path.read_bytes().decode("utf-8")
    blocks = re.findall('<script type="application/json" class="rows">([^<>&\u2028\u2029\r\n]*)</script>', text)
    return [one for block in blocks for one in json.loads(block)]


def filters(path: Path) -> Any:
    return json.loads(parsed(path).get_element_by_id("filters-data").text)


def facts(path: Path) -> dict[str, str]:
    return {one.find("dt").text: text_of(one.find("dd")) for one in parsed(path).xpath("//dl[@class='facts']/div")}


def test_it_says_what_was_run(here: Path) -> None:
    """File, sheet, server, account, run, time with its zone, command, version, results and exit code are on top."""
    path = write(
        here / "out.html",
        [row(2, "Spring")],
        source=source(path="/data/spring.xlsx"),
        results=str(here / "spring.results.xlsx"),
        started=datetime(2026, 3, 1, 10, 15, 7, tzinfo=UTC),
    )
    found = facts(path)
    local = datetime(2026, 3, 1, 10, 15, 7, tzinfo=UTC).astimezone()
    started = found.pop("Started")
    assert started.startswith(f"{local:%Y-%m-%d %H:%M:%S} ")
    assert f"({local:%Z})" in started
    assert found == {
        "File": "spring.xlsx",
        "Sheet": "Campaigns",
        "Server": "pbx.example:443",
        "Account": "admin",
        "Run": "20260301-101500-ab12",
        "Took": "20 s",
        "Command": "import campaigns.xlsx",
        "Results": "spring.results.xlsx",
        "Exit code": "0",
        "Version": f"campaign-importer {__version__}",
    }
    assert parsed(path).find(".//h1").text_content() == "spring.xlsx"


def test_what_is_not_known_is_left_out(here: Path) -> None:
    """A check without a server and a run has no empty lines."""
    nothing = {"server": "", "account": "", "run": "", "command": "", "started": None, "timings": ()}
    path = write(here / "out.html", [row(2, "Spring", status=Status.VALID)], **nothing)
    assert set(facts(path)) == {"File", "Sheet", "Exit code", "Version"}


def test_it_says_how_much_will_dial(here: Path) -> None:
    """Of campaigns that are ready the page says how many dial at once; of created ones there is nothing to warn of."""
    ready = write(here / "ready.html", [row(2, "a", status=Status.READY)], dialling=1, calls=40)
    created = write(here / "created.html", [row(2, "a")], dialling=1, calls=40)
    assert facts(ready)["Dialling"] == "1 ready campaign will start dialling immediately (up to 40 calls at a time)"
    assert "Dialling" not in facts(created)


def test_it_says_what_stopped_the_run_and_the_notes(here: Path) -> None:
    """The reason of an early end and every note are reported."""
    path = write(here / "out.html", [], stopped=Interrupted("Stopped on request."), notes=("Two.", "Notes."))
    tree = parsed(path)
    assert text_of(tree.find_class("headline")[0]) == "The import stopped before it finished."
    assert text_of(tree.find_class("stopped")[0]) == "What stopped it: Stopped on request."
    assert [text_of(one) for one in tree.xpath("//ul[@class='notes']/li")] == ["Two.", "Notes."]
    assert facts(path)["Exit code"] == "130"


@pytest.mark.parametrize(
    ("counts", "check_only", "sentence"),
    [
        ({}, False, "There are no rows."),
        ({Status.CREATED: 2, Status.EXISTS: 1}, False, "No row needs fixing. 3 campaigns are on the server."),
        ({Status.READY: 1}, False, "No row needs fixing. 1 campaign is ready to be created."),
        ({Status.VALID: 3}, True, "No row needs fixing. Nothing was sent."),
        ({Status.VALID: 3, Status.INVALID: 1}, True, "1 of 4 rows needs fixing. Nothing was sent."),
        ({Status.INVALID: 2}, False, "2 of 2 rows need fixing. Nothing was created."),
        (
            {Status.CREATED: 2, Status.FAILED: 1},
            False,
            "1 of 3 rows was not sent, or not created. 2 campaigns are on the server.",
        ),
        (
            {Status.INVALID: 2, Status.IN_DOUBT: 1},
            False,
            "For 1 of 3 rows we could not confirm whether the campaign was created. 2 of 3 rows need fixing. "
            "Nothing was created.",
        ),
    ],
)
def test_the_outcome_is_a_sentence(counts: dict[Status, int], check_only: bool, sentence: str) -> None:
    """The headline follows from the statuses of the rows."""
    assert headline(report([], counts=counts, check_only=check_only)) == sentence


def test_the_counts_agree(here: Path) -> None:
    """Numbers and shares by status are those of the rows, in words, in the table and in the bar."""
    rows = [row(n, "a") for n in range(1498)] + [row(2000, "b", status=Status.IN_DOUBT)]
    rows += [row(2001, "c", status=Status.INVALID)]
    tree = parsed(write(here / "out.html", rows))
    assert text_of(tree.find_class("summary")[0]) == "1,500 rows: 1 invalid, 1,498 created, 1 in doubt."
    lines = [[text_of(cell) for cell in line] for line in tree.xpath("//table[contains(@class,'statuses')]/tbody/tr")]
    assert [line[:3] for line in lines] == [
        ["invalid", "1", "< 0.1 %"],
        ["created", "1,498", "99.9 %"],
        ["in doubt", "1", "< 0.1 %"],
    ]
    bars = tree.xpath("//*[@class='bar']/rect")
    assert [bar.get("data-status") for bar in bars] == ["invalid", "created", "in_doubt"]
    assert sum(float(bar.get("width")) for bar in bars) == pytest.approx(charts.WIDTH, abs=0.1)


def test_a_rare_status_can_be_seen() -> None:
    """One row of a million still has a segment in the bar, and each begins where the one before ends."""
    found = charts.segments({Status.CREATED: 999_999, Status.INVALID: 1})
    assert [segment.status for segment in found] == [Status.INVALID, Status.CREATED]
    assert found[0].width > 5
    assert found[1].x == found[0].width


def test_problems_are_told_by_kind_errors_first(here: Path) -> None:
    """A kind has its code, title, number, column, message, first cells and cure; errors come before warnings."""
    groups = (Group(12, (NAMES,), False), Group(1234, (ATTEMPTS,), True))
    path = write(here / "out.html", [], groups=groups, error_count=1234, warning_count=1)
    errors, warnings = (text_of(one) for one in parsed(path).xpath("//ol[@class='groups']/li"))
    assert errors == (
        "E102 error attempts Not a whole number, or too small 1,234× "
        "attempts must be 1 or more. At Campaigns!D2 and 1,233 more What to do: "
        "Type a whole number that the message allows, or leave the cell empty for the server's default."
    )
    assert warnings.startswith("W103 warning name Two campaigns with the same name 12× For example: Row 2 has")
    assert text_of(parsed(path).get_element_by_id("problems-heading")) == "Problems 1,234 errors, 1 warning"


def test_a_problem_is_one_line_until_it_is_opened(here: Path) -> None:
    """Each kind of problem is folded, with code, column and number in sight; Speed is folded too, and comes last."""
    tree = parsed(write(here / "out.html", [row(2, "a", problems=(ATTEMPTS,)), row(3, "b", problems=(NAMES,))]))
    folds = tree.xpath("//ol[@class='groups']/li/details")
    assert len(folds) == 2
    assert [text_of(one.find("summary")) for one in folds] == [
        "E102 error attempts Not a whole number, or too small 1×",
        "W103 warning name Two campaigns with the same name 1×",
    ]
    assert tree.xpath("//details[@open]") == []
    assert text_of(tree.xpath("//main/section")[-1].find("details").find("summary")) == "Speed"


@pytest.mark.parametrize("name", ["r.xlsx", "javascript:alert(1).xlsx", 'a "b" #1 ?x=ä%41.csv', "M\udce4rz.csv"])
def test_results_beside_the_page_are_a_relative_link(here: Path, name: str) -> None:
    """The link leads to the file of this very name in the page's folder, no matter what the name looks like."""
    results = here / name
    path = write(here / "out.html", [row(2, "a")], results=str(results))
    (link,) = parsed(path).xpath("//dl[@class='facts']//a")
    assert urllib.parse.urljoin(path.as_uri(), link.get("href")) == results.as_uri()


def test_results_elsewhere_are_a_path(here: Path) -> None:
    """Results in another folder are named with their path, which is not a link."""
    path = write(here / "out.html", [row(2, "a")], results="/data/r.xlsx")
    assert facts(path)["Results"] == "/data/r.xlsx"
    assert parsed(path).xpath("//dl[@class='facts']//a") == []


def test_the_counts_of_a_stopped_run_agree(here: Path) -> None:
    """Rows that failed or are in doubt count among the errors, edited ones among the warnings, as they are listed."""
    stuck = {Status.FAILED: 3, Status.IN_DOUBT: 2, Status.CHANGED: 4}
    groups = [
        Group(count, (Problem("no", Severity.WARNING if status is Status.CHANGED else Severity.ERROR, row=2,
                              problem_code=UNDONE[status].value),), True)
        for status, count in stuck.items()
    ]  # fmt: skip
    counts = {**stuck, Status.INVALID: 1}
    given = {"counts": counts, "groups": (*groups, Group(1, (ATTEMPTS,), True)), "error_count": 1}
    tree = parsed(write(here / "out.html", [], stopped=Interrupted("Stopped."), **given))
    assert text_of(tree.get_element_by_id("problems-heading")) == "Problems 6 errors, 4 warnings"
    numbers = [int(text_of(one)[:-1]) for one in tree.find_class("times")]
    assert sum(numbers) == 10
    assert "6 errors, 4 warnings." in text_of(tree.find_class("summary")[0])


def test_a_problem_of_no_kind_is_told_by_its_message(here: Path) -> None:
    """What has no code in the catalogue, or none at all, is shown as it is."""
    groups = (
        Group(1, (Problem("How odd.", Severity.NOTE),), True),
        Group(1, (Problem("New.", problem_code="E999"),), True),
    )
    path = write(here / "out.html", [], groups=groups)
    assert [text_of(one) for one in parsed(path).xpath("//ol[@class='groups']/li")] == [
        "E999 error New. 1×",
        "note How odd. 1×",
    ]


def test_rows_tell_their_kinds_of_problems(here: Path) -> None:
    """Each row has the numbers of its kinds, each once, the server's among them; groups name a code and a column."""
    refused = Problem("no", row=3, column="dnumber", cell="Campaigns!C3", problem_code="E301")
    rows = [
        row(2, "a", problems=(ATTEMPTS, ATTEMPTS)),
        RowResult(3, ("b",), Outcome(Status.REJECTED, problems=(refused,)), problems=(NAMES, ATTEMPTS)),
        row(4, "c", problems=(Problem("a note without a code"),)),
    ]
    several = Group(2, (ATTEMPTS, Problem("x", column="retry", problem_code="E102")), False)
    path = write(here / "out.html", rows, groups=(several, Group(1, (NAMES,), True)))
    kinds = [tuple(kind[:2]) for kind in filters(path)["kinds"]]
    found = [{kinds[number] for number in one[6]} for one in embedded_rows(path)]
    assert found == [
        {("E102", "attempts")},
        {("E102", "attempts"), ("W103", "name"), ("E301", "dnumber")},
        set(),
    ]
    assert [len(one[6]) for one in embedded_rows(path)] == [1, 3, 0]
    assert filters(path)["groups"] == [["E102", None, ""], ["W103", "name", ""]]


def test_a_row_that_got_stuck_has_a_kind_of_its_own(here: Path) -> None:
    """Rows that failed or are in doubt have the problem that their status means, though none was noted."""
    statuses = (Status.FAILED, Status.IN_DOUBT, Status.SENDING, Status.CREATED)
    path = write(here / "out.html", [row(n, "a", status=status) for n, status in enumerate(statuses)])
    codes = [kind[0] for kind in filters(path)["kinds"]]
    assert [[codes[number] for number in one[6]] for one in embedded_rows(path)] == [["E302"], ["E303"], ["E303"], []]


def test_groups_of_one_code_and_column_are_told_apart_by_their_messages(here: Path) -> None:
    """Where the server refuses a column for several reasons, each reason is a kind; elsewhere messages make none."""
    full, closed = (Problem(words, row=2, column="dnumber", problem_code="E301") for words in ("full", "closed"))
    rows = [row(2, "a", problems=(full,)), row(3, "b", problems=(closed, ATTEMPTS)), row(4, "c", problems=(NAMES,))]
    path = write(here / "out.html", rows, groups=tuple(Group(1, (one,), True) for one in (full, closed, ATTEMPTS)))
    assert filters(path)["groups"] == [
        ["E301", "dnumber", "full"],
        ["E301", "dnumber", "closed"],
        ["E102", "attempts", ""],
    ]
    kinds = [tuple(kind[:3]) for kind in filters(path)["kinds"]]
    assert [{kinds[number] for number in one[6]} for one in embedded_rows(path)] == [
        {("E301", "dnumber", "full")},
        {("E301", "dnumber", "closed"), ("E102", "attempts", "")},
        {("W103", "name", "")},
    ]


def test_stages_have_a_line_and_a_chart(here: Path) -> None:
    """Rows, time and speed of each stage are in the table, in the order of time; a chart needs a pace."""
    timings = (
        Timing(stage="create", rows=100, began=2.0, seconds=200.0, rows_by_slice=(0, 100)),
        Timing(stage="reading", rows=5000, began=0.0, seconds=2.0),
    )
    tree = parsed(write(here / "out.html", [], timings=timings))
    lines = [[text_of(cell) for cell in line] for line in tree.xpath("//table[contains(@class,'speeds')]/tbody/tr")]
    assert lines == [["Reading", "5,000", "2.0 s", "2,500"], ["Create", "100", "3 min 20 s", "0.5"]]
    (figure,) = tree.xpath("//figure")
    assert figure.find(".//path").get("d") == "M0,100V100H500V0H1000V100Z"
    assert [one.text for one in figure.iter("text")] == ["0", "0.5", "1", "0:02", "1:42", "3:22"]
    assert "0.5 rows per second on average, between 0 and 1." in text_of(figure)


def test_a_stage_that_took_no_time_has_no_speed() -> None:
    """Nothing is divided by zero."""
    (stage,) = charts.stages([Timing(stage="check", rows=7, began=0.0, seconds=0.0, rows_by_slice=(7,))])
    assert (stage.rate, stage.duration, stage.outline) == ("–", "0.0 s", "")


def test_a_stage_without_rows_has_no_speed() -> None:
    """Writing the results is a stage of which only the time is shown."""
    (stage,) = charts.stages([Timing(stage="writing", rows=0, began=0.0, seconds=1.0, rows_by_slice=(0, 0))])
    assert (stage.rate, stage.duration, stage.outline) == ("–", "1.0 s", "")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0.0 s"), (0.004, "0.004 s"), (9.94, "9.9 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (3900, "1 h 05 min")],
)
def test_durations_are_words(seconds: float, words: str) -> None:
    """A time is shown as finely as anybody wants to know it."""
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("began", "seconds", "labels"),
    [
        (0, 1.2, ["0.0 s", "0.6 s", "1.2 s"]),
        (0.5, 0.01, ["0.500 s", "0.505 s", "0.510 s"]),
        (5, 50, ["5 s", "30 s", "55 s"]),
        (59, 62, ["0:59", "1:30", "2:01"]),
        (6390.9, 3.5, ["1:46:30.9", "1:46:32.6", "1:46:34.4"]),
        (119.96, 2, ["2:00.0", "2:01.0", "2:02.0"]),
    ],
)
def test_times_are_told_as_on_a_clock(began: float, seconds: float, labels: list[str]) -> None:
    """The labels of an axis are seconds within the first minute, and a clock after it."""
    (stage,) = charts.stages([Timing(stage="create", rows=1, began=began, seconds=seconds, rows_by_slice=(1,))])
    assert [tick.label for tick in stage.times] == labels


def hostile_page(here: Path, text: str) -> Path:
    problem = Problem(text, row=2, column=text, cell=text, found=text, problem_code="E102")
    bare = Problem(text, Severity.WARNING, row=2, column=text, cell=text, found=text)
    rows = [
        RowResult(
            2, (text, text), Outcome(Status.REJECTED, text, code=text, key=text, message=text), problems=(problem, bare)
        )
    ]
    return write(
        here / "out.html",
        rows,
        source=source((text, text), path=text.replace("/", "∕"), sheet=text),
        server=text,
        account=text,
        command=text,
        run=text,
        results=str(here / text.replace("/", "∕")),
        notes=(text,),
        stopped=Interrupted(text),
        timings=(Timing(stage=text, rows=1, began=0.0, seconds=1.0, rows_by_slice=(1,)),),
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_markup(here: Path, text: str) -> None:
    """In every field, a text that looks like markup, script or template is shown as it is and adds no element."""
    hostile, tame = hostile_page(here, text), here / "tame"
    tame.mkdir()
    tree, other = parsed(hostile), parsed(hostile_page(tame, "tame"))
    shape = [(one.tag, sorted(one.keys())) for one in tree.iter()]
    assert shape == [(one.tag, sorted(one.keys())) for one in other.iter()]
    # A slash cannot be in the name of a file, and the name of a stage begins with a capital.
    texts = [one.text_content().replace("∕", "/").lower() for one in tree.iter("bdi")]
    tame_texts = [one.text_content().lower() for one in other.iter("bdi")]
    assert texts.count(text.lower()) == tame_texts.count("tame") >= 15
    assert embedded_rows(hostile)[0][7] == [text, text]


def test_control_characters_are_shown(here: Path) -> None:
    """What HTML would drop or change is shown as a picture, so that two names that differ look different."""
    path = write(here / "out.html", [], notes=("a\0b\rc\x7f",))
    assert "a␀b␍c␡" in path.read_bytes().decode()


ANY_TEXT = (
    st.text(st.characters()) | st.sampled_from(HOSTILE) | st.sampled_from(["</script>", "\u2028", "\0", "\ud800"])
)


@pytest.mark.slow
@settings(max_examples=share(60))
@given(st.lists(st.tuples(ANY_TEXT, ANY_TEXT, ANY_TEXT), max_size=4))
def test_rows_come_out_as_they_went_in(lines: list[tuple[str, str, str]]) -> None:
    """Whatever the cells, IDs and messages hold, the embedded rows decode to exactly that."""
    rows = [
        RowResult(number, cells, Outcome(Status.REJECTED, cells[1], code=cells[2], key=cells[0], message=cells[1]))
        for number, cells in enumerate(lines, start=2)
    ]
    with tempfile.TemporaryDirectory() as folder:
        found = embedded_rows(write(Path(folder) / "out.html", rows))
    assert found == [
        [number, "rejected", cells[1], cells[1], cells[2], cells[0], [], list(cells)]
        for number, cells in enumerate(lines, start=2)
    ]


def test_a_name_that_is_no_text_is_shown(here: Path) -> None:
    """A file name with bytes of another encoding does not keep the page from being written."""
    path = write(here / "out.html", [row(2, "a")], source=source(path="M\udce4rz.csv"))
    assert text_of(parsed(path).find(".//h1")) == r"M\udce4rz.csv"


def test_rows_are_never_held(here: Path) -> None:
    """The page grows while the rows are still coming."""
    sizes = []

    def rows() -> Iterator[RowResult]:
        for number in range(5000):
            sizes.append((here / "out.html").stat().st_size)
            yield row(number, "x" * 100)

    page.write(here / "out.html", report([]), rows())
    assert sizes[4000] - sizes[2000] > 2000 * 100
    assert len(embedded_rows(here / "out.html")) == 5000


def test_nothing_is_overwritten(here: Path) -> None:
    """A file that is there is refused and left as it is."""
    (here / "out.html").write_text("mine")
    with pytest.raises(FileExistsError):
        write(here / "out.html", [])
    assert (here / "out.html").read_text() == "mine"


def test_no_half_page_is_left(here: Path) -> None:
    """If the rows cannot be read to their end, there is no page."""

    def rows() -> Iterator[RowResult]:
        yield row(2, "a")
        raise OSError("the journal is gone")

    with pytest.raises(OSError, match="the journal is gone"):
        page.write(here / "out.html", report([]), rows())
    assert list(here.iterdir()) == []


def test_it_needs_nothing_but_itself(here: Path) -> None:
    """No element, style or script of the page names anything outside of it, and the policy forbids it."""
    path = write(here / "out.html", [row(2, "a")], results=str(here / "r.xlsx"))
    tree = parsed(path)
    fetching = {"src", "srcset", "href", "action", "formaction", "data", "poster", "background", "style"}
    named = [(one.tag, name, one.get(name)) for one in tree.iter() for name in one.attrib if name in fetching]
    assert named == [("a", "href", "#rows"), ("a", "href", "./r.xlsx")]
    assert "http:" not in path.read_text(encoding="utf-8").replace("http-equiv", "")
    assert "https:" not in path.read_text(encoding="utf-8")
    assert not re.search(r"url\(|@import", tree.find(".//style").text)
    script = tree.xpath("//script[not(@type)]")[0].text
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval|Function\(|fetch|XMLHttp", script)


def test_the_policy_allows_just_our_style_and_script(here: Path) -> None:
    """The hashes of the policy are those of the one style and the one script of the page."""
    tree = parsed(write(here / "out.html", [row(2, "a")]))
    (style,), (script,) = tree.xpath("//style"), tree.xpath("//script[not(@type)]")

    def digest(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    policy = tree.xpath("//meta[@http-equiv='Content-Security-Policy']")[0].get("content")
    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src {digest(style.text)}",
        f"script-src {digest(script.text)}",
        "base-uri 'none'",
        "form-action 'none'",
    ]


def test_it_can_be_heard(here: Path) -> None:
    """Language, order of headings, names of charts, labels of fields and scopes of table heads are there."""
    rows = [row(2, "a", problems=(ATTEMPTS,))]
    tree = parsed(write(here / "out.html", rows))
    assert tree.get("lang") == "en"
    levels = [int(one.tag[1]) for one in tree.iter("h1", "h2", "h3")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = {one.get("id") for one in tree.iter() if one.get("id")}
    referred = " ".join(
        one.get(name) for one in tree.iter() for name in ("aria-labelledby", "aria-describedby", "for") if one.get(name)
    )
    assert set(referred.split()) <= ids
    assert all(one.get("aria-labelledby") for one in tree.xpath("//*[@role='img']"))
    labelled = {one.get("for") for one in tree.iter("label")}
    fields = tree.xpath("//input[@type!='checkbox'] | //select")
    assert {one.get("id") for one in fields} <= labelled
    assert all(one.getparent().tag == "label" for one in tree.xpath("//input[@type='checkbox']"))
    assert all(one.get("scope") in ("col", "row") for one in tree.iter("th"))


def test_without_javascript_a_sentence_stands_for_the_rows(here: Path) -> None:
    """What needs JavaScript is hidden, and a sentence says so."""
    tree = parsed(write(here / "out.html", [row(2, "a", problems=(ATTEMPTS,))]))
    assert "needs JavaScript" in text_of(tree.find(".//noscript"))
    needing = [tree.get_element_by_id("filters"), tree.get_element_by_id("frame"), *tree.find_class("filter")]
    assert len(needing) == 3
    assert all("hidden" in one.attrib for one in needing)


def colours(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", css))


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", ["ink", "muted", "accent", "good", "bad", "warn"])
def test_texts_stand_out(here: Path, name: str, dark: bool) -> None:
    """Every colour of text has a contrast of 4.5 or more with both backgrounds, in the light and in the dark."""
    css = parsed(write(here / "out.html", [])).find(".//style").text
    light, _, rest = css.partition("@media screen and (prefers-color-scheme: dark)")
    palette = {**colours(light), **(colours(rest.partition("@media print")[0]) if dark else {})}
    for ground in ("paper", "raised"):
        lighter, darker = sorted((luminance(palette[name]), luminance(palette[ground])), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def hue(colour: str) -> float:
    """Return the hue of a colour in degrees: 0 is red, 60 yellow, 120 green, 240 blue."""
    return 360 * colorsys.rgb_to_hls(*(int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)))[0]


HUES = {Tone.GOOD: (100, 170), Tone.WAITING: (190, 250), Tone.BAD: (0, 20), Tone.DOUBTFUL: (35, 60)}


@pytest.mark.parametrize("dark", [False, True])
def test_every_status_has_a_shade_of_its_tone(here: Path, dark: bool) -> None:
    """Created is green, ready blue, invalid red and in doubt yellow, as elsewhere, and no two statuses look alike."""
    css = parsed(write(here / "out.html", [])).find(".//style").text
    light, _, rest = css.partition("@media screen and (prefers-color-scheme: dark)")
    palette = {**colours(light), **(colours(rest.partition("@media print")[0]) if dark else {})}
    shown = dict(re.findall(r'\[data-status="([a-z_]+)"\] \{ --colour: var\(--([a-z0-9-]+)\); \}', css))
    assert set(shown) == {status.value for status in Status}
    assert len({palette[name] for name in shown.values()}) == len(Status)
    for status in Status:
        least, most = HUES[status.tone]
        assert least <= hue(palette[shown[status.value]]) <= most, status


def test_every_status_has_a_meaning(here: Path) -> None:
    """The meaning of a status is the model's, as a sentence."""
    tree = parsed(write(here / "out.html", [row(number, "a", status=status) for number, status in enumerate(Status)]))
    text = text_of(tree.find_class("statuses")[0])
    for status in Status:
        assert f"{status.meaning[0].upper()}{status.meaning[1:]}.".replace("`", "") in text


def test_what_is_coloured_by_a_tone_is_coloured_by_the_same_one() -> None:
    """Terminal and workbook have a colour for each tone, of the hue that the page has."""
    named = {"green": Tone.GOOD, "cyan": Tone.WAITING, "red": Tone.BAD, "yellow": Tone.DOUBTFUL}
    assert {tone: named[colour] for tone, colour in screen.COLOURS.items()} == {tone: tone for tone in Tone}
    for tone in Tone:
        least, most = HUES[tone]
        for colour in (*(f"#{one}" for one in styles.COLOURS[tone]), summary.CHART[tone]):
            assert least <= hue(colour) <= most, (tone, colour)
