"""Answers that nobody has written on purpose: whatever comes is an answer or one of our errors, and soon."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from importer.enswitch.envelope import campaign_id, plain, read, seconds_to_wait
from importer.errors import ImporterError, OutcomeUnknown

GOOD = json.dumps({"responses": [{"code": "200", "key": "", "message": "OK"}], "data": {"id": 123}}).encode()
REFUSED = json.dumps({"responses": {"code": 400, "key": "name", "message": "no"}}).encode()
NOW = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)


def outcome(status: int, headers: Mapping[str, str], sent: bytes) -> ImporterError | None:
    """Return the error that an answer means, None for a success; any other exception is a bug."""
    try:
        answer = read(status, headers, sent)
    except ImporterError as error:
        str(error).encode("utf-8", "surrogatepass")
        return error
    campaign_id(answer.data)
    return None


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Return an answer with something taken out, put in or doubled."""
    whole = draw(st.sampled_from([GOOD, REFUSED]))
    begin = draw(st.integers(0, len(whole)))
    end = draw(st.integers(begin, len(whole)))
    between = draw(st.binary(max_size=8) | st.sampled_from([b"[" * 50, b"\xff\xfe", b"\\ud83d", b"1e999", b"NaN"]))
    return whole[:begin] + between * draw(st.integers(1, 3)) + whole[end:]


@given(damaged(), st.integers(100, 599), st.text(max_size=20))
def test_a_damaged_answer(sent: bytes, status: int, later: str) -> None:
    """An answer that was damaged on its way is an answer or one of our errors."""
    outcome(status, {"Retry-After": later}, sent)


@pytest.mark.parametrize("unit", [b"[", b'{"a":', b'{"responses":[', b'[{"code":200},'])
@pytest.mark.parametrize("depth", [50, *range(300, 1_000, 30), 5_000, 200_000])
def test_lists_within_lists(unit: bytes, depth: int) -> None:
    """However deep lists and objects lie in one another, and whether they are closed, nobody can say what it means."""
    closing = bytes({ord("["): ord("]"), ord("{"): ord("}")}[one] for one in reversed(unit) if one in b"[{")
    for sent in (unit * depth, unit * depth + b"1" + closing * depth):
        assert isinstance(outcome(200, {}, sent), OutcomeUnknown)
        for before, after in (
            (b'{"responses":[{"code":"200"}],"data":', b"}"),
            (b'{"responses":[{"code":"200"}],"data":{"id":', b"}}"),
            (b'{"responses":[{"code":"200","key":', b"}]}"),
            (b'{"responses":[{"code":"200","message":', b"}]}"),
            (b'{"responses":[{"code":', b"}]}"),
        ):
            error = outcome(200, {}, before + sent + after)
            assert error is None or isinstance(error, OutcomeUnknown)


@pytest.mark.parametrize("number", [b"9" * 5_000, b"1e400", b"-1e400", b"NaN", b"1" + b"0" * 4_000, b"0.1e-999"])
def test_numbers_that_are_none(number: bytes) -> None:
    """A number that is too long or none at all, as a code or an ID, is not a reason to break off."""
    outcome(200, {}, b'{"responses":[{"code":' + number + b"}]}")
    outcome(200, {}, b'{"responses":[{"code":200}],"data":{"id":' + number + b"}}")
    for value in (float("inf"), float("nan"), 1e300, 10**4_000):
        plain(value)


@given(
    st.text(max_size=40) | st.from_regex(r"[A-Z][a-z]{2}, \d{1,3} [A-Z][a-z]{2} \d{1,30} [0-9:]{1,9}( [+-]\d{1,9})?")
)
@example("Mon, 01 Jan 99999999999999999999 00:00:00 GMT")
@example("Mon, 01 Jan 0001 00:00:00 +2359")
@example("Fri, 31 Dec 9999 23:59:59 -2359")
@example("Mon, 06 May 2024 07:08:19 +99999999")
@example("9" * 400)
@example("٣")
@example("²")
def test_no_header_does_harm(header: str) -> None:
    """Whatever Retry-After holds is a number of seconds, or as if it were not there."""
    found = seconds_to_wait(header, NOW)
    assert found is None or found >= 0
