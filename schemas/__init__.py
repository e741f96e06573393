"""What a campaign is: the documented parameters and the rules that follow from them.

Knowledge never imports machinery: nothing here knows of files, HTTP or the journal.
"""
