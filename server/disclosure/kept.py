"""What a kept item holds once it is open: a message's text, or a document's bytes under a number instead of its name. Runs in the worker only."""

from msgspec import Struct

from client.keys.chat import DocumentBody, TextBody, body_of, check_chat
from client.keys.items import Item, header_of, unpack_content
from client.keys.jws import Signed

MAX_TEXT = 2_000_000  # characters of one message


class CannotDraft(Exception):
    """Something can't be redacted here: the rule, and the item it is about."""

    def __init__(self, rule: str, item: str = "") -> None:
        super().__init__(rule)
        self.rule, self.item = rule, item


class Text(Struct, frozen=True, kw_only=True):
    """A message, under the name it will have in the package."""

    item: str
    name: str
    text: str


class Sheaf(Struct, frozen=True, kw_only=True):
    """A document as it was shared: bytes of whatever kind, believed in nothing. `stem` begins its name in the package."""

    item: str
    stem: str
    data: bytes


def read_item(item: Signed[Item], content: bytes, position: int) -> Text | Sheaf:
    """The message or the document that was kept; `position` numbers it in the package."""
    header = header_of(item)
    compact, document = unpack_content(content, header)
    chat = check_chat(compact, header.mediation, header.author)
    body = body_of(chat.body)
    if isinstance(body, TextBody):
        if len(body.text) > MAX_TEXT:
            raise CannotDraft("too-large", header.item)
        text = body.text.replace("\r\n", "\n").replace("\r", "\n")
        return Text(item=header.item, name=f"{position:02d}-message.txt", text=text)
    if not isinstance(body, DocumentBody):
        raise CannotDraft("format", header.item)
    return Sheaf(item=header.item, stem=f"{position:02d}-document", data=document)
