"""What `--help` shows, and the reference with it.

summaries.py   the commands, each in a line
examples.py    the examples of each command
layout.py      how the help is laid out
"""
