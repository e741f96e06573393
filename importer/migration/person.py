"""The person who knows what an export does not hold, as one campaign asks for it: by the answers, with a note."""

from dataclasses import dataclass
from decimal import Decimal

from importer.migration.answers import ASKED, PARAMETERS, Answers, Destination
from importer.migration.destinations import Keys, Meanings, find
from importer.migration.text_values import Unfit
from schemas.profile import DESTINATIONS

Asked = tuple[str, str, str]
"""A section, the old text, and the name of the campaign that needs it."""


class LostSetting(Unfit):
    """An answer is missing without which the old setting is lost, but the campaign can be sent."""


class Unanswered(Unfit):
    """An answer is missing without which the campaign cannot be sent; `question` is its section and key."""

    def __init__(self, sentence: str, section: str, key: str) -> None:
        super().__init__(sentence)
        self.question = (section, key)


@dataclass(frozen=True)
class Person:
    """Knows the answers for one campaign, and notes what it was asked."""

    answers: Answers
    known: Meanings
    old_id: str
    name: str
    asked: list[Asked]

    def number(self, section: str) -> Decimal:
        """Return the number for the campaign in a section. Raises Unfit where there is no answer."""
        return Decimal(self.mapped(section, self.old_id))

    def mapped(self, section: str, text: str) -> str:
        """Return what a text of the old system is in a section. Raises Unfit where there is no answer."""
        self.asked.append((section, text, self.name))
        given = self.answers.given(section, text)
        if given is None:
            message = f"no answer yet for the old value {text!r}. Add it to [{section}] of the answers file"
            raise Unanswered(message, section, text) if ASKED[section].refuses else LostSetting(message)
        return given

    def parameter(self, parameter: str) -> str | None:
        """Return what is said about a parameter of the campaign, None where nothing is."""
        return self.answers.given(f"{PARAMETERS}{parameter}", self.old_id)

    def unknown(self, parameter: str, reason: str, *, says_where: bool = False) -> Unanswered:
        """Note that a parameter of the campaign has to be asked for, and return what to raise.

        `reason` is why it is not known; with `says_where` it also says where the answer belongs.
        """
        section = f"{PARAMETERS}{parameter}"
        self.asked.append((section, self.old_id, self.name))
        sentence = reason if says_where else f"{reason}. Set it in [{section}] of the answers file"
        return Unanswered(sentence, section, self.old_id)

    def destination(self, keys: Keys) -> tuple[Destination, str]:
        """Return the answer for a destination, and its key. Raises Unfit where there is none, or not a clear one."""
        self.asked.append((DESTINATIONS, keys.asked, self.name))
        found = find(self.answers, keys, self.known)
        if found is None:
            shown = " or ".join(f'"{key}"' for key in (keys.asked, *keys.groups))
            message = f"no answer yet for the old destination {shown}. Add it to [{DESTINATIONS}] of the answers file"
            raise Unanswered(message, DESTINATIONS, keys.asked)
        return found
