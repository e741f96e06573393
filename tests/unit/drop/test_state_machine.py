"""Any interleaving of arriving, growing, taking, dying, going on and filing: each file in one place, results first."""

import os
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from importer.drop.archiving import file_away
from importer.drop.claim_notes import Claimed
from importer.drop.places import Disposition
from tests.support.clocks import NOON, Clock
from tests.support.drop_folders import DAY, arrivals, dying, inbox_of, put, tree
from tests.support.thorough import share

NAMES = ("a.csv", "A.csv", "a.txt", "b.csv", "a.results.20261123-120000.csv")
DIES = st.none() | st.integers(0, 40)
"""At which request to the system the process dies."""
NEVER = 10**9


class Life(RuleBasedStateMachine):
    """The folder is real; each file holds a number of its own, by which it is followed, and so do its results."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.inbox = inbox_of(Path(self._folder.name) / "in")
        self.inbox.folder.mkdir()
        self.clock = Clock()
        self.looks = arrivals(self.inbox.folder, self.clock)
        self.claimed: list[Claimed] = []
        self.files = 0
        self.runs = 0

    def teardown(self) -> None:
        """Remove the folder."""
        self._folder.cleanup()

    @initialize(names=st.lists(st.sampled_from(NAMES), min_size=2, unique=True))
    def begin(self, names: list[str]) -> None:
        """The folder is made ready, and some files are there."""
        self.inbox.prepare()
        for name in names:
            self.arrive(name, 60)

    @rule(name=st.sampled_from(NAMES), age=st.sampled_from([60, 0]))
    def arrive(self, name: str, age: float) -> None:
        """Another system drops a file, unless its name is there already."""
        if not (self.inbox.folder / name).exists():
            self.files += 1
            put(self.inbox.folder / name, f"file {self.files}\n", age=age, clock=self.clock)

    def waiting(self) -> bool:
        """Say whether there are files to take."""
        return any(path.is_file() for path in self.inbox.folder.iterdir())

    @rule(name=st.sampled_from(NAMES))
    def grow(self, name: str) -> None:
        """A file that has arrived becomes longer."""
        path = self.inbox.folder / name
        if path.exists():
            with path.open("a") as file:
                file.write("more\n")
            os.utime(path, (self.clock(), self.clock()))

    @rule(seconds=st.sampled_from([1, 20]))
    def wait(self, seconds: float) -> None:
        """Time passes."""
        self.clock.sleep(seconds)

    @precondition(waiting)
    @rule(dies=DIES, grows=st.booleans())
    def claim(self, dies: int | None, grows: bool) -> None:
        """What is ready is taken, though it may grow just then, and the process may die."""
        ready = self.looks.look().ready
        if grows and ready:
            with ready[0].path.open("a") as file:
                file.write("late\n")
        with self.process(dies):
            for one in ready:
                if claimed := self.inbox.claim(one, NOON):
                    self.claimed.append(claimed)

    @precondition(lambda self: self.claimed)
    @rule(place=st.sampled_from(list(Disposition)), dies=DIES, has_reason=st.booleans(), half=st.booleans())
    def file(self, place: Disposition, dies: int | None, has_reason: bool, half: bool) -> None:
        """The oldest taken file gets results, perhaps after some that were never finished, and is archived."""
        one = self.claimed[0]
        number = one.path.read_text().split()[1]
        if half:
            self.results(one, "half")
        made = self.results(one, f"results {number}")
        with self.process(dies):
            file_away(self.inbox.claims, one, place, DAY, [made], "because" if has_reason else None)
            self.claimed.pop(0)

    @precondition(lambda self: self.claimed)
    @rule(dies=DIES)
    def go_on(self, dies: int | None) -> None:
        """A new process looks for what is left over."""
        with self.process(dies):
            self.inbox.put_away_begun()
            self.claimed = list(self.inbox.left_over())

    def results(self, one: Claimed, content: str) -> Path:
        """Write results beside a file."""
        self.runs += 1
        return put(one.path.with_name(f"{one.path.stem}.results.20261123-{self.runs:06}.csv"), content)

    def process(self, dies: int | None) -> "Process":
        """Return a process that may die, after which a new one goes on."""
        return Process(self, dies)

    @invariant()
    def each_file_is_in_one_place(self) -> None:
        """All files that have arrived are there, each once, wherever the process has died."""
        found = Counter(text.split()[1] for text in tree(self.inbox.folder).values() if text.startswith("file "))
        assert found == Counter({str(number): 1 for number in range(1, self.files + 1)})

    @invariant()
    def none_is_filed_before_its_results(self) -> None:
        """Beside each file that was archived are its results, which no other file has."""
        found = tree(self.inbox.folder)
        for path, text in found.items():
            if text.startswith("file ") and path.split("/")[0] in list(Disposition):
                beside = Path(path).parent / f"{Path(path).stem}.results."
                number = text.split()[1]
                assert [one for one in found if one.startswith(str(beside)) and found[one] == f"results {number}"]

    @invariant()
    def what_was_taken_is_known(self) -> None:
        """Every file in `processing/` is one that this process knows of."""
        inside = {path for path in self.inbox.processing.iterdir() if path.read_text().startswith("file ")}
        assert inside == {one.path for one in self.claimed}


class Process:
    """A process that dies at a request of its choice; the next one then finds out what is left over."""

    def __init__(self, life: Life, dies: int | None) -> None:
        self._life = life
        self._dying = dying(NEVER if dies is None else dies)
        self._ended = False

    def __enter__(self) -> None:
        self._dying.__enter__()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool | None:
        swallowed = self._dying.__exit__(kind, error, trace)  # type: ignore[arg-type]
        if kind is not None and swallowed:
            self._life.inbox.put_away_begun()
            self._life.claimed = list(self._life.inbox.left_over())
        return swallowed


Life.TestCase.settings = settings(max_examples=share(150), stateful_step_count=30)
TestLife = Life.TestCase
