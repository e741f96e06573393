"""`logout`: a password is removed from the system's key store."""

from dataclasses import dataclass, replace

from importer.cli.screen.printing import put
from importer.cli.screen.screen import Screen
from importer.cli.server import connecting, kept_passwords
from importer.cli.values.server import AccountValues
from importer.model import ExitCode
from importer.security import KeyStoreUnusable


@dataclass(frozen=True, kw_only=True)
class LogoutValues(AccountValues):
    """What `logout` takes."""


def run(values: LogoutValues, screen: Screen) -> ExitCode:
    """Remove the password of this server and account; that there is none is as good."""
    kept_passwords.require()
    # Nothing is sent, so it does not matter whether it would be encrypted.
    named = replace(connecting.named_account(values), allow_http=True)
    host, port = named.host_and_port
    try:
        removed = kept_passwords.place(named).remove()
    except KeyStoreUnusable as error:
        raise kept_passwords.unusable(error) from None
    what = "is removed from the system's key store" if removed else "was not in the system's key store"
    screen.say(f"The password of {named.username} for {host}:{port} {what}.")
    put(values, {"server": f"{host}:{port}", "account": named.username, "removed": removed, "exit_code": 0})
    return ExitCode.DONE
