"""The switch of a campaign while its list is loaded: nobody is called from half a list without being asked for."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future

from importer.delivery import NOT_FOUND, Whereabouts
from importer.enswitch import Client
from importer.errors import RowRefused
from importer.model import LoadStatus, Row, Status
from importer.numbers.loading.context import LoadContext
from importer.numbers.loading.options import WhenOn
from importer.numbers.loading.switch import CampaignSwitch
from importer.numbers.storage import NumberList, switched_off

LOOK_EVERY = 10
"""After how many batches the campaign is looked at: a person may have switched it on."""

NOTHING: Mapping[str, str] = {}


class Left(Exception):
    """Nothing more can be done for a list now: why, and its status (None: what follows from what was sent)."""

    def __init__(self, message: str, status: LoadStatus | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


class Watch:
    """Looks whether the campaign of a list is on, and switches it as the user wants.

    `switch_on` says that it is to be on at the end, `may_dial` that it may be dialling during the load, `is_ours` that
    the run has created it. `remark` is what the user should know about it at the end.
    """

    def __init__(self, context: LoadContext, number_list: NumberList, row: Row | None) -> None:
        self._context = context
        self._list = number_list
        self.is_ours = row is not None and row.status is Status.CREATED
        self._when_on = context.options.when_on
        sent = row.campaign if row else NOTHING
        self._switch = CampaignSwitch(context.run, number_list.campaign_id, sent)
        self._customer = sent.get("customer", "")
        self._name = f"Campaign {number_list.campaign_id}"
        self._sent = 0
        self._seen: Future[bool | None] | None = None
        self._is_shown = True
        self.switch_on = number_list.switch_on
        self.may_dial = self._when_on is WhenOn.WHILE_DIALLING
        self.remark = ""

    def look(self, client: Client, has_all: Callable[[], bool] = lambda: False) -> None:
        """Look at the campaign before its first batch. Raises Left if it is on and must not be.

        `has_all` says whether it has all numbers of the list: then nothing is left to do, though it is on.
        """
        try:
            if not self.may_dial:
                self._judge(client, self._see(client))
        except Left as left:
            if left.status is not LoadStatus.PAUSED or not has_all():
                raise
            message = f"{self._name} is on, and has all of these numbers already: nothing was sent."
            raise Left(message, LoadStatus.LOADED) from None

    def look_ahead(self) -> None:
        """Begin to look before the turn of the list has come; `look` takes what is seen."""
        if not self.may_dial:
            self.look_beside()

    def look_anew(self) -> None:
        """Forget what was seen: the list is left, and what comes next looks for itself."""
        self._sent = 0
        self._seen = None

    def look_beside(self) -> None:
        """Begin to look, beside the work; what comes next takes what is seen."""
        self._seen = self._context.lookout.begin(self._switch.is_on)

    def _judge(self, client: Client, is_on: bool | None) -> None:
        if is_on is None:
            self._switch_off_unseen(client)
        elif is_on:
            self._take_off(client)

    def before_batch(self, client: Client) -> None:
        """Look again before every tenth batch; the question is asked while the one before it is sent."""
        if self._seen is not None:
            self._judge(client, self._see(client))
        self._sent += 1
        if self._sent % LOOK_EVERY == 0 and self._is_shown and not self.may_dial:
            self.look_beside()

    def finish(self, client: Client) -> None:
        """All numbers are there: switch the campaign on if it is to be."""
        is_on = self._see(client)
        if self.switch_on and not is_on:
            self._switch.turn(client, on=True)
        elif is_on and not self.switch_on and not self.may_dial:
            self.remark = f"{self._name} is on: it was switched on meanwhile."
        elif is_on is False and not self.is_ours and (run := self._left_off_by()):
            self.remark = (
                f"{self._name} stays off: run {run} switched it off for its load, and did not finish. "
                f"`campaign-importer apply {run}` does, and switches it on again."
            )

    def _left_off_by(self) -> str:
        """Return another run that has switched the campaign off, to switch it on once it is through; "" if none has."""
        journal, mine = self._context.run.journal, self._context.run.run.id
        others = journal.number_loads.unfinished_by_others(mine, self._list.campaign_id)
        return next((one.run for one in others if not one.row and switched_off(journal.path, one)), "")

    def left_for(self, client: Client, error: RowRefused) -> Left:
        """Return why the list is left for a refusal; after a 404, the server is asked whether the campaign is gone.

        Raises OutcomeUnknown, TryAgain and StopRun if that fails.
        """
        if error.code != NOT_FOUND:
            return Left(f"Refused by the server: {error.message}")
        place = self._whereabouts(client)
        if place is Whereabouts.GONE:
            return Left(f"The server does not find this campaign: {error.message}.", LoadStatus.GONE)
        there = "shows the campaign" if place is Whereabouts.THERE else "does not show whether the campaign is gone"
        return Left(f"The server {there}, and does not find its telephone numbers: {error.message}.")

    def is_gone(self, client: Client) -> bool:
        """Say whether the campaign is certainly gone. Raises as `left_for` does."""
        return self._whereabouts(client) is Whereabouts.GONE

    def _whereabouts(self, client: Client) -> Whereabouts:
        return self._context.view.look(client, self._customer, self._list.campaign_id).place

    def _see(self, client: Client) -> bool | None:
        """Return what is seen beside the work, or look now."""
        seen, self._seen = self._seen, None
        return seen.result() if seen else self._switch.is_on(client)

    def _take_off(self, client: Client) -> None:
        if self._when_on is not WhenOn.SWITCH_OFF:
            raise Left(
                f"{self._name} is on, so nothing is sent to it. Switch it off and continue, or load the list with "
                "`numbers load` and --switch-off or --while-dialling.",
                LoadStatus.PAUSED,
            )
        # On disk first: after a kill, too, it is switched on again.
        self.switch_on = True
        self._context.numbers.record_switch_on(self._list.number)
        self._switch.turn(client, on=False)
        if self._switch.is_on(client):
            raise Left(f"{self._name} is still on after it was switched off.", LoadStatus.PAUSED)

    def _switch_off_unseen(self, client: Client) -> None:
        """Make sure that a campaign is off which the server does not show to be on or off."""
        self._is_shown = False
        if not self.is_ours and self._when_on is not WhenOn.SWITCH_OFF:
            raise Left(
                f"The server does not show whether {self._name.lower()} is on. `numbers load` with --switch-off "
                "switches it off first; it stays off afterwards.",
                LoadStatus.PAUSED,
            )
        if not self.is_ours:
            self.remark = f"{self._name} was switched off, and stays off: the server does not show whether it was on."
        self._switch.turn(client, on=False)
