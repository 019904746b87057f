"""A participant's sound and picture: answers the server's offers, sends under the room's key, and counts what could be opened.

Keys go to the media only from a verified grant; when the room is left, they are forgotten first.
"""

from client.headless.belief import Belief
from client.headless.media import Count, HeadlessMedia
from client.headless.session import Session
from client.keys.encoding import new_id
from client.keys.grants import RoomKey, frame_key
from client.protocol import messages as wire
from client.protocol.errors import Refusal, Unavailable
from client.protocol.media import Kind


class Call:
    """The media of one session. Sends nothing until `start`."""

    def __init__(self, session: Session, *, tcp: bool = False) -> None:
        self.session = session
        self.media = HeadlessMedia(self._answer, tcp=tcp)
        self.kinds: tuple[Kind, ...] = ()
        session.call_media = self

    def start(self, *kinds: Kind) -> None:
        """Be ready for media, and send these kinds once a key is held."""
        self.kinds = kinds
        self.keyed(self.session.belief.key())
        self.media.publish(kinds)
        self.session.duties.wake()

    async def ready(self) -> None:
        """Tell the server that offers can come; again after each reconnection."""
        await self.session.call(wire.MediaReady(id=new_id(), kinds=self.kinds))

    async def offered(self, offer: wire.MediaOffered) -> None:
        """Answer an offer."""
        await self.media.on_offer(offer)

    def keyed(self, key: RoomKey | None) -> None:
        """A fresh room key, or none: then everything is forgotten at once."""
        if key is None:
            self.media.set_keys(0, 0, ())
            return
        belief = self.session.belief
        me, senders = frame_keys(belief, key)
        self.media.set_keys(key.epoch, me, senders)

    def opened(self, seat: str, kind: Kind = "video") -> int:
        """Frames from this place that were opened so far."""
        return self.media.counts().get(seat, {}).get(kind, Count()).opened

    async def close(self) -> None:
        """Stop sending and receiving."""
        await self.media.close()

    async def _answer(self, generation: int, sdp: str) -> None:
        try:
            await self.session.call(wire.MediaAnswer(id=new_id(), generation=generation, sdp=sdp))
        except (Refusal, Unavailable):
            return  # the server has moved on to another offer, or will after the reconnection


def frame_keys(belief: Belief, key: RoomKey) -> tuple[int, list[tuple[int, str, bytes]]]:
    """One's own sender index, and (index, place, base key) of everyone who holds this key; the index is the place on the sheet."""
    members = belief.sheet().body.members
    pages = {seat: box.to for seat, box in belief.granted.body.boxes.items()} if belief.granted else {}
    senders = [
        (index, member.seat, frame_key(key, member.dev, pages[member.seat]))
        for index, member in enumerate(members)
        if member.seat in pages
    ]
    me = next(index for index, member in enumerate(members) if member.seat == belief.seat)
    return me, senders
