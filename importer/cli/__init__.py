"""All that a person types and sees.

entry.py               the way in and every way out
app.py                 the program as click knows it; command.py: a command
options/               what a person may type: the declarations of commands and options
help/                  the commands in a line each, examples, layout of the help
values/                what the options amount to; settings files
commands/              what the commands do, a module each
running.py             what every run of a command has in common
failures.py            what ends the program beside a command
screen/                what a person sees and is asked; JSON and tables for programs
server/                the server that a command talks to
numbers/               telephone numbers, as a person has them read, loaded and shown

What several commands share:
agreeing.py            what a person is shown and asked before an import sends anything
own_headings.py        unclear headings: questions to a person, and their answers
outputs.py             what is handed back and where
switching.py           campaigns of a run are switched: what `enable` and `disable` share
undoing.py             an undo: its plan, the question, what became of it
reconciling.py         campaigns that are gone, or were edited on the server
settings_in_force.py   every setting and where its value comes from, for `doctor`
after_pass.py          what follows each pass of `drop`
sample_files.py        where the sample files are
debug_log.py           what the program does, line by line
"""

from importer.cli.app import cli
from importer.cli.entry import main

__all__ = ["cli", "main"]
