"""What a row, a run and a command can come to, and what a user may decide."""

from collections.abc import Iterable
from enum import IntEnum, StrEnum
from typing import Self


class Tone(StrEnum):
    """How good or bad a status is: what is shown of it has the colour of its tone, wherever it is shown."""

    GOOD = "good"
    """The campaign is on the server."""
    WAITING = "waiting"
    """Nothing is wrong, and something is still to be done."""
    BAD = "bad"
    """It is not created, and somebody has to do something about that."""
    DOUBTFUL = "doubtful"
    """A person has to look, or an answer is missing."""


class Status(StrEnum):
    """Where a row stands. The journal stores these words and the results sheet shows them."""

    _value_: str
    tone: Tone
    meaning: str
    """What the status says, for a person: words of Markdown in which names of options and columns are code."""

    def __new__(cls, word: str, tone: Tone = Tone.DOUBTFUL, meaning: str = "") -> Self:
        """Make a status; the defaults are for type checkers, which take Status("ready") for a call of this."""
        status = str.__new__(cls, word)
        status._value_ = word
        status.tone = tone
        status.meaning = meaning
        return status

    INVALID = "invalid", Tone.BAD, "the sheet's data are wrong; never sent"
    VALID = "valid", Tone.WAITING, "passed our check; the server has not seen it"
    REJECTED = "rejected", Tone.BAD, "the server said no, to the dry run or to the create"
    READY = (
        "ready",
        Tone.WAITING,
        "passed the server's dry run; not sent yet, or on the server already (`--on-existing`)",
    )
    SENDING = "sending", Tone.DOUBTFUL, "the intention to create it is on disk; no answer yet"
    CREATED = "created", Tone.GOOD, "created; the ID is in `import_id`, unless the server's answer held none"
    EXISTS = "exists", Tone.GOOD, "created by an earlier run, and not checked on the server; not sent again"
    CHANGED = (
        "changed",
        Tone.DOUBTFUL,
        "edited since an earlier run created it; not sent, or to be updated (`--on-change`)",
    )
    UPDATED = "updated", Tone.GOOD, "edited since an earlier run created it; the server has the new values now"
    FAILED = "failed", Tone.BAD, "definitely not created; safe to send again, which `apply` does"
    IN_DOUBT = "in_doubt", Tone.DOUBTFUL, "sent, and nobody can say yet whether it was created"


WRONG = frozenset((Status.INVALID, Status.REJECTED, Status.FAILED, Status.SENDING, Status.IN_DOUBT))
"""What a row is for which something went wrong."""


NEEDS_A_PERSON = WRONG | {Status.CHANGED}
"""What a row is that was not sent, or not for certain, and that a person has to look at."""


class ExitCode(IntEnum):
    """What the process tells whoever started it."""

    _value_: int
    brief: str
    """The meaning in a word or three, as the help has it; "" for what the help leaves out."""
    meaning: str
    """What the code says, for a person: words of Markdown."""

    def __new__(cls, number: int, brief: str = "", meaning: str = "") -> Self:
        """Make a code; the defaults are for type checkers, which take ExitCode(4) for a call of this."""
        code = int.__new__(cls, number)
        code._value_ = number
        code.brief = brief
        code.meaning = meaning
        return code

    DONE = 0, "done", "every row is created or was there already; for the other commands: done"
    UNEXPECTED = 1, "", "a bug; the message names a file with the details"
    USAGE = (
        2,
        "usage or file",
        "wrong usage, or a file that cannot be read: missing, empty, of another kind, headings that cannot be used",
    )
    NOTHING_SENT = 3, "nothing sent", "nothing sent: all rows are wrong (`validate`: any row is)"
    SOME_WRONG = (
        4,
        "some rows wrong",
        "some rows are invalid, rejected, failed, edited and not sent, or on the server already; the others are done",
    )
    IN_DOUBT = 5, "rows in doubt", "some rows are in doubt: nobody can say yet whether they were created"
    CONFIGURATION = (
        6,
        "settings or access",
        "credentials, role, settings or journal; or everything is done and the results cannot be written",
    )
    UNREACHABLE = 7, "server", "the server cannot be reached, or failed too often"
    LOCKED = 8, "another run", "another run is at work"
    INTERRUPTED = 130, "", "interrupted by Ctrl-C"
    TERMINATED = 143, "", "told to end (SIGTERM), or the terminal was closed (SIGHUP)"

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
