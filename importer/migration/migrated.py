"""What was made of an export: its campaigns as they are to be sent, and all there is to say about each."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Unresolved:
    """Why a campaign cannot be sent: the parameter ("dnumber" for its destination) and a sentence.

    `question` is the section and the key of the answers file under which the missing answer belongs, if it is one.
    """

    parameter: str
    sentence: str
    question: tuple[str, str] | None = None


@dataclass(frozen=True)
class Migrated:
    """A campaign of the old system as it is to be sent.

    `place` and `number` say where it stands in the export. `cells` maps our parameters to texts as a person would
    write them in a cell, and has only what is to be sent. `translated`, `assumed` and `lost` are for the report; with
    `problems` the campaign is invalid.
    """

    place: str
    number: int
    old_id: str
    old_name: str
    cells: Mapping[str, str]
    translated: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    problems: tuple[Unresolved, ...] = ()

    @property
    def unanswered(self) -> tuple[str, ...]:
        """The parameters that only a person can fill in."""
        return tuple(dict.fromkeys(one.parameter for one in self.problems))


@dataclass(frozen=True)
class Skipped:
    """A campaign of the old system that is left out, and why."""

    place: str
    number: int
    old_id: str
    old_name: str
    reason: str


@dataclass(frozen=True)
class Totals:
    """How many campaigns there are, and of how many there is something to say."""

    campaigns: int
    invalid: int
    assumed: int
    lost: int
    skipped: int


@dataclass(frozen=True)
class Migration:
    """All that a profile made of an export, in the order of the export; `unknown` are sentences on its columns."""

    system: str
    title: str
    campaigns: tuple[Migrated, ...]
    skipped: tuple[Skipped, ...]
    unknown: tuple[str, ...] = ()

    @property
    def unanswered(self) -> tuple[tuple[str, str], ...]:
        """The questions that campaigns wait for, each once: section and key of the answers file."""
        problems = (problem for campaign in self.campaigns for problem in campaign.problems)
        return tuple(dict.fromkeys(one.question for one in problems if one.question))

    @property
    def totals(self) -> Totals:
        """The numbers for the summary."""
        return Totals(
            campaigns=len(self.campaigns),
            invalid=sum(1 for one in self.campaigns if one.problems),
            assumed=sum(1 for one in self.campaigns if one.assumed),
            lost=sum(1 for one in self.campaigns if one.lost),
            skipped=len(self.skipped),
        )
