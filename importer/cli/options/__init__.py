"""What a person may type: light, for help and completion come at once.

declarations.py   what each command is for and what it takes
common.py         the options that several commands have
numbers.py        the options about telephone numbers
option.py         what an option is: click's, with a heading
option_types.py   what the value of an option may be
variables.py      the names of its variables
completion.py     what a shell offers for the ID of a run
"""
