"""Messages: who, to whom, when, subject and body are written anew; attachments are redacted by themselves or left out by number."""

import re
from collections.abc import Callable
from datetime import UTC
from email import errors, message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import parsedate_to_datetime

from msgspec import Struct

from redaction.formats.cutting import Cutter
from redaction.formats.html import visible_text
from redaction.formats.model import (
    SENTENCES,
    SUFFIX,
    WRITTEN_AS,
    Block,
    Hidden,
    Inner,
    Kind,
    Manner,
    Mark,
    Reading,
    Reason,
    Unread,
    Unreadable,
    merged,
)  # fmt: skip
from redaction.formats.msg import Letter, read_msg
from redaction.formats.text import tidied

Read = Callable[[bytes, Manner, int], Reading]
Apply = Callable[[bytes, Reading, tuple[Mark, ...], Manner], bytes]
TECHNICAL = {"mime-version", "content-type", "content-transfer-encoding", "content-language", "x-mailer-version"}
SHOWN = ("From", "To", "Cc", "Date", "Subject")
_TYPES = {
    Kind.PDF: ("application", "pdf"), Kind.JPEG: ("image", "jpeg"), Kind.PNG: ("image", "png"), Kind.TIFF: ("image", "tiff"),
    Kind.DOCX: ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document"),
    Kind.XLSX: ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"), Kind.TEXT: ("text", "plain"),
}  # fmt: skip
_COMPOSITE = {
    "multipart/mixed",
    "multipart/related",
    "multipart/signed",
    "multipart/report",
    "multipart/digest",
    "multipart/alternative",
}


class Nested(Struct, frozen=True):
    """A message attached whole."""

    data: bytes


class _Message(Struct, kw_only=True):
    """A message of either kind, taken apart."""

    headers: list[tuple[str, str]]
    body: str
    attachments: list[bytes | Letter | Nested]
    hidden: list[Hidden]
    unread: list[Unread]


def _from_eml(data: bytes, limit: int) -> _Message:
    try:
        message = message_from_bytes(data, policy=policy.default)
    except (ValueError, TypeError, IndexError, KeyError, AttributeError, RecursionError, errors.MessageError):
        raise Unreadable(Reason.DAMAGED) from None
    out = _Message(headers=[], body="", attachments=[], hidden=[], unread=[])
    for name, value in message.items():
        text = str(value)
        if name.title() in SHOWN and name.title() not in {n for n, _ in out.headers}:
            out.headers.append((name.title(), text))
        elif name.lower() not in TECHNICAL:
            out.hidden.append(Hidden("message header", "message", f"{name}: {text}"[:2000]))
    out.headers.sort(key=lambda pair: SHOWN.index(pair[0]))
    plain, markup = _walk(message, out, limit, 0)
    _body(out, "\n".join(plain), "\n".join(markup))
    return out


def _walk(part: Message, out: _Message, limit: int, depth: int) -> tuple[list[str], list[str]]:
    """Bodies of a part; attachments are collected on the way."""
    if depth > 20 or len(out.attachments) > limit:
        raise Unreadable(Reason.TOO_DEEP if depth > 20 else Reason.TOO_MANY_PARTS)
    kind = part.get_content_type()
    for name in ("preamble", "epilogue"):
        text = getattr(part, name, None)
        if isinstance(text, str) and text.strip():
            out.hidden.append(Hidden("text between the parts", "message", text.strip()[:2000]))
    if kind == "message/rfc822":
        inner = part.get_payload()
        if isinstance(inner, list) and inner and isinstance(inner[0], Message):
            out.attachments.append(Nested(inner[0].as_bytes()))
        return [], []
    if part.is_multipart():
        plain: list[str] = []
        markup: list[str] = []
        for child in part.get_payload():
            if isinstance(child, Message):
                p, m = _walk(child, out, limit, depth + 1)
                plain += p
                markup += m
        return plain, markup
    raw = part.get_payload(decode=True)
    data = raw if isinstance(raw, bytes) else b""
    name = _file_name(part)
    if name:
        out.hidden.append(Hidden("name of an attached file", "message", name))
    if not name and part.get_content_disposition() != "attachment" and kind in ("text/plain", "text/html"):
        text = _decoded(data, part.get_content_charset())
        return ([text], []) if kind == "text/plain" else ([], [text])
    out.attachments.append(data)
    return [], []


def _file_name(part: Message) -> str:
    try:
        return part.get_filename() or ""
    except (ValueError, TypeError, LookupError, UnicodeError):
        return "unreadable name"


def _decoded(data: bytes, charset: str | None) -> str:
    for name in (charset, "utf-8", "cp1252"):
        try:
            if name:
                return data.decode(name)
        except (LookupError, UnicodeDecodeError):
            continue
    return data.decode("latin-1")


def _body(out: _Message, plain: str, markup: str) -> None:
    """The body as one text: the plain one unless the other says more."""
    seen, hidden = visible_text(markup) if markup else ("", [])
    out.hidden += hidden
    chosen = seen if len(seen.split()) > 1.3 * len(plain.split()) else plain
    rest = seen if chosen is plain else plain
    known = set(chosen.split())
    lines = [line for line in rest.splitlines() if any(word not in known for word in line.split())]
    if lines:
        out.hidden.append(Hidden("other version of the message", "message", "\n".join(lines)[:4000]))
    text, gone = tidied(chosen)
    if gone > 0:
        out.hidden.append(Hidden("invisible characters", "message", f"{gone} characters that can't be seen"))
    out.body = text


def _from_letter(letter: Letter) -> _Message:
    out = _Message(
        headers=[(k, tidied(v)[0]) for k, v in letter.headers],
        body="",
        attachments=list(letter.attachments),
        hidden=[],
        unread=[],
    )
    out.hidden += [Hidden("message property", "message", text) for text in letter.other]
    _body(out, letter.plain, letter.markup)
    return out


def _taken_apart(data: "bytes | Letter", kind: Kind, manner: Manner) -> _Message:
    if isinstance(data, Letter):
        return _from_letter(data)
    if len(data) > manner.limits.bytes:
        raise Unreadable(Reason.TOO_LARGE)
    return (
        _from_letter(read_msg(data, manner.limits)) if kind is Kind.MSG else _from_eml(data, manner.limits.attachments)
    )


def read_mail(data: "bytes | Letter", kind: Kind, manner: Manner, depth: int, read: Read) -> Reading:
    """The message and its attachments as one text."""
    if depth > manner.limits.depth:
        raise Unreadable(Reason.TOO_DEEP)
    message = _taken_apart(data, kind, manner)
    if not message.headers and not message.body.strip() and not message.attachments:
        raise Unreadable(Reason.DAMAGED)
    text, blocks, inner, hidden = "", [], [], list(message.hidden)
    for name, value in message.headers:
        value = _one_line(value)
        blocks.append(Block(len(text), len(text) + len(value), name.lower()))
        text += value + "\n"
    if message.body:
        blocks.append(Block(len(text), len(text) + len(message.body), "message"))
        text += message.body + "\n"
    notes, engines = [], ["email"]
    unread = list(message.unread)
    for count, attached in enumerate(message.attachments, 1):
        try:
            if not isinstance(attached, bytes) and not manner.nested_messages:
                raise Unreadable(Reason.SEPARATE)
            if isinstance(attached, Nested):
                reading = read_mail(attached.data, Kind.EML, manner, depth + 1, read)
            elif isinstance(attached, Letter):
                reading = read_mail(attached, Kind.MSG, manner, depth + 1, read)
            else:
                reading = read(attached, manner, depth + 1)
        except Unreadable as refusal:
            inner.append(Inner(start=len(text), reading=None, reason=refusal.reason))
            notes.append(f"Attachment {count} is left out. {SENTENCES[refusal.reason]}")
            hidden.append(Hidden("attached file that is left out", f"attachment {count}", refusal.reason.value))
            continue
        inner.append(Inner(start=len(text), reading=reading))
        place = f"attachment {count}"
        blocks += [Block(b.start + len(text), b.end + len(text), f"{place}, {b.place}") for b in reading.blocks]
        hidden += [Hidden(h.what, f"{place}, {h.place}", h.text) for h in reading.hidden]
        unread += [Unread(u.reason, f"{place}, {u.place}") for u in reading.unread]
        engines += reading.engines
        text += reading.text + "\n"
    return Reading(
        kind=kind, text=text, blocks=tuple(blocks), hidden=tuple(hidden), unread=tuple(unread), notes=tuple(notes),
        engines=tuple(dict.fromkeys(engines)), inner=tuple(inner),
    )  # fmt: skip


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", tidied(text)[0]).strip()[:4000]


def apply_mail(
    data: "bytes | Letter", reading: Reading, marks: tuple[Mark, ...], manner: Manner, apply: Apply
) -> bytes:
    """A new message."""
    message = _taken_apart(data, reading.kind, manner)
    cutter = Cutter(reading.text, merged(marks, len(reading.text)))
    out = EmailMessage(policy=policy.SMTP.clone(max_line_length=900))
    at = 0
    shown: list[str] = []
    for name, value in message.headers:
        value = _one_line(value)
        if reading.text[at : at + len(value)] != value:
            raise Unreadable(Reason.PLAN_DOES_NOT_FIT)
        cut = cutter.cut(at, at + len(value))
        if name == "Date":
            cut = _date(cut)
        # A label is not an address: what lost a part stands in the text, where no mail program stumbles over it.
        if name in ("Date", "Subject") or cut == value:
            out[name] = cut
        else:
            shown.append(f"{name}: {cut}")
        at += len(value) + 1
    body = cutter.cut(at, at + len(message.body)) if message.body else ""
    left_out = [n for n, one in enumerate(reading.inner, 1) if one.reading is None]
    body += "".join(f"\n[Attachment {n} was left out.]" for n in left_out)
    body = "".join(f"{line}\n" for line in shown) + ("\n" if shown else "") + body
    out.set_content(body, charset="utf-8", cte="base64" if _needs_base64(body) else "7bit")
    if len(reading.inner) != len(message.attachments):
        raise Unreadable(Reason.PLAN_DOES_NOT_FIT)
    for count, (attached, one) in enumerate(zip(message.attachments, reading.inner, strict=True), 1):
        if one.reading is None:
            continue
        own = tuple(
            Mark(
                max(m.start, one.start) - one.start, min(m.end, one.start + len(one.reading.text)) - one.start, m.label
            )
            for m in cutter.touching(one.start, one.start + len(one.reading.text))
        )
        if isinstance(attached, Nested):
            new = apply_mail(attached.data, one.reading, own, manner, apply)
        elif isinstance(attached, Letter):
            new = apply_mail(attached, one.reading, own, manner, apply)
        else:
            new = apply(attached, one.reading, own, manner)
        kind = WRITTEN_AS[one.reading.kind]
        main, sub = _TYPES.get(kind, ("application", "octet-stream"))
        out.add_attachment(
            new, maintype=main, subtype=sub, filename=f"attachment-{count}{SUFFIX[one.reading.kind]}", cte="base64"
        )
    if out.is_multipart():
        out.set_boundary("=-=-=-part-=-=-=")
    return out.as_bytes()


def _needs_base64(text: str) -> bool:
    return not text.isascii() or any(len(line) > 900 for line in text.splitlines())


def _date(text: str) -> str:
    """The date as it was shown, if it is one; its zone is dropped to UTC since it tells where the sender was."""
    try:
        return parsedate_to_datetime(text).astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")
    except (ValueError, TypeError, IndexError, OverflowError):
        return text
