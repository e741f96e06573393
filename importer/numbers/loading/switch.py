"""Whether a campaign is on: it is looked up before numbers are sent, and switched where a person has asked for that."""

from collections.abc import Mapping

from importer.delivery import RunContext, kept_agents, turn
from importer.enswitch import Client, Fields
from importer.errors import OutcomeUnknown, RowRefused, WrongSettings

SWITCH = "enabled"


class CampaignSwitch:
    """The switch of one campaign in a run. `sent` is what its row says of it."""

    def __init__(self, context: RunContext, campaign_id: str, sent: Mapping[str, str]) -> None:
        self._context = context
        self._campaign_id = campaign_id
        self._sent = sent

    def is_on(self, client: Client) -> bool | None:
        """Return whether the campaign is on; None if the server does not show it. Raises RowRefused."""
        try:
            held = client.get(self._campaign_id)
        except RowRefused as error:
            # Some servers that do not have the function say so for any campaign, without naming the ID.
            if error.code != "404" or error.key == "id":
                raise
            held = self._in_list(client)
        except WrongSettings:
            # bulk/campaigns/get is not documented: this server may not have it.
            held = self._in_list(client)
        if held.get("id", self._campaign_id) != self._campaign_id:
            raise OutcomeUnknown(
                f"The server was asked for campaign {self._campaign_id}, and answered with another one."
            )
        return None if SWITCH not in held else held[SWITCH] != "0"

    def turn(self, client: Client, *, on: bool) -> None:
        """Switch the campaign. May be repeated. If no answer says that it is switched, it is looked at."""
        kept = kept_agents(client, self._campaign_id, self._sent)
        try:
            turn(self._context, client, self._campaign_id, kept, on=on)
        except OutcomeUnknown:
            if self.is_on(client) is not on:
                raise
            self._context.journal.sent.switched(self._context.run.server, self._campaign_id, on=on)

    def _in_list(self, client: Client) -> Fields:
        listed = client.list_campaigns(self._sent.get("customer") or None)
        found = next((one for one in listed if one["id"] == self._campaign_id), None)
        if found is None:
            # A list may be one page of several: it does not prove that the campaign is gone.
            raise OutcomeUnknown(f"The server does not show campaign {self._campaign_id}.")
        return found
