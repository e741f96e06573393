"""All that a person types and sees.

Light, for help and completion come at once:
entry.py         the way in and every way out
app.py           the program as click knows it; command.py: its commands
help_format.py   how the help is laid out
summaries.py     which commands there are; examples.py: the examples of their help
declarations.py  what the commands are for and what they take
option.py        what an option is; option_types.py: what its value may be; variables.py: its variable
options.py       the options that several commands have; number_options.py: those of `numbers`
streams.py       standard streams that are closed, full or abandoned

When a command is run:
running.py            what every run of a command has in common
commands/             what the commands do, a module each
values.py             the values of options that every command has, typed; reading_values.py: of those about files,
                      output_values.py: about what is written, server_values.py: about the server,
                      number_values.py: about telephone numbers
own_headings.py       unclear headings: questions to a person, and their answers
resolve.py            what the options amount to; merging.py: key by key; clashes.py: contradictions
import_options.py     the same for the options about files; number_choices.py: about telephone numbers
dropped_numbers.py    what is done with the telephone numbers of dropped files
settings.py           settings files, and the password
diagnosis.py          what `doctor` examines: address, login, role, journal
kept_passwords.py     passwords in the system's key store
settings_in_force.py  every setting and where its value comes from, for `doctor`
connecting.py         the server that a command speaks to, and a session with it
after_pass.py         what follows each pass of `drop`
number_loading.py     numbers for a campaign that exists; sheet_numbers.py: for the campaigns of a sheet
number_scrubbing.py   numbers of a run are compared with do-not-call lists again
number_reports.py     what was found in lists of numbers, and what became of them
undoing.py            an undo: its plan, the question, what became of it; reconciling.py: campaigns that differ
outputs.py            what is handed back and where; switching.py: what `enable` and `disable` share
drawing.py            what draws on a terminal, imported when something is drawn
screen.py             counts, problems, results; progress.py: the stages; wording.py: plans and what to do next
missing_answers.py    what a migration waits for
problem_lines.py      a kind of problem as a line; layout.py: lines and tables as a terminal of any width shows them
paths.py              paths as a person would type them
output.py             what a command says of every file, as words and as JSON
watching.py           who hears of what happens meanwhile
printing.py           JSON and lines on standard output; tables.py: tables
prompts.py            questions to the person at the terminal; agreeing.py: the one before anything is sent
next_command.py       the command line to type next
completion.py         the runs that a shell offers
sample_files.py       where the sample files are
debug_log.py          what the program does, line by line
failures.py           what ends the program beside a command
"""

from importer.cli.app import cli
from importer.cli.entry import main

__all__ = ["cli", "main"]
