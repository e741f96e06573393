"""The page of a run in a real browser: sorting, filtering, keyboard, paper, and texts that must stay texts."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from importer.model import Group, Problem, Severity, Status
from tests.support.browser import CHROMIUM, HEADINGS, HOSTILE, Browser, browser, row, source, write

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine")

MANY = 50_000
COLUMNS = 16


def wrong(number: int, column: str, fault: str = "E102") -> Problem:
    return Problem(f"{column} is wrong.", row=number, column=column, cell=f"Campaigns!A{number}", problem_code=fault)


FEW = [
    row(2, "Zoo", "queue", "10", campaign_id="900"),
    row(3, "äpfel", "phone", "9.5", status=Status.INVALID, problems=(wrong(3, "dnumber"), wrong(3, "name"))),
    row(4, "Birne", "", "9.25", campaign_id="1000"),
    row(5, "", "IVR", "x7", status=Status.IN_DOUBT, message="No answer came."),
    row(6, "birne 10", "queue", "-3", status=Status.INVALID, problems=(wrong(6, "dnumber"),)),
    row(7, "birne 9", "queue", "", status=Status.REJECTED, problems=(wrong(7, "dtype", "E301"),)),
    row(8, "Zoo", "queue", "10", campaign_id="", status=Status.EXISTS),
]


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    """A browser for all tests of this file."""
    with browser() as running:
        yield running


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a few rows."""
    return write(tmp_path_factory.mktemp("few") / "out.html", FEW)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of very many rows of many columns, a tenth of them invalid."""
    rows = [
        row(
            number,
            f"Campaign {MANY - number}",
            *(f"text {number % (column + 7)}" for column in range(COLUMNS - 1)),
            status=Status.INVALID if number % 10 == 0 else Status.CREATED,
            problems=(wrong(number, "c1"),) if number % 10 == 0 else (),
        )
        for number in range(2, MANY + 2)
    ]
    headings = ("name", *(f"c{column}" for column in range(COLUMNS - 1)))
    return write(tmp_path_factory.mktemp("many") / "out.html", rows, source=source(headings))


def table(chrome: Browser) -> list[list[str]]:
    """Return the texts of the lines that are in the document, in their order."""
    return list(
        chrome.run(
            "[...document.querySelectorAll('#body [data-position]')]"
            ".map(line => [...line.cells].map(cell => cell.textContent))"
        )
    )


def numbers(chrome: Browser) -> list[int]:
    """Return the numbers of the rows that are in the document, in their order."""
    return [int(line[0]) for line in table(chrome)]


def count(chrome: Browser) -> str:
    return str(chrome.run("document.getElementById('count').textContent"))


def sort_by(chrome: Browser, heading: str) -> str:
    """Press the heading of a column; return how the column says that it is sorted."""
    return str(
        chrome.run(
            f"""(() => {{
                const button = [...document.querySelectorAll('#head button')].find(b => b.textContent === '{heading}');
                button.click();
                return button.closest('th').getAttribute('aria-sort');
            }})()"""
        )
    )


def search(chrome: Browser, words: str) -> None:
    """Type into the field of the search and wait until the page has looked through the rows."""
    chrome.run(
        f"""new Promise(done => {{
            new MutationObserver((_, observer) => {{ observer.disconnect(); done(); }})
                .observe(document.getElementById('count'), {{ childList: true }});
            const field = document.getElementById('search');
            field.value = {words!r};
            field.dispatchEvent(new Event('input', {{ bubbles: true }}));
        }})"""
    )


def click(chrome: Browser, selector: str) -> None:
    """Click an element, and let the page do what it does after that."""
    chrome.run(f"document.querySelector({selector!r}).click(); new Promise(done => setTimeout(done))")


def pick_problem(chrome: Browser, words: str) -> None:
    """Choose the kind of problem whose text begins so."""
    chrome.run(
        f"""(() => {{
            const list = document.getElementById('problem');
            list.value = [...list.options].find(one => one.textContent.startsWith({words!r})).value;
            list.dispatchEvent(new Event('change', {{ bubbles: true }}));
        }})()"""
    )


def test_it_opens_in_peace(chrome: Browser, few: Path) -> None:
    """The page opens without an error, asks for nothing but itself, and shows every row as it went in."""
    chrome.open(few)
    assert chrome.errors == []
    assert chrome.requested == [few.as_uri()]
    assert count(chrome) == "7 of 7 rows"
    assert table(chrome)[0] == ["2", "created", "900", "Zoo", "queue", "10", ""]
    assert table(chrome)[3] == ["5", "in doubt", "", "", "IVR", "x7", "No answer came."]
    assert numbers(chrome) == [2, 3, 4, 5, 6, 7, 8]


def test_rows_are_sorted_by_any_column(chrome: Browser, few: Path) -> None:
    """Numbers sort as numbers and before texts, blanks come last either way, equal rows keep their order."""
    chrome.open(few)
    found = {}
    for heading in ("name", "dnumber", "Status", "ID", "Row"):
        assert sort_by(chrome, heading) == ("descending" if heading == "Row" and not found else "ascending")
        up = numbers(chrome)
        assert sort_by(chrome, heading) == "descending"
        found[heading] = (up, numbers(chrome))
    assert found == {
        "name": ([3, 4, 7, 6, 2, 8, 5], [2, 8, 6, 7, 4, 3, 5]),
        "dnumber": ([6, 4, 3, 2, 8, 5, 7], [5, 2, 8, 3, 4, 6, 7]),
        "Status": ([2, 4, 8, 5, 3, 6, 7], [7, 3, 6, 5, 8, 2, 4]),
        "ID": ([2, 4, 3, 5, 6, 7, 8], [4, 2, 3, 5, 6, 7, 8]),
        "Row": ([2, 3, 4, 5, 6, 7, 8], [8, 7, 6, 5, 4, 3, 2]),
    }
    sorts = chrome.run("[...document.querySelectorAll('#head th')].map(one => one.getAttribute('aria-sort'))")
    assert sorts == ["descending", *["none"] * (len(HEADINGS) + 3)]


def test_rows_are_filtered(chrome: Browser, few: Path) -> None:
    """Statuses, words and problems narrow the table together; clearing shows every row again."""
    chrome.open(few)
    click(chrome, "[name=status][value=invalid]")
    assert (numbers(chrome), count(chrome)) == ([3, 6], "2 of 7 rows")
    click(chrome, "[name=status][value=created]")
    assert numbers(chrome) == [2, 3, 4, 6]
    search(chrome, "BIRNE")
    assert (numbers(chrome), count(chrome)) == ([4, 6], "2 of 7 rows")
    sort_by(chrome, "dnumber")
    assert numbers(chrome) == [6, 4]
    pick_problem(chrome, "E102")
    assert numbers(chrome) == [6]
    search(chrome, "nowhere")
    assert (numbers(chrome), count(chrome)) == ([], "0 of 7 rows. Clear the filters to see all.")
    click(chrome, "[type=reset]")
    assert count(chrome) == "7 of 7 rows"
    assert sorted(numbers(chrome)) == [2, 3, 4, 5, 6, 7, 8]
    assert chrome.errors == []


def test_a_search_looks_into_every_cell(chrome: Browser, few: Path) -> None:
    """Row numbers, statuses, IDs, cells and messages are all searched."""
    chrome.open(few)
    for words, rows in (("900", [2]), ("in doubt", [5]), ("no answer", [5]), ("ÄPF", [3]), ("dtype is wrong", [7])):
        search(chrome, words)
        assert numbers(chrome) == rows


def test_a_problem_shows_its_rows(chrome: Browser, few: Path) -> None:
    """The button of a kind of problem names its number of rows and shows these, whatever was filtered before."""
    chrome.open(few)
    click(chrome, "[name=status][value=created]")
    words = chrome.run("[...document.querySelectorAll('.filter')].map(one => one.hidden ? '' : one.textContent)")
    assert words == ["Show the 2 rows", "Show the row", "Show the row"]
    click(chrome, "[data-group='0']")
    assert (numbers(chrome), count(chrome)) == ([3, 6], "2 of 7 rows")
    assert chrome.run("document.querySelectorAll('[name=status]:checked').length") == 0
    options = chrome.run("[...document.getElementById('problem').options].map(one => one.textContent)")
    assert options == [
        "Any or none",
        "E102 Not a whole number, or too small (2)",
        "E102 – column dnumber (2)",
        "E102 – column name (1)",
        "E301 Server refused a value or a row (1)",
        "E303 Campaign may or may not have been created (1)",
    ]
    pick_problem(chrome, "E102 – column name")
    assert numbers(chrome) == [3]


def test_reasons_and_stuck_rows_show_their_rows_too(chrome: Browser, tmp_path: Path) -> None:
    """Groups that differ in the server's words alone show different rows, and that of the failed rows shows these."""
    full, closed = (Problem(words, row=2, column="dnumber", problem_code="E301") for words in ("full", "closed"))
    failed = Problem("No connection.", row=5, problem_code="E302")
    rows = [
        row(2, "a", status=Status.REJECTED, problems=(full,)),
        row(3, "b", status=Status.REJECTED, problems=(closed,)),
        row(4, "c", status=Status.REJECTED, problems=(closed,)),
        row(5, "d", status=Status.FAILED, message="No connection."),
    ]
    groups = (Group(1, (full,), True), Group(2, (closed,), True), Group(1, (failed,), True))
    chrome.open(write(tmp_path / "out.html", rows, groups=groups))
    shown = []
    for number in range(len(groups)):
        click(chrome, f"[data-group='{number}']")
        shown.append(numbers(chrome))
    assert shown == [[2], [3, 4], [5]]
    pick_problem(chrome, "E301 Server refused")
    assert numbers(chrome) == [2, 3, 4]


def test_hostile_texts_stay_texts(chrome: Browser, tmp_path: Path) -> None:
    """Texts that look like script or markup are shown as they are, in the table, its filters and in the dialogue."""
    rows = [
        row(
            number,
            text,
            text,
            text,
            status=Status.INVALID,
            campaign_id=text,
            problems=(
                Problem(text, Severity.ERROR, row=number, column=text, cell=text, found=text, problem_code="E102"),
            ),
            message=text,
        )
        for number, text in enumerate(HOSTILE, start=2)
    ]
    given: dict[str, Any] = {"source": source(HOSTILE[:3], path="</title><script>alert(6)"), "notes": HOSTILE}
    chrome.open(write(tmp_path / "out.html", rows, **given))
    for line, text in zip(table(chrome), HOSTILE, strict=True):
        assert line[2:] == [text, text, text, text, f"{text}: {text} {text}"]
    for number in range(len(HOSTILE)):
        click(chrome, f"[data-group='{number}']")
        assert count(chrome) == f"1 of {len(HOSTILE)} rows"
    click(chrome, "[type=reset]")
    sort_by(chrome, HOSTILE[0].replace("'", "\\'"))
    click(chrome, "#body button")
    assert chrome.run("document.querySelector('#details dd:nth-of-type(2)').textContent") in HOSTILE
    assert chrome.run("[...document.querySelectorAll('img, iframe, object, embed, a')].map(one => one.className)") == [
        "skip"
    ]
    # Those of the filters and ours; those of the rows are gone once they are read.
    assert chrome.run("document.querySelectorAll('script').length") == 2
    assert chrome.errors == []
    assert len(chrome.requested) == 1


def test_very_many_rows_are_no_burden(chrome: Browser, many: Path) -> None:
    """Of 50,000 rows only those in sight are in the document, whatever is sorted, filtered or scrolled."""
    began = time.perf_counter()
    chrome.open(many)
    took = [("open", time.perf_counter() - began)]

    def lines() -> int:
        assert chrome.run("document.querySelectorAll('#body tr').length") < 100
        assert chrome.run("document.querySelectorAll('#body *').length") < 3000
        return len(table(chrome))

    assert count(chrome) == "50,000 of 50,000 rows"
    assert lines() > 20
    for name, action in (
        ("sort", lambda: sort_by(chrome, "c3")),
        ("filter", lambda: click(chrome, "[name=status][value=invalid]")),
        ("search", lambda: search(chrome, "campaign 1")),
        ("search again", lambda: search(chrome, "text 3")),
    ):
        began = time.perf_counter()
        action()
        took.append((name, time.perf_counter() - began))
        assert lines() > 20
    threes = [number for number in range(10, MANY + 2, 10) if any(number % part == 3 for part in range(7, COLUMNS + 6))]
    assert count(chrome) == f"{len(threes):,} of 50,000 rows"
    print(", ".join(f"{name} {seconds:.2f} s" for name, seconds in took))
    assert chrome.errors == []


def test_scrolling_reaches_every_row(chrome: Browser, many: Path) -> None:
    """The frame is filled with rows at its beginning, in its middle and at its end, and the last row is there."""
    chrome.open(many)
    for part in (0, 0.37, 1):
        chrome.run(
            f"""new Promise(done => {{
                const frame = document.getElementById('frame');
                frame.scrollTop = (frame.scrollHeight - frame.clientHeight) * {part};
                requestAnimationFrame(() => requestAnimationFrame(done));
            }})"""
        )
        first, last, upper, lower = chrome.run(
            """(() => {
                const lines = [...document.querySelectorAll('#body [data-position]')];
                const frame = document.getElementById('frame').getBoundingClientRect();
                const head = document.querySelector('#head th').getBoundingClientRect();
                const seen = lines.filter(one => one.getBoundingClientRect().bottom > head.bottom + 1)
                    .filter(one => one.getBoundingClientRect().top < frame.bottom - 20);
                return [Number(seen[0].cells[0].textContent), Number(seen.at(-1).cells[0].textContent),
                    seen[0].getBoundingClientRect().top - head.bottom,
                    frame.bottom - seen.at(-1).getBoundingClientRect().bottom];
            })()"""
        )
        assert upper <= 1
        assert lower < 40
        assert first == pytest.approx(2 + part * (MANY - (last - first)), abs=3)
    assert last == MANY + 1


def test_a_table_that_no_browser_can_scroll_is_shown_all_the_same(chrome: Browser, tmp_path: Path) -> None:
    """Above some hundred thousand rows the scroll bar is a scale: its end is still the last row."""
    rows = [row(number, "x") for number in range(2, 300_002)]
    chrome.open(write(tmp_path / "out.html", rows, source=source(("name",))))
    chrome.run("document.getElementById('frame').focus()")
    chrome.key("End")
    assert chrome.run("document.getElementById('frame').scrollHeight") < 10.1e6
    assert numbers(chrome)[-1] == 300_001
    assert chrome.run("document.activeElement.textContent") == "300001"
    chrome.key("Home")
    assert chrome.run("document.activeElement.textContent") == "2"


def test_it_works_without_a_mouse(chrome: Browser, few: Path) -> None:
    """Arrow keys move from row to row, Enter opens one, Escape closes it and gives the focus back."""
    chrome.open(few)
    chrome.run("document.getElementById('frame').focus()")
    chrome.key("ArrowDown")
    chrome.key("ArrowDown")
    assert chrome.run("document.activeElement.textContent") == "3"
    chrome.key("Enter", "\r")
    shown = chrome.run("[...document.querySelectorAll('#details dt, #details dd')].map(one => one.textContent)")
    assert chrome.run("document.getElementById('details').open") is True
    assert shown[:2] == ["Status", "invalid"]
    assert shown[-6:] == ["name", "äpfel", "dtype", "phone", "dnumber", "9.5"]
    chrome.key("Escape")
    assert chrome.run("document.getElementById('details').open") is False
    assert chrome.run("document.activeElement.textContent") == "3"
    assert chrome.run("document.querySelectorAll('#body [tabindex=\"0\"]').length") == 1
    chrome.key("End")
    assert chrome.run("document.activeElement.textContent") == "8"


def test_a_click_anywhere_in_a_row_opens_it(chrome: Browser, few: Path) -> None:
    """A click on any cell opens its row, and the close button leads back to it."""
    chrome.open(few)
    click(chrome, "[data-position='2'] td:last-child")
    assert chrome.run("document.getElementById('details-title').textContent") == "Row 4"
    chrome.run(
        """new Promise(done => {
            document.getElementById('details').addEventListener('close', () => setTimeout(done));
            document.getElementById('details-close').click();
        })"""
    )
    assert chrome.run("document.getElementById('details').open") is False
    assert chrome.run("document.activeElement.textContent") == "4"


def test_a_screen_reader_knows_the_whole_table(chrome: Browser, many: Path) -> None:
    """The table says how many rows it has and which of them each line is, though few are in the document."""
    chrome.open(many)
    click(chrome, "[name=status][value=invalid]")
    assert chrome.run("document.getElementById('table').getAttribute('aria-rowcount')") == "5001"
    indexes = chrome.run("[...document.querySelectorAll('#body [data-position]')].map(one => one.ariaRowIndex)")
    assert indexes == [str(number) for number in range(2, len(indexes) + 2)]
    assert chrome.run("document.getElementById('count').getAttribute('role')") == "status"


@pytest.mark.parametrize("width", [400, 1400])
def test_the_page_never_scrolls_sideways(chrome: Browser, tmp_path: Path, many: Path, width: int) -> None:
    """Whatever the width of the window and the length of the words, only the table scrolls, in a frame of its own."""
    long = Problem("W" * 300, row=2, column="c" * 200, cell="Campaigns!A2", problem_code="E102")
    rows = [row(2, "n" * 500, problems=(long,))]
    wide = write(tmp_path / "out.html", rows, source=source(("h" * 300,), path="p" * 200), notes=("o" * 400,))
    for path in (wide, many):
        chrome.open(path, width)
        assert chrome.run("document.documentElement.scrollWidth <= innerWidth") is True
    assert chrome.run("document.getElementById('frame').scrollWidth > innerWidth") is True


def test_it_follows_the_users_colours(chrome: Browser, few: Path) -> None:
    """In the dark the paper is dark and the ink light; on paper it is never dark."""
    ground = "getComputedStyle(document.body).backgroundColor"
    try:
        chrome.emulate(prefers_color_scheme="dark")
        chrome.open(few)
        assert chrome.run(ground) == "rgb(21, 23, 27)"
        chrome.emulate("print", prefers_color_scheme="dark")
        assert chrome.run(ground) == "rgb(255, 255, 255)"
        chrome.emulate(prefers_color_scheme="light")
        assert chrome.run(ground) == "rgb(255, 255, 255)"
    finally:
        chrome.emulate()


def test_the_rows_go_on_paper(chrome: Browser, many: Path) -> None:
    """Printing has the filtered rows up to a bound and says how many are left out; then the window is back."""
    chrome.open(many)
    chrome.run("dispatchEvent(new Event('beforeprint'))")
    words = chrome.run("document.getElementById('left-out').textContent")
    assert words == "The first 2,000 rows; 48,000 more are left out on paper."
    assert len(table(chrome)) == 2000
    chrome.run("dispatchEvent(new Event('afterprint'))")
    assert len(table(chrome)) < 100
    assert chrome.run("document.getElementById('left-out').hidden") is True


def test_controls_are_not_printed(chrome: Browser, few: Path) -> None:
    """On paper there are the rows and no fields or buttons to press."""
    chrome.open(few)
    paper = chrome.paper()
    assert paper.startswith(b"%PDF")
    try:
        chrome.emulate("print")
        assert chrome.run("getComputedStyle(document.getElementById('filters')).display") == "none"
        assert chrome.run("getComputedStyle(document.querySelector('.filter')).display") == "none"
        assert chrome.run("getComputedStyle(document.getElementById('frame')).overflow") == "visible"
    finally:
        chrome.emulate()


def test_a_problem_opens_on_click(chrome: Browser, few: Path) -> None:
    """Closed, a kind of problem is one line, however narrow the window; a click shows all of it, and one closes it."""
    chrome.open(few, 400)
    height = "document.querySelector('.groups > li').getBoundingClientRect().height"
    shown = "document.querySelector('.what').checkVisibility()"
    closed = chrome.run(height)
    assert closed < 50
    assert not chrome.run(shown)
    click(chrome, ".groups summary")
    assert chrome.run(shown)
    assert chrome.run(height) > 2 * closed
    click(chrome, ".groups summary")
    assert chrome.run(height) == closed
    assert not chrome.run("document.getElementById('speed-heading').closest('details').open")


def test_everything_is_unfolded_on_paper(chrome: Browser, few: Path) -> None:
    """What is folded on the screen is printed in full, and folded again afterwards."""
    chrome.open(few)
    chrome.run(
        "addEventListener('beforeprint', () => { window.unfolded = !document.querySelector('details:not([open])') })"
    )
    chrome.paper()
    assert chrome.run("window.unfolded")
    assert chrome.run("document.querySelector('details[open]') === null")


@pytest.mark.parametrize(
    ("page", "results", "link"),
    [
        ("a.results.20261126-010203.html", "a.results.20261126-010202.xlsx", "a.results.20261126-010202.xlsx"),
        ("a-2.results.20261126-010203.html", "a.results.20261126-010202.xlsx", "a-2.results.20261126-010202.xlsx"),
        (
            "ä #1?-2.results.20261126-010203.html",
            "ä #1?.results.20261126-010202.xlsx",
            "ä #1?-2.results.20261126-010202.xlsx",
        ),
        ("mine.html", "a.results.20261126-010202.xlsx", "a.results.20261126-010202.xlsx"),
    ],
)
def test_the_link_follows_a_page_that_was_renamed(
    chrome: Browser, tmp_path: Path, page: str, results: str, link: str
) -> None:
    """Where `drop` has given page and results a number, the link still leads to the results beside the page."""
    written = write(tmp_path / "out.html", FEW, results=str(tmp_path / results))
    chrome.open(written.rename(tmp_path / page))
    assert chrome.run("document.querySelector('a.beside').textContent") == link
    assert chrome.run("document.querySelector('a.beside').href") == (tmp_path / link).as_uri()
    assert chrome.errors == []


def test_without_javascript_all_but_the_rows_is_there(chrome: Browser, few: Path) -> None:
    """Where scripts are off, a sentence stands in for the table, and no control is shown that would do nothing."""
    chrome.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        chrome.open(few)
        nodes = chrome.call("Accessibility.getFullAXTree")["nodes"]
    finally:
        chrome.call("Emulation.setScriptExecutionDisabled", value=False)
    heard = [(one["role"]["value"], one["name"].get("value", "")) for one in nodes if "name" in one and "role" in one]
    assert any("needs JavaScript" in name for _, name in heard)
    assert ("heading", "Speed") in heard
    assert ("rowheader", "in doubt") in heard
    assert {role for role, _ in heard} & {"button", "checkbox", "searchbox", "combobox"} == set()
