"""What follows each pass over a drop folder: send messages and heartbeats, and remove what is too old."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from importer import history, numbers
from importer.cli.screen.screen import Screen
from importer.cli.values import settings
from importer.drop import (
    MAIL_PASSWORD_VARIABLE,
    WEBHOOK_SECRET_VARIABLE,
    Drop,
    PollResult,
    old_files,
    remove_files,
)
from importer.errors import Interrupted, Locked, StopRun, WrongSettings
from importer.notify import Address, Channel, Command, Heartbeat, Mail, Outbox, Webhook, heartbeat, mistakes
from schemas.problem_codes import ProblemCode


@dataclass(frozen=True)
class AfterPass:
    """Does what follows each pass."""

    settled: Drop
    channels: Sequence[Channel]
    outbox: Outbox
    journal: Path
    screen: Screen
    keep_numbers: timedelta

    def __call__(self, passed: PollResult) -> None:
        """Send the messages of a pass and the heartbeats, and remove what is too old."""
        now = datetime.now().astimezone()
        for message in (*self._deliver(), *self._beat(Heartbeat(now, passed.exit_code, passed.counts))):
            self.screen.insist(message)
        try:
            self._forget(now)
        except Locked as error:
            self.screen.say(error.message)
        except (OSError, StopRun) as error:
            self.screen.insist(f"Old data cannot be removed now: {error}")

    def _deliver(self) -> list[str]:
        """Deliver the waiting messages, and return what went wrong."""
        # If asked to end, it leaves the other messages to the next pass.
        with suppress(Interrupted):
            return self.outbox.deliver(self.channels)
        return []

    def _beat(self, beat: Heartbeat) -> list[str]:
        """Send every configured heartbeat, and return what went wrong."""
        given = self.settled.heartbeat
        signs = [given.file, Address(given.url) if given.url else None]
        return [message for sign in signs if sign is not None and (message := heartbeat(sign, beat))]

    def _forget(self, now: datetime) -> None:
        """Remove from the journal and from the folder what is too old."""
        retention = self.settled.retention
        if retention.payloads is not None:
            for run in history.prune(self.journal, now - retention.payloads):
                self.screen.say(f"Removed the contents of run {run.id} from the journal.")
        if retention.files is not None:
            old = old_files(self.settled.folders[0].path, now - retention.files)
            remove_files(old)
            for file in old:
                self.screen.say(f"Removed {file}.")
        kept = self.keep_numbers if retention.numbers is None else retention.numbers
        if numbers.any_kept(self.journal):
            for run_id in numbers.remove_loaded_numbers(self.journal, now - kept):
                self.screen.say(f"Removed the telephone numbers of run {run_id}.")


def channels(settled: Drop) -> list[Channel]:
    """Return the channels on which messages are sent.

    Raises WrongSettings for a secret that cannot be read, and for a channel that cannot be used.
    """
    found = []
    if (mail := settled.notify.mail) is not None:
        way: Mail | Webhook | Command = Mail(
            host=mail.host,
            sender=mail.sender,
            recipients=mail.recipients,
            port=mail.port,
            security=mail.security,
            username=mail.username or "",
            password=settings.secret(mail.password_file, MAIL_PASSWORD_VARIABLE),
            largest_attachment=mail.largest_attachment if mail.attach else 0,
            digest=mail.digest,
        )
        found.append(Channel("mail", way, mail.when.value))
    if (hook := settled.notify.webhook) is not None:
        secret = settings.secret(hook.secret_file, WEBHOOK_SECRET_VARIABLE)
        way = Webhook(url=hook.url, secret=secret, timeout=hook.timeout, allow_http=hook.allow_http)
        found.append(Channel("webhook", way, hook.when.value))
    if (program := settled.notify.command) is not None:
        found.append(Channel("command", Command(arguments=program.run, timeout=program.timeout), program.when.value))
    if wrong := mistakes(found):
        raise WrongSettings(
            "These notification settings cannot be used:\n  " + "\n  ".join(wrong), ProblemCode.SETTINGS_FILE
        )
    return found
