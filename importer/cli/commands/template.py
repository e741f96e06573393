"""`template`: a workbook to fill in is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from importer import template
from importer.cli.screen.printing import put
from importer.cli.screen.screen import Screen
from importer.cli.screen.wording import Hint
from importer.cli.values.server import CredentialValues
from importer.errors import WrongUsage
from importer.model import ExitCode
from schemas.name_lists import LIST_OF, LIST_OF_DESTINATION
from schemas.problem_codes import ProblemCode


@dataclass(frozen=True, kw_only=True)
class TemplateValues(CredentialValues):
    """What `template` takes."""

    out: Path
    with_names: bool
    customer: str | None


def run(values: TemplateValues, screen: Screen) -> ExitCode:
    """Write the workbook."""
    if values.customer is not None and not values.with_names:
        raise WrongUsage("--customer says whose names --with-names lists. Add --with-names.", ProblemCode.CLASH)
    template.write(values.out, _names(values, screen) if values.with_names else {})
    put(values, {"file": str(values.out.absolute()), "exit_code": 0})
    screen.say(f"Created {values.out}.")
    screen.suggest(Hint("fill in a row for each campaign, then check it", screen.to_type("validate", values.out)))
    return ExitCode.DONE


def _names(values: TemplateValues, screen: Screen) -> Mapping[str, Sequence[str]]:
    """Return the names on the server, by parameter or type of destination; say what cannot be listed."""
    # A template without names needs nothing that speaks to a server.
    from contextlib import closing

    from importer.cli.server import connecting
    from importer.cli.values import resolve
    from importer.naming import available, cannot_be_listed, choices

    wanted = {**LIST_OF, **LIST_OF_DESTINATION}
    server = connecting.server(values)
    screen.stage("Asking the server", None)
    with closing(connecting.lone_client(server, resolve.journal(values.journal))) as client:
        found = dict(zip(wanted, available(client, wanted.values(), values.customer or ""), strict=True))
    screen.rest()
    unlisted = [cannot_be_listed(one) for one in found.values() if one.unlisted]
    if len(unlisted) == len(found):
        raise unlisted[0]
    for error in unlisted:
        screen.say(error.message)
    return {kind: choices(listed) for kind, listed in found.items()}
