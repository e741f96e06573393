"""The campaign on the server that numbers are loaded into."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from importer.errors import OutcomeUnknown, RowRefused, ServerUnusable, TryAgain, WrongUsage
from importer.security import visible
from importer.session import Session
from schemas.problem_codes import ProblemCode

LONGEST_NAME = 60


@dataclass(frozen=True)
class CampaignState:
    """A campaign as the server has it, with all its `fields`; `is_on` is None if the server does not show that."""

    campaign_id: str
    name: str
    is_on: bool | None
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)


def look_up(session: Session, campaign_id: str) -> CampaignState:
    """Return a campaign that numbers are to be loaded into. Raises WrongUsage if the server has none with that ID."""
    try:
        fields = session.worker_pool.clients[0].get(campaign_id)
    except RowRefused as error:
        message = (
            f"--campaign {campaign_id}: the server has no such campaign, or this account may not see it "
            f"({error.message}). Check the ID on the server."
        )
        raise WrongUsage(message, ProblemCode.REFUSED) from None
    except (TryAgain, OutcomeUnknown) as error:
        raise ServerUnusable.after(error) from None
    enabled = fields.get("enabled")
    return CampaignState(
        campaign_id,
        visible(fields.get("name", ""))[:LONGEST_NAME],
        None if enabled is None else enabled != "0",
        fields,
    )
