"""Name cards on their way to a member, boxed to the page that will show them; the server sees a size."""

from collections.abc import Iterable
from typing import Annotated

from msgspec import Meta

from client.keys.devices import Opener
from client.keys.encoding import Compact, compact_json, info
from client.keys.hpke_box import open_box, seal_box
from client.keys.jws import Content, decode_json
from client.keys.membership import MAX_SEATS

STEP = 1024


class _Inside(Content, frozen=True, kw_only=True):
    cards: Annotated[tuple[Compact, ...], Meta(max_length=MAX_SEATS)]


def seal_cards(page_kem: str, mediation: str, seat: str, cards: Iterable[str]) -> str:
    """Box these cards for one member."""
    return seal_box(page_kem, info("cards", mediation, seat), compact_json({"cards": list(cards)}), STEP)


def open_cards(page: Opener, mediation: str, seat: str, box: str) -> tuple[str, ...]:
    """The cards, not yet checked (`check_card`)."""
    return decode_json(open_box(page, info("cards", mediation, seat), box, STEP), _Inside).cards
