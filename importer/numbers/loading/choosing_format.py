"""No form of telephone numbers is assumed: without one, the load stops and shows what there is to choose from."""

from itertools import islice

from importer.enswitch import Client, Destinations
from importer.errors import OutcomeUnknown, RowRefused, TryAgain, WrongSettings
from importer.numbers.loading.wire import in_every_form
from importer.numbers.masking import masked
from importer.numbers.storage import ToSend
from importer.security import without_numbers
from schemas.problem_codes import ProblemCode

MOST_CAMPAIGNS = 50
"""How many campaigns are looked at for numbers."""

EXAMPLES = 5


def format_needed(client: Client, first: ToSend) -> WrongSettings:
    """Return the error that shows the first number in every form, and numbers as the server has them."""
    forms = in_every_form(first)
    width = max(map(len, forms))
    return WrongSettings(
        "\n  ".join(
            (
                "It is not known in which form this server wants telephone numbers, so nothing was sent. The first one "
                "would be",
                *(f"{name.value:<{width}}  {text}" for name, text in forms.items()),
                _on_server(client),
                "Choose with --number-format, or number_format in the settings.",
            )
        ),
        ProblemCode.NUMBER_FORMAT,
    )


def _on_server(client: Client) -> str:
    try:
        campaigns = client.list_campaigns(None)
        for campaign in islice(reversed(campaigns), MOST_CAMPAIGNS):
            if texts := Destinations(client, campaign["id"], without_numbers).page(0, EXAMPLES):
                shown = ", ".join(map(masked, texts[:EXAMPLES]))
                return f"The server has, in campaign {campaign['id']}: {shown}."
    except (OutcomeUnknown, RowRefused, TryAgain, WrongSettings) as error:
        return f"Numbers that the server has could not be read: {error.message}"
    return "The server has no numbers yet that would show it."
