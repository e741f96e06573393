"""Just enough HTTP/1.1: requests cut out of a stream of bytes, replies turned into bytes."""

from dataclasses import dataclass, field
from http import HTTPStatus

MAX_HEAD = 65_536
MAX_BODY = 64 * 1024 * 1024


class UnreadableError(Exception):
    """The bytes are not a request this server can read; `status` is the answer before it closes the connection."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One whole request."""

    method: str
    path: str
    query: str
    body: bytes
    is_form: bool
    keep_alive: bool


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back over the wire; `code` is the envelope's code where the client can read one."""

    status: int
    body: bytes
    content_type: str
    headers: dict[str, str] = field(default_factory=dict)
    code: str | None = None


def page(status: int, headers: dict[str, str] | None = None) -> Reply:
    """Build the kind of HTML page that web servers and proxies send."""
    title = f"{status} {HTTPStatus(status).phrase}"
    html = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"
    return Reply(status, html.encode(), "text/html", headers or {})


def take_request(buffer: bytearray) -> HttpRequest | None:
    """Cut the first whole request off the buffer; None while it is still incomplete."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0 or end > MAX_HEAD:
        if len(buffer) > MAX_HEAD:
            raise UnreadableError(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        return None
    first, *lines = buffer[:end].decode("latin-1").split("\r\n")
    parts = first.split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
        raise UnreadableError(HTTPStatus.BAD_REQUEST)
    method, target, version = parts
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body_start = end + 4
    body_end = body_start + _body_length(headers)
    if len(buffer) < body_end:
        return None
    body = bytes(buffer[body_start:body_end])
    del buffer[:body_end]
    path, _, query = target.partition("?")
    kind = headers.get("content-type", "application/x-www-form-urlencoded").lower()
    is_form = kind.startswith("application/x-www-form-urlencoded")
    return HttpRequest(method, path, query, body, is_form, _keeps_alive(version, headers))


def render(reply: Reply, *, keep_alive: bool) -> tuple[bytes, bytes]:
    """Return head and body of a reply as bytes."""
    lines = [f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}"]
    # HTTP allows a 204 neither a body nor the header that announces one.
    if reply.status != HTTPStatus.NO_CONTENT:
        lines += [f"Content-Type: {reply.content_type}", f"Content-Length: {len(reply.body)}"]
    lines += [f"{name}: {value}" for name, value in reply.headers.items()]
    lines.append(f"Connection: {'keep-alive' if keep_alive else 'close'}")
    body = b"" if reply.status == HTTPStatus.NO_CONTENT else reply.body
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"), body


def _body_length(headers: dict[str, str]) -> int:
    if "transfer-encoding" in headers:
        raise UnreadableError(HTTPStatus.LENGTH_REQUIRED)
    text = headers.get("content-length", "0")
    if not (text.isascii() and text.isdigit()):
        raise UnreadableError(HTTPStatus.BAD_REQUEST)
    if int(text) > MAX_BODY:
        raise UnreadableError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return int(text)


def _keeps_alive(version: str, headers: dict[str, str]) -> bool:
    wish = headers.get("connection", "").lower()
    return "close" not in wish and (version != "HTTP/1.0" or "keep-alive" in wish)
