"""Every message to every channel that wants it, at least once, whatever breaks meanwhile."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout
from tenacity import RetryCallState, Retrying, retry_if_exception_type
from tenacity.wait import wait_exponential

from importer.notify.checks import mistakes, wrong
from importer.notify.command import run
from importer.notify.errors import MessageRefused, NotTaken, Passing, clean
from importer.notify.mail import send_mail
from importer.notify.message import Channel, Command, Delivery, Mail, Message, Webhook
from importer.notify.spool import Damaged, Entry, Spool
from importer.notify.webhook import post

FIRST_WAIT = 1.0
LONGEST_WAIT = 30.0
"""Seconds between attempts; what asks for a longer wait is left for the next pass."""


class Outbox:
    """A folder that remembers what has not been told yet; nothing that fails here is raised to the caller.

    A delivery is repeated until the channel has taken it or `give_up_after` has gone by since the message was put;
    within a pass a passing failure is tried up to `tries` times. What broke off between taking and remembering is sent
    again under the same delivery's name. `wait_at_most` is in seconds, for another process that delivers.
    `now` tells the time, with a time zone; `sleep` waits between attempts, and may raise to end the waiting: that
    alone leaves `deliver`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        give_up_after: timedelta = timedelta(days=7),
        tries: int = 3,
        wait_at_most: float = 60.0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._folder = folder
        self._spool = Spool(folder)
        self._give_up_after = give_up_after
        self._tries = tries
        self._wait_at_most = wait_at_most
        self._now = now
        self._sleep = sleep

    def put(self, message: Message) -> list[str]:
        """Remember a message, and copy its attachment; twice is no harm.

        Returns a sentence where it cannot be remembered, and so will not be told.
        """
        try:
            self._spool.open()
            self._spool.put(message, self._now())
        except OSError as error:
            return [f'"{clean(message.subject)}" will not be told: {self._unusable(error)}']
        return []

    def deliver(self, channels: Sequence[Channel]) -> list[str]:
        """Try everything that waits: new messages, and those that failed before.

        Returns sentences about what failed and why, and about what was given up. A message that no channel waits for
        any more is forgotten but for its key.
        """
        told: list[str] = []
        try:
            self._spool.open()
            with FileLock(self._folder / "lock", timeout=self._wait_at_most):
                self._deliver(channels, told)
        except Timeout:
            told.append(f"Another process is telling what waits in {self._folder}; the rest waits for the next pass.")
        except OSError as error:
            told.append(self._unusable(error))
        return told

    def _deliver(self, channels: Sequence[Channel], told: list[str]) -> None:
        self._spool.tidy(self._now())
        entries: dict[str, Entry] = {}
        for one in self._spool.entries():
            if isinstance(one, Damaged):
                told.append(one.words)
            else:
                entries[one.message.key] = one
        told += mistakes(channels)
        for channel in channels:
            waiting = (entry for entry in entries.values() if _waits(entry, channel))
            # What has failed before comes last, so that a message that is never taken holds up no other.
            due = sorted(waiting, key=lambda entry: (entry.state(channel.name).tries, entry.put, entry.message.key))
            entries |= {entry.message.key: entry for entry in self._work_off(channel, due, told)}
        for entry in entries.values():
            if not any(_waits(entry, channel) for channel in channels):
                self._spool.finish(entry)

    def _work_off(self, channel: Channel, due: Sequence[Entry], told: list[str]) -> list[Entry]:
        """Send to a channel what waits for it, until it is down; return what became of each message."""
        done: list[Entry] = []
        down = " ".join(wrong(channel.way))
        for entry in due:
            if down:
                break
            try:
                done.append(self._send(channel, entry, told))
            except NotTaken as failure:
                down = "" if isinstance(failure, MessageRefused) else failure.reason
                told.append(f'{channel.name}: "{clean(entry.message.subject)}" was not told: {failure.reason}')
                done.append(self._failed(channel, _tried(channel, entry), failure.reason, told))
        untried = due[len(done) :]
        if untried:
            told.append(f"{channel.name}: messages that also wait until it can be used: {len(untried)}.")
        return [*done, *(self._failed(channel, entry, down, told) for entry in untried)]

    def _send(self, channel: Channel, entry: Entry, told: list[str]) -> Entry:
        # Written first: where nothing can be written, nothing is sent, else it would be sent at every pass.
        entry = _tried(channel, entry)
        self._spool.keep(entry)
        parcel = self._spool.parcel(entry, channel.name)
        notes = self._retrying()(self._hand_over, channel.way, parcel)
        told += (f'{channel.name}: "{clean(entry.message.subject)}": {note}' for note in notes)
        entry = entry.having(channel.name, delivered=self._now().isoformat(), reason="")
        self._spool.keep(entry)
        return entry

    def _hand_over(self, way: Mail | Webhook | Command, parcel: Delivery) -> list[str]:
        match way:
            case Mail():
                return send_mail(way, parcel)
            case Webhook():
                post(way, parcel, self._now())
            case Command():
                run(way, parcel)
        return []

    def _failed(self, channel: Channel, entry: Entry, reason: str, told: list[str]) -> Entry:
        """Keep a message that was not taken for the next pass, or give it up and say so."""
        now = self._now()
        given_up = ""
        if now - entry.put >= self._give_up_after:
            given_up = now.isoformat()
            days = f"{self._give_up_after / timedelta(days=1):g}"
            told.append(f'{channel.name}: "{clean(entry.message.subject)}" is given up after {days} days: {reason}')
        kept = entry.having(channel.name, reason=reason, given_up=given_up)
        if kept != entry:
            self._spool.keep(kept)
        return kept

    def _retrying(self) -> Retrying:
        back_off = wait_exponential(multiplier=FIRST_WAIT, max=LONGEST_WAIT)

        def wait(state: RetryCallState) -> float:
            asked = _asked(state)
            return back_off(state) if asked is None else asked

        def enough(state: RetryCallState) -> bool:
            return state.attempt_number >= self._tries or (_asked(state) or 0.0) > LONGEST_WAIT

        return Retrying(retry=retry_if_exception_type(Passing), wait=wait, stop=enough, sleep=self._sleep, reraise=True)

    def _unusable(self, error: OSError) -> str:
        return (
            f"The outbox {self._folder} cannot be used ({error.strerror}). Make room there, or give the right to write."
        )


def _waits(entry: Entry, channel: Channel) -> bool:
    return channel.wants(entry.message) and not entry.state(channel.name).settled


def _tried(channel: Channel, entry: Entry) -> Entry:
    return entry.having(channel.name, tries=entry.state(channel.name).tries + 1)


def _asked(state: RetryCallState) -> float | None:
    failure = state.outcome.exception() if state.outcome else None
    return failure.wait if isinstance(failure, Passing) else None
