"""The text of a number becomes the number that would be dialled, or why it is not.

judging.py     the rules
library.py     what knows the numbers of the world
countries.py   which country a text names
"""
