"""What tests share: the program, servers, clocks, files of every kind. No fixtures: these are in conftest.py."""
