"""Delivers every message to every channel that wants it, at least once, even after crashes."""

import hashlib
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout
from tenacity import RetryCallState, Retrying, retry_if_exception_type
from tenacity.wait import wait_exponential

from importer.model import counted
from importer.notify.checks import mistakes, wrong
from importer.notify.command import run
from importer.notify.errors import MessageRefused, NotTaken, Passing, clean
from importer.notify.mail import send_mail
from importer.notify.message import Channel, Command, Delivery, Mail, Message, Webhook, subject
from importer.notify.spool import Damaged, Entry, Spool
from importer.notify.webhook import post

FIRST_WAIT = 1.0
LONGEST_WAIT = 30.0
"""Seconds between attempts; a server that asks for a longer wait is tried in the next pass."""


Parcel = tuple[Entry, ...]
"""Messages that go to a channel together: one, or in a digest all that are waiting."""


class Outbox:
    """A folder with the messages that are not delivered yet; failures here are never raised to the caller.

    A delivery is repeated until the channel has accepted it or `give_up_after` has passed since the message was put;
    within a pass it is tried up to `tries` times. If it is interrupted after the channel has accepted the message, that
    is sent again under the same ID. `wait_at_most` is in seconds, for another process that delivers. `now` returns the
    time, with a time zone; `sleep` waits between attempts, and may raise to end the waiting: only that leaves
    `deliver`.
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
        """Remember a message, and copy its attachments; repeating it is harmless.

        Returns a sentence if it cannot be remembered now, and so is not delivered; it may be put again later.
        """
        try:
            self._spool.open()
            self._spool.put(message, self._now())
        except OSError as error:
            return [f'"{clean(message.subject)}" is not delivered: {self._unusable(error)}']
        return []

    def deliver(self, channels: Sequence[Channel]) -> list[str]:
        """Try all waiting messages: new ones, and those that failed before.

        Returns sentences about what failed and why, and about what was given up. Of a message that no channel waits for
        any more, only the key is kept.
        """
        sentences: list[str] = []
        try:
            self._spool.open()
            with FileLock(self._folder / "lock", timeout=self._wait_at_most, fallback_to_soft=False):
                self._deliver(channels, sentences)
        except Timeout:
            sentences.append(
                f"Another process is delivering the messages in {self._folder}; the rest will be sent in the next pass."
            )
        except OSError as error:
            sentences.append(self._unusable(error))
        return sentences

    def _deliver(self, channels: Sequence[Channel], sentences: list[str]) -> None:
        self._spool.tidy(self._now())
        entries: dict[str, Entry] = {}
        for one in self._spool.entries():
            if isinstance(one, Damaged):
                sentences.append(one.words)
            else:
                entries[one.message.key] = one
        sentences += mistakes(channels)
        for channel in channels:
            parcels = _parcels(channel, entries.values())
            entries |= {entry.message.key: entry for entry in self._work_off(channel, parcels, sentences)}
        for entry in entries.values():
            if not any(_waits(entry, channel) for channel in channels):
                self._spool.finish(entry)

    def _work_off(self, channel: Channel, parcels: Sequence[Parcel], sentences: list[str]) -> list[Entry]:
        """Send the waiting messages to a channel until it is down; return what became of each message."""
        done: list[Entry] = []
        left = deque(parcels)
        down = " ".join(wrong(channel.way))
        while left and not down:
            parcel = left.popleft()
            try:
                done += self._send(channel, parcel, sentences)
            except MessageRefused as failure:
                if len(parcel) > 1:
                    # One of them may be the reason: sent separately, it cannot hold up the others.
                    left.extendleft((_apart(channel, entry),) for entry in reversed(parcel) if _waits(entry, channel))
                else:
                    done += self._not_taken(channel, parcel, failure.reason, sentences)
            except NotTaken as failure:
                down = failure.reason
                done += self._not_taken(channel, parcel, failure.reason, sentences)
        untried = [entry for parcel in left for entry in parcel if _waits(entry, channel)]
        if untried:
            sentences.append(
                f"{channel.name}: {counted(len(untried), 'more message')} will be sent once it works again."
            )
        return [*done, *(self._failed(channel, entry, down, sentences) for entry in untried)]

    def _send(self, channel: Channel, parcel: Parcel, sentences: list[str]) -> list[Entry]:
        # Written first: if nothing can be written, nothing is sent, or it would be sent in every pass.
        batch = _batch(channel, parcel)
        entries = [_tried(channel, entry, batch) for entry in parcel]
        for entry in entries:
            self._spool.keep(entry)
        delivery = self._spool.parcel(entries, batch, channel.name)
        notes = self._retrying()(self._hand_over, channel.way, delivery)
        sentences += (f'{channel.name}: "{_subject(parcel)}": {note}' for note in notes)
        now = self._now().isoformat()
        entries = [entry.having(channel.name, delivered=now, reason="") for entry in entries]
        for entry in entries:
            self._spool.keep(entry)
        return entries

    def _not_taken(self, channel: Channel, parcel: Parcel, reason: str, sentences: list[str]) -> list[Entry]:
        """Report that a delivery failed, and keep its messages for the next pass."""
        sentences.append(f'{channel.name}: "{_subject(parcel)}" was not delivered: {reason}')
        batch = _batch(channel, parcel)
        waiting = [entry for entry in parcel if _waits(entry, channel)]
        return [self._failed(channel, _tried(channel, entry, batch), reason, sentences) for entry in waiting]

    def _hand_over(self, way: Mail | Webhook | Command, parcel: Delivery) -> list[str]:
        match way:
            case Mail():
                return send_mail(way, parcel)
            case Webhook():
                post(way, parcel, self._now())
            case Command():
                run(way, parcel)
        return []

    def _failed(self, channel: Channel, entry: Entry, reason: str, sentences: list[str]) -> Entry:
        """Keep a message that was not delivered for the next pass, or give it up and report that."""
        now = self._now()
        given_up = ""
        if now - entry.put >= self._give_up_after:
            given_up = now.isoformat()
            days = f"{self._give_up_after / timedelta(days=1):g}"
            sentences.append(
                f'{channel.name}: "{clean(entry.message.subject)}" was given up after {days} days: {reason}'
            )
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
        return f"The outbox {self._folder} cannot be used ({error.strerror}). Free some space, or make it writable."


def _waits(entry: Entry, channel: Channel) -> bool:
    return channel.wants(entry.message) and not entry.state(channel.name).settled


def _parcels(channel: Channel, entries: Iterable[Entry]) -> list[Parcel]:
    """Return which messages are sent to a channel together.

    Those that failed before come last, so that a message that is never accepted does not hold up others.
    """
    known = sorted(entries, key=lambda entry: (entry.state(channel.name).tries, entry.put, entry.message.key))
    due = [entry for entry in known if _waits(entry, channel)]
    if not channel.digest:
        return [(entry,) for entry in due]
    new = tuple(entry for entry in due if not entry.state(channel.name).batch)
    begun = dict.fromkeys(batch for entry in due if (batch := entry.state(channel.name).batch))
    # Including those delivered already: the process may have ended while recording them one by one.
    digests = [tuple(entry for entry in known if entry.state(channel.name).batch == batch) for batch in begun]
    return [*([new] if new else []), *(tuple(sorted(one, key=lambda entry: entry.put)) for one in digests)]


def _batch(channel: Channel, parcel: Parcel) -> str:
    """Return what identifies a delivery at every attempt: its digest, else the message's key."""
    if len(parcel) == 1:
        return parcel[0].message.key
    keys = "\0".join(entry.message.key for entry in parcel)
    return parcel[0].state(channel.name).batch or hashlib.sha256(keys.encode("utf-8", "surrogatepass")).hexdigest()


def _apart(channel: Channel, entry: Entry) -> Entry:
    return entry.having(channel.name, batch=entry.message.key)


def _tried(channel: Channel, entry: Entry, batch: str) -> Entry:
    return entry.having(channel.name, tries=entry.state(channel.name).tries + 1, batch=batch)


def _subject(parcel: Parcel) -> str:
    return clean(subject([entry.message for entry in parcel]))


def _asked(state: RetryCallState) -> float | None:
    failure = state.outcome.exception() if state.outcome else None
    return failure.wait if isinstance(failure, Passing) else None
