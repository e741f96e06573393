"""Lists by row and time zone become campaigns of the run, each created exactly once, as if it had a row of its own."""

from collections import Counter, defaultdict
from collections.abc import Mapping

from importer.journal import Journal, Split
from importer.model import PARTS_APART, Problem, Row, Run, Status, counted, part_number
from importer.numbers.lists.row_campaigns import RowList
from importer.numbers.options import SplitOptions
from importer.numbers.parsing.judging import Judgement
from importer.numbers.storage import NumbersFile
from importer.numbers.zones.placing import ZoneSplit
from importer.numbers.zones.time_groups import TimeGroups
from schemas.campaign import fingerprint
from schemas.problem_codes import ProblemCode

TO_SPLIT = frozenset((Status.VALID, Status.READY, Status.FAILED))
"""The statuses of rows that nothing was sent for yet."""

LACKING = (ProblemCode.LOADED_BEFORE, ProblemCode.ELSEWHERE, None)
"""The verdicts of numbers for which a campaign is needed, or is there."""

MOST_NAMED = 20
"""How many zones are named with their campaigns."""


class SplitCampaigns:
    """The campaigns that the rows of a run are split into, as the zones of their numbers are found."""

    def __init__(self, journal: Journal, run: Run, file: NumbersFile, options: SplitOptions) -> None:
        self._journal = journal
        self._run = run
        self._file = file
        self._groups = TimeGroups(options)
        self._places = {name: at for at, name in enumerate(self._groups.names)}
        self._lists: defaultdict[int, dict[str, int]] = defaultdict(dict)
        self.by_zone = ZoneSplit(self._groups, self._list_for, self._left_over)

    def list_of(self, row: Row) -> RowList:
        """Return the list of a row until the zones of its numbers are known, or why it is not split."""
        if row.status in TO_SPLIT and row.number < PARTS_APART:
            return RowList(-row.number)
        if row.campaign_id is None:
            message = "The row of its campaign is wrong or was refused, so it is not split by time zone."
            return RowList(0, Judgement(0, "", ProblemCode.NOT_CREATED_FOR, message))
        return _not_split(f"Row {row.number} is campaign {row.campaign_id} already")

    @staticmethod
    def list_of_campaign(campaign_id: str) -> RowList:
        """Return why the numbers for a campaign on the server are not split."""
        return _not_split(f"Campaign {campaign_id} is on the server already")

    def _list_for(self, row: int, zone: str) -> int:
        says_on = self._row(row).campaign.get("enabled") != "0" and not self._run.disabled
        number = self._file.list_for(row=part_number(row, self._places[zone]), switch_on=says_on)
        self._lists[row][zone] = number
        return number

    def _left_over(self, row: int) -> int:
        """Return the list of the numbers of a row that get no campaign; its number is behind those of all zones."""
        number = self._file.list_for(row=part_number(row, len(self._places)))
        self._file.leave_out(number)
        return number

    def settle(self) -> list[str]:
        """Put the campaigns in the place of their rows, once all numbers have their verdicts; return what to say of it.

        A row without a number that can be loaded is not created. From then on the journal knows which campaigns get
        numbers.
        """
        rows = list(self._journal.rows.with_status(self._run.id, *TO_SPLIT))
        splits = [Split(row, self._parts(row)) for row in rows]
        empty = [one.whole.number for one in splits if not one.parts]
        # First: such a row would be created as it is once the run no longer waits for its numbers.
        self._journal.rows.invalidate(self._run.id, map(_without_zone, empty))
        self._journal.splits.record(self._run.id, [one for one in splits if one.parts], self._file.loads())
        return _sentences(len(rows) - len(empty), Counter(zone for row in rows for zone in self._lists[row.number]))

    def _parts(self, row: Row) -> list[Row]:
        """Return the campaigns of a row, in the order of their zones; their lists get their numbers."""
        zones = [zone for zone in sorted(self._lists[row.number]) if self._is_needed(row.number, zone)]
        parts = [self._part(row, at, zone) for at, zone in enumerate(zones)]
        for zone, part in zip(zones, parts, strict=True):
            self._file.renumber(self._lists[row.number][zone], part.number)
        return parts

    def _is_needed(self, row: int, zone: str) -> bool:
        """Return whether a list needs a campaign; one that does not is left out."""
        number = self._lists[row][zone]
        if any(self._file.counts(number).get(verdict) for verdict in LACKING):
            return True
        self._file.leave_out(number)
        del self._lists[row][zone]
        return False

    def _part(self, row: Row, at: int, zone: str) -> Row:
        name = f"{row.campaign['name']} ({zone})"
        campaign = {**row.campaign, "name": name, "timegroup": self._groups.groups[zone]}
        return Row(
            number=part_number(row.number, at),
            cells=() if at else row.cells,
            campaign=campaign,
            fingerprint=fingerprint(campaign),
            status=Status.VALID,
        )

    def _row(self, number: int) -> Row:
        return self._journal.rows.get(self._run.id, number)


def _not_split(why: str) -> RowList:
    message = f"{why}, with one time group, so numbers for it are not split by time zone."
    return RowList(0, Judgement(0, "", ProblemCode.NOT_SPLIT, message))


def _without_zone(row: int) -> Problem:
    message = (
        "No number that can be loaded is for this row, so there is no time zone to split it by. Give it numbers, or "
        "import it without --split timezone."
    )
    return Problem(message, row=row, problem_code=ProblemCode.NO_ZONE)


def _sentences(rows: int, campaigns: Mapping[str, int]) -> list[str]:
    if not rows:
        return []
    listed = [f"{zone} {count:,}" for zone, count in sorted(campaigns.items())]
    more = f" and {len(listed) - MOST_NAMED} more" if len(listed) > MOST_NAMED else ""
    many = counted(sum(campaigns.values()), "campaign")
    return [f"{counted(rows, 'row')} split by time zone into {many}: {', '.join(listed[:MOST_NAMED])}{more}."]
