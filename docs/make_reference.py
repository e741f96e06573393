"""Makes docs/reference.md from the commands, their options and their examples."""

from collections.abc import Iterator, Mapping, Sequence

import click

from docs.make_tables import exit_codes, table
from importer.cli import cli
from importer.cli.help.examples import EXAMPLES, FIRST_STEPS, Example
from importer.cli.options.option import heading
from importer.cli.options.variables import PASSWORD_VARIABLE, variable
from importer.cli.values import settings

PROGRAM = "campaign-importer"

INTRODUCTION = """\
# Reference

Every command, option, exit code, variable and file of campaign-importer. This page is made from the program itself;
after a change, `make docs` writes it again. The [README](../README.md) is the introduction, [reading.md](reading.md)
says how files are read, and [messages.md](messages.md) what each message means."""

ARGUMENTS: Mapping[str, str] = {
    "FILE...": "One or several spreadsheets. Each becomes a run.",
    "FILE": "A spreadsheet.",
    "RUN": f"The ID of a run, as `plan` prints it and `{PROGRAM} runs` lists it.",
    "[RUN]": "The ID of a run; without it, all runs are listed.",
    "[list|show|check|init]": "What to do; without it, the profiles are listed.",
    "[NAME|FILE]": "The name of a profile, a profile of your own, or an export of an old dialler.",
    "DIR": "A folder: for `drop`, the one that files are put into; for `samples`, the one to write to.",
    "[KIND]": "customers, people, timegroups, recordgroups, queues, ivrs, huntgroups, conferences, mailboxes or "
    "phones; without it, all of them.",
    "[DIR]": "A drop folder, to remove its old files as well.",
    "{check|load|status|scrub|forget}": "What to do with the lists, the numbers of the run, or the numbers.",
    "FILE...|RUN|NUMBER...": "Lists to check or load; for `status` and `scrub` the ID of a run, for `forget` numbers.",
    "{backup|check}": "Copy the journal to a single file, or check that it is intact.",
    "[FILE]": "With `backup`, the copy to make. An existing file is not overwritten.",
    "OUT.xlsx": "The workbook to write. An existing file is not overwritten.",
    "CODE...": "One or several codes, in upper or lower case.",
    "[COMMAND]": "A command; without it, the help of the program is shown.",
}
"""What the arguments are, as the usage lines name them."""

VARIABLES: Mapping[str, str] = {
    PASSWORD_VARIABLE: "The password. It is never an option and never in a settings file.",
    variable("…"): "Every option that has a variable in the tables above. For one without a value: 1 or 0. "
    "For one that may be repeated: one a line.",
    "NO_COLOR": "Disables colours, if it is not empty.",
    "HTTPS_PROXY, HTTP_PROXY, NO_PROXY": "The proxy to the server, and the hosts that are reached without it.",
    "REQUESTS_CA_BUNDLE": "Trust these certificates, unless --ca-bundle names others.",
    "XDG_STATE_HOME, XDG_CONFIG_HOME": "On Linux: the state and the configuration directory.",
}

FILES: Mapping[str, str] = {
    "journal.sqlite3": "The journal: every run and every row. It is how created rows are recognised: back it up "
    "with `journal backup`, or together with the file that ends in `-wal`, and do not delete it. In the state "
    "directory: `~/.local/state/campaign-importer` on Linux, "
    "`~/Library/Application Support/campaign-importer` on macOS, `%LOCALAPPDATA%\\campaign-importer` on Windows; or "
    "where `--journal` says. Files whose names begin like the journal's belong to it.",
    settings.FILE: "Settings, in this folder or in the configuration directory (`~/.config/campaign-importer` on "
    "Linux, elsewhere that of the journal); or the one that `--config` names, alone.",
    "NAME.results.DATE-TIME": "The results, beside the input: your columns, and what happened to each row. `--results` "
    "names another place. `validate` writes them only with `--results`.",
    "FILE.csv": "The numbers of lists, if `--results` of `numbers` names one.",
    "FILE.html": "The HTML page, if `--report` names one.",
    "campaign-importer-bug-….txt": "The details of a bug, in the directory for temporary files.",
}

COMPLETION: Mapping[str, tuple[str, str]] = {
    "bash": ("~/.bashrc", 'eval "$(_CAMPAIGN_IMPORTER_COMPLETE=bash_source campaign-importer)"'),
    "zsh": ("~/.zshrc", 'eval "$(_CAMPAIGN_IMPORTER_COMPLETE=zsh_source campaign-importer)"'),
    "fish": (
        "~/.config/fish/completions/campaign-importer.fish",
        "_CAMPAIGN_IMPORTER_COMPLETE=fish_source campaign-importer | source",
    ),
}
"""For each shell the file that a line goes into, and the line."""


def reference() -> str:
    """Return the text of docs/reference.md."""
    blocks = [
        INTRODUCTION,
        _block(FIRST_STEPS),
        "## Commands",
        *(block for name in sorted(cli.commands) for block in _command(name, cli.commands[name])),
        "## Options",
        "An option can also be set by its variable, or in a settings file (there without the leading dashes; "
        "`password-file` and `password_file` are the same). A flag takes precedence over a variable, a variable over "
        "a file. `--help` leaves out what only experts need; `--help-all` shows it.",
        *_shared_options(),
        "## Exit codes",
        exit_codes(),
        "For several files or reasons, what stopped a run comes first, then 5, then 4.",
        "## Variables",
        table(("variable", "meaning"), ((_code(name), words) for name, words in VARIABLES.items())),
        "## Files",
        table(("file", "what it is"), ((_code(name), words) for name, words in FILES.items())),
        "## Completion",
        "The Tab key completes commands, options, names of files and the IDs of runs, once the line below is in the "
        "file of your shell. It needs the installed `campaign-importer`; `python -m importer` has no completion.",
        *(f"In {_code(file)}, for {shell}:\n\n    {line}" for shell, (file, line) in COMPLETION.items()),
    ]
    return "\n\n".join(blocks) + "\n"


def _command(name: str, command: click.Command) -> Iterator[str]:
    context = command.make_context(name, [], resilient_parsing=True)
    yield f"### {name}"
    yield " ".join((command.help or "").split())
    yield f"    {PROGRAM} {' '.join([name, *command.collect_usage_pieces(context)])}"
    yield _block(EXAMPLES[name])
    arguments = [one.make_metavar(context) for one in command.params if isinstance(one, click.Argument)]
    if arguments:
        yield table(("argument", "meaning"), ((_code(one), ARGUMENTS[one]) for one in arguments))
    sections = _sections(command)
    if own := sections.pop("Options", None):
        yield _options(own, context)
    if sections:
        yield "\n".join(
            f"- [{title}](#{title.lower().replace(' ', '-')}): {', '.join(_code(one.opts[0]) for one in options)}"
            for title, options in sections.items()
        )


def _shared_options() -> Iterator[str]:
    """Yield the options that several commands have, each once, under their headings."""
    shared: dict[str, dict[str, click.Option]] = {}
    for command in cli.commands.values():
        for title, options in _sections(command).items():
            shared.setdefault(title, {}).update((one.opts[0], one) for one in options)
    shared.pop("Options")
    for title in sorted(shared):
        yield f"### {title}"
        yield _options(list(shared[title].values()), click.Context(cli, **cli.context_settings))


def _sections(command: click.Command) -> dict[str, list[click.Option]]:
    sections: dict[str, list[click.Option]] = {}
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            sections.setdefault(heading(parameter), []).append(parameter)
    return sections


def _options(options: Sequence[click.Option], context: click.Context) -> str:
    return table(("option", "meaning", "default", "variable"), (_option(one, context) for one in options))


def _option(option: click.Option, context: click.Context) -> tuple[str, str, str, str]:
    extra = option.get_help_extra(context)
    words, _, default = (option.help or "").partition(" [default: ")
    limits = f" ({extra['range']})" if "range" in extra else ""
    needed = " Required." if option.required else ""
    short = [one for one in option.opts[1:] if not one.startswith("--")]
    name = " ".join(filter(None, (option.opts[0], option.metavar or ("" if option.is_flag else "N"))))
    variable = _code(str(option.envvar)) if option.envvar else ""
    return (
        ", ".join((_code(name), *map(_code, short))),
        f"{words}{limits}{needed}",
        default.rstrip("]") or extra.get("default", ""),
        variable,
    )


def _block(examples: Sequence[Example]) -> str:
    lines = "\n".join(f"# {example.purpose}\n{example.line}" for example in examples)
    return f"```sh\n{lines}\n```"


def _code(text: str) -> str:
    return f"`{text}`"
