"""What a reader of a workbook sees of a value: numbers, dates and currencies as their format shows them."""

import re
from datetime import date, datetime, time, timedelta

from redaction.formats.text import tidied

# Number formats that we write, by kind of value.
STYLES = ("General", "0", "0.00", "#,##0", "#,##0.00", "0%", "0.00%", "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "hh:mm:ss")


_CURRENCY = re.compile(r'(?:"([A-Z]{3}|[^\w\s"]{1,2})"|\[\$([^\]-]{1,4})[^\]]*\]|([€£$¥]))\s*(?:\\?\s)*[#0]')
_TOKEN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|y+|m+|d+|h+|s+|am/pm|a/p|.', re.I | re.S)
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def date_text(value: date, pattern: str) -> str:
    """A date as its format shows it, in English; empty when the format shows no day or follows the reader's own region."""
    first = pattern.split(";")[0]
    if first.lower() in ("mm-dd-yy", "general", "@", "m/d/yy h:mm"):
        return ""
    tokens = _TOKEN.findall(first)
    plain = [token.lower() for token in tokens]
    if not any(token[0] in "yd" or token.startswith("mmm") for token in plain):
        return ""
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a cell has no zone
    half = any(token in ("am/pm", "a/p") for token in plain)
    out: list[str] = []
    for place, token in enumerate(plain):
        if token[0] == "m" and set(token) == {"m"}:
            before = next((one for one in reversed(plain[:place]) if one[0] in "yhds"), "")
            after = next((one for one in plain[place + 1 :] if one[0] in "yhds"), "")
            minutes = len(token) <= 2 and (before[:1] == "h" or after[:1] == "s")
            out.append(_month(moment, len(token)) if not minutes else f"{moment.minute:0{len(token)}d}")
        else:
            out.append(_part(moment, token, tokens[place], half))
    return " ".join("".join(out).split())


def _month(moment: datetime, length: int) -> str:
    name = _MONTHS[moment.month - 1]
    return {1: str(moment.month), 2: f"{moment.month:02d}", 3: name[:3], 5: name[0]}.get(length, name)


def _part(moment: datetime, token: str, written: str, half: bool) -> str:
    match token[0]:
        case "y" if set(token) == {"y"}:
            return f"{moment.year % 100:02d}" if len(token) <= 2 else f"{moment.year:04d}"
        case "d" if set(token) == {"d"}:
            day = _DAYS[moment.weekday()]
            return {1: str(moment.day), 2: f"{moment.day:02d}", 3: day[:3]}.get(len(token), day)
        case "h" if set(token) == {"h"}:
            hour = (moment.hour % 12 or 12) if half else moment.hour
            return f"{hour:0{min(len(token), 2)}d}"
        case "s" if set(token) == {"s"}:
            return f"{moment.second:0{min(len(token), 2)}d}"
        case "a" if token in ("am/pm", "a/p"):
            return "AM" if moment.hour < 12 else "PM"
        case "[":
            return ""
        case '"':
            return written[1:-1]
        case "\\":
            return written[1:]
        case "_" | "*" | "@":
            return ""
        case _:
            return written


def shown(value: object, pattern: str) -> tuple[str, str | float | bool, int]:
    """(text as a reader sees it, value to write, style)."""
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE"), value, 0
    if isinstance(value, datetime):
        whole = value.time() == time(0)
        text = date_text(value, pattern) or value.strftime("%Y-%m-%d" if whole else "%Y-%m-%d %H:%M")
        return text, (value - datetime(1899, 12, 30)) / timedelta(days=1), 7 if whole else 8  # noqa: DTZ001 - a cell has no zone
    if isinstance(value, date):
        return date_text(value, pattern) or value.isoformat(), float((value - date(1899, 12, 30)).days), 7
    if isinstance(value, time):
        return value.isoformat("seconds"), (value.hour * 3600 + value.minute * 60 + value.second) / 86400, 9
    if isinstance(value, timedelta):
        return str(value), value / timedelta(days=1), 9
    if isinstance(value, (int, float)):
        percent, comma, point = "%" in pattern, "#,##0" in pattern, ".0" in pattern
        style = (
            (6 if point else 5)
            if percent
            else (4 if point else 3)
            if comma
            else (2 if pattern.startswith("0.0") else 1 if pattern == "0" else 0)
        )
        number = value * 100 if percent else value
        text = (
            f"{number:,.2f}"
            if comma and point
            else f"{number:,.0f}"
            if comma
            else f"{number:.2f}"
            if style in (2, 6)
            else f"{number:.0f}"
            if style in (1, 5)
            else _general(number)
        )
        coin = _CURRENCY.match(pattern.split(";")[0].strip())
        if coin is not None:
            # A currency is a word that a reader sees: the cell becomes the text that they saw.
            text = f"{next(one for one in coin.groups() if one)} {text}"
            return text, text, 0
        return (
            text + ("%" if percent else ""),
            float(value) if abs(value) < 1e15 else str(value),
            style if abs(value) < 1e15 else 0,
        )
    text = tidied(str(value))[0]
    return text, text, 0


def _general(number: float) -> str:
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else f"{number:.10g}"
