"""The server that a command talks to.

connecting.py       the server as the settings name it, and a session with it
kept_passwords.py   passwords in the system's key store
diagnosis.py        what `doctor` examines: address, login, role, journal
"""
