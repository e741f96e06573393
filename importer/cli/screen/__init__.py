"""What a person sees and is asked, and what programs get.

screen.py            counts, problems, results, what to do next: on standard error
progress.py          the stages of a command
drawing.py           what draws on a terminal, imported when something is drawn
layout.py            lines and tables as a terminal of any width shows them
problem_lines.py     a kind of problem as a line
wording.py           plans, outcomes and next steps in words
missing_answers.py   what to do about a migration that waits for answers
next_command.py      the command line to type next
paths.py             paths as a person would type them
prompts.py           questions to the person at the terminal
watching.py          who hears of everything while a command works
output.py            what a command reports of every file, as words and as JSON
printing.py          JSON and lines on standard output
tables.py            tables on standard output
streams.py           standard streams that are closed, full or abandoned
"""
