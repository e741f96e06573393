"""`python -m importer` whose waits between tries are short: the command line has no option for them."""

from dataclasses import replace
from typing import Any

from importer.cli import entry
from importer.cli.server import connecting
from importer.enswitch import RetryPolicy, Server


def main() -> None:
    """Run the command line; the waits would take most of the time of a test that kills it again and again."""
    make_server = connecting.server

    def patient(*given: Any) -> Server:
        return replace(make_server(*given), retry_policy=RetryPolicy(tries=10, first=0.01, longest=0.05))

    connecting.server = patient
    entry.main()


if __name__ == "__main__":
    main()
