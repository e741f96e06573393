"""The load of one list into its campaign: read this first.

The campaign is off while it is loaded, so that nobody is called from half a list. Each batch is on disk as `sending`
before it leaves. If it is not known whether the server took one, the campaign is counted, and if need be its list is
read, before anything is sent again. At the end the counts are compared, and only then the campaign is switched on.
"""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace

from importer.enswitch import Client, Destinations
from importer.errors import OutcomeUnknown, RowRefused, StopRun, Throttled, TooLarge, TryAgain
from importer.model import LoadStatus, NumberLoad, Row, RowCounter, counted
from importer.numbers.loading.batch_sizes import BatchSizes
from importer.numbers.loading.canary import read_numbers_back
from importer.numbers.loading.comparing import Comparison
from importer.numbers.loading.context import LoadContext
from importer.numbers.loading.late_requests import LateRequests
from importer.numbers.loading.outgoing import Outgoing
from importer.numbers.loading.recording import record, tell
from importer.numbers.loading.refusals import MOST_REFUSED, find_refused, is_about_numbers, too_many_refused
from importer.numbers.loading.watch import Left, Watch
from importer.numbers.storage import BatchState, NumberBatch, NumberList
from importer.security import without_numbers

MOST_FAILURES = 6
"""How many times in a row the batches of a list may fail, beyond what the client repeats by itself."""


class ListLoad:
    """Loads one list; `row` is that of its campaign (None: it existed before), `to_load` how many numbers it has.

    `is_failed` says that it ended because the server failed, and nothing is in doubt: it can simply be loaded again.
    """

    def __init__(self, context: LoadContext, number_list: NumberList, row: Row | None, *, to_load: int) -> None:
        self.list = number_list
        self.to_load = to_load
        self._context = context
        self._batches = context.batches
        self._sizes = BatchSizes(context.options.batch)
        self._outgoing = Outgoing(context, number_list.number)
        self._comparison = Comparison(context, number_list.number, number_list.there)
        self._watch = Watch(context, number_list, row)
        self._counted: Future[int] | None = None
        self._failures = 0
        self._is_prepared = self._has_doubts = self._is_odd = self.is_failed = False
        self._late = LateRequests(context, number_list)

    def look_ahead(self) -> None:
        """Begin to look at a campaign that nothing was sent to, before its turn has come."""
        if self._comparison.there is None:
            self._counted = self._count_beside()
            self._watch.look_ahead()

    def look_anew(self) -> None:
        """Forget what was seen of the campaign, so that it is looked at when the list goes on."""
        self._is_prepared = False
        self._counted = None
        self._watch.look_anew()

    def ask(self, client: Client) -> None:
        """Ask how many numbers the campaign has: what stops a run is found before all workers send something."""
        self._guarded(client, Destinations.count)

    def begin(self, client: Client) -> bool:
        """Load the first few numbers, the canary; return whether the server has taken any."""
        # A canary that failed before is read back as it is: nothing follows it until it is right.
        if not self._batches.loaded(self.list.number):
            self._guarded(client, lambda destinations: self._send_first(client, destinations))
        return self._batches.loaded(self.list.number) > 0

    def _send_first(self, client: Client, destinations: Destinations) -> None:
        sizes, self._sizes = self._sizes, BatchSizes(self._context.options.canary)
        try:
            self._send(client, destinations, only_one=True)
        finally:
            self._sizes = sizes

    def read_back(self, client: Client) -> str | None:
        """Read the first few numbers back.

        Returns what the user should know of them, None if the campaign is gone. Raises ServerUnusable if the server
        does not show them.
        """
        found: list[str] = []
        sent = self._batches.all_loaded(self.list.number)

        def read_back(destinations: Destinations) -> None:
            found.append(read_numbers_back(destinations, sent, self._context.wire, lambda: self._watch.is_gone(client)))

        self._guarded(client, read_back)
        return found[0] if found else None

    def has_more(self) -> bool:
        """Say whether anything of the list is left to send."""
        return bool(self._batches.size_in_doubt(self.list.number)) or self._outgoing.has_more()

    def load(self, client: Client) -> None:
        """Load what is left of the list. Raises what stops a run."""
        if self.list.status is not LoadStatus.LOADED:
            self._guarded(client, lambda destinations: self._load(client, destinations))

    def _guarded(self, client: Client, work: Callable[[Destinations], object]) -> None:
        self.is_failed = False
        try:
            try:
                work(self._destinations(client))
            except RowRefused as error:
                raise self._watch.left_for(client, error) from None
        except Left as left:
            self.to_load = self._batches.to_load(self.list.number)
            self._conclude(left.status or self._status(), left.message)
        except (OutcomeUnknown, TryAgain) as error:
            self._conclude(self._status(), error.message)
            self.is_failed = self.list.status is not LoadStatus.IN_DOUBT
            self._context.run.circuit_breaker.failed(error)
        except StopRun as error:
            self._conclude(self._status(), error.message)
            raise

    def _destinations(self, client: Client) -> Destinations:
        return Destinations(client, self.list.campaign_id, without_numbers)

    def _load(self, client: Client, destinations: Destinations) -> None:
        self._send(client, destinations)
        self._finish(client, destinations)

    def _send(self, client: Client, destinations: Destinations, *, only_one: bool = False) -> None:
        """Send all batches that are left, or the next one alone."""
        in_doubt = self._batches.in_doubt(self.list.number)
        is_known = self._comparison.there is not None and not self._comparison.is_scrubbed
        is_compared = is_known and self.list.status is not LoadStatus.IN_DOUBT
        if is_compared and not in_doubt and not self._outgoing.has_more():
            return
        if not self._is_prepared:
            self._prepare(client, destinations)
        done = 0
        while not (only_one and done) and (batch := self._next(client)):
            done += self._deliver(destinations, batch)
        self._outgoing.give_back_ahead()
        self._batches.flush()

    def _prepare(self, client: Client, destinations: Destinations) -> None:
        """Find out whether the campaign is off and what it has, and write that to disk before anything is sent."""
        if self._comparison.there is None:
            counted, self._counted = self._counted or self._count_beside(), None
            self._watch.look(client, lambda: self._comparison.has_all_before(destinations))
            self._comparison.begin(destinations, counted.result(), is_new=self._watch.is_ours)
            self.to_load = self._batches.to_load(self.list.number) if self._comparison.there else self.to_load
        else:
            self._watch.look(client)
            self._wait_while_dialling()
            self._settle(destinations)
        self._note(LoadStatus.LOADING, "")
        self._is_prepared = True

    def _count_beside(self) -> "Future[int]":
        return self._context.lookout.begin(lambda client: self._destinations(client).count())

    def _settle(self, destinations: Destinations) -> None:
        """Find out what became of batches in doubt."""
        self._comparison.settle(destinations, may_dial=self._watch.may_dial)
        self._has_doubts = True
        self.to_load = self._batches.to_load(self.list.number)
        self._note(self.list.status, self.list.message)

    def _next(self, client: Client) -> NumberBatch | None:
        """Return the next batch, which is in doubt, or on disk as `sending`; None if nothing is left."""
        self._context.run.worker_pool.stop.check()
        self._watch.before_batch(client)
        if self._has_doubts:
            # What became of the one before has to be on disk: it would be sent again.
            self._batches.flush()
            if batch := self._batches.next_in_doubt(self.list.number, self._sizes.size):
                return batch
            self._has_doubts = False
        return self._outgoing.next(self._sizes.size)

    def _deliver(self, destinations: Destinations, batch: NumberBatch) -> bool:
        """Send a batch; return whether it is loaded. Otherwise what is left of it comes again, or the list is left."""
        try:
            self._outgoing.claim_ahead(self._sizes.size)
            put = destinations.put(self._outgoing.texts(batch), batch.status.word)
        except TooLarge as error:
            self._outgoing.give_back(batch)
            if not self._sizes.too_large(len(batch.numbers)):
                raise Left(f"The server does not even accept one number: {error.message}") from None
        except RowRefused as error:
            if not is_about_numbers(error):
                self._outgoing.give_back(batch)
                raise
            self._find_refused(destinations, batch, error)
        except TryAgain as error:
            self._outgoing.give_back(batch)
            self._failed(error)
        except OutcomeUnknown as error:
            self._in_doubt(destinations, batch, error)
        except StopRun:
            # It comes before the request is sent, or is the server's refusal of it.
            self._outgoing.give_back(batch)
            raise
        else:
            self._is_odd = self._is_odd or put.count not in (None, len(batch.numbers))
            self._loaded(batch)
            return True
        return False

    def _loaded(self, batch: NumberBatch) -> None:
        self._batches.record(batch, BatchState.LOADED)
        self._failures = 0
        self._sizes.succeeded()
        self._context.run.circuit_breaker.succeeded()
        observer = self._context.run.observer
        if isinstance(observer, RowCounter):
            observer.count_rows(len(batch.numbers), 0)

    def _in_doubt(self, destinations: Destinations, batch: NumberBatch, error: OutcomeUnknown) -> None:
        """Find out what became of a batch, before anything is sent again."""
        self._set_in_doubt(batch)
        self._late.add()
        self._sizes.failed()
        self._failed(error)
        self._wait_while_dialling()
        self._settle(destinations)

    def _set_in_doubt(self, batch: NumberBatch) -> None:
        self._batches.record(batch, BatchState.IN_DOUBT)
        self._batches.flush()
        self._outgoing.give_back_ahead()

    def _wait_while_dialling(self) -> None:
        """Wait for a request that the server may still be working on, where sending it twice does harm."""
        if self._watch.may_dial:
            self._late.wait()

    def _failed(self, error: TryAgain | OutcomeUnknown) -> None:
        self._failures += 1
        tell(self._context, self.list, error.message, error)
        # A server that asked us to wait was waited for, as long as is allowed.
        if isinstance(error, Throttled) or self._failures >= MOST_FAILURES:
            raise error
        self._context.run.circuit_breaker.failed(error)

    def _find_refused(self, destinations: Destinations, batch: NumberBatch, error: RowRefused) -> None:
        """Leave out the numbers that the server refuses. It may have taken others of the batch: these are in doubt."""
        self._context.run.circuit_breaker.succeeded()
        self._set_in_doubt(batch)
        write_all = self._context.wire.write_all
        refused = find_refused(batch.numbers, lambda some: destinations.check(write_all(some), batch.status.word))
        if not refused and len(batch.numbers) == 1:
            # Its check takes what the server then refuses.
            refused = [(batch.numbers[0], error.message)]
        for number, words in refused:
            self._batches.reject(batch, number, words)
        if self._context.refusals.add(len(refused)) > MOST_REFUSED:
            raise too_many_refused(refused[-1][1])
        if not refused:
            self._sizes.failed(at_least=1)
        self._settle(destinations)

    def _finish(self, client: Client, destinations: Destinations) -> None:
        """Compare what the campaign has with what was loaded, and switch it on if it is to be."""
        # A request that we gave up waiting for must not arrive once the campaign is on.
        self._late.wait()
        self._watch.look_beside()
        difference = self._comparison.difference(destinations, in_detail=self._is_odd, may_grow=self._watch.may_dial)
        if difference:
            raise Left(difference, LoadStatus.IN_DOUBT)
        self._watch.finish(client)
        self._conclude(LoadStatus.LOADED, self._watch.remark)

    def _status(self) -> LoadStatus:
        """Return where a list stands that is not complete."""
        number = self.list.number
        if self._batches.size_in_doubt(number):
            return LoadStatus.IN_DOUBT
        return LoadStatus.LOADING if self._batches.loaded(number) else LoadStatus.WAITING

    def _conclude(self, status: LoadStatus, message: str) -> None:
        """Record why the load of the list has ended."""
        self.look_anew()
        self._outgoing.give_back_ahead()
        self._batches.flush()
        load = self._note(status, message)
        numbers = counted(load.to_load, "telephone number")
        tell(self._context, self.list, f"{load.loaded:,} of {numbers} loaded. {message}".strip())

    def _note(self, status: LoadStatus, message: str) -> NumberLoad:
        """Write to disk where the list stands."""
        self.list = replace(
            self.list,
            there=self._comparison.there,
            switch_on=self._watch.switch_on,
            status=status,
            message=message,
        )
        return record(self._context, self.list, to_load=self.to_load)
