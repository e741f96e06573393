"""`sandbox`: a stand-in for an Enswitch server."""

from dataclasses import dataclass

from importer import sandbox
from importer.cli.output import put
from importer.cli.printing import put_lines
from importer.cli.screen import Screen
from importer.cli.values import CommonValues
from importer.errors import WrongUsage
from importer.model import ExitCode
from importer.sandbox import Config, Faults, Modes
from schemas.problem_codes import ProblemCode


@dataclass(frozen=True, kw_only=True)
class SandboxValues(CommonValues):
    """What `sandbox` takes."""

    host: str
    port: int
    database: str
    faults: str
    modes: str
    allow_remote: bool


def run(values: SandboxValues, screen: Screen) -> ExitCode:
    """Serve until somebody ends it."""

    def ready(url: str) -> None:
        if values.json:
            put(values, {"url": url, "exit_code": 0})
        else:
            put_lines(url)

    try:
        config = Config(
            host=values.host,
            port=values.port,
            database=values.database,
            faults=Faults.parse(values.faults),
            modes=Modes.parse(values.modes),
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
