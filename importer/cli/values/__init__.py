"""What the options amount to.

settings.py         flag before environment before files of settings before default; the password
resolve.py          options become objects for the program
merging.py          settings of KEY=VALUE, key by key
clashes.py          options that cannot be used together
common.py           the values of options that every command has, typed
reading.py          of those about files
output.py           of those about what is written
server.py           of those about the server
numbers.py          of those about telephone numbers
import_options.py   how a file is read, and how a run is made of it
number_choices.py   how numbers are read, judged and loaded
"""
