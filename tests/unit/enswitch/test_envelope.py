"""What an answer means: every documented form of the envelope, and everything that is none."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.enswitch.envelope import campaign_id, plain, read, seconds_to_wait
from importer.errors import AccessRefused, ImporterError, NoApiHere, OutcomeUnknown, RowRefused, Throttled

NOW = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)


def body(*codes: object, data: object = None, bare: bool = False, **more: object) -> bytes:
    """Return the bytes of an envelope."""
    entries: Any = [{"code": code, "key": "", "message": "words"} for code in codes]
    document = {"responses": entries[0] if bare else entries, **more}
    return json.dumps(document if data is None else {**document, "data": data}).encode()


@pytest.mark.parametrize("status", [200, 201, 400, 401, 500, 503])
@pytest.mark.parametrize("bare", [False, True], ids=["list", "object"])
@pytest.mark.parametrize("code", ["200", 200, 200.0, " 200 "])
def test_the_body_decides(status: int, bare: bool, code: object) -> None:
    """Where an envelope parses, its code counts, as text or number, in a list or bare, not the HTTP status."""
    answer = read(status, {"Retry-After": "5"}, body(code, data={"id": 7}, bare=bare))
    assert (answer.code, campaign_id(answer.data)) == ("200", "7")


@pytest.mark.parametrize("data", [{"id": 123}, {"id": "123"}, {"id": 123.0}])
def test_ids_are_text(data: object) -> None:
    """An ID is the same whether it comes as a number or as text."""
    assert campaign_id(data) == "123"


ODD_IDS = (True, 0, "0", -1, 1.5, "1e3", "\u0663", "1" * 500, "abc")


@pytest.mark.parametrize(
    "data", [None, {}, [], "", {"id": None}, {"id": ""}, [{"id": 1}], 5, *({"id": one} for one in ODD_IDS)]
)
def test_an_id_may_be_missing(data: object) -> None:
    """Success without an ID is success with the ID unknown."""
    assert campaign_id(data) is None


def test_data_inside_the_envelope() -> None:
    """One reseller's servers put the data into the response."""
    sent = json.dumps({"responses": {"code": 200, "key": "", "message": "OK", "data": {"id": 5}}}).encode()
    assert campaign_id(read(200, {}, sent).data) == "5"


@pytest.mark.parametrize("code", ["400", "403", "404"])
def test_refusals_of_a_row(code: str) -> None:
    """400, 403 and 404 are about the row, and carry code, key and message."""
    sent = json.dumps({"responses": [{"code": code, "key": "dnumber", "message": "no such queue"}]}).encode()
    with pytest.raises(RowRefused) as caught:
        read(200, {}, sent)
    assert (caught.value.code, caught.value.key) == (code, "dnumber")
    assert caught.value.message == f"{code}: dnumber: no such queue"


def test_several_refusals_are_all_told() -> None:
    """Every entry of the list is reported."""
    sent = json.dumps(
        {"responses": [{"code": "400", "key": key, "message": f"bad {key}"} for key in ("name", "retry")]}
    ).encode()
    with pytest.raises(RowRefused) as caught:
        read(200, {}, sent)
    assert caught.value.message == "400: name: bad name; 400: retry: bad retry"
    assert caught.value.key == "name, retry"


@pytest.mark.parametrize("code", ["401", "402"])
@pytest.mark.parametrize("status", [200, 401, 403])
def test_refusals_of_the_account(code: str, status: int) -> None:
    """401 and 402 stop the run."""
    with pytest.raises(AccessRefused) as caught:
        read(status, {}, body(code))
    assert caught.value.code == code


@pytest.mark.parametrize("code", ["500", "502", "999", "", None, "abc", True, "20", 204.5])
def test_unheard_of_codes_prove_nothing(code: object) -> None:
    """A code that is not documented says neither yes nor no."""
    with pytest.raises(OutcomeUnknown):
        read(200, {}, body(code))


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [(429, {"Retry-After": "3"}, 3.0), (429, {}, None), (503, {"Retry-After": "0"}, 0.0)],
)
def test_requests_to_wait(status: int, headers: dict[str, str], seconds: float | None) -> None:
    """429, and 503 with Retry-After, prove that the request was not taken."""
    with pytest.raises(Throttled) as caught:
        read(status, headers, b"<html>")
    assert caught.value.retry_after == seconds


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "soon"}, {"Retry-After": "-1"}, {"Retry-After": ""}])
def test_503_without_a_time_proves_nothing(headers: dict[str, str]) -> None:
    """A bare 503 may come from a proxy whose server is still at work."""
    with pytest.raises(OutcomeUnknown):
        read(503, headers, b"<html>")


@pytest.mark.parametrize("status", [200, 204, 400, 408, 413, 418, 500, 502, 504, 520])
@pytest.mark.parametrize(
    "sent",
    [b"", b"<html>", b"null", b"[]", b"{}", b'{"responses":[]}', b'{"responses":"no"}', b'{"responses":[{}]}', b"\xff"],
)
def test_what_is_no_envelope_proves_nothing(status: int, sent: bytes) -> None:
    """An empty, cut or foreign body says neither yes nor no, regardless of the HTTP status."""
    with pytest.raises(OutcomeUnknown):
        read(status, {}, sent)


@pytest.mark.parametrize("status", [301, 302, 307, 403, 404, 405, 410])
def test_a_page_of_a_web_server_is_no_api(status: int) -> None:
    """Redirects and not-found pages point at a wrong address, and prove nothing either."""
    with pytest.raises(NoApiHere):
        read(status, {}, b"<html>")


@pytest.mark.parametrize("status", [401, 402, 407])
def test_a_proxy_that_refuses_access(status: int) -> None:
    """Without an envelope, HTTP 401, 402 and 407 stop the run."""
    with pytest.raises(AccessRefused):
        read(status, {}, b"<html>")


@pytest.mark.parametrize("other", ["400", "403", "404", "500", "429", "503", "401", "402"])
@pytest.mark.parametrize("first", [True, False])
def test_a_success_beside_a_refusal_proves_nothing(other: str, first: bool) -> None:
    """An answer that says yes and no may have created the campaign: never a proof that it did not."""
    with pytest.raises(ImporterError) as caught:
        read(200, {"Retry-After": "1"}, body(*(("200", other) if first else (other, "200")), data={"id": 1}))
    assert isinstance(caught.value, OutcomeUnknown)


@given(st.binary(max_size=200), st.integers(100, 599))
def test_no_bytes_do_harm(sent: bytes, status: int) -> None:
    """Whatever comes is an answer or one of our errors."""
    with suppress(ImporterError):
        read(status, {}, sent)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["code", "key", "id"]), inner),
    )
)
def test_no_shape_does_harm(responses: object) -> None:
    """Whatever `responses` and `data` hold is an answer or one of our errors."""
    try:
        answer = read(200, {}, json.dumps({"responses": responses, "data": responses}).encode())
    except ImporterError:
        return
    campaign_id(answer.data)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("7", 7.0),
        (" 7 ", 7.0),
        ("0", 0.0),
        ("never", None),
        ("1.5", None),
        ("", None),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(NOW - timedelta(seconds=90), usegmt=True), 0.0),
        ("Mon, 06 May 2024 09:08:19 +0200", 10.0),
        ("Mon, 06 May 2024 07:08:19", 10.0),
        ("Mon, 99 May 2024 07:08:19 GMT", None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    """Retry-After holds seconds or a date; anything else is as if it were not there."""
    assert seconds_to_wait(header, NOW) == seconds


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), (True, "1"), (False, "0"), (5.0, "5"), (5.5, "5.5"), (5, "5"), ("05", "05")]
)
def test_plain(value: object, text: str) -> None:
    """Values of an answer become the text that a cell would hold."""
    assert plain(value) == text
