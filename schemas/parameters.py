"""The parameter table of `bulk/campaigns/create`, one line a parameter: the single source.

The pandera schema, the template workbook, the README's column table and the encoding of a request are derived
from `PARAMETERS`; nothing repeats it. Names, types, defaults and meanings are those of the page
"bulk/campaigns/create" of the vendor's API guide (3.14 to 4.4).
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from schemas.limits import LONGEST_WHOLE_NUMBER
from schemas.names import NAME_PREFIX, id_of, name_of

ON_WORDS = ("y", "yes", "true", "on")
OFF_WORDS = ("n", "no", "false", "off")
# fmt: off
TRUE_IN_EXCEL = (
    "wahr", "vrai", "verdadero", "vero", "verdadeiro", "waar", "sant", "sand", "sann", "tosi", "prawda", "pravda",
    "igaz", "adevărat", "doğru", "истина", "істина", "cert", "patiess",
)
FALSE_IN_EXCEL = (
    "falsch", "faux", "falso", "onwaar", "falskt", "falsk", "usann", "epätosi", "fałsz", "nepravda", "hamis", "fals",
    "yanliş", "ложь", "хибність", "aplams",
)
# fmt: on
"""What Excel makes of TRUE and FALSE in the CSV files of its languages; no word is in both."""

YES_ELSEWHERE = ("ja", "oui", "si", "sí", "sì", "sim")
NO_ELSEWHERE = ("nein", "non", "nee", "não", "nao")
"""Yes and no in German, French, Spanish, Italian, Dutch and Portuguese, where they are not English words too."""

ON_OR_OFF: Mapping[str, str] = {
    **dict.fromkeys(("1", "1.0", *ON_WORDS, *TRUE_IN_EXCEL, *YES_ELSEWHERE), "1"),
    **dict.fromkeys(("0", "0.0", *OFF_WORDS, *FALSE_IN_EXCEL, *NO_ELSEWHERE), "0"),
}
MACHINE_WORDS: Mapping[str, str] = {"failed": "failed", "retry": "retry", "success": "success", "off": ""}
SUCCESS_WORDS: Mapping[str, str] = {"answer": "answer", "key": "key"}

KNOWN_DESTINATION_TYPES = frozenset(
    ("mailbox", "phone", "queue", "ivr", "huntgroup", "conference", "forward", "peer", "sipuri", "hangup")
)
"""Destination types met in the guide and in public clients. No page lists the legal ones, so others may be right too."""

_WHOLE_NUMBER = re.compile(r"(-?)0*([0-9]+)(?:\.0+)?")
_UNSURE_POINT = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")
"""7.000 and 12.500: in many languages the point is one of thousands."""


class ParameterKind(Enum):
    """How the text of a cell becomes the text of a request."""

    TEXT = "text"
    LOWER_CASE = "text in lower case"
    WHOLE_NUMBER = "whole number"
    WORD = "one of the listed words"
    ID_OR_NAME = "ID or name"


@dataclass(frozen=True)
class Parameter:
    """One parameter of `bulk/campaigns/create`.

    `heading` is what people call it, in the template. `default` is what the server takes when the parameter is not sent (`None`: no fixed value is documented).
    `minimum` is the lower limit of whole numbers and of IDs. `words` maps what a cell may say, in lower case, to what is sent;
    where `listed` is given, those are the words that messages and drop-downs show, and `understood` others that
    messages name. `added` is the Enswitch version.
    `aliases` are headings that administrators write for it. `empty` says what an empty cell means where the default
    does not say it all.
    """

    name: str
    kind: ParameterKind
    heading: str
    default: str | None
    meaning: str
    required: bool = False
    minimum: int | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    listed: tuple[str, ...] = ()
    understood: tuple[str, ...] = ()
    example: str = ""
    added: str = "3.13"
    aliases: tuple[str, ...] = ()
    empty: str = ""

    def wire(self, text: str) -> str:
        """Encode the text of a cell, not blank, as the value that is sent; raise ValueError where it is not allowed.

        A name has NAME_PREFIX in front: it is never sent, but looked up first.
        """
        match self.kind:
            case ParameterKind.TEXT:
                return text
            case ParameterKind.LOWER_CASE:
                return text.strip().lower()
            case ParameterKind.WHOLE_NUMBER:
                return self._whole_number(text)
            case ParameterKind.WORD:
                return self._word(text)
            case ParameterKind.ID_OR_NAME:
                name = name_of(text)
                return self._whole_number(id_of(text)) if name is None else f"{NAME_PREFIX}{name}"

    def accepts(self, text: str) -> bool:
        """Say whether a cell may hold this text; a blank cell is judged by `required` alone."""
        if is_blank(text):
            return not self.required
        try:
            self.wire(text)
        except ValueError:
            return False
        return True

    @property
    def allowed(self) -> str:
        """What a cell of this column may hold, as words that complete "… must be"."""
        match self.kind:
            case ParameterKind.WHOLE_NUMBER if self.minimum is None:
                return "a whole number, which may be negative"
            case ParameterKind.WHOLE_NUMBER:
                return f"a whole number of at least {self.minimum}"
            case ParameterKind.ID_OR_NAME:
                return f"an ID (a whole number of at least {self.minimum}) or a name"
            case ParameterKind.WORD:
                too = f" ({', '.join(self.understood)} are understood too)" if self.understood else ""
                return f"{', '.join(self.listed[:-1])} or {self.listed[-1]}{too}"
            case _:
                return "text"

    @property
    def help(self) -> str:
        """All that a user needs to know of the column: meaning, what is allowed, what an empty cell means."""
        sentences = [self.meaning]
        if self.kind not in (ParameterKind.TEXT, ParameterKind.LOWER_CASE):
            sentences.append(f"Allowed: {self.allowed}.")
        if self.default:
            sentences.append(self.empty or f"Leave empty for {self.default}.")
        if self.added != "3.13":
            sentences.append(f"For Enswitch {self.added} and later.")
        return " ".join(sentences)

    def _whole_number(self, text: str) -> str:
        match = _WHOLE_NUMBER.fullmatch(text.strip())
        if match is None or unsure_point(text) or len(match[2]) > LONGEST_WHOLE_NUMBER:
            raise ValueError(text)
        number = int(match[1] + match[2])
        if self.minimum is not None and number < self.minimum:
            raise ValueError(text)
        return str(number)

    def _word(self, text: str) -> str:
        try:
            # What macOS writes has accents as characters of their own.
            return self.words[unicodedata.normalize("NFC", text.strip().lower())]
        except KeyError:
            raise ValueError(text) from None


def unsure_point(text: str) -> tuple[str, str] | None:
    """Return the two numbers that a text of digits and points may mean (7 and 7,000), or None where there is no doubt.

    "7.0" and "7.00" are whole numbers with decimals, as programs write them that know no whole numbers; three zeros
    behind a point are what a spreadsheet shows of seven thousand in German, Spanish, Italian, Dutch and other languages.
    """
    match = _UNSURE_POINT.fullmatch(text.strip())
    if match is None:
        return None
    return text.strip().rstrip("0").rstrip("."), text.strip().replace(".", ",")


def is_blank(text: str) -> bool:
    """Say whether a cell counts as empty: no text, or white space alone."""
    return not text.strip()


_FLAG = ("1", "0")
_MACHINE = tuple(MACHINE_WORDS)
_SUCCESS = tuple(SUCCESS_WORDS)

# One line a parameter, so that the table reads like the table of the guide.
# fmt: off
PARAMETERS: tuple[Parameter, ...] = (
    Parameter("name", ParameterKind.TEXT, "Campaign name", None, "Name of the campaign.", required=True, example="Spring reminder", aliases=("Campaign name", "Campaign", "Campaign title")),
    Parameter("dtype", ParameterKind.LOWER_CASE, "Destination type", None, "Type of the destination that answered calls go to, such as queue or mailbox.", required=True, example="queue", aliases=("Destination type", "Dest type", "Type of destination", "Target type")),
    Parameter("dnumber", ParameterKind.TEXT, "Destination number", None, "Number or ID of that destination; of a queue, IVR, hunt group, conference, mailbox or phone also its name.", required=True, example="0123", aliases=("Destination number", "Destination", "Dest number", "Destination ID", "Target number")),
    Parameter("attempts", ParameterKind.WHOLE_NUMBER, "Attempts", "1", "How many times each number is tried.", minimum=1, example="3", aliases=("Max attempts", "Maximum attempts", "Number of attempts", "Dial attempts", "Tries")),
    Parameter("callerid", ParameterKind.TEXT, "Caller ID", "", "Caller ID that the called person sees.", example="+442071234567", aliases=("Caller ID number", "Outbound caller ID", "CLI", "Calling number", "From number")),
    Parameter("customer", ParameterKind.ID_OR_NAME, "Customer ID", None, "Customer to create the campaign in. Leave empty for your own.", minimum=0, aliases=("Customer ID", "Customer number", "Customer name")),
    Parameter("description", ParameterKind.TEXT, "Description", "", "Free text.", example="First wave", aliases=("Campaign description", "Notes", "Comment", "Comments")),
    Parameter("enabled", ParameterKind.WORD, "Enabled", "1", "1 dials when possible, 0 does not.", words=ON_OR_OFF, listed=_FLAG, understood=(*ON_WORDS, *OFF_WORDS), example="0", aliases=("Active", "Is enabled", "Is active"), empty="Leave empty: the campaign starts dialling at once."),
    Parameter("machine", ParameterKind.WORD, "Answering machine", "failed", "What an answering machine counts as; off means no detection.", words=MACHINE_WORDS, listed=_MACHINE, example="failed", aliases=("Answering machine", "Machine detection", "Answering machine detection", "AMD")),
    Parameter("maximum", ParameterKind.WHOLE_NUMBER, "Concurrent calls", "1", "Maximum number of concurrent calls.", minimum=1, example="5", aliases=("Max calls", "Maximum calls", "Max concurrent calls", "Concurrent calls", "Simultaneous calls")),
    Parameter("keep_agents_available", ParameterKind.WHOLE_NUMBER, "Agents to keep free", "0", "Agents to keep free; negative, with a queue, dials more calls than there are free agents.", added="4.2", aliases=("Keep agents free", "Agents to keep free", "Agents to keep available", "Spare agents")),
    Parameter("owner", ParameterKind.ID_OR_NAME, "Owner ID", "0", "Person who owns the campaign; 0 means none.", minimum=0, aliases=("Owner ID", "Campaign owner", "Owner name")),
    Parameter("recordgroup", ParameterKind.ID_OR_NAME, "Record group ID", "0", "Record group of the campaign; 0 means none.", minimum=0, aliases=("Record group ID", "Recording group", "Record group name")),
    Parameter("retry", ParameterKind.WHOLE_NUMBER, "Seconds before retry", "3600", "Seconds before a number is tried again.", minimum=0, example="1800", aliases=("Retry (s)", "Retry (sec)", "Retry seconds", "Retry (seconds)", "Retry interval (s)", "Retry after (s)", "Seconds before retry")),
    Parameter("success", ParameterKind.WORD, "Counts as success", "answer", "What counts as success: the call is answered, or a key is pressed.", words=SUCCESS_WORDS, listed=_SUCCESS, example="answer", aliases=("Success on", "Success when", "Counts as success", "Success criterion")),
    Parameter("timegroup", ParameterKind.ID_OR_NAME, "Time group ID", "0", "Time group of the campaign; 0 means none.", minimum=0, aliases=("Time group ID", "Calling hours", "Calling times", "Time group name")),
)
# fmt: on

BY_NAME: Mapping[str, Parameter] = {parameter.name: parameter for parameter in PARAMETERS}
REQUIRED = tuple(parameter.name for parameter in PARAMETERS if parameter.required)
