"""Where a cell is, as the user's program names it."""


def column_letters(number: int) -> str:
    """Return the letters of a column, counted from 1."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(reference: str) -> int:
    """Return the number, from 1, of the column that a reference such as AB12 names; 0 if it has none."""
    number = 0
    for letter in reference:
        if not letter.isalpha() or not letter.isascii():
            return number
        number = number * 26 + ord(letter.upper()) - 64
    return number
