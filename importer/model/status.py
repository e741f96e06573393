"""What a row, a run and a command can come to, and what a user may decide."""

from collections.abc import Iterable
from enum import IntEnum, StrEnum


class Status(StrEnum):
    """Where a row stands. The journal stores these words and the results sheet shows them."""

    INVALID = "invalid"
    """The sheet's data are wrong; never sent."""
    VALID = "valid"
    """Passed our check; the server has not seen it."""
    REJECTED = "rejected"
    """The server said no to the dry run or to the create."""
    READY = "ready"
    """The server's dry run said yes."""
    SENDING = "sending"
    """The intention to create is on disk; no answer yet."""
    CREATED = "created"
    """Created; the ID is known, or reported as unknown where the answer held none."""
    EXISTS = "exists"
    """Created by an earlier run, which was not checked on the server; not sent again."""
    CHANGED = "changed"
    """Created by an earlier run with other values; not created again, and updated only if that is wanted."""
    UPDATED = "updated"
    """Created by an earlier run; the server holds the new values now."""
    FAILED = "failed"
    """Proven not created, tries used up."""
    IN_DOUBT = "in_doubt"
    """Sent, and nobody can say yet whether it was created."""


WRONG = frozenset((Status.INVALID, Status.REJECTED, Status.FAILED, Status.SENDING, Status.IN_DOUBT))
"""What a row is for which something went wrong."""


NEEDS_A_PERSON = WRONG | {Status.CHANGED}
"""What a row is that was not sent, or not for certain, and that a person has to look at."""


class ExitCode(IntEnum):
    """What the process tells whoever started it."""

    DONE = 0
    UNEXPECTED = 1
    USAGE = 2
    NOTHING_SENT = 3
    SOME_WRONG = 4
    IN_DOUBT = 5
    CONFIGURATION = 6
    UNREACHABLE = 7
    LOCKED = 8
    INTERRUPTED = 130
    TERMINATED = 143

    @classmethod
    def worst(cls, codes: "Iterable[ExitCode]") -> "ExitCode":
        """Return the code for several files: what stopped the work, else doubt, else what is wrong with rows."""
        given = set(codes)
        if cls.NOTHING_SENT in given and len(given) > 1:
            given = given - {cls.NOTHING_SENT, cls.DONE} | {cls.SOME_WRONG}
        order = (
            cls.TERMINATED,
            cls.INTERRUPTED,
            cls.LOCKED,
            cls.CONFIGURATION,
            cls.UNREACHABLE,
            cls.UNEXPECTED,
            cls.USAGE,
            cls.IN_DOUBT,
            cls.SOME_WRONG,
            cls.NOTHING_SENT,
            cls.DONE,
        )
        return next((code for code in order if code in given), cls.DONE)


class OnChange(StrEnum):
    """What becomes of a row that was edited since a campaign of its name and customer was created."""

    CREATE = "create"
    """It is another campaign."""
    REPORT = "report"
    """It is told, and not sent."""
    UPDATE = "update"
    """The campaign gets the new values."""


class OnExisting(StrEnum):
    """What becomes of a row whose campaign the server's list shows before anything was sent."""

    REPORT = "report"
    """It is told, and not sent."""
    CREATE = "create"
    """It makes another campaign."""


class Severity(StrEnum):
    """Whether a problem keeps a row from being sent."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    """How the file was understood; about no cell."""
