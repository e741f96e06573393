"""The catalogue of what can be wrong: one entry a kind, each with a code, a cause and a cure.

Codes are stable: one that was given away is never used again for something else. E1 is a cell or a row of the sheet,
E2 the file, E3 what became of a row at the server, E4 what stopped a run, E5 a setting or the command line, E9 a bug;
W is worth a word and keeps nothing from being sent that the options do not. `docs/messages.md` is made from this table.
"""

from enum import StrEnum


class ProblemCode(StrEnum):
    """A kind of problem: its value is the code; `title` names it, `cause` says how it comes about, `cure` what to do."""

    title: str  # type: ignore[assignment]  # a title hides the method of texts, which no code needs
    cause: str
    cure: str

    def __new__(cls, code: str, title: str, cause: str, cure: str) -> "ProblemCode":
        """Make a member whose value is its code."""
        problem_code = str.__new__(cls, code)
        problem_code._value_ = code
        problem_code.title, problem_code.cause, problem_code.cure = title, cause, cure
        return problem_code

    # fmt: off
    BLANK = "E101", "A cell that is needed is blank", "Every campaign needs a name, a dtype and a dnumber.", "Fill the cell in, or give every row the same value with --default."
    NOT_A_NUMBER = "E102", "A cell holds no whole number, or one that is too small", "The parameter is a whole number, and the server would refuse or misread anything else.", "Type a whole number that the message allows, or leave the cell blank for the server's default."
    NOT_A_WORD = "E103", "A cell holds a word that is not allowed", "The parameter knows only the words that the message names.", "Type one of these words, or leave the cell blank for the server's default."
    NEGATIVE_WITHOUT_QUEUE = "E104", "A negative keep_agents_available without a queue", "Dialling more calls than there are free agents works only where the calls go to a queue.", "Type 0 or more, or set dtype to queue."
    SAME_CAMPAIGN = "E105", "Two rows ask for the same campaign", "Both rows would create one and the same campaign, and telephone the same people twice.", "Remove one of the two, or change its values."
    SCIENTIFIC = "E111", "A long number in its scientific form", "Excel has shortened a long number, such as 1.23E+11, and its last digits are lost.", "Format the column as Text in Excel and type the number again."
    FRACTION = "E112", "A telephone number or code with decimals", "Some program took the number for an amount.", "Format the column as Text in Excel and type the number again."
    LOST_DIGITS = "E113", "A number with more digits than Excel keeps", "Excel keeps 15 digits of a number and makes the rest zeros.", "Format the column as Text in Excel and type the number again."
    ERROR_CELL = "E114", "A cell holds an error, such as #N/A", "The formula in the cell has failed.", "Correct the formula in Excel, or type the value."
    NO_RESULT = "E115", "A formula without a result", "The program that wrote the file has not calculated the formula.", "Open the file in Excel, let it calculate, and save it."
    DATED = "E116", "A date where none belongs", "Excel makes dates of texts such as 1-2 or 3/4.", "Format the column as Text in Excel and type the value again."
    MERGED = "E117", "Merged cells", "It is not clear what holds for each of the merged cells.", "Unmerge them in Excel (Home, Merge & Center) and fill in every cell."
    UNEVEN = "E118", "A line with too many or too few fields", "A delimiter is missing or too many, or a text with a delimiter in it is not in quotes.", "Correct the line in an editor, or export the file again."
    UNSURE_POINT = "E106", "A point that may be one of thousands", "Programs in many languages write 7.000 for seven thousand, others for seven.", "Type the number without a point."
    SHOWN_AS_ANOTHER = "E119", "A number that is shown as something else", "The number format of the cell shows other digits, or a text around them, and what is seen is not what the file holds.", "Format the column as Text in Excel and type what is meant."
    FORMULA_TEXT = "E120", "A formula instead of a value", "The text begins with an equals sign: it is a formula that no program has calculated.", "Type the value, or save the file in Excel, which writes results."
    UNRESOLVED = "E121", "Something only you know about an old dialler's campaign", "The export names what the new system does not know, such as a queue, or leaves out what it needs, such as how many agents there are.", "Answer it in the file that `profiles init` makes, and name that with --answers."
    BROKEN_ROW = "E122", "A row that may go on in the next line, or have begun in the one above", "The line below or above holds a single field, as if a line break within the last text or the first were not in quotes.", "Put the text in quotes, or make one line of the two."
    NO_VALUE = "E123", "What a database writes for no value", "Database programs write NULL or \\N where there is no value.", "Leave the cell blank, or type the value."
    NOT_CORRECTED = "E125", "A refused cell that nobody has corrected", "Results have (not imported) in front of a value that was refused, and (unanswered) where a migration needs an answer.", "Type the value that is meant over the whole cell."
    TOO_NARROW = "E124", "Number signs instead of a value", "Excel shows #### where a column is too narrow, and copying or printing to a file keeps no more than that.", "Widen the column in Excel and save the file again."

    NO_FILE = "E201", "There is no such file", "The name or the folder is mistyped, the file was moved, or the name is that of a folder.", "Check the name, and give that of a file."
    UNREADABLE = "E202", "The file may not be read", "The system refuses to read it: the right is missing, or its disk or network drive fails.", "Give yourself the right to read it, or copy it to a folder of your own."
    EMPTY = "E203", "The file or its sheet is empty", "There is nothing in it, not even headings, or a workbook has no sheet with cells.", "Check that it is the right file; it needs a row of headings and rows below it."
    NO_TABLE = "E204", "The file is no table", "It is a document, a picture, an archive or a program, whatever its name says, or a text that has no columns.", "Open it in the program that made it and save the table as .xlsx or as CSV; unpack an archive."
    FOREIGN_FORMAT = "E205", "A web page or an XML file instead of a workbook", "Many programs write web pages or XML and call them .xls; or a page with an error was downloaded instead of the file.", "Open it in Excel and save it as .xlsx, or get the file again."
    DAMAGED = "E206", "The file is damaged", "It was not copied completely, or the program that wrote it made a mistake.", "Get it again, or open it in Excel, let Excel repair it, and save it as .xlsx."
    READER_ENDED = "E207", "The workbook is too much for its reader", "Reading it took longer or needed more memory than is allowed, or the reader broke down over it.", "Allow more with --reader-seconds or --reader-memory, or open the file in Excel and save it as .xlsx."
    PROTECTED = "E208", "The workbook is protected by a password", "Its content is encrypted.", "Open it in Excel, take the password off (File, Info, Protect Workbook, Encrypt with Password) and save it."
    TOO_LARGE = "E209", "The file is too large", "It has more bytes than --max-file-size allows.", "Split the file, or set the bound with --max-file-size."
    TOO_MANY_ROWS = "E210", "The table has too many rows", "It has more rows than --max-rows allows.", "Split the file, or set the bound with --max-rows."
    INFLATED = "E211", "The workbook unpacks to too much", "A small file that unpacks to a huge one is how attacks are built; formats that go on to the last row do it too.", "Copy the table alone to a new workbook and save that."
    ENTITIES = "E212", "The workbook defines XML entities", "No spreadsheet program does so, and it can be used for attacks.", "Ask where the file comes from. Do not open it before you know."
    GROWING = "E213", "The file is still being written", "Its size has changed while it was looked at.", "Start again when it is complete."
    ENDED_PASSES = "E214", "Passes ended over the file", "A pass over a drop folder that works on the file is ended from outside, twice, and comes no further: the file may be what brings the program down, or the machine goes down again and again.", "If the machine was at fault, drop the file again. Else report it as a bug."
    TOO_WIDE = "E215", "A row has too many fields", "It has more than the 16,384 columns of a spreadsheet: delimiters at its end that nobody sees, or a file that is no table.", "Remove what stands to the right of the table, or export it again."
    TOO_MUCH_WRONG = "E216", "Far too much is wrong with the file", "Nearly every cell of a column is wrong, or merged cells reach over the whole sheet.", "Mend the first of the cells that the message names, and all others like it."
    ENCODING = "E221", "The letters of the text file cannot be read", "Its bytes are no text in the encoding that was given, or no encoding can be told from them.", "Say which it is with --encoding, such as windows-1252, or save the file in Excel as .xlsx."
    DELIMITER = "E222", "It is not clear what sets the fields apart", "The rows are not equally wide with any delimiter, or blanks stand between the fields and also in them.", "Name the delimiter with --delimiter, or save the file with commas or tabs, or in Excel as .xlsx."
    QUOTES = "E223", "The quotes are not balanced", "A quoted text never ends, is followed by something else than a delimiter, or holds its own kind of quote.", "Look at the quotes in the line of the message. A text with a quote in it is written \"like \"\"this\"\"\"."
    NO_SHEET = "E231", "There is no such sheet", "--sheet names one that the workbook does not have, or the file is a text file, which has no sheets.", "Name one of the sheets of the message, or leave --sheet out."
    WHICH_SHEET = "E232", "It is not clear which sheet is meant", "Several sheets could be the table of campaigns, or all of them are hidden.", "Name one with --sheet."
    NO_HEADINGS = "E241", "There are no known headings", "None of the first rows holds names of parameters, or the row of --header-row is blank.", "Write headings above the columns, or use --header-row N or --no-header."
    WHICH_HEADINGS = "E242", "Two rows look like headings", "The file holds several tables, or one whose headings are repeated.", "Say with --header-row N which of them counts, or make one table of it."
    WRONG_HEADINGS = "E243", "The headings cannot be used", "A column that is needed is missing, two columns mean the same, or a heading is misspelt.", "Correct the headings that the message names; --column and --default help where the file must stay as it is."
    NOT_LOOKED_AT = "E251", "A file was not looked at", "What stopped the file before it would stop this one too.", "Mend what stopped the other file, and import this one then."

    OUTER_SPACE = "W101", "A text begins or ends with white space", "White space at the ends is hardly ever meant, and it is sent like everything else.", "Remove it in the sheet if it is not meant."
    UNKNOWN_DESTINATION = "W102", "An unknown type of destination", "No page of the guide lists the legal types; this one is none of those that are known.", "Check the spelling. The server decides."
    SAME_NAME = "W103", "Two campaigns of the same name", "Two rows have one name, or names that differ only in case or blanks, and other values; or an earlier run has created a campaign of such a name, or the server's list shows one.", "Rename one of them, or give both the same name if one campaign is meant."
    LOST_ZERO = "W111", "A zero at the beginning is probably lost", "The number is one digit shorter than the others of its column; Excel drops zeros at the beginning of numbers.", "Format the column as Text in Excel and type the number again."
    DATED_TEXT = "W112", "A date in a text", "The cell holds a date, which is sent in the form that the message shows.", "Format the cell as Text in Excel and type it again if another form is meant."
    INEXACT = "W113", "A number that Excel shows rounded", "The file holds more digits than Excel shows.", "Format the cell as Text in Excel and type the number again if the rounded one is meant."
    SENT_AS_SHOWN = "W115", "Digits or a plus that only the number format shows", "The file holds a shorter number than is shown; what is shown is sent.", "Nothing, if what is shown is meant; else format the column as Text in Excel and type the number again."
    GARBLED = "W116", "Letters that another program has garbled", "The text was read in a wrong encoding before it came into this file: letters are lost or have become others, as in ZÃ¼rich.", "Type the text again, or export the file again as UTF-8."
    WRITTEN_FOR_EXCEL = "W117", "Texts written for Excel", "A program wrote =\"0123\" so that Excel keeps the zero; what is between the quotes is sent.", "Nothing."
    NO_VALUE_TEXT = "W118", "A text that a database writes for no value", "The text is NULL or \\N, as database programs write that there is none.", "Leave the cell blank if no value is meant."
    UNSEEN = "W114", "Characters that cannot be seen", "The text holds an apostrophe, blanks or marks that usually come along with copied text.", "Type the text again if that is not meant."
    UNKNOWN_COLUMN = "W201", "A column that is no parameter", "The heading names nothing that a campaign has.", "Nothing, if the column is your own; else correct the heading."
    UNUSED_DEFAULT = "W202", "A default that is not used", "The sheet has the column for which --default gives a value.", "Leave the option out, or remove the column."
    BEYOND = "W203", "A cell beyond the table", "The cell stands to the right of the last heading and is not read.", "Give its column a heading if it belongs to the table."
    HIDDEN_ROWS = "W204", "Hidden rows", "Rows that are hidden or filtered out are read like the others, unless --skip-hidden is given.", "Look through the rows that the message names."
    OPEN_END = "W207", "The last line has no end", "The program that wrote the file left it out, or the file was not copied completely.", "Check the last row. A trigger file or a complete copy rules it out."
    NO_CAMPAIGN = "W208", "A row without a campaign", "It holds something beside the columns of a campaign alone, such as a legend, a sum or a remark, and is left out.", "Nothing; or fill the row in if it should be a campaign."
    LOST = "W205", "A setting of the old dialler has no counterpart", "The new system has no parameter for it, and the old one did not leave it at what means \"not used\".", "Decide what should become of it before the campaigns dial."
    ASSUMED = "W206", "Something was assumed about an old dialler's campaign", "The export does not say it, or says it in a way that can be translated in several ways.", "Check the value in the results."

    REFUSED = "E301", "The server refuses a value or a row", "The server's own check said no; its answer is in the message.", "Correct what the message names in the sheet, and import the file again."
    NOT_CREATED = "E302", "A campaign was not created", "The server could not be reached or failed for this row, and it is certain that nothing was created.", "Run `apply` again; the row is sent again."
    DOUBTFUL = "E303", "Nobody can say yet whether a campaign was created", "The request left and no answer came, or one that proves nothing.", "Run `apply`: the row is looked up first. If it stays in doubt, look on the server and use `settle`."
    EDITED = "W301", "A row was edited since its campaign was created", "It has the name and customer of a campaign that was created with other values, and making another would telephone the same people twice.", "Import the file with --on-change update to give the campaign the new values; or with --on-change create if the row is another campaign."
    ON_SERVER = "W302", "The server has such a campaign already", "Its list shows a campaign with the row's name and values that the journal does not know of: the journal is new or an old copy, the server goes by another name here, or somebody has imported the file elsewhere or made the campaign by hand.", "Look at the campaign. If another one is wanted, answer yes to the question, or use --on-existing create; else leave the row as it is, or take it out of the sheet."
    UNLISTED = "W303", "A campaign that was created is not in the server's list", "It was deleted there since, or the list is not whole. The row counts as there already and is not sent.", "Look on the server. If the campaign is wanted again, import the row with another name or other values."

    CREDENTIALS = "E401", "The server refuses the user name or the password", "They are mistyped or outdated, the account is locked, or a proxy before the server wants credentials of its own.", "Check --username and the password, and that the account is not locked. Then run `apply` again. The same password is tried again after an hour, another one at once."
    ROLE = "E402", "The account may not do that", "Its role does not allow the call; creating campaigns needs an administrator.", "Use the account of an administrator, or have the role changed."
    NO_API = "E403", "There is no Enswitch API at the address", "A web server answers, and not as the API does: --url is not the whole base address, or a proxy answers in its place.", "Check --url: it looks like https://pbx.example.com/api/json/."
    CERTIFICATE = "E404", "The server's certificate cannot be verified", "It is signed by an authority that this machine does not know, has expired, or is for another name.", "Name your own authority's certificate with --ca-bundle, or have the server's certificate renewed."
    UNREACHABLE = "E405", "The server cannot be reached", "No connection was made: the name or port is wrong, the server is down, or a firewall is between.", "Check --url and the network, then run the command again."
    SERVER_FAILS = "E406", "The server fails again and again", "Too many rows failed for reasons of the server's, or it could not answer what must be known first.", "Wait until the server is well and run `apply` again; --max-errors and --max-error-share set the bounds."
    NO_DRY_RUN = "E407", "The server does not know the dry run", "It did not answer validation=1 with 201, so a check could create campaigns.", "Look on the server for what the message names, and check that --url is an Enswitch API."
    CANARY_DIFFERS = "E408", "The first campaigns are not what was sent", "The server holds other values for the campaigns of --canary, or they cannot be read back.", "Look at these campaigns on the server. Run `apply` again with --canary 0 to go on all the same."
    NO_CANARY = "E409", "None of the first campaigns was created", "The server refused the rows of --canary or failed for them, so there is nothing to compare.", "Look at these rows in the results. If they were refused, correct them in the sheet and import it again; else run `apply` again."
    LOCKED = "E411", "Another run is at work", "It holds the lock for this journal and server, or another program is writing the journal.", "Wait until it has ended, or end it, and start again."
    JOURNAL_UNUSABLE = "E412", "The journal cannot be used", "Its folder may not be written to, its disk is full, or the file is damaged; nothing is sent without it.", "Make room or give the right to write, or name another journal with --journal."
    NOT_A_JOURNAL = "E413", "The file is not a journal", "--journal names a file of another kind.", "Name another file with --journal."
    NEWER_JOURNAL = "E414", "The journal is newer than the program", "A newer campaign-importer has written it.", "Update campaign-importer, or name another journal with --journal."
    COMPANION_LOST = "E415", "The journal has lost its companion", "It was copied alone while it was at work, or after its program was killed; what was created last is in the file with -wal at the end of its name.", "Copy that file too, or restore a copy that `campaign-importer journal backup` has made."
    INTERRUPTED = "E421", "The run was stopped on request", "Somebody pressed Ctrl-C, or the system ended the program.", "Nothing is lost: run `apply` to go on where it ended."

    COMMAND_LINE = "E501", "The command line cannot be understood", "An option or an argument is unknown, is missing, or has a value of another kind.", "Look at the command's --help."
    CLASH = "E502", "Options that do not go together", "One of the options leaves no meaning to another, or one alone says too little.", "Give those that the message names."
    BAD_VALUE = "E503", "An option has a value that cannot be used", "It is written in another form, names something unknown, or is out of range.", "Correct it on the command line, in its variable, or in the file of settings."
    SETTINGS_FILE = "E504", "A file of settings cannot be used", "It cannot be read, is not TOML, or holds something that is no setting.", "Correct in it all that the message names."
    MISSING_SETTING = "E505", "A setting is missing", "The server's address or the user name is nowhere given.", "Give it as an option, as a variable, or in campaign-importer.toml."
    PASSWORD = "E506", "There is no password that can be used", "None is given and nobody can be asked, or its file cannot be read or is empty.", "Set CAMPAIGN_IMPORTER_PASSWORD, or name a file with --password-file."
    ADDRESS = "E507", "The server's address cannot be used", "--url is no http or https address, or holds more than the address.", "Write it like https://pbx.example.com/api/json/."
    UNENCRYPTED = "E508", "The password would be sent unencrypted", "--url is an http address of another machine.", "Use https, or --allow-http if the network is safe."
    OPEN_TO_OTHERS = "E509", "Others may write what is to be obeyed", "A file of settings, or its folder, belongs to somebody else, or others may write it: whoever does could have commands run and files moved as you.", "Do what the message says if the file is yours. A drop.toml belongs into a folder that nobody else may write, and is named with --config."
    MIXED_SETTINGS = "E510", "The address and the credentials come from different places", "Only one of the two is from campaign-importer.toml in the folder at hand, which may have come with a spreadsheet: the password would go to a server that it was not given for.", "Give both in one place, or name the file with --config if you trust it."
    OUTPUT = "E511", "A file cannot be written", "Its folder is missing or may not be written to, the file exists already, the disk is full, or the ending of its name is not one that is written.", "Name another file, or mend what the message says."
    UNKNOWN_RUN = "E521", "There is no such run or row", "The number is mistyped, or the run is in another journal.", "Look it up with `runs`, and check --journal."
    OTHER_SERVER = "E522", "The run belongs to another server or account", "It was planned there, and is applied only there.", "Apply it with that --url and --username, or plan the file again for this server."
    NOT_IN_DOUBT = "E523", "There is nothing to settle", "What became of the row is known already.", "Nothing; `runs RUN` shows what became of it."
    ID_TAKEN = "E524", "The ID is another row's", "The journal knows that another row has created or found this campaign.", "Look the ID up on the server again."
    NOBODY_THERE = "E525", "Nobody is there to be asked", "Before it creates anything, the command asks, and it does not run on a terminal.", "Add --yes, or use `plan` and `apply`."
    NO_SANDBOX = "E526", "The sandbox cannot start", "Its port is taken by another program, or the machine does not have its address.", "Name another port with --port, or another address with --host."
    PRUNED = "E527", "The contents of the run are removed", "They were older than `prune` was told to keep; what is left recognises created rows, and cannot be sent.", "Import the file again; rows that were created are recognised."
    KEY_STORE = "E531", "The system's key store cannot be used", "The extra that knows the key stores is not installed, the system has none, or it is locked.", "Install the extra with `pipx inject campaign-importer keyring` or `pip install \"campaign-importer[keyring]\"`, unlock the key store, or use CAMPAIGN_IMPORTER_PASSWORD or --password-file."

    BUG = "E901", "A mistake in the program", "The program has met something that it was not made for. What was sent is in the journal.", "Start again: that is safe. Send the file that the message names, as the README says under \"Reporting a bug\"."
    # fmt: on


def problem_code_of(code: str) -> ProblemCode:
    """Return the fault that has a code. Raises ValueError for one that was never given away."""
    return ProblemCode(code)  # type: ignore[call-arg]  # an enumeration is called with the value alone
