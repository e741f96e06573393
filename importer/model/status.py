"""What may become of a row, a run and a command, and what a user may decide."""

from collections.abc import Iterable
from enum import IntEnum, StrEnum
from typing import Self


class Tone(StrEnum):
    """How good or bad a status is: it has the colour of its tone wherever it is shown."""

    GOOD = "good"
    """The campaign is on the server."""
    WAITING = "waiting"
    """Nothing is wrong, but something is still to be done."""
    BAD = "bad"
    """The campaign was not created, and a person has to act."""
    DOUBTFUL = "doubtful"
    """A person has to check, or an answer is missing."""


class Status(StrEnum):
    """Where a row stands. The journal stores these words and the results sheet shows them."""

    _value_: str
    tone: Tone
    meaning: str
    """What the status means, for a person: Markdown in which names of options and columns are code."""

    def __new__(cls, word: str, tone: Tone = Tone.DOUBTFUL, meaning: str = "") -> Self:
        """Make a status; the defaults are for type checkers, which treat Status("ready") as a call of this."""
        status = str.__new__(cls, word)
        status._value_ = word
        status.tone = tone
        status.meaning = meaning
        return status

    INVALID = "invalid", Tone.BAD, "the data in the sheet are wrong; never sent"
    VALID = "valid", Tone.WAITING, "passed the importer's own check; not seen by the server yet"
    REJECTED = "rejected", Tone.BAD, "refused by the server, in the dry run or on creation"
    READY = (
        "ready",
        Tone.WAITING,
        "passed the server's dry run; not sent yet, or on the server already (`--on-existing`)",
    )
    SENDING = "sending", Tone.DOUBTFUL, "recorded on disk as about to be sent; no answer yet"
    CREATED = "created", Tone.GOOD, "created; the ID is in `import_id`, unless the server's answer had none"
    EXISTS = "exists", Tone.GOOD, "created by an earlier run, and not checked on the server; not sent again"
    CHANGED = (
        "changed",
        Tone.DOUBTFUL,
        "edited since an earlier run created it; not sent, or to be updated (`--on-change`)",
    )
    UPDATED = "updated", Tone.GOOD, "edited since an earlier run created it; the server now has the new values"
    FAILED = "failed", Tone.BAD, "definitely not created, or not undone; safe to send again, which `apply` does"
    IN_DOUBT = "in_doubt", Tone.DOUBTFUL, "sent, but not yet known whether it was created"
    UNTOUCHED = "untouched", Tone.WAITING, "as the run left it, and not dialled, so `undo` undoes it"
    DELETING = "deleting", Tone.DOUBTFUL, "recorded on disk as about to be deleted by an `undo`; no answer yet"
    DELETED = "deleted", Tone.GOOD, "deleted on the server by an `undo`; importing the row again creates it anew"
    SWITCHED_OFF = "switched_off", Tone.GOOD, "switched off by an `undo`, and not deleted"
    RESTORED = "restored", Tone.GOOD, "updated by the run, and given its former values back by an `undo`"
    CANCELLED = (
        "cancelled",
        Tone.GOOD,
        "the numbers that the run loaded into it are not called any more, after an `undo`",
    )
    GONE = "gone", Tone.WAITING, "no longer on the server; importing the row again creates it anew"
    NOT_OURS = "not_ours", Tone.WAITING, "nothing to undo, because the run did not create or change it"
    TOUCHED = (
        "touched",
        Tone.DOUBTFUL,
        "edited on the server since, so an `undo` keeps it, unless it has `--force-touched`",
    )
    DIALLED = "dialled", Tone.DOUBTFUL, "has called somebody, or has numbers of others, so an `undo` keeps it"
    UNPROVABLE = "unprovable", Tone.DOUBTFUL, "the server shows too little of it, so an `undo` keeps it"


UNDO_LEAVES = frozenset((Status.TOUCHED, Status.DIALLED, Status.UNPROVABLE))
"""The statuses of rows that an undo keeps, and a person has to check."""

WRONG = frozenset((Status.INVALID, Status.REJECTED, Status.FAILED, Status.SENDING, Status.IN_DOUBT))
"""The statuses of rows for which something went wrong."""


NEEDS_A_PERSON = WRONG | UNDO_LEAVES | {Status.CHANGED, Status.DELETING}
"""The statuses of rows that were not, or not certainly, created and that a person has to check."""


class ExitCode(IntEnum):
    """The exit codes of the process."""

    _value_: int
    brief: str
    """The meaning in a few words, for the help; "" if the help leaves it out."""
    meaning: str
    """What the code means, for a person, in Markdown."""

    def __new__(cls, number: int, brief: str = "", meaning: str = "") -> Self:
        """Make a code; the defaults are for type checkers, which treat ExitCode(4) as a call of this."""
        code = int.__new__(cls, number)
        code._value_ = number
        code.brief = brief
        code.meaning = meaning
        return code

    DONE = 0, "done", "every row was created or exists already; for other commands: done"
    UNEXPECTED = 1, "", "a bug; the message names a file with the details"
    USAGE = (
        2,
        "usage or file",
        "wrong usage, or a file that cannot be used: missing, empty, of an unknown kind, or with unusable headings",
    )
    NOTHING_SENT = (
        3,
        "nothing sent",
        "nothing was sent: all rows are wrong (`validate`: at least one row is wrong), or a limit is exceeded",
    )
    SOME_WRONG = (
        4,
        "some rows wrong",
        "some rows are invalid, rejected, failed, edited but not sent, on the server already, or kept by an `undo`; "
        "the others are done",
    )
    IN_DOUBT = 5, "rows in doubt", "some rows are in doubt: it is not yet known whether they were created"
    CONFIGURATION = (
        6,
        "settings or access",
        "a problem with credentials, role, settings or journal; or all is done but the results cannot be written",
    )
    UNREACHABLE = 7, "server", "the server cannot be reached, or failed too often"
    LOCKED = 8, "another run", "another run is in progress"
    INTERRUPTED = 130, "", "interrupted by Ctrl-C"
    TERMINATED = 143, "", "ended by SIGTERM, or the terminal was closed (SIGHUP)"

    @classmethod
    def worst(cls, codes: "Iterable[ExitCode]") -> "ExitCode":
        """Return the code for several files: what stopped the work, else doubt, else wrong rows."""
        given = set(codes)
        if cls.NOTHING_SENT in given and len(given) > 1:
            given = given - {cls.NOTHING_SENT, cls.DONE} | {cls.SOME_WRONG}
        return cls.gravest(given)

    @classmethod
    def gravest(cls, codes: "Iterable[ExitCode]") -> "ExitCode":
        """Return the code for several files that were only checked: nothing was sent, even if some are right."""
        given = set(codes)
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
    """What to do with a row that was edited since a campaign of its name and customer was created."""

    CREATE = "create"
    """Create another campaign."""
    REPORT = "report"
    """Report it, and do not send it."""
    UPDATE = "update"
    """Give the campaign the new values."""


class OnExisting(StrEnum):
    """What to do with a row whose campaign is in the server's list before anything was sent."""

    REPORT = "report"
    """Report it, and do not send it."""
    CREATE = "create"
    """Create another campaign."""


class Severity(StrEnum):
    """Whether a problem keeps a row from being sent."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    """How the file was understood; not about a cell."""
