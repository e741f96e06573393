"""The person who knows what an export does not tell, as one campaign asks for it: by the answers, with a note."""

from dataclasses import dataclass
from decimal import Decimal

from importer.migration.answers import ASKED, DESTINATIONS, PARAMETERS, Answers, Destination
from importer.migration.destinations import Keys, Meanings, find
from importer.migration.text_values import Unfit

Asked = tuple[str, str, str]
"""A section, the old text, and the name of the campaign that needs it."""


class LostSetting(Unfit):
    """An answer is missing without which the old setting is lost, but the campaign can be sent."""


@dataclass(frozen=True)
class Person:
    """Knows the answers for one campaign, and notes what it was asked."""

    answers: Answers
    known: Meanings
    old_id: str
    name: str
    asked: list[Asked]

    def number(self, section: str) -> Decimal:
        """Return the number for the campaign in a section. Raises Unfit where nobody has said it."""
        return Decimal(self.mapped(section, self.old_id))

    def mapped(self, section: str, text: str) -> str:
        """Return what a text of the old system is in a section. Raises Unfit where nobody has said it."""
        self.asked.append((section, text, self.name))
        given = self.answers.given(section, text)
        if given is None:
            message = f"the answers do not say what {text!r} is. Add it to [{section}] of the answers file"
            raise Unfit(message) if ASKED[section].refuses else LostSetting(message)
        return given

    def parameter(self, parameter: str) -> str | None:
        """Return what is said about a parameter of the campaign, None where nothing is."""
        return self.answers.given(f"{PARAMETERS}{parameter}", self.old_id)

    def ask_parameter(self, parameter: str) -> None:
        """Note that a parameter of the campaign has to be asked for."""
        self.asked.append((f"{PARAMETERS}{parameter}", self.old_id, self.name))

    def destination(self, keys: Keys) -> tuple[Destination, str] | None:
        """Return what is said about a destination, and under which key."""
        self.asked.append((DESTINATIONS, keys.asked, self.name))
        return find(self.answers, keys, self.known)
