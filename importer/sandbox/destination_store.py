"""The destinations of all campaigns: in memory, where a million cost little, and as changes in the database."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Set
from random import Random
from time import monotonic

from importer.sandbox.database import SandboxDatabase
from importer.sandbox.history import History, HistoryEvent, Kind

PENDING = "pending"


class _Held:
    """The destinations of one campaign."""

    def __init__(self) -> None:
        self.statuses: dict[str, str] = {}
        self.arrivals: list[tuple[float, list[str]]] = []
        # Holds every pending number, and others whose status has changed since.
        self.waiting: list[str] = []
        self._ordered: list[str] = []
        self._unordered: list[str] = []
        self._by_status: list[str] | None = None

    def put(self, dnumbers: Collection[str], status: str, known: Collection[str]) -> None:
        """Give numbers a status; `known` are those of them that are there already."""
        new = [dnumber for dnumber in dnumbers if dnumber not in self.statuses] if known else list(dnumbers)
        if status == PENDING:
            self.waiting += new
            self.waiting += [dnumber for dnumber in known if self.statuses[dnumber] != PENDING]
        self.statuses.update(dict.fromkeys(dnumbers, status))
        self._unordered += new
        self._by_status = None
        if new:
            self.arrivals.append((monotonic(), new))

    def present(self, dnumbers: Collection[str]) -> list[str]:
        """Return those of the numbers that are there."""
        if self.statuses.keys().isdisjoint(dnumbers):
            return []
        return [dnumber for dnumber in dnumbers if dnumber in self.statuses]

    def remove(self, dnumber: str) -> None:
        """Take out a number that is there."""
        ordered = self.by_number()
        del ordered[bisect_left(ordered, dnumber)]
        del self.statuses[dnumber]
        self._by_status = None

    def by_number(self) -> list[str]:
        """Return the numbers in their order."""
        if self._unordered:
            # Sorting what is sorted except for its end takes no longer than reading it.
            self._ordered += self._unordered
            self._ordered.sort()
            self._unordered = []
        return self._ordered

    def by_status(self) -> list[str]:
        """Return the numbers in the order of their status, those of one status in their own."""
        if self._by_status is None:
            groups = defaultdict[str, list[str]](list)
            for dnumber in self.by_number():
                groups[self.statuses[dnumber]].append(dnumber)
            self._by_status = [dnumber for status in sorted(groups) for dnumber in groups[status]]
        return self._by_status


_NOTHING = _Held()


class DestinationStore:
    """The destinations by campaign; every change is in the database when its method returns."""

    def __init__(self, database: SandboxDatabase, history: History, switched_on: Set[int]) -> None:
        self._database = database
        self._history = history
        self._switched_on = switched_on
        self._held: dict[int, _Held] = {}
        for row in database.rows("SELECT campaign, dnumbers, status FROM destination_changes ORDER BY number"):
            self._apply(row["campaign"], row["dnumbers"] and row["dnumbers"].split(","), row["status"])
        for held in self._held.values():
            held.arrivals.clear()

    def count(self, campaign: int) -> int:
        """Return how many destinations a campaign has."""
        return len(self._of(campaign).statuses)

    def statuses(self, campaign: int) -> dict[str, str]:
        """Return the status of each destination of a campaign, by number."""
        with self._database.lock:
            return self._of(campaign).statuses.copy()

    def present(self, campaign: int, dnumbers: Collection[str]) -> list[str]:
        """Return those of the numbers that a campaign has."""
        return self._of(campaign).present(dnumbers)

    def ordered(self, campaign: int, sort: str) -> list[str]:
        """Return the numbers of a campaign in the order of `dnumber` or `status`; not to be changed."""
        held = self._of(campaign)
        return held.by_status() if sort == "status" else held.by_number()

    def status(self, campaign: int, dnumber: str) -> str:
        """Return the status of a destination that is there."""
        return self._of(campaign).statuses[dnumber]

    def made_within(self, campaign: int, seconds: float) -> set[str]:
        """Return the destinations that a campaign was given in the last N seconds."""
        since, held = monotonic() - seconds, self._of(campaign)
        arrived = {dnumber for moment, new in held.arrivals if moment >= since for dnumber in new}
        return arrived & held.statuses.keys()

    def put(self, campaign: int, dnumbers: Collection[str], status: str) -> None:
        """Add destinations to a campaign; one that is there already gets the new status, even one who was called."""
        with self._database.lock:
            known = self.present(campaign, dnumbers)
            self._note_again(campaign, known, status)
            self._change(campaign, dnumbers, status, known)

    def put_all(self, campaign: int, status: str) -> int:
        """Give all destinations of a campaign a status; return how many there are."""
        with self._database.lock:
            self._note_again(campaign, self._of(campaign).statuses, status)
            self._change(campaign, None, status)
            return self.count(campaign)

    def remove(self, campaign: int, dnumber: str | None = None) -> bool:
        """Remove one destination of a campaign, or all of them; return whether there was one."""
        with self._database.lock:
            if not self.count(campaign) or (dnumber is not None and not self.present(campaign, [dnumber])):
                return False
            self._change(campaign, None if dnumber is None else [dnumber], None)
            return True

    def call(self, campaign: int, chance: Random, status: str) -> bool:
        """Call one of the pending destinations, with a result; return whether there was one."""
        waiting, statuses = self._of(campaign).waiting, self._of(campaign).statuses
        while waiting:
            place = chance.randrange(len(waiting))
            waiting[place], waiting[-1] = waiting[-1], waiting[place]
            dnumber = waiting.pop()
            if statuses.get(dnumber) == PENDING:
                self._change(campaign, [dnumber], status)
                self._history.add(self._event("call", campaign, dnumber, status))
                return True
        return False

    def _change(
        self, campaign: int, dnumbers: Collection[str] | None, status: str | None, known: Collection[str] | None = None
    ) -> None:
        before = self.count(campaign)
        self._apply(campaign, dnumbers, status, known)
        self._database.write(
            "INSERT INTO destination_changes (campaign, dnumbers, status) VALUES (?, ?, ?)",
            (campaign, None if dnumbers is None else ",".join(dnumbers), status),
        )
        after = self.count(campaign)
        if after != before:
            self._history.add(self._event("added" if after > before else "removed", campaign))

    def _apply(
        self, campaign: int, dnumbers: Collection[str] | None, status: str | None, known: Collection[str] | None = None
    ) -> None:
        held = self._held.setdefault(campaign, _Held())
        if status is not None:
            given = list(held.statuses) if dnumbers is None else dnumbers
            held.put(given, status, held.present(given) if known is None else known)
        elif dnumbers is None:
            del self._held[campaign]
        else:
            for dnumber in dnumbers:
                held.remove(dnumber)

    def _note_again(self, campaign: int, dnumbers: Collection[str], status: str) -> None:
        if status != PENDING:
            return
        statuses = self._of(campaign).statuses
        for dnumber in dnumbers:
            if statuses[dnumber] != PENDING:
                self._history.add(self._event("again", campaign, dnumber, statuses[dnumber]))

    def _of(self, campaign: int) -> _Held:
        return self._held.get(campaign, _NOTHING)

    def _event(self, kind: Kind, campaign: int, dnumber: str = "", status: str = "") -> HistoryEvent:
        return HistoryEvent(kind, campaign, campaign in self._switched_on, self.count(campaign), dnumber, status)
