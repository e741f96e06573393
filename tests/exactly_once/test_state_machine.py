"""Any interleaving of runs, lost answers, lists that lie, people, crashes: at most one campaign a row, none forgotten.

The journal and every stage are the real ones; behind the client's methods is a server in memory. A crash is the
journal's file as it is on disk at some instant: the process goes on with a copy of it, and what it knew is gone.
"""

import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, precondition, rule

from importer import pipeline
from importer.enswitch import Created, Fields
from importer.errors import AccessRefused, OutcomeUnknown, RowRefused, Throttled, WrongUsage
from importer.journal import settle_by_hand
from importer.journal.journal import Journal
from importer.model import Attempt, Event, OnChange, OnExisting, Status
from importer.run_options import ImportOptions
from importer.session import Session
from tests.support.in_process import SETTLE_WAIT, InProcessImporter, QuickStop, Quiet
from tests.support.thorough import share

Key = tuple[str, str, str]
"""What tells one campaign from another here: name, maximum, customer."""

ROWS: tuple[Key, ...] = (
    ("A", "1", ""),
    ("A", "2", ""),
    ("B", "1", ""),
    ("A", "1", "2"),
    ("A", "3", "1"),
)
"""Equal names, other values; a customer of another's; and customer 1, which is the account's own by its number."""

FINAL = {Status.CREATED, Status.EXISTS, Status.REJECTED, Status.CHANGED}

LOSSES = ("lost", "never arrived", "stored late")
CREATES = (
    *("ok", *LOSSES, *LOSSES, "not taken", "refused", "locked out", "asked to stop"),
    *("killed before", "killed after", "killed, stored late"),
)
REFUSALS = {
    "not taken": Throttled("Please wait."),
    "refused": RowRefused("400: no", "400"),
    "locked out": AccessRefused("401: no", "401"),
}
LIES = ("cut at the end", "cut at the beginning", "empty")
LISTS = ("ok", "unreadable", "forbidden", "killed")
CHECKS = ("ok", "unanswered", "killed")


DIES = st.none() | st.none() | st.integers(1, 20)
"""After how many words to the screen the process dies."""


class KilledError(BaseException):
    """The process is gone."""


@dataclass
class Campaign:
    """A campaign on the server; `ours` where the importer's create made it, `held` is what a person may have edited."""

    key: Key
    ours: bool
    held: dict[str, str]
    deleted: bool = False


def key_of(sent: Mapping[str, str]) -> Key:
    """Return what tells a campaign from others."""
    return sent["name"], sent["maximum"], sent.get("customer", "")


class FakeServer:
    """A server in memory with the methods of a client; each call does what the script says next, then what is right."""

    def __init__(self) -> None:
        self.campaigns: list[Campaign] = []
        self.late: list[Mapping[str, str]] = []
        self.few_fields = False
        self.script: dict[str, list[str]] = {"create": [], "list": [], "validate": []}
        self.killed: Any = None
        self.known: Callable[[], set[str]] = set
        self.lie = ""
        self.stop = QuickStop()

    def land(self) -> None:
        """Carry out what is late."""
        for sent in self.late:
            self.store(sent)
        self.late.clear()

    def store(self, sent: Mapping[str, str], *, ours: bool = True) -> str:
        """Keep a campaign and return its ID."""
        self.campaigns.append(Campaign(key_of(sent), ours, dict(sent)))
        return str(len(self.campaigns))

    def _next(self, action: str) -> str:
        script = self.script[action]
        return script.pop(0) if script else "ok"

    def redact(self, text: str) -> str:
        """Return a text as it is: there is no password."""
        return text

    def close(self) -> None:
        """Nothing is to be closed."""

    def validate(self, _campaign: Mapping[str, str]) -> tuple[Attempt, ...]:
        """Check a campaign."""
        match self._next("validate"):
            case "unanswered":
                raise OutcomeUnknown("No answer.")
            case "killed":
                self.killed()
        return ()

    def create(self, campaign: Mapping[str, str]) -> Created:
        """Create a campaign, in any way the script says."""
        how = self._next("create")
        if how in REFUSALS:
            raise REFUSALS[how]
        if how.endswith("stored late"):
            self.late.append(dict(campaign))
        elif how not in ("never arrived", "killed before"):
            made = self.store(campaign)
            if how == "asked to stop":
                self.stop.request()
            if how in ("ok", "asked to stop"):
                return Created(made)
        if how.startswith("killed"):
            self.killed()
        raise OutcomeUnknown("No answer.")

    def list_campaigns(self, customer: str | None) -> list[Fields]:
        """List the campaigns of a customer; the account's own is 1."""
        match self._next("list"):
            case "unreadable":
                raise OutcomeUnknown("No list.")
            case "forbidden":
                raise AccessRefused("402: no", "402")
            case "killed":
                self.killed()
        wanted = customer or "1"
        rows = [row for row in map(self._row, self._alive()) if row["customer"] == wanted]
        rows = self._cut(rows)
        return [{name: row[name] for name in ("id", "name")} for row in rows] if self.few_fields else rows

    def get(self, campaign_id: str) -> Fields:
        """Return one campaign."""
        number = int(campaign_id)
        if number not in self._alive():
            raise RowRefused("404: not found", "404", "id")
        return self._row(number)

    def _alive(self) -> list[int]:
        return [number for number, one in enumerate(self.campaigns, start=1) if not one.deleted]

    def _row(self, number: int) -> Fields:
        one = self.campaigns[number - 1]
        return {**one.held, "id": str(number), "customer": one.key[2] or "1"}

    def _cut(self, rows: list[Fields]) -> list[Fields]:
        """Return a list that lies, wherever the journal knows a campaign that it lacks then."""
        known = self.known() if self.lie else set()
        places = [place for place, row in enumerate(rows) if row["id"] in known]
        if not places:
            return rows
        cuts = {"cut at the end": rows[: places[-1]], "cut at the beginning": rows[places[0] + 1 :], "empty": []}
        return cuts[self.lie]


class DeadlyWatch(Quiet):
    """Hears how the work goes on, and kills the process when it has heard so much."""

    def __init__(self, left: int | None, die: Callable[[], None]) -> None:
        super().__init__()
        self.left = left
        self.die = die

    def stage(self, words: str, rows: int | None, what: str = "row") -> None:
        """A stage begins."""
        self.row(Event(run="", row=0, stage="", status=None))

    def row(self, event: Event) -> None:
        """A row has reached a status."""
        if self.left is not None:
            self.left -= 1
            if self.left == 0:
                self.die()


class Importing(RuleBasedStateMachine):
    """Runs commands on one journal and one server, and looks at both after each."""

    runs = Bundle("runs")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.journal = Path(self.folder.name) / "journal-0"
        self.server = FakeServer()
        self.server.killed = self.die
        self.server.known = self.known
        self.patched = pytest.MonkeyPatch()
        self.patched.setattr("importer.enswitch.Client", lambda *_given, **_named: self.server)
        self.deaths = 0
        self.lies_told = 0
        self.alive = True

    def teardown(self) -> None:
        """Bring every run to its end, see that nothing was forgotten, and clear up."""
        try:
            self.finish()
        finally:
            self.patched.undo()
            self.folder.cleanup()

    # What may happen

    @initialize(few_fields=st.booleans(), made_before=st.lists(st.sampled_from(ROWS), max_size=2))
    def begin(self, few_fields: bool, made_before: list[Key]) -> None:
        """The server lists all fields or few; people have made campaigns of the same kind by hand before."""
        self.server.few_fields = few_fields
        for key in made_before:
            self.person_makes(key)

    @rule(
        target=runs,
        rows=st.sets(st.sampled_from(ROWS), min_size=2, max_size=3),
        checks=st.lists(st.sampled_from(CHECKS), max_size=1),
        marker=st.booleans(),
        disabled=st.booleans(),
        dies=DIES,
        on_change=st.sampled_from((OnChange.REPORT, OnChange.CREATE)),
    )
    def plan(
        self, rows: set[Key], checks: list[str], marker: bool, disabled: bool, dies: int | None, on_change: OnChange
    ) -> Any:
        """A file is read, whether a new one, the same again or an edited one, and planned."""
        path = Path(self.folder.name) / "sheet.csv"
        lines = ["name,dtype,dnumber,maximum,customer", *(f"{n},queue,1,{m},{c}" for n, m, c in sorted(rows))]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        made: list[str] = []

        def work(session: Session) -> None:
            made.append(
                pipeline.plan(session, path, ImportOptions(marker=marker, disabled=disabled, on_change=on_change)).run
            )

        self.perform(work, dies, validate=checks)
        return made[0] if made else multiple()

    @rule(
        run=runs,
        creates=st.lists(st.sampled_from(CREATES), min_size=1, max_size=4),
        lists=st.lists(st.sampled_from(LISTS), max_size=3),
        dies=DIES,
        on_existing=st.sampled_from((None, OnExisting.CREATE)),
        lie=st.sampled_from(("", *LIES)),
    )
    def apply(
        self, run: str, creates: list[str], lists: list[str], dies: int | None, on_existing: OnExisting | None, lie: str
    ) -> None:
        """A run is applied, for the first time or to go on, while lists are whole or are not."""
        self.server.lie = lie
        self.lies_told += bool(lie)
        if run in {one for one, *_ in self.rows()}:
            self.perform(
                lambda session: pipeline.apply(session, run, on_existing=on_existing), dies, create=creates, list=lists
            )

    @rule()
    def late_ones_arrive(self) -> None:
        """The server ends what it was still at work on."""
        self.server.land()

    @precondition(lambda self: not self.server.few_fields)
    @rule(key=st.sampled_from(ROWS))
    def person_makes(self, key: Key) -> None:
        """Somebody makes a campaign of the same name by hand; once there are runs, with values that no row has."""
        name, maximum, customer = key
        begun = self.journal.exists()
        sent = {"name": name, "dtype": "queue", "dnumber": "1", "maximum": "9" if begun else maximum}
        self.server.store(sent | ({"customer": customer} if customer else {}), ours=False)

    @rule(key=st.sampled_from(ROWS), how=st.sampled_from(("edits", "renames", "deletes")))
    def person_changes(self, key: Key, how: str) -> None:
        """Somebody edits campaigns of ours, in doubt or not, or renames or deletes those that are known."""
        ours = [one for one in self.server.campaigns if one.ours and one.key == key]
        for one in ours if how == "edits" else self.known_of(key):
            match how:
                case "edits":
                    one.held["maximum"] = "9"
                case "renames":
                    one.held["name"] = "Renamed"
                case "deletes":
                    one.deleted = True

    @rule(run=runs)
    def person_decides(self, run: str) -> None:
        """A person looks at the server and says what became of the rows that are in doubt, truthfully."""
        self.server.land()
        self.decide(run)

    # What must hold

    @invariant()
    def at_most_one_campaign_a_row(self) -> None:
        """No campaign was made twice, and an ID in the journal is that of the row's own campaign.

        A list may hold all its witnesses and yet be too old to show what was sent last, or what was there before: then
        a command may make one row again, and no more, and take a person's campaign of the same values for its own.
        """
        made = Counter(one.key for one in self.server.campaigns if one.ours)
        assert sum(count - 1 for count in made.values()) <= self.lies_told
        for run, number, status, campaign_id, key in self.rows():
            if campaign_id is not None and status is not Status.CHANGED:
                campaign = self.server.campaigns[int(campaign_id) - 1]
                assert campaign.key == key, (run, number, status, campaign_id)
                assert campaign.ours or self.lies_told, (run, number, status, campaign_id)

    # How

    def perform(self, work: Callable[[Session], object], dies: int | None = None, **script: list[str]) -> None:
        """Run a command that meets what the script says, and survive its death."""
        self.server.script = {"create": [], "list": [], "validate": [], **script}
        self.server.stop = QuickStop(lambda seconds: self.server.land() if seconds == SETTLE_WAIT else None)
        sandbox_importer = InProcessImporter(
            self.journal, "http://127.0.0.1:1/", stop=self.server.stop, observer=DeadlyWatch(dies, self.die)
        )
        try:
            with sandbox_importer.session() as session:
                work(session)
        except KilledError:
            pass
        finally:
            self.alive = True
            self.journal = Path(self.folder.name) / f"journal-{self.deaths}"

    def die(self) -> None:
        """Keep the journal as it is on disk now, and leave everything else behind."""
        assert self.alive, "a dead process asks nothing"
        self.alive = False
        self.deaths += 1
        copy = Path(self.folder.name) / f"journal-{self.deaths}"
        with closing(sqlite3.connect(self.journal)) as now, closing(sqlite3.connect(copy)) as kept:
            now.backup(kept)
            kept.execute("PRAGMA application_id = 0")  # one file with everything in it
        raise KilledError

    def known(self) -> set[str]:
        """Return the campaigns that the journal knows as created."""
        return {campaign_id for *_, status, campaign_id, _ in self.rows() if campaign_id and status is Status.CREATED}

    def known_of(self, key: Key) -> list[Campaign]:
        """Return the campaigns of a key that the journal knows as created."""
        known = [self.server.campaigns[int(campaign_id) - 1] for campaign_id in self.known()]
        return [one for one in known if one.key == key]

    def rows(self) -> list[tuple[str, int, Status, str | None, Key]]:
        """Return all rows of all runs."""
        if not self.journal.exists():
            return []
        with Journal(self.journal) as open_journal:
            return [
                (run.id, row.number, row.status, row.campaign_id, key_of(row.campaign))
                for run in open_journal.runs.newest_first()
                for row in open_journal.rows.with_status(run.id, *Status)
                if row.campaign
            ]

    def decide(self, run: str) -> None:
        """Settle every row in doubt of a run by hand: a campaign that is known as another row's is not this one's."""
        for owner, number, status, _, key in self.rows():
            if owner == run and status is Status.IN_DOUBT:
                known = {campaign_id for *_, campaign_id, _key in self.rows()}
                own = [str(n) for n, one in enumerate(self.server.campaigns, 1) if one.ours and one.key == key]
                left = [campaign_id for campaign_id in own if campaign_id not in known]
                try:
                    settle_by_hand(self.journal, run, number, left[0] if left else None)
                except WrongUsage as refused:
                    # Another row is to be settled first, or was just now: the next `apply` goes on with this one.
                    assert "wait" in refused.message  # noqa: PT017

    def finish(self) -> None:
        """Apply every run until it is done, as a person would; then every row has its campaign and its ID."""
        self.server.lie = ""
        for _ in range(6):
            for run in sorted({run for run, *_ in self.rows()}):
                self.perform(lambda session, run=run: pipeline.apply(session, run, on_existing=OnExisting.CREATE))
                self.server.land()
                self.decide(run)
        self.server.land()
        self.at_most_one_campaign_a_row()
        made = {one.key for one in self.server.campaigns if one.ours}
        for run, number, status, campaign_id, key in self.rows():
            assert status in FINAL, (run, number, status)
            if status not in (Status.REJECTED, Status.CHANGED):
                assert key in made, (run, number, status)
                assert campaign_id is not None, (run, number, status)


Importing.TestCase.settings = settings(
    max_examples=share(150),
    stateful_step_count=8,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
TestImporting = Importing.TestCase
