"""`settle`: a person records what became of a row in doubt."""

import re
from dataclasses import dataclass

from importer.cli.screen.printing import put
from importer.cli.screen.screen import Screen
from importer.cli.screen.wording import Hint
from importer.cli.values import resolve
from importer.cli.values.common import JournalValues
from importer.errors import WrongUsage
from importer.journal import settle_by_hand
from importer.model import ExitCode, row_name, sheet_row
from schemas.limits import LONGEST_WHOLE_NUMBER
from schemas.problem_codes import ProblemCode


@dataclass(frozen=True, kw_only=True)
class SettleValues(JournalValues):
    """What `settle` takes."""

    run: str
    row: int
    campaign_id: str | None
    not_created: bool


def run(values: SettleValues, screen: Screen) -> ExitCode:
    """Write what the person found out into the journal."""
    if bool(values.campaign_id) == values.not_created:
        raise WrongUsage("Use either --id ID or --not-created.", ProblemCode.CLASH)
    campaign_id = _campaign_id(values.campaign_id)
    outcome = settle_by_hand(resolve.journal(values.journal), values.run, values.row, campaign_id)
    screen.say(f"Row {row_name(values.row)} of run {values.run} is now {outcome.status}.")
    screen.suggest(Hint("to continue the run", screen.to_type("apply", values.run)))
    put(values, {"run": values.run, "row": sheet_row(values.row), "status": outcome.status, "exit_code": 0})
    return ExitCode.DONE


def _campaign_id(text: str | None) -> str | None:
    """Return the ID of a campaign as the server writes it. Raises WrongUsage for anything else."""
    if text is None:
        return None
    if not re.fullmatch(rf"0*[1-9][0-9]{{0,{LONGEST_WHOLE_NUMBER - 1}}}", text.strip(), re.ASCII):
        message = f"--id {text}: campaign IDs are whole numbers, such as 4711. Look it up on the server."
        raise WrongUsage(message, ProblemCode.BAD_VALUE)
    return str(int(text))
