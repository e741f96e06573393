"""What a check has found about the settings, the server or the journal."""

from dataclasses import dataclass
from enum import StrEnum

from importer.model.status import Tone


class Health(StrEnum):
    """How healthy the checked thing is."""

    _value_: str
    tone: Tone

    def __new__(cls, word: str, tone: Tone = Tone.WAITING) -> "Health":
        """Make a member; the default is for type checkers, which treat Health("ok") as a call of this."""
        health = str.__new__(cls, word)
        health._value_, health.tone = word, tone
        return health

    OK = "ok", Tone.GOOD
    WARNING = "warning", Tone.DOUBTFUL
    PROBLEM = "problem", Tone.BAD
    NOT_CHECKED = "not checked", Tone.WAITING


@dataclass(frozen=True)
class CheckResult:
    """What a check has found: a sentence, and how to fix what is wrong; `code` is its code in the catalogue, if any."""

    check: str
    health: Health
    message: str
    code: str | None = None
