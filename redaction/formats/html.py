"""The words of an HTML message that its reader sees."""

import re

from lxml import etree, html

from redaction.formats.model import Hidden
from redaction.formats.text import tidied

_BLOCKS = {
    "p", "div", "br", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "hr", "section", "article",
    "header", "footer", "dt", "dd", "center",
}  # fmt: skip
_GONE = {
    "script",
    "style",
    "head",
    "title",
    "meta",
    "link",
    "template",
    "noscript",
    "iframe",
    "object",
    "embed",
    "svg",
    "math",
    "textarea",
    "select",
}
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$)|font-size\s*:\s*[0-2](?:\.\d+)?(?:px|pt|em|%)?\s*(?:;|$|!)"
    r"|color\s*:\s*(?:#fff(?:fff)?\b|white|transparent|rgb\(\s*255\s*,\s*255\s*,\s*255)|(?:max-)?(?:height|width)\s*:\s*0(?:px|pt)?\s*(?:;|$|!)"
    r"|text-indent\s*:\s*-\d{3,}|(?:left|top)\s*:\s*-\d{3,}",
    re.I,
)  # fmt: skip
MOST_NODES = 300_000


def visible_text(markup: str) -> tuple[str, list[Hidden]]:
    """(text as seen, what is hidden in the markup)."""
    hidden: list[Hidden] = []
    for comment in re.findall(r"<!--(.*?)-->", markup, re.S)[:200]:
        if comment.strip():
            hidden.append(Hidden("comment in the markup", "message", comment.strip()[:2000]))
    try:
        root = html.document_fromstring(
            re.sub(r"<\?xml[^>]*\?>", "", markup) or "<p></p>",
            parser=html.HTMLParser(remove_comments=True, remove_pis=True, no_network=True, huge_tree=False),
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return "", hidden
    unseen_classes = set()
    for style in root.iter("style"):
        for names, rules in re.findall(r"([^{}]+)\{([^{}]*)\}", style.text or ""):
            if _HIDING.search(rules):
                unseen_classes |= {n.strip().lstrip(".#") for n in names.split(",")}
    parts: list[str] = []
    stack: list[tuple[str, object]] = [("open", root)]
    looked = 0
    while stack:
        step, node = stack.pop()
        looked += 1
        if looked > MOST_NODES:
            break
        if step == "text":
            parts.append(str(node))
            continue
        element: html.HtmlElement = node
        tag = element.tag if isinstance(element.tag, str) else ""
        for key in ("href", "src", "background", "alt", "title", "action", "content", "value", "data-src"):
            value = element.get(key)
            if value and len(value) > 3:
                hidden.append(Hidden("link, address or description in the markup", "message", value[:2000]))
        if tag in _GONE or _unseen(element, unseen_classes):
            text = " ".join(element.itertext()).strip()
            if text and tag not in ("style", "script"):
                hidden.append(Hidden("text that can't be seen", "message", text[:2000]))
            continue
        if tag in _BLOCKS:
            parts.append("\n")
            stack.append(("text", "\n" if tag != "br" else ""))
        elif tag in ("td", "th"):
            stack.append(("text", "\t"))
        for child in reversed(element):
            if child.tail:
                stack.append(("text", re.sub(r"\s+", " ", child.tail)))
            stack.append(("open", child))
        if element.text:
            parts.append(re.sub(r"\s+", " ", element.text))
    text = tidied("".join(parts))[0]
    text = re.sub(r"[ \t]*\n[ \t]*", "\n", re.sub(r"[ \t\u00a0]+", " ", text))
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n", hidden[:1000]


def _unseen(element: "html.HtmlElement", classes: set[str]) -> bool:
    if element.get("hidden") is not None or element.get("type") == "hidden":
        return True
    if _HIDING.search(element.get("style") or ""):
        return True
    if (element.get("color") or "").lower() in ("#ffffff", "white", "#fff"):
        return True
    names = set((element.get("class") or "").split()) | {element.get("id") or ""}
    return bool(names & classes)
