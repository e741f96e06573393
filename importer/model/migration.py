"""What became of the campaigns of an old dialler."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MigratedCampaign:
    """A campaign of an old dialler: its row in the results, or why it was skipped (then `row` is None).

    `campaign` and `name` are those of the old system, `place` is where its export has it. `translated`, `assumed` and
    `lost` are sentences, a line each.
    """

    row: int | None
    campaign: str
    name: str
    place: str
    translated: str = ""
    assumed: str = ""
    lost: str = ""
    skipped: str = ""


@dataclass(frozen=True)
class MigrationReport:
    """What became of the campaigns of an old dialler, whose name is `system`.

    `unanswered` are the questions that campaigns wait for, each by its section and key in the answers file, `answers`
    is that file ("" where none was given).
    """

    system: str
    campaigns: tuple[MigratedCampaign, ...]
    unanswered: tuple[tuple[str, str], ...] = ()
    answers: str = ""
