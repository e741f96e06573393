"""`login`: a password is tried once and kept in the system's key store."""

from dataclasses import dataclass, replace

from importer.cli.debug_log import hide
from importer.cli.screen import prompts
from importer.cli.screen.printing import put
from importer.cli.screen.screen import Screen
from importer.cli.server import connecting, diagnosis, kept_passwords
from importer.cli.values import resolve
from importer.cli.values.server import ConnectionValues
from importer.enswitch import Server
from importer.errors import AccessRefused
from importer.model import ExitCode, Secret
from importer.security import KeyStoreUnusable


@dataclass(frozen=True, kw_only=True)
class LoginValues(ConnectionValues):
    """What `login` takes."""


def run(values: LoginValues, screen: Screen) -> ExitCode:
    """Ask for the password, have the server check it, and keep it for this server and account alone."""
    kept_passwords.require()
    named = connecting.account(values)
    host, port = named.host_and_port
    key_store = kept_passwords.place(named)
    try:
        key_store.read()  # fail before asking if nothing can be stored
    except KeyStoreUnusable as error:
        raise kept_passwords.unusable(error) from None
    server = replace(named, password=Secret(_asked(values, named)))
    hide(server.redaction())
    screen.stage(f"Asking {host}", None)
    _try_once(server, values, screen)
    try:
        key_store.keep(server.password)
        system = key_store.system
    except KeyStoreUnusable as error:
        raise kept_passwords.unusable(error) from None
    screen.rest()
    screen.say(f"The password of {server.username} for {host}:{port} is kept in the system's key store ({system}).")
    put(values, {"server": f"{host}:{port}", "account": server.username, "kept": True, "exit_code": 0})
    return ExitCode.DONE


def _asked(values: LoginValues, named: Server) -> str:
    if prompts.is_terminal():
        return prompts.password(named.username, named.url)
    connecting.refuse_piped(values)
    return prompts.piped_password()


def _try_once(server: Server, values: LoginValues, screen: Screen) -> None:
    """Have the server check the password. Raises what keeps it from being accepted."""
    try:
        diagnosis.sign_in(server, resolve.journal(values.journal))
    except AccessRefused as error:
        if error.code != "402":
            raise
        # The password is right, and it is not for us to say what the role must be able to do.
        screen.say(f"The server accepts the password, but: {error.message}")
