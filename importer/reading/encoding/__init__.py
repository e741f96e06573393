"""In which encoding a text file is written: found by its bytes, or refused if they leave it open.

finding.py    the answer
samples.py    the words that show it; mixture.py: a second look over the whole file
readings.py   what each encoding makes of the bytes; wide.py: UTF-16 and UTF-32, seven_bit.py: ISO-2022 and HZ
plausible.py  how plausible a reading is as something that a person has written
languages.py  how likely a word is in a language, from the words of languages.txt
doubt.py      what the user learns where the bytes leave room for doubt
"""
