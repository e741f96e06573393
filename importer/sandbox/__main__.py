"""`python -m importer.sandbox`: a sandbox in a separate process, which prints its URL when it is ready."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from importer.sandbox import Config, Dialling, Faults, Modes, run


def main(arguments: list[str] | None = None) -> None:
    """Serve until a signal comes."""
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        config = _config(given)
    except ValueError as error:
        parser.error(str(error))

    def announce(url: str) -> None:
        if given.ready_file:
            _write_whole(given.ready_file, url + "\n")
        sys.stdout.write(url + "\n")
        sys.stdout.flush()

    run(config, announce)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m importer.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port")
    parser.add_argument("--database", default=":memory:", help="SQLite file")
    parser.add_argument("--faults", default="", help="for example late=0.05,cut=0.05")
    parser.add_argument("--modes", default="", help="for example ids=string,responses=object")
    parser.add_argument("--dial", default="", help="for example per_second=2,answered=0.9")
    parser.add_argument("--seed", type=int, help="seed of the random faults")
    parser.add_argument("--latency", type=float, help="seconds that every answer takes")
    parser.add_argument("--late-by", type=float, help="seconds by which a late answer is late")
    parser.add_argument("--ready-file", type=Path, help="file that gets the URL once the server is ready")
    parser.add_argument("--no-log", action="store_true", help="keep no log of requests")
    parser.add_argument("--allow-remote", action="store_true", help="listen on a host that is not loopback")
    return parser


def _config(given: argparse.Namespace) -> Config:
    tuning = {name: getattr(given, name) for name in ("seed", "latency", "late_by")}
    return Config(
        host=given.host,
        port=given.port,
        database=given.database,
        modes=Modes.parse(given.modes),
        dialling=Dialling.parse(given.dial),
        faults=replace(
            Faults.parse(given.faults), **{name: value for name, value in tuning.items() if value is not None}
        ),
        log_requests=not given.no_log,
        allow_remote=given.allow_remote,
    )


def _write_whole(path: Path, text: str) -> None:
    # A process waiting for the file must not read half of it.
    unfinished = path.with_name(path.name + ".part")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)


if __name__ == "__main__":
    main()
