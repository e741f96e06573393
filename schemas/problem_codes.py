"""The catalogue of what can go wrong: one entry a kind, each with a code, a cause and how to fix it.

Codes are stable: one that has been released is never reused for something else. E1 is a cell or a row of the sheet,
E2 the file, E3 what happened to a row on the server, E4 what stopped a run, E5 a setting or the command line, E6 a
telephone number or a list of them, E9 a bug; W is a warning and stops nothing from being sent, unless the options say
so; W60 is a number that is held. `docs/messages.md` and `explain` show this table.
"""

from enum import StrEnum


class ProblemCode(StrEnum):
    """A kind of problem: its value is the code; `title` names it, `cause` says why it happens, `cure` how to fix it."""

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
    BLANK = "E101", "Required cell is empty", "Every campaign needs a name, a dtype and a dnumber.", "Fill in the cell, or give every row the same value with --default."
    NOT_A_NUMBER = "E102", "Not a whole number, or too small", "This field takes a whole number; the server would refuse or misread anything else.", "Type a whole number that the message allows, or leave the cell empty for the server's default."
    NOT_A_WORD = "E103", "Not one of the allowed words", "This field takes only the words listed in the message.", "Type one of these words, or leave the cell empty for the server's default."
    NEGATIVE_WITHOUT_QUEUE = "E104", "Negative keep_agents_available without a queue", "Dialling more calls than there are free agents works only if the calls go to a queue.", "Type 0 or more, or set dtype to queue."
    SAME_CAMPAIGN = "E105", "Duplicate row", "Both rows describe the same campaign; sending both would telephone the same people twice.", "Remove one of the two rows, or change its values."
    NO_TIMEGROUP = "E107", "Enabled without a time group", "The campaign would be able to dial at any hour of the day, and --require-timegroup refuses that.", "Fill in timegroup (0 for any hour), or set enabled to 0."
    SCIENTIFIC = "E111", "Long number in scientific notation", "Excel has shortened a long number to a form such as 1.23E+11, and its last digits are lost.", "Format the column as Text in Excel and type the number again."
    FRACTION = "E112", "Telephone number or code with decimals", "A program treated the number as an amount and added decimals.", "Format the column as Text in Excel and type the number again."
    LOST_DIGITS = "E113", "Number with more digits than Excel keeps", "Excel keeps 15 digits of a number and turns the rest into zeros.", "Format the column as Text in Excel and type the number again."
    ERROR_CELL = "E114", "Cell contains an error such as #N/A", "The formula in the cell failed.", "Correct the formula in Excel, or type the value."
    NO_RESULT = "E115", "Formula without a result", "The program that wrote the file did not calculate the formula.", "Open the file in Excel, let it calculate, and save it."
    DATED = "E116", "Unexpected date", "Excel turns text such as 1-2 or 3/4 into dates.", "Format the column as Text in Excel and type the value again."
    MERGED = "E117", "Merged cells", "It is not clear which value applies to each of the merged cells.", "Unmerge them in Excel (Home, Merge & Center) and fill in every cell."
    UNEVEN = "E118", "Line with too many or too few fields", "A delimiter is missing or extra, or a value that contains a delimiter is not in quotes.", "Correct the line in a text editor, or export the file again."
    UNSURE_POINT = "E106", "Ambiguous decimal or thousands separator", "In many languages 7.000 means seven thousand, in others seven.", "Type the number without the separator."
    SHOWN_AS_ANOTHER = "E119", "Displayed value differs from the stored one", "The cell's number format shows other digits, or text around them, so what you see is not what the file contains.", "Format the column as Text in Excel and type the value you want."
    FORMULA_TEXT = "E120", "Formula instead of a value", "The text begins with an equals sign: it is a formula that was never calculated.", "Type the value, or save the file in Excel, which stores results."
    UNRESOLVED = "E121", "Answer needed for an old dialler's campaign", "The export refers to something the new system does not know, such as a queue, or leaves out something it needs, such as the number of agents.", "Fill in the answer in the file that `profiles init` writes, and pass that file with --answers."
    BROKEN_ROW = "E122", "Row may be split across two lines", "The line above or below contains a single field, as if a line break inside the first or last value was not in quotes.", "Put the text in quotes, or join the two lines."
    NO_VALUE = "E123", "Database placeholder for a missing value", "Databases export NULL or \\N where there is no value.", "Leave the cell empty, or type the value."
    NOT_CORRECTED = "E125", "Refused cell not corrected yet", "Results put (not imported) in front of a value that was refused, and (unanswered) where a migration needs an answer.", "Replace the whole cell with the value you want."
    TOO_NARROW = "E124", "Number signs (####) instead of a value", "Excel shows #### if a column is too narrow, and copying or printing to a file keeps only that.", "Widen the column in Excel and save the file again."

    NO_FILE = "E201", "File not found", "The name or the folder is misspelt, the file was moved, or the name is that of a folder.", "Check the name. It must be a file, not a folder."
    UNREADABLE = "E202", "File cannot be read", "You lack permission to read it, or its disk or network drive is failing.", "Get permission to read the file, or copy it to a folder of yours."
    EMPTY = "E203", "Empty file or sheet", "The file is empty, without even headings, or no sheet of the workbook contains any cells.", "Check that it is the right file. It needs a row of headings with rows below it."
    NO_TABLE = "E204", "File is not a table", "It is a document, picture, archive or program, regardless of its name, or text without columns.", "Open it in the program that made it and save the table as .xlsx or CSV. Unpack archives first."
    FOREIGN_FORMAT = "E205", "Web page or XML file instead of a workbook", "Many programs write web pages or XML and name them .xls; or an error page was downloaded instead of the file.", "Open it in Excel and save it as .xlsx, or download the file again."
    DAMAGED = "E206", "Damaged file", "The file was not copied completely, or the program that wrote it has a bug.", "Get the file again, or open it in Excel, let Excel repair it, and save it as .xlsx."
    READER_ENDED = "E207", "Workbook needs too much time or memory", "Reading it took longer or needed more memory than allowed, or the reader crashed.", "Allow more with --reader-seconds or --reader-memory, or open the file in Excel and save it as .xlsx."
    PROTECTED = "E208", "Password-protected workbook", "The workbook is encrypted.", "Open it in Excel, remove the password (File, Info, Protect Workbook, Encrypt with Password) and save it."
    TOO_LARGE = "E209", "File too large", "The file is larger than --max-file-size allows.", "Split the file, or raise the limit with --max-file-size."
    TOO_MANY_ROWS = "E210", "Too many rows", "The table has more rows than --max-rows allows.", "Split the file, or raise the limit with --max-rows."
    INFLATED = "E211", "Workbook unpacks to too much data", "A small file that unpacks to a huge one may be an attack; formatting down to the last row of a sheet has the same effect.", "Copy only the table to a new workbook and save that."
    ENTITIES = "E212", "Workbook defines XML entities", "Spreadsheet programs never do this, and it can be used for attacks.", "Find out where the file comes from before you open it."
    GROWING = "E213", "File is still being written", "The size of the file changed while it was being checked.", "Try again when the file is complete."
    ENDED_PASSES = "E214", "File interrupted the importer repeatedly", "The importer was stopped twice while it worked on this file from a drop folder, without getting any further: the file may crash it, or the machine keeps going down.", "If the machine was at fault, drop the file again. Otherwise please report it as a bug."
    TOO_WIDE = "E215", "Row with too many fields", "The row has more than the 16,384 columns of a spreadsheet: it ends in delimiters that are easy to miss, or the file is not a table.", "Remove everything to the right of the table, or export it again."
    TOO_MUCH_WRONG = "E216", "Too many errors in the file", "Nearly every cell of a column is wrong, or merged cells cover the whole sheet.", "Fix the first cell that the message names, and all others like it."
    ENCODING = "E221", "Text encoding not recognised", "The file is not valid text in the encoding that was given, or its encoding cannot be detected.", "Name the encoding with --encoding, for example windows-1252, or save the file in Excel as .xlsx."
    DELIMITER = "E222", "Delimiter not recognised", "No delimiter gives the same number of fields in every row, or spaces appear both between fields and inside them.", "Name the delimiter with --delimiter, or save the file with commas or tabs, or in Excel as .xlsx."
    QUOTES = "E223", "Unbalanced quotes", "A quoted value never ends, is followed by something other than a delimiter, or contains a quote that is not doubled.", "Check the quotes in the line that the message names. A quote inside a value is doubled: \"like \"\"this\"\"\"."
    NO_SHEET = "E231", "Sheet not found", "--sheet names a sheet that the workbook does not have, or the file is a text file, which has no sheets.", "Use one of the sheets listed in the message, or leave --sheet out."
    WHICH_SHEET = "E232", "More than one possible sheet", "Several sheets could be the table of campaigns, or all of them are hidden.", "Choose one with --sheet."
    NO_HEADINGS = "E241", "No known headings", "None of the first rows contains names of campaign fields, or the row given with --header-row is empty.", "Add headings above the columns, or use --header-row N or --no-header."
    WHICH_HEADINGS = "E242", "More than one row of headings", "The file contains several tables, or one table whose headings are repeated.", "Choose the row with --header-row N, or combine everything into one table."
    WRONG_HEADINGS = "E243", "Unusable headings", "A required column is missing, two columns mean the same field, or a heading is misspelt.", "Correct the headings that the message names. If the file must stay as it is, use --column and --default."
    NOT_LOOKED_AT = "E251", "File skipped", "The problem that stopped the previous file would have stopped this one too.", "Fix the problem with the other file, then import this one."

    OUTER_SPACE = "W101", "Leading or trailing spaces", "Spaces at the beginning or end are rarely intended, and they are sent like any other character.", "Remove them in the sheet if they are a mistake."
    UNKNOWN_DESTINATION = "W102", "Unknown destination type", "The API guide has no complete list of destination types, and this one is not among those we know.", "Check the spelling. The server decides."
    SAME_NAME = "W103", "Two campaigns with the same name", "Two rows have the same name (ignoring case and spaces) but different values; or an earlier run created a campaign with such a name, or the server lists one.", "Rename one of them, or delete one if you want a single campaign."
    ANY_HOUR = "W104", "Enabled rows without a time group", "A time group limits the hours in which a campaign dials; without one it may dial at night.", "Fill in timegroup, or type 0 for any hour."
    LOST_ZERO = "W111", "Leading zero probably lost", "The number is one digit shorter than the others in its column; Excel drops leading zeros.", "Format the column as Text in Excel and type the number again."
    DATED_TEXT = "W112", "Date in a text column", "The cell contains a date, which is sent in the form shown in the message.", "If you want another form, format the cell as Text in Excel and type it again."
    INEXACT = "W113", "Number that Excel shows rounded", "The file contains more digits than Excel shows.", "If you want the rounded number, format the cell as Text in Excel and type it again."
    SENT_AS_SHOWN = "W115", "Digits or plus sign added by the number format", "The file contains a shorter number than the one displayed; the displayed one is sent.", "If the displayed number is right, ignore this. Otherwise format the column as Text in Excel and type the number again."
    GARBLED = "W116", "Garbled characters", "Another program read the text with the wrong encoding, so characters were lost or replaced, as in ZÃ¼rich.", "Type the text again, or export the file again as UTF-8."
    WRITTEN_FOR_EXCEL = "W117", "Values written for Excel", "A program wrote =\"0123\" so that Excel keeps the zero; the text between the quotes is sent.", "There is nothing to fix."
    NO_VALUE_TEXT = "W118", "Text that may be a placeholder for a missing value", "The text is NULL or \\N, which databases export where there is no value.", "Leave the cell empty if there is no value."
    UNSEEN = "W114", "Invisible characters", "The text contains an apostrophe, spaces or marks that usually come from copying and pasting.", "Type the text again if they are a mistake."
    UNKNOWN_COLUMN = "W201", "Unrecognised column", "The heading is not the name of a campaign field.", "If the column is for your notes, ignore this. Otherwise correct the heading."
    UNUSED_DEFAULT = "W202", "Unused default", "The sheet has the column that --default gives a value for.", "Leave the option out, or remove the column."
    BEYOND = "W203", "Cell outside the table", "The cell is to the right of the last heading and is not read.", "Give its column a heading if it belongs to the table."
    HIDDEN_ROWS = "W204", "Hidden rows", "Rows that are hidden or filtered out are read like any others, unless you use --skip-hidden.", "Check the rows that the message names."
    HIDDEN_COLUMNS = "W209", "Hidden columns", "Campaign fields in hidden columns are read and sent like any others, although you do not see them.", "Unhide the columns that the message names and check their values. Delete those that should not be sent."
    OPEN_END = "W207", "No line break after the last line", "The program that wrote the file left it out, or the file was not copied completely.", "Check the last row. A trigger file or a complete copy prevents this."
    NO_CAMPAIGN = "W208", "Row without a campaign", "The row has text only outside the campaign columns, such as a legend, a total or a note, so it is skipped.", "Ignore this, unless the row should be a campaign: then fill it in."
    LOST = "W205", "Old dialler's setting has no equivalent", "The new system has no such setting, and the old one was using it.", "Decide how to handle it before the campaigns dial."
    ASSUMED = "W206", "Assumption about an old dialler's campaign", "The export does not contain this, or it can be translated in several ways.", "Check the value in the results."

    REFUSED = "E301", "Server refused a value or a row", "The server's check failed; its answer is in the message.", "Correct what the message names in the sheet, and import the file again."
    NOT_CREATED = "E302", "Campaign not created", "The server could not be reached or failed for this row. Nothing was created for it.", "Run `apply` again to send the row again."
    DOUBTFUL = "E303", "Campaign may or may not have been created", "The request was sent, but no conclusive answer came back.", "Run `apply`: it looks the row up first. If it stays in doubt, check the server and use `settle`."
    EDITED = "W301", "Row edited since its campaign was created", "An earlier run created a campaign with this name and customer but other values. Creating another would telephone the same people twice.", "Import the file with --on-change update to change the campaign, or with --on-change create if the row is a new campaign."
    ON_SERVER = "W302", "Campaign already on the server", "The server lists a campaign with this name and these values that is not in the journal: the journal is new or an old copy, the server has another address here, the file was imported elsewhere, or someone made the campaign by hand.", "Look at the campaign. If you want another one, answer yes to the question or use --on-existing create. Otherwise leave the row as it is, or remove it from the sheet."
    UNLISTED = "W303", "Created campaign missing from the server's list", "It has been deleted there, or the list is incomplete. The row counts as already created and is not sent.", "Check the server. If you want the campaign again, import the row with another name or other values."

    CREDENTIALS = "E401", "Wrong user name or password", "The user name or password is misspelt or out of date, the account is locked, or a proxy in front of the server needs its own login.", "Check --username and the password, and that the account is not locked. Then run `apply` again. The same password is tried again after an hour, a different one at once."
    ROLE = "E402", "Account lacks permission", "The role of the account does not allow this call; creating campaigns needs an administrator.", "Use an administrator's account, or have the role changed."
    NO_API = "E403", "No Enswitch API at this address", "A web server answered, but not as the API does: --url is not the whole base address, or a proxy answered instead.", "Check --url: it looks like https://pbx.example.com/api/json/."
    CERTIFICATE = "E404", "Server certificate cannot be verified", "It is signed by an authority that this machine does not know, has expired, or is for another host name.", "Give your authority's certificate with --ca-bundle, or have the server's certificate renewed."
    UNREACHABLE = "E405", "Server cannot be reached", "No connection was made: the name or port is wrong, the server is down, or a firewall blocks it.", "Check --url and the network, then run the command again."
    SERVER_FAILS = "E406", "Server keeps failing", "Too many rows failed because of the server, or it could not answer a question that must be settled first.", "Wait until the server is working and run `apply` again. The limits are --max-errors and --max-error-share."
    NO_DRY_RUN = "E407", "Server does not support the dry run", "It did not answer validation=1 with 201, so a check might create campaigns.", "Check the server for the campaign that the message names, and check that --url is an Enswitch API."
    CANARY_DIFFERS = "E408", "First campaigns differ from what was sent", "The server has other values for the campaigns of --canary, or they cannot be read back.", "Look at these campaigns on the server. To continue anyway, run `apply` again with --canary 0."
    NO_CANARY = "E409", "None of the first campaigns was created", "The server refused the rows of --canary or failed for them, so there is nothing to compare.", "Look at these rows in the results. If they were refused, correct them in the sheet and import it again. Otherwise run `apply` again."
    LOCKED = "E411", "Another run is in progress", "It holds the lock for this journal and server, or another program is writing to the journal.", "Wait until it finishes, or stop it, then run the command again."
    JOURNAL_UNUSABLE = "E412", "Journal cannot be used", "Its folder is not writable, its disk is full, or the file is damaged. Nothing is sent without a journal.", "Free some space or make the folder writable, or use another journal with --journal."
    NOT_A_JOURNAL = "E413", "File is not a journal", "--journal names another kind of file.", "Name another file with --journal."
    NEWER_JOURNAL = "E414", "Journal from a newer version", "A newer campaign-importer wrote this journal.", "Update campaign-importer, or use another journal with --journal."
    COMPANION_LOST = "E415", "Journal copied without its -wal file", "The journal was copied without the file whose name ends in -wal, which holds the latest entries.", "Copy that file too, or restore a copy made with `campaign-importer journal backup`."
    INTERRUPTED = "E421", "Run stopped on request", "Someone pressed Ctrl-C, or the system stopped the program.", "Nothing is lost: run `apply` to continue."

    COMMAND_LINE = "E501", "Invalid command line", "A command, option or argument is unknown or missing, or has the wrong kind of value.", "See the command's --help."
    CLASH = "E502", "Options that cannot be used together", "One of the options makes another meaningless, or needs another one beside it.", "Change the options that the message names."
    BAD_VALUE = "E503", "Invalid value for an option", "The value is in the wrong form, unknown, or out of range.", "Correct it on the command line, in its variable, or in the settings file."
    SETTINGS_FILE = "E504", "Settings file cannot be used", "It cannot be read, is not valid TOML, or contains an unknown setting.", "Correct everything that the message names in it."
    MISSING_SETTING = "E505", "Missing setting", "The server's address or the user name is not set anywhere.", "Set it with an option, a variable, or in campaign-importer.toml."
    PASSWORD = "E506", "No usable password", "No password is set and this is not an interactive terminal, or the password file is empty or cannot be read.", "Set CAMPAIGN_IMPORTER_PASSWORD, or name a file with --password-file."
    ADDRESS = "E507", "Invalid server address", "--url is not an http or https address, or contains more than the address.", "Write it like https://pbx.example.com/api/json/."
    UNENCRYPTED = "E508", "Password would be sent unencrypted", "--url is an http address of another machine.", "Use https, or add --allow-http if the network is safe."
    OPEN_TO_OTHERS = "E509", "Settings that others could change", "A settings file or its folder belongs to another user, or other users can write to it: they could make the importer run commands and move files as you.", "If the file is yours, do what the message says. Keep drop.toml in a folder that only you can write to, and name it with --config."
    MIXED_SETTINGS = "E510", "Address and login from different places", "Only one of them is from campaign-importer.toml in the current folder, which may have come with a spreadsheet: the password could go to the wrong server.", "Set both in one place, or name the file with --config if you trust it."
    OUTPUT = "E511", "File cannot be written", "Its folder is missing or not writable, the file already exists, the disk is full, or its extension is not supported.", "Choose another file name, or fix what the message says."
    UNKNOWN_RUN = "E521", "Run or row not found", "The number is misspelt, or the run is in another journal.", "Look it up with `runs`, and check --journal."
    OTHER_SERVER = "E522", "Run belongs to another server or account", "A run can be applied only to the server and account it was planned for.", "Apply it with that --url and --username, or plan the file again for this server."
    NOT_IN_DOUBT = "E523", "Nothing to settle", "The outcome of this row is already known.", "There is nothing to fix: `runs RUN` shows the outcome."
    ID_TAKEN = "E524", "ID belongs to another row", "According to the journal, another row created or matched this campaign.", "Look up the ID on the server again."
    NOBODY_THERE = "E525", "Cannot ask for confirmation", "The command asks before it creates or changes anything, and it is not running in an interactive terminal.", "Add --yes, or use `plan` and `apply`."
    NO_SANDBOX = "E526", "Sandbox cannot start", "Another program uses its port, or the machine does not have its address.", "Choose another port with --port, or another address with --host."
    PRUNED = "E527", "Contents of the run were removed", "They were removed by `prune` because of their age. Rows that were created are still recognised, but nothing can be sent from this run.", "Import the file again. Rows already created are skipped."
    KEY_STORE = "E531", "The system's key store cannot be used", "The extra that knows the key stores is not installed, the system has none, or it is locked.", "Install the extra with `pipx inject campaign-importer keyring` or `pip install \"campaign-importer[keyring]\"`, unlock the key store, or use CAMPAIGN_IMPORTER_PASSWORD or --password-file."

    NOT_A_PHONE_NUMBER = "E601", "Not a telephone number", "The text has no digits, or too few of them, or begins with a calling code that does not exist.", "Correct the number, or remove the row."
    NO_COUNTRY = "E602", "National number without a country", "The number is written as within a country, and neither the list nor an option says which.", "Name the country with --country, add a column country, or write the number with + and the calling code."
    EXTENSION = "E603", "Number with an extension", "A dialler cannot dial the digits that are to be sent once the call is answered.", "Remove the extension, or replace the number by a direct one."
    LETTERS = "E604", "Number with letters", "The letters may stand for keys (0800 FLOWERS), for digits that were hidden (0208XXX1177), or for something that is not part of the number.", "Write the number in digits. If its letters are those of the keys, use --letters."
    EMERGENCY = "E605", "Number of the emergency services", "Dialling it, or its first digits, would call the police, the fire brigade or an ambulance.", "Remove it from the list."
    WRONG_LENGTH = "E606", "Number too short or too long", "A digit is missing or extra, the area code is missing, or the number begins with the digit for an outside line.", "Correct the number. --strip-prefix 9 takes the digit for an outside line off where the number is good without it."
    NO_NUMBER = "E607", "Row without a number", "All cells for numbers are empty in this row.", "Nothing, if the person has no telephone; otherwise fill in a number."
    UNKNOWN_COUNTRY = "E608", "Country not recognised", "The cell names no country, by its code or its name, or the calling code in the row is that of another country.", "Correct the cell: GB, GBR, United Kingdom, Germany and Deutschland are understood."
    NUMBER_REJECTED = "E609", "Number refused by the server", "The server checked the number and does not take it; its answer is in the message.", "Check the number, and that --number-format is right if many are refused."
    NOT_CREATED_FOR = "E610", "Number of a campaign that is not created", "The row of its campaign is wrong or was refused.", "Correct the row of the campaign, and import the file again."
    OTHER_FORMAT = "E611", "Number of a country that the number format leaves out", "National numbers are sent without a calling code, so the server would dial this one in the wrong country.", "Load it with --number-format digits, plus or international if the server takes these, or from another list."
    NO_NUMBER_COLUMN = "E621", "No column of telephone numbers", "No heading of the table is a known name for telephone numbers, or --number-columns names a column that is not there.", "Name the column with --number-columns, by its heading or its letter."
    WHICH_NUMBER_COLUMN = "E622", "More than one column of telephone numbers", "The table has several, such as mobile and home, and it must not be guessed which of them to dial.", "Name the one to dial, or several in the order of preference, with --number-columns."
    DNC_UNREADABLE = "E631", "Unreadable line in a do-not-call list", "The line holds something that is not a telephone number or a pattern such as 312XXXXXXX; it may be that of a person who must not be called.", "Correct the lines that the message names, or go on without them with --dnc-skip-unreadable."
    DNC_EMPTY = "E632", "Empty do-not-call list", "The list has no lines: it may not have been downloaded completely.", "Get the list again. If it is right, use --dnc-may-be-empty."
    DNC_OLD = "E633", "Do-not-call list too old", "The date in its name, or else that of the file, is longer ago than --dnc-max-age allows; people have registered since.", "Get the current list."
    DNC_UNUSABLE = "E634", "Do-not-call list that cannot be used", "It is a list of changes that is of no use without the full list, or the lists are those of other countries than all numbers.", "Use the full list of the country that is called."
    NUMBER_FORMAT = "E641", "Form of telephone numbers not known", "Servers differ in how they want numbers written, and a wrong form dials somebody else or nobody.", "Choose one with --number-format. The message shows the first number in each form, and numbers that the server has."
    NUMBERS_NOT_SHOWN = "E642", "Server does not show the first numbers", "The first few numbers were loaded, and the server does not list them, or lists others.", "Look at the campaign on the server. The campaign is off."
    MANY_REJECTED = "E643", "Server refuses many numbers", "Probably it wants numbers in another form.", "Check --number-format."
    LOAD_BEGUN = "E644", "Numbers cannot be changed any more", "Some of the run were sent already, or in another form.", "Continue the run as it is, or import the numbers in a new one."
    NUMBERS_GONE = "E645", "Numbers of the run not found", "The run has none, or they were removed some time after it ended.", "Import the numbers again."

    UNKNOWN_RANGE = "W601", "Number in a range that is not in use", "Its length is right, but the numbering plan has no such range. Plans are published late, so it may be a new one.", "Check the number. --unknown-ranges load loads such numbers."
    OTHER_COUNTRY = "W602", "Number of another country with the same calling code", "For example, +1 is that of the United States, Canada and islands in the Caribbean, whose numbers may be expensive to call.", "Check the number. --allow-countries loads those of the countries that it names."
    NUMBER_TYPE = "W603", "Number of a type that is not dialled", "Only numbers of fixed, mobile and internet telephones are dialled unless --number-types says otherwise; others cost the called person or you, or are not those of persons.", "Check the number. --number-types loads those of the types that it names."
    DUPLICATE = "W611", "Number that is listed before", "The same number is further up in the list or in a list before it, perhaps in another spelling. It is loaded once.", "Nothing."
    ON_DNC = "W612", "Number on a do-not-call list", "The number, or a pattern that it fits, is on the list.", "Nothing: it must not be called."
    IN_OTHER_CAMPAIGN = "W613", "Number that another campaign of the run calls", "The number is also listed for a campaign further up, which has it. --duplicates list loads it into both.", "Nothing."
    LOADED_BEFORE = "W614", "Number that an earlier run has loaded", "It was loaded within the time that --not-again names.", "Nothing."
    THERE_ALREADY = "W615", "Number that the campaign has already", "Loading it again would reset its status, and somebody who was called would be called again.", "Nothing."
    LEFT_OUT = "W616", "Number left out before", "It stands in the results of an earlier check or load, which left it out as a duplicate or because of a do-not-call list.", "Nothing. To have it checked again, remove the words (left out) in front of it."
    WITHOUT_PLUS = "W621", "Numbers read as if they began with a plus", "They begin with the calling code of their country, and are valid only if read so.", "Nothing, if they are meant so."
    WITHOUT_ZERO = "W622", "Numbers without their first zero", "A spreadsheet program has probably dropped it; without it, they are the same numbers.", "Nothing. To keep the zero, format the column as Text before you type or import numbers."
    PREFIX_STRIPPED = "W623", "Prefix taken off numbers", "--strip-prefix names digits without which these numbers are valid, and with which they are not.", "Nothing, if they are meant so."
    DNC_SKIPPED = "W631", "Lines of a do-not-call list left out", "They cannot be read, and --dnc-skip-unreadable goes on without them. They may be those of persons who must not be called.", "Correct the lines that the message names."

    BUG = "E901", "Bug in campaign-importer", "Something happened that the program was not made to handle. Everything that was sent is in the journal.", "Running the command again is safe. Please report the bug and attach the file that the message names."
    # fmt: on


def problem_code_of(code: str) -> ProblemCode:
    """Return the problem that has a code. Raises ValueError for an unknown one."""
    return ProblemCode(code)  # type: ignore[call-arg]  # an enumeration is called with the value alone
