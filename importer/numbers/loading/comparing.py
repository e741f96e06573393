"""What a campaign has on the server, compared with what was sent to it.

A count decides where it can: if the campaign has exactly what is known to be loaded, nothing in doubt has arrived, and
if it has all that was sent, everything has. Otherwise its list is read. A number that the server has is never sent
again: it would be replaced, and a person who was called would be called again.
"""

from importer.enswitch import Destinations
from importer.errors import OutcomeUnknown
from importer.model import counted
from importer.numbers.loading.context import LoadContext
from importer.numbers.loading.pages import read_new_pages
from importer.numbers.masking import masked
from importer.numbers.storage import BatchState, ListedNumbers

LACKING = (
    "The server's list lacks {numbers} that it has taken, so it does not show what became of those in doubt. Look at "
    "the campaign on the server."
)


class Comparison:
    """Compares a list with its campaign. `there` is how many numbers the campaign had before (None: not known yet)."""

    def __init__(self, context: LoadContext, list_number: int, there: int | None) -> None:
        self._context = context
        self._batches = context.batches
        self._list = list_number
        self._listed = ListedNumbers(context.numbers.database, list_number)
        self.there = there

    @property
    def is_scrubbed(self) -> bool:
        """Whether numbers that were sent are on a do-not-call list since: the campaign may have more than are ours."""
        return self._listed.any_listed_since()

    def begin(self, destinations: Destinations, count: int, *, is_new: bool) -> None:
        """Find out what the campaign has, `count` numbers, before anything is sent: those of ours are not sent.

        With `is_new`, nobody can have been called by it. Raises OutcomeUnknown for one that is not, and has numbers
        that the server does not count.
        """
        if count:
            self._read(destinations, count)
            self._listed.set_there_already()
        elif not is_new and destinations.page(0, 1):
            raise OutcomeUnknown("The server counts no telephone numbers in the campaign, and lists some.")
        self.there = count

    def has_all_before(self, destinations: Destinations) -> bool:
        """Return whether the campaign has all numbers of a list of which nothing was sent; they are not sent then."""
        count = destinations.count()
        if self.there is not None or count < self._batches.to_load(self._list):
            return False
        self._read(destinations, count)
        if self._listed.unsent_missing():
            return False
        self._listed.set_there_already()
        self.there = count
        return True

    def settle(self, destinations: Destinations, *, may_dial: bool) -> None:
        """Find out which numbers of batches in doubt the server has; the others may be sent again.

        Raises OutcomeUnknown if its list proves nothing: with `may_dial` it has to show all that is known to be loaded.
        """
        count, known = destinations.count(), (self.there or 0) + self._batches.loaded(self._list)
        # A count that is wrong does no harm as long as nobody can have been called.
        is_proof = not may_dial and not self.is_scrubbed
        if count == known and is_proof:
            self._batches.clear_present(self._list)
        elif count == known + self._batches.size_in_doubt(self._list) and is_proof:
            self._batches.set_loaded(self._list)
        else:
            self._read(destinations, count)
            missing = self._listed.missing()
            if missing and may_dial:
                raise OutcomeUnknown(LACKING.format(numbers=counted(missing, "telephone number")))
            self._listed.set_missing_in_doubt()
            self._listed.set_present()
            self._listed.set_there_already()
            self.there = count - self._listed.ours()
            for batch in self._batches.in_doubt(self._list):
                if not batch.numbers:
                    self._batches.record(batch, BatchState.LOADED)
            self._batches.flush()

    def difference(self, destinations: Destinations, *, in_detail: bool, may_grow: bool) -> str:
        """Return how the campaign differs from what was loaded, as a sentence; "" if it has exactly that.

        `in_detail` reads its list even if the count is right. What is missing is in doubt from then on. With
        `may_grow`, others may add numbers meanwhile.
        """
        count, expected = destinations.count(), (self.there or 0) + self._batches.loaded(self._list)
        if count == expected and not in_detail:
            return ""
        self._read(destinations, count)
        if missing := self._listed.missing():
            example = masked("", self._listed.first_missing())
            self._listed.set_missing_in_doubt()
            self._listed.set_present()
            return (
                f"The server took {counted(missing, 'telephone number')} that it does not list, such as "
                f"{example}. Load again to send what is missing. If it says the same "
                "then, the server takes it for another one of the list: import the list again without it."
            )
        if count == expected or (may_grow and count > expected):
            return ""
        return (
            f"The campaign has {counted(count, 'telephone number')}, and should have {expected:,}. Look at it on the "
            "server. If the others are right, load again."
        )

    def _read(self, destinations: Destinations, count: int) -> None:
        read = self._context.wire.read
        self._listed.clear()
        # Pages that overlap may lack others: these would be sent, and replaced, although they are there.
        read_new_pages(
            destinations.listed, count, lambda page: self._listed.add({one for each in page for one in read(each.text)})
        )
