"""What `enable` and `disable` have in common: the campaigns of a run are switched, and the outcome is shown."""

from importer import switching
from importer.cli.screen import prompts
from importer.cli.screen.printing import put
from importer.cli.screen.screen import Screen
from importer.cli.screen.wording import Hint, campaigns
from importer.cli.server.connecting import session
from importer.cli.values.server import ServerValues
from importer.delivery import Switch, Switchable, Switched
from importer.model import ExitCode
from importer.run_options import Limits
from importer.shutdown import gently


def switch_run(
    values: ServerValues, screen: Screen, run: str, asked: Switch, *, ask: bool, limits: Limits = Limits()
) -> ExitCode:
    """Switch the campaigns of a run on or off, once a person has agreed if one is to be asked.

    Raises LimitExceeded if more would be switched on than the limits allow.
    """
    word = "enable" if asked.enabled else "disable"
    with session(values, screen, word, run) as opened:
        found = switching.switchable(opened, run, asked)
        limits.check(new=0, dialling=found.campaigns, calls=found.calls, done="enabled")
        message = f"Enable {campaigns(found.campaigns)} (up to {found.calls} calls at a time)?"
        agreed = not (ask and found.campaigns) or prompts.confirm(
            screen, message, dialling=found.campaigns, stopped="Nothing was enabled."
        )
        with gently(opened.worker_pool.stop):
            switched = switching.switch(opened, run, asked) if agreed else Switched(0)
            return _tell_switched(screen, values, run, word, found, switched)


def _tell_switched(
    screen: Screen, values: ServerValues, run: str, word: str, found: Switchable, switched: Switched
) -> ExitCode:
    """Show what was switched, what was not, and how to continue."""
    stopped, failed = switched.stopped, len(switched.failures)
    screen.rest()
    for failure in switched.failures:
        screen.complain(failure)
    if stopped:
        screen.complain(stopped.message, stopped.problem_code)
    waiting = found.campaigns - switched.done - failed
    if found.campaigns or not found.left:
        screen.say(_outcome(run, word, found, switched))
    if stopped and waiting:
        screen.suggest(Hint("to continue with the others", screen.to_type(word, run)))
    elif found.left:
        one = found.left == 1
        why = "its row has enabled = 0, or it" if one else "their rows have enabled = 0, or they"
        screen.say(f"{campaigns(found.left)} {'is' if one else 'are'} left as before: {why} existed before the run.")
        screen.suggest(Hint("to switch on every campaign of the run", screen.to_type("enable", run, every=True)))
    code = stopped.exit_code if stopped else ExitCode.SOME_WRONG if failed else ExitCode.DONE
    put(
        values,
        {
            "run": run,
            f"{word}d": switched.done,
            "failures": list(switched.failures),
            "waiting": waiting,
            "left": found.left,
            "message": stopped.message if stopped else None,
            "code": stopped.problem_code if stopped else None,
            "exit_code": int(code),
        },
    )
    return code


def _outcome(run: str, word: str, found: Switchable, switched: Switched) -> str:
    """Return how many campaigns were switched, and how many were not."""
    if switched.done or switched.failures or switched.stopped:
        rest = found.campaigns - switched.done
        return f"{campaigns(switched.done)} {word}d{f', {rest:,} not' if rest else ''}."
    return f"Nothing was {word}d." if found.campaigns else f"The run {run} has no campaigns to {word}."
