"""In which encoding a text file is: read exactly or refused, wrong in no file."""

import codecs
import random
from collections import Counter
from pathlib import Path

import pytest

from importer.errors import FileRefused
from importer.reading import open_table
from importer.reading.encoding.doubt import EncodingUnclear
from importer.reading.encoding.finding import FORMER_CANDIDATES, find_encoding, former_readings, text_encoding
from importer.reading.encoding.languages import languages
from importer.reading.encoding.readings import CANDIDATES, LANGUAGES, called
from importer.run_options import ReadingOptions
from tests.support.encodings import (
    AT_HOME,
    UNICODE,
    Place,
    encodings_of,
    fitting,
    goals_of,
    matrix,
    share_read,
    shown,
    table,
    texts,
)
from tests.support.soak import Soak

HEAD = "name,dtype,dnumber\r\n"


@pytest.fixture
def plan(tmp_path: Path):
    """Write a file whose names are given texts, in an encoding, or whose lines are given bytes."""

    def write(*names: str | bytes, encoding: str = "utf-8") -> Path:
        path = tmp_path / "plan.csv"
        lines = [HEAD.encode(encoding if encoding.startswith("utf") else "ascii")]
        for name in names:
            content = name if isinstance(name, bytes) else f'"{name}"'.encode(encoding)
            lines.append(content + ",mailbox,0123\r\n".encode(encoding if encoding.startswith("utf") else "ascii"))
        path.write_bytes(b"".join(lines))
        return path

    return write


def names(path: Path) -> list[str]:
    """Return the names in a file, as they are read."""
    return [row[1] for chunk in open_table(path).chunks for row in chunk.frame.itertuples(name=None)]


def refusal(path: Path, **options: str) -> str:
    """Return why a file is refused."""
    with pytest.raises(FileRefused) as refused:
        open_table(path, options=ReadingOptions(**options))
    return refused.value.message


GOAL = 0.95
GOALS = ("utf-8", "utf-8-sig", "utf-16", "cp1250", "cp1251", "cp1252", "cp932")


@pytest.mark.slow
@pytest.mark.usefixtures("unmeasured")
def test_no_file_is_read_wrong(tmp_path: Path) -> None:
    """Held-out texts of 36 languages in every encoding that can hold them are read exactly, or refused."""
    found = matrix(tmp_path, "held_out", encodings_of, (1, 4), draws=range(1))
    assert {place: counts for place, counts in found.items() if counts["WRONG"]} == {}


@pytest.mark.slow
@pytest.mark.usefixtures("unmeasured")
def test_usual_files_are_read(tmp_path: Path) -> None:
    """Of files of ten and of forty texts in Unicode and the code pages of Windows, nearly all are read, none wrong."""
    found = matrix(tmp_path, "held_out", goals_of, (10, 40), draws=range(4))
    assert {place: counts for place, counts in found.items() if counts["WRONG"]} == {}
    assert {name: share for name in GOALS if (share := share_read(found, name)) < GOAL} == {}


@pytest.mark.soak
@pytest.mark.parametrize("part", ["seen", "held_out"])
def test_the_whole_matrix(tmp_path: Path, part: str, soak: Soak) -> None:
    """Draws of files of 1, 2, 5, 10 and 40 texts, for as long as there is time: none is wrong."""
    found: dict[Place, Counter[str]] = {}
    for draw, _ in enumerate(soak.seeds()):
        drawn = matrix(tmp_path, part, encodings_of, (1, 2, 5, 10, 40), draws=range(draw, draw + 1))
        found = {place: found.get(place, Counter()) + drawn.get(place, Counter()) for place in {**found, **drawn}}
    print(f"\n{part}: right/refused/WRONG\n{shown(found)}")
    print({name: round(share_read(found, name), 3) for name in GOALS})
    assert {place: counts for place, counts in found.items() if counts["WRONG"]} == {}


READ = (
    ("cp1252", "Frühling für München", "Grüße", "Straße"),
    ("cp1252", "Été à Nîmes", "Journée portes ouvertes"),
    ("cp1252", "L’été – l’hiver", "Réduction de 20 €", "Hélène"),
    ("cp1252", "ÜBERMUT", "MÜLLER", "GRÜSSE AUS KÖLN"),
    ("cp1250", "Święta Wielkanocne", "Zażółć gęślą jaźń", "Jürgen Müller"),
    ("cp1251", "Весенняя кампания"),
    ("cp1251", "ЗИМНЯЯ АКЦИЯ"),
    ("cp1253", "Υπενθύμιση πληρωμής"),
    ("cp1255", "קמפיין אביב"),
    ("cp850", "Promoção de verão", "Informações não lidas", "São João"),
    ("cp874", "แคมเปญ"),
    ("iso8859_2", "Święta Wielkanocne"),
    ("iso8859_5", "Весенняя кампания"),
    ("iso8859_15", "Cœur de métier"),
    ("iso8859_15", "Œuvre à 5 €"),
    ("koi8_r", "Весенняя кампания"),
    ("koi8_u", "Весняна кампанія Київ"),
    ("cp932", "春のキャンペーン"),
    ("gb18030", "春季活动通知"),
    ("cp949", "봄맞이 행사 안내"),
    ("cp950", "春季優惠活動", "客戶服務中心"),
    ("iso2022_jp", "春のキャンペーン"),
    ("iso2022_kr", "봄맞이 행사"),
    ("hz", "春季活动"),
)


@pytest.mark.parametrize("case", READ, ids=[f"{case[0]} {case[1]}" for case in READ])
def test_words_tell_the_encoding(plan, case) -> None:
    """A word or a few are enough where no other encoding makes words of them; what was taken is reported."""
    encoding, *own = case
    path = plan(*own, encoding=encoding)
    if encoding == "iso2022_kr":
        path.write_bytes(path.read_bytes().decode("iso2022_kr").encode("iso2022_kr"))
    assert names(path) == own
    assert find_encoding(path).note.startswith(f"Read as {called(find_encoding(path).name)}: the file ")


THIN = (
    (b"\xa35 off", "'£5 off' (windows-1252), ", "'Ј5 off' (windows-1251)", "windows-1252"),
    (b"It\x92s on", "'It’s on' (windows-1252), ", "'Itís on' (macintosh)", "windows-1252"),
    (b"\xd6l", "'Öl' (windows-1252), ", "'謑' (gb18030)", "windows-1252"),
    (b"\xa9 2026", "'© 2026' (windows-1252), ", "'ｩ 2026' (cp932)", "windows-1252"),
    (b"\xbd price", "'½ price' (windows-1252), ", "'Ѕ price' (windows-1251)", "windows-1252"),
    (b"100\xb0", "'100°' (windows-1252), ", "'100ｰ' (cp932)", "windows-1252"),
    ("Срочно".encode("mac_cyrillic"), "'‘рочно' (windows-1251) or ", "'Срочно' (mac-cyrillic)", "windows-1251"),
)


@pytest.mark.parametrize(("name", "first", "other", "named"), THIN, ids=[first for _, first, _, _ in THIN])
def test_thin_evidence_is_refused_with_what_the_text_may_be(plan, name, first, other, named) -> None:
    """A sign or a letter is not evidence: the message shows it in each reading, what Excel writes first."""
    message = refusal(plan("Plain", name))
    assert message.startswith(f"{plan('Plain', name)}, line 3: cannot tell whether this is {first}")
    assert other in message
    assert (
        f'--encoding, for instance --encoding {named}, or save the file in Excel as .xlsx (or as "CSV UTF-8").'
        in message
    )


def test_every_encoding_that_is_named_can_be_set(plan) -> None:
    """The names in messages are those that users know, and --encoding takes them all."""
    assert called("cp1252") == "windows-1252"
    path = plan("Plain")
    for name in CANDIDATES:
        assert text_encoding(called(name)) == codecs.lookup(name).name
        assert names(path) == ["Plain"]
        assert open_table(path, options=ReadingOptions(encoding=called(name))).source.encoding == called(name)


def test_languages_are_known_by_one_name() -> None:
    """The languages that encodings are made for are among those whose words are known."""
    known = {one.name for those in languages().values() for one in those}
    assert frozenset().union(*LANGUAGES.values()) <= known
    assert set(texts("held_out")) <= known
    assert set(texts("held_out")) == set(texts("seen"))


TAKEN_FOR_UTF8 = (
    "ลด 50%".encode("cp874"),
    "แบบ".encode("cp874"),
    "её".encode("koi8_r"),
    "Běžte".encode("cp852"),
    "L’équipe".encode("mac_roman"),
    "CAFÉ™".encode("cp1252"),
    "JOSÉ’S".encode("cp1252"),
    "模".encode("gbk"),
    "Ні".encode("cp1251"),
)


@pytest.mark.parametrize("name", TAKEN_FOR_UTF8, ids=[name.decode() for name in TAKEN_FOR_UTF8])
def test_bytes_that_are_utf8_by_chance_are_not_taken_for_it(plan, name) -> None:
    """A word of another encoding whose bytes are valid UTF-8, and a strange word in it, is refused with both."""
    name.decode("utf-8")
    assert "(utf-8)" in refusal(plan(name))


UTF8_WORDS = (
    *("Ñandú", "Sal\u00ades DE", "\u200bSales", "Sales\u202fDE", "5 µm"),
    *("Zürich", "é", "à", "£5", "€ 10", "100°", "½", "–", "It’s", "L’été", "“Hi”", "Łódź", "Ağrı", "Þór", "Москва"),
    *("שלום", "مرحبا", "สวัสดี", "東京", "서울", "नमस्ते", "გამარჯობა", "Բարեւ", "🎉 Sale", "✓ done", "→ next"),
)


@pytest.mark.parametrize("name", UTF8_WORDS)
def test_one_word_of_utf8_is_read(plan, name) -> None:
    """A usual word or sign in UTF-8 needs no other evidence than its bytes."""
    assert names(plan(name)) == [name]
    assert find_encoding(plan(name)).note == ""


MIXED = (
    ("German", "cp1252", "German", "cp850"),
    ("German", "cp1252", "German", "mac_roman"),
    ("German", "cp1252", "French", "utf-8"),
    ("French", "cp1252", "Czech", "cp1250"),
    ("Russian", "cp1251", "Russian", "koi8_r"),
    ("Japanese", "cp932", "German", "cp1252"),
)


@pytest.mark.parametrize("case", MIXED, ids=[" ".join(case) for case in MIXED])
def test_two_encodings_in_one_file_are_refused(plan, case) -> None:
    """Where the rows of one program were pasted below those of another, no encoding is right for all."""
    one, first, other, second = case
    half = [text.encode(first) for text in fitting(one, first, "held_out")]
    message = refusal(plan(*half, *(text.encode(second) for text in fitting(other, second, "held_out"))))
    assert "--encoding" in message


def test_a_word_of_another_encoding_far_down_is_found(plan) -> None:
    """A file that is in one encoding for thousands of lines, and then has a word in another, is refused with that."""
    usual = [text.encode("cp1252") for text in fitting("German", "cp1252", "held_out")] * 400
    path = plan(*usual, "Übermut".encode(), *usual)
    assert refusal(path).startswith(
        f"{path}, line {len(usual) + 2}: cannot tell whether this is 'Ãœbermut' (windows-1252)"
    )
    assert "'Übermut' (utf-8)" in refusal(path)
    assert find_encoding(plan(*usual)).name == "cp1252"


def test_words_at_the_end_of_a_long_file_tell_its_encoding(plan) -> None:
    """A hundred thousand lines of ASCII are passed over; the few words after them decide, or are shown."""
    plain = [b"Plain"] * 100_000
    assert (
        find_encoding(plan(*plain, *(text.encode("cp1252") for text in ("Frühling für Köln", "Grüße")))).name
        == "cp1252"
    )
    assert "line 100002: cannot tell whether this is 'Öl' (windows-1252)" in refusal(plan(*plain, b"\xd6l"))


def test_languages_may_be_mixed_in_one_encoding(plan) -> None:
    """Names in several languages do not keep a file from being read."""
    for encoding, mixed in (("cp1252", ("German", "French", "Danish")), ("cp1250", ("German", "Polish", "Hungarian"))):
        own = [text for language in mixed for text in fitting(language, encoding, "held_out")]
        random.Random(1).shuffle(own)
        assert names(plan(*own, encoding=encoding)) == own


@pytest.mark.slow
def test_capitals_are_read_like_small_letters(tmp_path: Path) -> None:
    """A file in capitals alone, in which letters are not as frequent as in small ones, is read."""
    path = tmp_path / "plan.csv"
    for encoding, those in AT_HOME.items():
        for language in those:
            text = table(random.Random(language), fitting(language, encoding, "held_out"), 30).upper()
            path.write_bytes(text.encode(encoding, errors="ignore"))
            assert path.read_bytes().decode(find_encoding(path).name) == text.encode(encoding, "ignore").decode(
                encoding
            )


SEQUENCES = (
    ("\x1b[31mred\x1b[0m", "utf-8"),
    ("tput \x1b(B", "utf-8"),
    ("a~{b}", "utf-8"),
    ("~{name}", "utf-8"),
    ("Größe ~{x}", "utf-8"),
)


@pytest.mark.parametrize(("name", "encoding"), SEQUENCES)
def test_what_only_looks_like_a_sequence_is_text(plan, name, encoding) -> None:
    """An escape or a brace that switches to no other character set is what it is."""
    assert find_encoding(plan(name)).name == encoding


@pytest.mark.parametrize(
    "name",
    [
        b"\x1b$B=U",  # not switched back at the end of the line
        b"\x1b$B\xff\xff\x1b(B",
        b"\x1b$)A\x0e4:<>\x0f",  # ISO-2022-CN, which Python cannot read
        "\x1b$B=U\x1b(B Größe".encode(),
        b"~{ab~}",  # no usual Chinese characters
        b"\x1b$B=U\x1b(B \x1b$)\x1b(\x1b))\x1b$)(",  # a sequence that does not end
        b"~{4:<>~} ~user",
        "~{4:<>~} Größe".encode(),
    ],
)
def test_sequences_that_cannot_be_read_are_refused(plan, name) -> None:
    """What has the sequences of ISO-2022 or HZ and does not keep their rules is refused with the line."""
    assert ", line 2: " in refusal(plan(name))


def test_a_sequence_that_does_not_end_is_refused_where_the_user_names_the_encoding(plan) -> None:
    """What Python's encodings only say in their own way is reported like other bytes without a meaning."""
    path = plan()
    path.write_bytes(path.read_bytes() + b"\x1b$)\x1b(\x1b))\x1b$)(")
    assert "line 1 or near it: the bytes there are not text in iso-2022-jp." in refusal(path, encoding="iso-2022-jp")


@pytest.mark.parametrize("name", ["утро", "春のキャンペーン", "Zürich", "שלום"])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_encodings_without_a_mark(plan, name, encoding) -> None:
    """The ends of lines and the delimiters tell the order of the bytes, regardless of the script."""
    path = plan(name, encoding=encoding)
    assert names(path) == [name]
    assert find_encoding(path).note.startswith(f"Read as {encoding}: ")


def test_damage_is_not_taken_for_a_wide_encoding(plan) -> None:
    """A zero byte in a text of one byte a letter is damage; so is half a pair in UTF-16."""
    assert "NUL character" in refusal(plan(b"a\0b"))
    path = plan("утро" * 20, encoding="utf-16-le")
    path.write_bytes(path.read_bytes().replace("о".encode("utf-16-le"), b"\x00\xdc"))
    assert "--encoding" in refusal(path) or "NUL" in refusal(path)


CONTRADICTED = (
    ("utf-8-sig", "windows-1252", "begins with the byte order mark of utf-8, and --encoding says windows-1252. Leave"),
    ("utf-16", "utf-8", "begins with the byte order mark of utf-16"),
    ("utf-16", "utf-16-be", "begins with the byte order mark of utf-16"),
    ("utf-32", "utf-16", "begins with the byte order mark of utf-32"),
    ("utf-8", "windows-1252", "is UTF-8, and --encoding says windows-1252. Leave --encoding out for this file"),
    ("cp1252", "utf-8", "not text in utf-8"),
    ("utf-8", "utf-16", "has no byte order mark"),
)


@pytest.mark.parametrize(("encoding", "said", "words"), CONTRADICTED)
def test_an_encoding_that_the_file_contradicts_is_refused(plan, encoding, said, words) -> None:
    """A mark, letters that are UTF-8 beyond doubt, or bytes without a meaning: what the user says is not believed."""
    path = plan(*texts("held_out")["German"], encoding=encoding)
    if encoding in ("utf-16", "utf-32", "utf-8-sig"):
        path.write_bytes((HEAD + "Größe,queue,1\r\n").encode(encoding))
    with pytest.raises(FileRefused, match=words):
        list(open_table(path, options=ReadingOptions(encoding=said)).chunks)


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16-le"),
        ("utf-16-be", "utf-16"),
        ("cp1252", "windows-1252"),
        ("utf-8", "UTF8"),
    ],
)
def test_an_encoding_that_the_file_bears_out_is_taken(tmp_path: Path, encoding, said) -> None:
    """The user's name for it may be another, and the order of the bytes is found where the name leaves it open."""
    path = tmp_path / "plan.csv"
    path.write_bytes((HEAD + "Größe,queue,1\r\n").encode(encoding))
    table = open_table(path, options=ReadingOptions(encoding=said))
    assert [row[1] for chunk in table.chunks for row in chunk.frame.itertuples(name=None)] == ["Größe"]
    assert table.notes == ()


def test_a_refusal_without_the_text_can_be_had(plan) -> None:
    """Where the file may hold secrets, the refusal names the encodings alone."""
    with pytest.raises(EncodingUnclear) as unclear:
        find_encoding(plan(b"secret \xa35"))
    assert "secret" in unclear.value.message
    assert "secret" not in unclear.value.bare
    assert "windows-1252" in unclear.value.bare


def test_a_long_text_is_shown_in_part(plan) -> None:
    """Of a long text the message shows what is around its first letter in doubt; what cannot be seen is not shown."""
    message = refusal(plan(b"x" * 300 + b" \x07\xa3 " + b"y" * 300))
    assert "'…xxx" in message
    assert "\x07" not in message
    assert len(message) < 600


def test_texts_that_differ_far_from_their_first_letter_are_shown_there(plan) -> None:
    """Of a long text that is the same in all readings up to its end, the end is shown."""
    message = refusal(plan("–".encode("cp1252") + b" x" * 200 + b" \xa35"))
    assert "£5' (windows-1252)" in message
    assert "…x x" in message


def test_former_readings_are_those_of_version_0_1_0() -> None:
    """What the bytes of a text are in each encoding that was tried then; of one that is UTF-8 now, none."""
    assert list(former_readings(("It’s", "1"), "cp1252"))[:2] == [("It𠏋", "1"), ("It痴", "1")]
    assert ("Itís",) in former_readings(("It’s",), "cp1252")
    assert ("It’s",) not in former_readings(("It’s",), "cp1252")
    assert list(former_readings(("春",), "iso2022_jp")) == [("\x1b$B=U\x1b(B",)]
    assert ("~{4:~}",) in former_readings(("春",), "hz")
    assert list(former_readings(("Größe",), "utf-8")) == list(former_readings(("plain",), "cp1252")) == []
    assert list(former_readings(("春",), "cp1252")) == []
    assert len(set(FORMER_CANDIDATES)) == 20


def test_the_encodings_of_unicode_are_all_tried() -> None:
    """The matrix has files with and without byte order marks, in both orders."""
    assert {"utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"} <= set(UNICODE)
