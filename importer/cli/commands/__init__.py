"""What the commands do.

Each is a module of its name (`import` is import_.py) with the type of its values and the function `run`, which takes
them and the screen and returns an exit code: options in, one call of the pipeline, words out. What a command needs is
imported at the top: its module is imported when the command is run. cli/options/declarations.py says what it takes.
"""
