"""What all connections share: the API, the faults, the modes, the log; and the steps of one exchange."""

from dataclasses import dataclass, field
from time import monotonic

from importer.sandbox.api import Api, Asked, action_of, function_at
from importer.sandbox.dialler import Dialler
from importer.sandbox.drawing import FaultDeck
from importer.sandbox.effects import NO_EFFECT, TOO_LONG, Effect, effect_of, reply_under
from importer.sandbox.envelope import Envelope
from importer.sandbox.form import read_form
from importer.sandbox.log import RequestLog, SeenRequest
from importer.sandbox.modes import Modes
from importer.sandbox.wire import HttpRequest, Reply, page


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request on its way to an answer; `asked` is None for a page the API does not have."""

    request: HttpRequest
    asked: Asked | None
    fault: str | None
    effect: Effect
    arrived: float = field(default_factory=monotonic)


class Service:
    """Opens an exchange, carries it out, words the reply, and notes the end."""

    def __init__(self, api: Api, deck: FaultDeck, dialler: Dialler, modes: Modes, log: RequestLog) -> None:
        self.api = api
        self.deck = deck
        self.dialler = dialler
        self.modes = modes
        self.log = log

    def open(self, request: HttpRequest) -> Exchange:
        """Understand a request and draw its fault, once the dialler has come as far as it is."""
        function = function_at(request.path) if request.method in ("GET", "POST") else None
        if function is None or (self.modes.absent_as == "page" and action_of(function) in self.modes.absent):
            return Exchange(request, None, None, NO_EFFECT)
        query = read_form(request.query)
        body = request.body.decode("utf-8", "surrogateescape") if request.is_form else ""
        asked = Asked(function, {**query, **read_form(body)}, "auth_password" in query)
        self.dialler.catch_up()
        if 0 < self.modes.max_body < len(request.body):
            return Exchange(request, asked, None, TOO_LONG)
        fault = self.deck.draw(asked.action)
        return Exchange(request, asked, fault, effect_of(fault))

    def perform(self, exchange: Exchange) -> Envelope | None:
        """Carry the request out; None if there is nothing to carry out."""
        return self.api.answer(exchange.asked, self.modes) if exchange.asked else None

    def reply(self, exchange: Exchange, answer: Envelope | None) -> Reply:
        """Build what the client is shown."""
        if exchange.asked is None:
            return page(404 if exchange.request.method in ("GET", "POST") else 405)
        return reply_under(exchange.effect, answer, self.deck.faults, self.modes)

    def note(self, exchange: Exchange, reply: Reply | None) -> None:
        """Write the exchange into the log; no reply means that the client got none."""
        if not self.log.enabled:
            return
        asked, request = exchange.asked, exchange.request
        given = asked.parameters if asked else {}
        self.log.add(
            SeenRequest(
                action=asked.action if asked else "",
                method=request.method,
                path=request.path,
                parameters={name: value for name, value in given.items() if name != "auth_password"},
                password_ok=asked is not None and self.api.account(asked) is not None,
                fault=exchange.fault,
                code=reply.code if reply else None,
                status=reply.status if reply else None,
                arrived=exchange.arrived,
                finished=monotonic(),
            )
        )
