"""Strangers' words and our secrets: what is shown is never obeyed, and what is obeyed is ours.

printable.py          others' words as they can be shown
redaction.py          a secret is taken out of others' words, however it is spelt
ownership.py          only a file that nobody else may write is obeyed
child_environment.py  programs that we start see none of our secrets
"""
