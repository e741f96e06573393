"""A folder that other systems drop files into, and the life of a file there.

night      a pass over all folders
handling   one file: imported, told and put away
retention  what is older than anybody wants to keep it

These know of files alone, of no journal and no network:

config     what drop.toml says, checked at once
arriving   which files may be taken now
inbox      taking them, and what a crash has left
filing     putting them away beside their results

keys, kinds and toml_lines are parts of config; writers is one of arriving, and former, which knows what earlier
versions have left, one of inbox; claims, places and moving are shared.
"""
