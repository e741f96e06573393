"""All that a person types and sees.

entry.py         the way in and every way out
app.py           what every command has in common
commands/        the commands
options.py       the options, and what they amount to; examples.py: the examples of the help
settings.py      files of settings, and the password
screen.py        progress, counts, problems, and what to do next
output.py        what a command says of every file, as words and as JSON
prompts.py       questions to the person at the terminal; agreeing.py: the one before anything is sent
next_command.py  the command line to type next
streams.py       standard streams that are closed, full or abandoned
"""

from importer.cli.app import cli
from importer.cli.entry import main

__all__ = ["cli", "main"]
