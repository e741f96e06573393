"""Text files: what they are, how they are written, where the headings are, which rows they have."""

import codecs
import re

import pytest

from importer.errors import FileRefused, WrongUsage
from importer.reading import open_table, refuse_growing
from importer.reading.delimited import open_text
from importer.run_options import ReadingOptions

HEAD = "name,dtype,dnumber\n"


@pytest.fixture
def write(tmp_path):
    def write(content: str | bytes, name: str = "plan.csv", encoding: str = "utf-8"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


def rows(path, **options) -> list[tuple[int, list[str]]]:
    table = open_table(path, options=ReadingOptions(**options))
    return [(row, list(cells)) for chunk in table.chunks for row, *cells in chunk.frame.itertuples(name=None)]


def problems(path, **options):
    return [
        problem for chunk in open_table(path, options=ReadingOptions(**options)).chunks for problem in chunk.problems
    ]


def refusal(path, sheet=None, **options) -> str:
    with pytest.raises(FileRefused) as refused:
        for _ in open_table(path, ReadingOptions(sheet=sheet, **options)).chunks:
            pass
    return refused.value.message


def test_a_table_keeps_the_contract(write):
    """Frames of text by position, line numbers as index; empty rows go, their numbers stay; the source is reported."""
    table = open_table(write(HEAD + "a,queue,0123\n\n , ,\nNA,queue,null\n"))
    (chunk,) = table.chunks
    assert chunk.frame.index.name == "row"
    assert chunk.frame.index.tolist() == [2, 5]
    assert chunk.frame.columns.tolist() == [0, 1, 2]
    assert chunk.frame.to_numpy().tolist() == [["a", "queue", "0123"], ["NA", "queue", "null"]]
    assert table.source.headings == ("name", "dtype", "dnumber")
    assert (table.header_row, table.delimiter, table.source.sheet, table.source.encoding) == (1, ",", None, "utf-8")
    assert re.fullmatch("[0-9a-f]{64}", table.source.digest)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_found(write, delimiter, end):
    """Comma, semicolon, tab and pipe with every kind of line end; the last line may lack its own."""
    text = end.join(delimiter.join(cells) for cells in (["name", "dtype", "dnumber"], ["a, b; c|d", "queue", "1"]))
    if delimiter in "a, b; c|d":
        text = text.replace("a, b; c|d", '"a, b; c|d"')
    assert rows(write(text)) == [(2, ["a, b; c|d", "queue", "1"])]


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("utf-32-be", "utf-32-be"),
        ("cp1252", "cp1252"),
        ("cp850", "cp850"),
        ("cp1251", "cp1251"),
    ],
)
def test_encodings_are_found(write, encoding, found):
    """UTF-8, 16 and 32, with and without their marks, and what Windows and DOS wrote."""
    text = "name,dtype,dnumber\nCafé été Orléans,queue,1\nMüller – Größe,queue,2\n".replace("–", "-")
    if encoding == "cp1251":
        text = "name,dtype,dnumber\nВесенняя кампания,queue,1\nЛето,queue,2\n"
    path = write(text, encoding=encoding)
    assert open_table(path).source.encoding == found
    assert rows(path)[0][1][0] == text.splitlines()[1].split(",")[0]


def test_other_marks_of_encodings(write):
    """The marks of big-endian UTF-16 and of GB18030 are known."""
    assert rows(write(codecs.BOM_UTF16_BE + (HEAD + "é,q,1").encode("utf-16-be"))) == [(2, ["é", "q", "1"])]
    assert rows(write(("\ufeff" + HEAD + "春,q,1").encode("gb18030"))) == [(2, ["春", "q", "1"])]


def test_thin_evidence_is_refused_with_the_way_to_set_the_encoding(write):
    """What could be two encodings is refused with both; --encoding settles it."""
    path = write("name,dtype,dnumber\nő,queue,1\n", encoding="cp1250")
    message = refusal(path)
    assert message.startswith(f"{path}, line 2: cannot tell whether this is '")
    assert "--encoding" in message
    assert rows(path, encoding="cp1250")[0][1][0] == "ő"
    assert open_table(path, options=ReadingOptions(encoding="cp1250")).notes == ()


def test_an_unknown_encoding_is_a_wrong_option(write):
    """--encoding takes what Python knows as an encoding of text."""
    for name in ("klingon", "base64"):
        with pytest.raises(WrongUsage, match="--encoding"):
            open_table(write(HEAD), options=ReadingOptions(encoding=name))


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (HEAD.encode() + b"caf\xc3\xa9,q,1\nol\xc3\xa9,q,\xff\n", 3),
        (HEAD.encode() + b"a\xff\xffb,q,1\n", 2),
    ],
)
def test_bytes_that_fit_no_encoding_are_refused_with_the_line(write, content, line):
    """A few foreign bytes in UTF-8 are damage, not another encoding."""
    message = refusal(write(content))
    assert f"line {line}" in message
    assert "--encoding" in message


def test_bytes_that_do_not_fit_the_encoding_that_is_set_are_refused(write):
    """The encoding that the user sets is trusted, and its failure is reported with the place."""
    assert "line 2" in refusal(write(HEAD.encode() + b"caf\xe9,q,1\n"), encoding="utf-8")


def test_nul_characters_are_refused_with_the_line(write):
    """A NUL is in no text."""
    assert "line 2: there is a NUL character after 'va'" in refusal(write(HEAD.encode() + b"va\0l,q,1\n"))


def test_the_first_line_can_name_the_delimiter(write):
    """Excel's sep= is obeyed and reported, and is not a row; line numbers count it."""
    path = write("sep=;\nname;dtype;dnumber\na,b;queue;1\n")
    table = open_table(path)
    assert (table.delimiter, table.header_row) == (";", 2)
    assert "semicolon" in table.notes[0]
    assert rows(path) == [(3, ["a,b", "queue", "1"])]
    assert open_text(path, ReadingOptions(delimiter="tab")).dialect.delimiter == "\t"


@pytest.mark.parametrize(("said", "meant"), [("semicolon", ";"), ("\\t", "\t"), (";", ";"), ("^", "^")])
def test_the_delimiter_can_be_set(write, said, meant):
    """--delimiter takes the character or its name, also one that is never guessed."""
    path = write(meant.join(["name", "dtype", "dnumber"]) + "\n" + meant.join("abc"))
    assert rows(path, delimiter=said) == [(2, ["a", "b", "c"])]


@pytest.mark.parametrize("said", ["", "ab", '"'])
def test_a_delimiter_is_one_character(write, said):
    """What cannot be a delimiter is a wrong option."""
    with pytest.raises(WrongUsage, match="--delimiter"):
        open_table(write(HEAD), options=ReadingOptions(delimiter=said))


def test_line_breaks_in_quotes_count_as_lines(write):
    """A record is numbered by the line on which it starts, as an editor shows it."""
    assert rows(write(HEAD + '"a\nb\r\nc",queue,1\nd,queue,2\n')) == [
        (2, ["a\nb\r\nc", "queue", "1"]),
        (5, ["d", "queue", "2"]),
    ]


@pytest.mark.parametrize(
    ("text", "cell", "note"),
    [
        ('"say ""hi""",queue,1\n', 'say "hi"', None),
        ('"say \\"hi\\", you",queue,1\n', 'say "hi", you', "backslash"),
        (
            '"C:\\new\\list",queue,1\n"say \\"hi\\", you",queue,1\n',
            r"C:\new\list",
            "all other backslashes are ordinary characters",
        ),
        ('"C:\\\\new\\\\list",queue,1\n"say \\"hi\\", you",queue,1\n', r"C:\new\list", "quotes and backslashes"),
        ('"\\\\\\\\pc\\\\new",queue,1\n"say \\"hi\\", you",queue,1\n', r"\\pc\new", "quotes and backslashes"),
        (
            '"\\\\pc\\new",queue,1\n"say \\"hi\\", you",queue,1\n',
            r"\\pc\new",
            "all other backslashes are ordinary characters",
        ),
        ('\\N,queue,1\n"say \\"C:\\\\hi\\", you",queue,1\n', r"\N", "quotes and backslashes"),
        ('"say \\"hi\\" and ""hi"", you",queue,1\n', 'say "hi" and "hi", you', "backslash"),
        ('"Weird" Al,queue,1\n', '"Weird" Al', "quotes are ordinary characters"),
        ("'a, b',queue,1\nc,queue,2\n", "a, b", "single quotes"),
        ('5" screen,queue,1\n', '5" screen', None),
        ('"ends in \\",queue,1\n', "ends in \\", None),
    ],
)
def test_quoting_is_found(write, text, cell, note):
    """Doubled quotes, backslashes, single quotes and quotes that are letters are recognised by what fits the file."""
    path = write(HEAD + text)
    assert rows(path)[0][1][0] == cell
    assert [note in told for told in open_table(path).notes] == ([True] if note else [])


@pytest.mark.parametrize(
    ("text", "line", "fault"),
    [
        ('a,queue,1\n"b,queue,2\n', 2, "never ends"),
        ('"a",queue,1\n"b" x,queue,2\n"c",queue,3\n', 2, "something other than a delimiter"),
        ('"a",queue,1\n"b "inner" text",queue,2\n', 2, "something other than a delimiter"),
    ],
)
def test_unbalanced_quotes_are_refused_with_the_line(write, text, line, fault):
    """Quotes that do not close where they should are refused with the record before them."""
    message = refusal(write(HEAD + text))
    assert f"after line {line}" in message
    assert fault in message


def test_a_field_that_never_ends_far_down_is_refused(write, monkeypatch):
    """What the first megabyte does not show is refused when it comes."""
    monkeypatch.setattr("importer.reading.delimited.SAMPLE_CHARACTERS", 1000)
    path = write(HEAD + "a,queue,1\n" * 2000 + '"b,queue,2\n')
    assert "after line 2001" in refusal(path)
    assert rows(write(HEAD + '"a\n",queue,1\n' * 1000))[-1] == (2000, ["a\n", "queue", "1"])


def test_blanks_between_fields_are_refused(write):
    """Fields set apart by blanks that also stand inside them cannot be distinguished."""
    line = 'x "a b" "c d" 1\n'
    assert "separated by spaces" in refusal(write('name "dtype" "dnumber" x\n' + line * 3))


def test_single_quotes_among_apostrophes_are_refused(write):
    """Single quotes around texts with apostrophes and commas do not say where a text ends."""
    lines = "x,'don't, won't',1\n'a',b,c\n'it's',2,3\n'a, b',2,3\n'c',2,3\n'd',2,3\n'e',2,3\n"
    assert "single quotes" in refusal(write("a,b,c\n" + lines))


def test_a_delimiter_that_cannot_be_told_is_refused(write):
    """Rows of uneven width under two delimiters are refused with the option that settles it."""
    text = "x\ny\na;b;c;d\nz\nw\na;b\nq\nb,c,d,e,f\ne,f,g\nk\nl\n"
    assert "--delimiter" in refusal(write(text))


def test_a_file_of_one_column_has_no_delimiter_to_tell(write):
    """A few delimiters in a long list are letters like any other."""
    path = write("name\n" + "a\n" * 200 + "b;c\n" + "d|e\n")
    assert rows(path)[-2:] == [(202, ["b;c"]), (203, ["d|e"])]


def test_a_row_of_another_width_is_an_error_of_that_row(write):
    """Too few or too many fields are reported by line with the count; blank ones in excess are none."""
    path = write(HEAD + "a,queue\nb,queue,2,x\nc,queue,3,,\nd,queue,4\ne\n")
    told = problems(path)
    assert [(problem.row, problem.message.partition(", but")[0]) for problem in told] == [
        (2, "Line 2 has 2 fields"),
        (3, "Line 3 has 4 fields"),
        (
            5,
            "The text of this cell probably continues in line 6: a line break in it is not in quotes. Put the text in "
            "quotes, or join the two lines. If they do not belong together, remove the second.",
        ),
        (6, "Line 6 has 1 field"),
    ]
    assert {problem.severity for problem in told} == {"error"}
    assert rows(path)[:3] == [(2, ["a", "queue", ""]), (3, ["b", "queue", "2"]), (4, ["c", "queue", "3"])]


def test_titles_above_the_headings_are_skipped_and_told(write):
    """The headings are found among the first rows; what is above them is named."""
    path = write("Plan of spring,,\nmade by Anne,,\n\nCampaign name,Destination type,Destination\na,queue,1\n")
    table = open_table(path)
    assert table.header_row == 4
    assert table.source.headings == ("Campaign name", "Destination type", "Destination")
    assert "'Plan of spring', 'made by Anne'" in table.notes[0]
    assert rows(path) == [(5, ["a", "queue", "1"])]


def test_no_headings_are_refused_with_the_cure(write):
    """A table without known headings is refused; --no-header and --header-row read it."""
    path = write("a,queue,1\nb,queue,2\n")
    message = refusal(path)
    assert "--header-row N" in message
    assert "--no-header" in message
    table = open_table(path, options=ReadingOptions(no_header=True))
    assert (table.header_row, table.source.headings) == (0, ("A", "B", "C"))
    assert rows(path, no_header=True) == [(1, ["a", "queue", "1"]), (2, ["b", "queue", "2"])]
    assert rows(path, header_row=1) == [(2, ["b", "queue", "2"])]


def test_a_header_row_that_is_blank_is_refused(write):
    """--header-row must point to a row that holds something."""
    assert "row 2 is empty" in refusal(write(HEAD + "\na,q,1\n"), header_row=2)
    assert rows(write("x\n" * 40 + HEAD + "a,q,1\n"), header_row=41, delimiter=",") == [(42, ["a", "q", "1"])]


@pytest.mark.parametrize(
    "second", ["Campaign,Destination type,Destination\n", "Name,,\n,dtype,dnumber\n", "x,dtype,dnumber,callerid\n"]
)
def test_two_rows_of_headings_are_refused(write, second):
    """Where two rows look like headings, the user says which counts."""
    message = refusal(write("name,dtype,dnumber,callerid\n" + second + "a,queue,1,2\n"))
    assert "both look like headings" in message
    assert "--header-row N" in message


def test_words_of_the_data_are_no_headings(write):
    """Cells that say retry or success are values, not a second row of headings."""
    head = "name,dtype,dnumber,machine,success\n"
    assert len(rows(write(head + "retry,queue,1,retry,answer\n" * 3))) == 3


def test_one_known_heading_is_enough_in_the_first_row(write):
    """A table of one known column may get the rest by defaults."""
    assert rows(write("name\na\nb\n")) == [(2, ["a"]), (3, ["b"])]
    assert "--no-header" in refusal(write("1,2,3,4,COMMENTS\n5,6,7,8,COMMENTS\n"))


@pytest.mark.parametrize("content", [b"", b"\n\n", b"  \n", codecs.BOM_UTF8, codecs.BOM_UTF16_LE + b"\n\0"])
def test_an_empty_file_is_refused(write, content):
    """A file of nothing but empty lines is not a table."""
    assert "is empty" in refusal(write(content))


@pytest.mark.parametrize(
    ("content", "name", "word"),
    [
        (b"%PDF-1.7 ...", "a.csv", "a PDF document"),
        (b"\x89PNG\r\n", "a.xlsx", "a picture"),
        (b"MZ\0\0", "a.csv", "a program"),
        (b"<!DOCTYPE html><html><table>", "a.xls", "an HTML page saved as .xls"),
        (b"\xef\xbb\xbf\r\n<div><table><tr>", "a.html", "an HTML page that is not a table"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "a.xls",
            "Excel 2003",
        ),
        (b"<?xml version='1.0'?><x xmlns='office:spreadsheet'><html>", "a.xls", "an XML spreadsheet of Excel 2003"),
        (b"<?xml version='1.0'?><a/>", "a.csv", "an XML file"),
        ("<html>".encode("utf-16"), "a.xls", "an HTML page"),
        (b"MIME-Version: 1.0\nX: y", "a.xls", "a web archive"),
        (b"Attachment not found!", "a.xls", "is not a workbook: it is text that begins 'Attachment not found!'"),
    ],
)
def test_what_is_no_table_is_called_by_its_name(write, content, name, word):
    """Files are known by their content, regardless of the name."""
    assert word in refusal(write(content, name))


def test_a_csv_that_is_called_a_workbook_is_read(write):
    """A table of text is read whatever its name says."""
    assert rows(write(HEAD + "a,queue,1\n", "plan.xls")) == [(2, ["a", "queue", "1"])]


def test_what_is_not_there_or_no_file_is_refused(tmp_path, write):
    """A missing file, a folder and a sheet of a text file are refused with a sentence."""
    assert "There is no file" in refusal(tmp_path / "none.csv")
    assert "is a folder" in refusal(tmp_path)
    assert "has no sheets" in refusal(write(HEAD), "Campaigns")


def test_a_file_that_may_not_be_read_is_refused(write, monkeypatch):
    """What the system says is passed on."""
    path = write(HEAD)

    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "open", refuse)
    assert "cannot be read: Permission denied" in refusal(path)


def test_bounds_are_kept(write):
    """Rows and bytes are bounded, with the option that moves the bound."""
    path = write(HEAD + "a,queue,1\n" * 3)
    assert "--max-rows" in refusal(path, max_rows=2)
    assert "--max-file-size" in refusal(path, max_file_size=20)
    assert len(rows(path, max_rows=3)) == 3


def test_an_endless_line_is_refused(write, monkeypatch):
    """A line longer than any table's is not taken into memory as a whole."""
    monkeypatch.setattr("importer.reading.delimited.LONGEST_FIELD", 1000)
    assert "longer than 1,000 characters" in refusal(write(HEAD + "a" * 2000))


def test_a_field_longer_than_csv_allows_is_refused(write, monkeypatch):
    """A quoted field without end is refused even where it is long."""
    monkeypatch.setattr("importer.reading.dialect.LONGEST_FIELD", 100)
    assert "cannot be understood" in refusal(write(HEAD + 'x,"' + "a\n" * 200 + '",1\n'), delimiter=",")


def test_a_growing_file_is_refused(write):
    """A file whose size changes within a second is still being written."""
    path = write(HEAD)
    slept = []
    refuse_growing(path, slept.append)
    assert slept == [1.0]
    with pytest.raises(FileRefused, match="still being written"):
        refuse_growing(path, lambda _: path.write_text(HEAD + "a"))


@pytest.mark.slow
def test_long_files_come_in_chunks(write):
    """A table of any length is handed out in chunks whose row numbers go on."""
    chunks = list(open_table(write(HEAD + "a,queue,1\n" * 25_000)).chunks)
    assert [len(chunk.frame) for chunk in chunks] == [10_000, 10_000, 5_000]
    assert chunks[1].frame.index[0] == 10_002
