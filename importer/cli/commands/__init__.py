"""The commands.

campaigns.py      show, validate, plan, apply, import, settle, enable, disable, template, sandbox, demo
history.py        runs, prune, journal
profiles.py       profiles
drop.py           drop
demonstration.py  what `demo` does
"""
