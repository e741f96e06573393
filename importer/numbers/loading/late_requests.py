"""Requests that we gave up waiting for: the server may still carry them out, and replace numbers then."""

from math import ceil

from importer.numbers.loading.context import LoadContext
from importer.numbers.storage import NumberList

WAITING = "waiting {seconds} s, in case the server is still working on an earlier request."


class LateRequests:
    """The requests for one list that were not answered, by this process or one that ended before.

    On disk it is known that there are any, until they are waited for: an end in between changes nothing about them.
    """

    def __init__(self, context: LoadContext, number_list: NumberList) -> None:
        self._context = context
        self._list = number_list
        # What other processes have sent has left before this load began.
        self._since = context.began if number_list.is_doubted else None

    def add(self) -> None:
        """Record that we have just given up waiting for a request, before anything else is sent."""
        self._since = self._context.clock()
        self._context.batches.set_doubted(self._list.number, is_doubted=True)

    def wait(self) -> None:
        """Wait until they are certainly carried out, if they ever are; whatever was done since counts."""
        if self._since is None:
            return
        left = self._since + self._context.wait - self._context.clock()
        if left > 0:
            waiting = WAITING.format(seconds=ceil(left))
            self._context.run.observer.note(f"Campaign {self._list.campaign_id}: {waiting}")
            self._context.sleep(left)
        self._context.batches.set_doubted(self._list.number, is_doubted=False)
        self._since = None
