"""The API as a whole: paths, credentials, roles, strictness, then the function itself."""

from collections.abc import Mapping
from dataclasses import dataclass

from importer.sandbox import campaigns, destinations, names
from importer.sandbox.accounts import Account
from importer.sandbox.calls import Call, Function
from importer.sandbox.envelope import Envelope, EnvelopePart, refusal, refused
from importer.sandbox.modes import Modes
from importer.sandbox.parameters import exists, read_parameters
from importer.sandbox.store import CampaignStore

_BASES = ("/api/json/", "/local/api/json/")
_CREDENTIALS = ("auth_username", "auth_password")
_FUNCTIONS: dict[str, Function] = {
    **{f"bulk/campaigns/{name}": function for name, function in campaigns.FUNCTIONS.items()},
    **{f"bulk/destinations/{name}": function for name, function in destinations.FUNCTIONS.items()},
    **names.FUNCTIONS,
}
_PATHS = {f"{base}{name}{end}": name for base in _BASES for name in _FUNCTIONS for end in ("", "/")}


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks of a function, before anything about it has been judged."""

    function: str
    parameters: Mapping[str, str]
    password_in_query: bool

    @property
    def action(self) -> str:
        """Name the action as scripts, faults and the request log know it."""
        name = action_of(self.function)
        return name.replace("create", "validate") if self.parameters.get("validation") == "1" else name


def action_of(function: str) -> str:
    """Name a function as an action."""
    return function.removeprefix("bulk/").removeprefix("campaigns/")


def function_at(path: str) -> str | None:
    """Name the function that answers at a path, if any."""
    return _PATHS.get(path)


class Api:
    """Answers what is asked from one database for a set of accounts."""

    def __init__(self, store: CampaignStore, accounts: tuple[Account, ...], forbidden: frozenset[int]) -> None:
        self._store = store
        self._accounts = {account.username: account for account in accounts}
        self._forbidden = forbidden

    def account(self, asked: Asked) -> Account | None:
        """Return the account whose name and password are given."""
        account = self._accounts.get(asked.parameters.get("auth_username", ""))
        given = asked.parameters.get("auth_password")
        return account if account and account.password == given else None

    def answer(self, asked: Asked, modes: Modes) -> Envelope:
        """Carry out what is asked, or say why not."""
        account = self.account(asked)
        if account is None:
            return refusal("401", "", "the user name or the password is wrong")
        function = _FUNCTIONS[asked.function]
        if not account.may_act_as(function.role):
            return refusal("402", "", f"this needs the role {function.role}")
        if action_of(asked.function) in modes.absent:
            return refusal("404", "", "unknown function")
        values, problems = read_parameters(function.parameters, asked.parameters, modes.version)
        if modes.version in function.no_400_in:
            problems = []
        if modes.strict:
            problems += _strict_problems(function, asked, modes.version)
        # A person who changes something by hand must not meet a function half way.
        with self._store.lock:
            return function.run(Call(account, values, problems, self._store, self._forbidden, modes))


def _strict_problems(function: Function, asked: Asked, version: str) -> list[EnvelopePart]:
    known = {parameter.name for parameter in function.parameters if exists(parameter, version)}
    unknown = [name for name in asked.parameters if name not in known and name not in _CREDENTIALS]
    problems = [refused("400", name, "unknown parameter") for name in unknown]
    if asked.password_in_query:
        problems.append(refused("400", "auth_password", "a password does not belong in a URL"))
    return problems
