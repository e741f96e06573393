"""`sandbox`: a stand-in for an Enswitch server."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from importer import sandbox
from importer.cli.options.variables import variable
from importer.cli.screen.printing import put, put_lines
from importer.cli.screen.screen import Screen
from importer.cli.values.common import CommonValues
from importer.errors import WrongUsage
from importer.model import ExitCode
from importer.sandbox import DEFAULT_ACCOUNTS, Config, Dialling, Faults, Modes
from schemas.problem_codes import ProblemCode


@dataclass(frozen=True, kw_only=True)
class SandboxValues(CommonValues):
    """What `sandbox` takes."""

    host: str
    port: int
    database: str
    faults: str
    modes: str
    dial: str
    latency: float | None
    allow_remote: bool


def run(values: SandboxValues, screen: Screen) -> ExitCode:
    """Serve until somebody ends it."""

    def ready(url: str) -> None:
        if values.json:
            put(values, {"url": url, "exit_code": 0})
        else:
            put_lines(url)
        for line in _to_type(url):
            screen.say(line)

    try:
        faults = Faults.parse(values.faults)
        config = Config(
            host=values.host,
            port=values.port,
            database=values.database,
            faults=faults if values.latency is None else replace(faults, latency=values.latency),
            modes=Modes.parse(values.modes),
            dialling=Dialling.parse(values.dial),
            heard=(lambda seen: screen.say(seen.line())) if values.verbose else (lambda _: None),
            allow_remote=values.allow_remote,
        )
        sandbox.run(config, ready)
    except ValueError as error:
        raise WrongUsage(str(error), ProblemCode.BAD_VALUE) from None
    except OSError as error:
        message = f"The sandbox cannot start on {values.host}:{values.port}: {error.strerror}. Choose another --port."
        raise WrongUsage(message, ProblemCode.NO_SANDBOX) from None
    screen.say("The sandbox has stopped.")
    return ExitCode.DONE


def _to_type(url: str) -> Iterator[str]:
    """Yield what to type in another terminal, so that its commands speak to the sandbox."""
    account = DEFAULT_ACCOUNTS[0]
    variables = {"url": url, "username": account.username, "password": account.password}
    settings = {variable(name): text for name, text in variables.items()}
    yield f"User {account.username}, password {account.password}. Ctrl-C stops it. In the other terminal, type"
    yield from (f"  export {name}={text}" for name, text in settings.items())
    yield "or in PowerShell"
    yield from (f'  $env:{name} = "{text}"' for name, text in settings.items())
