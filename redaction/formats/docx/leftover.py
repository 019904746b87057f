"""What the parts in use still hold when the reading is done: names of people in attributes, text of other versions. For the reviewer's list."""

from typing import TYPE_CHECKING

from redaction.formats.docx.style import local
from redaction.formats.model import Hidden

if TYPE_CHECKING:
    from redaction.formats.docx.read import Reader


def attributes(reader: "Reader") -> list[Hidden]:
    """Names of people and tags that stand in attributes."""
    out: list[Hidden] = []
    for part in sorted(reader.used):
        if not part.endswith(".xml"):
            continue
        for element in reader.package.xml(part).iter():
            for key, value in ((str(k), str(v)) for k, v in element.attrib.items()):
                if key.rpartition("}")[2] in ("author", "initials") and value:
                    out.append(Hidden("name of an author", "file", value))
                elif local(element) in ("alias", "tag", "docVar") and key.endswith("}val"):
                    out.append(Hidden("tag of a field", "file", value))
    return list(dict.fromkeys(out))[:500]


def unread_text(reader: "Reader") -> list[Hidden]:
    """Text of the parts in use that neither the reading nor the list of hidden things has: other versions, unused notes."""
    shown = "".join(reader.parts)
    listed = "\n".join(hidden.text for hidden in reader.hidden)
    out: list[Hidden] = []
    for part in sorted(reader.used):
        if part.endswith(".xml"):
            for element in reader.package.xml(part).iter():
                words = element.text or ""
                if local(element) in ("t", "delText") and words.strip() and words not in shown and words not in listed:
                    out.append(Hidden("text that is not shown", "file", words))
    return list(dict.fromkeys(out))[:500]
