"""The excerpt as a PDF: what the messages and the unpaged documents say after redaction, what was blacked out, and each document's certificate."""

from collections.abc import Sequence
from typing import Any

import typst

from client.keys.encoding import compact_json
from redaction.certificate import Certificate
from server.disclosure.kept import CannotDraft

# The texts arrive as data, never as markup.
_TEMPLATE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: "Excerpt", date: none)
#set page(paper: "a4", margin: 25mm, numbering: "1 / 1")
#set text(size: 11pt, lang: "en")
= Excerpt
#for file in data.pages [
  == #file.name
  #for line in file.text.split("\\n") [
    #if line == "" [ #v(0.6em) ] else [ #text(line) \\ ]
  ]
]
#pagebreak(weak: true)
== What was blacked out
#if data.report.len() == 0 [Nothing in the messages.] else [
  #table(columns: (auto, auto, 1fr, auto), table.header[File][Line][What][Rule],
    ..data.report.map(one => (text(one.file), str(one.line), text(one.says), text(one.rule))).flatten())
]
#for one in data.certificates [
  == Certificate of #one.name
  #text(size: 9pt)[SHA-256 of the redacted file: #raw(one.sha256) \\ SHA-256 of salt and original: #raw(one.source)]

  #for line in one.lines [ #text(line) \\ ]
  #if one.removed.len() > 0 [
    #table(columns: (auto, 1fr, auto, auto), table.header[Where][What][Rule][Places],
      ..one.removed.map(r => (text(r.place), text(r.says), text(r.rule), str(r.count))).flatten())
  ]
  #if one.hidden.len() > 0 [
    Hidden content that is not in the redacted file:
    #table(columns: (auto, 1fr, auto), table.header[Where][What][Count],
      ..one.hidden.map(r => (text(r.place), text(r.what), str(r.count))).flatten())
  ]
]
"""
MOST_ROWS = 2_000


def render_pdf(
    pages: Sequence[dict[str, str]], report: Sequence[dict[str, Any]], certificates: Sequence[dict[str, Any]] = ()
) -> bytes:
    """The excerpt: redacted texts, and the log by kind and rule."""
    data = compact_json({"pages": list(pages), "report": list(report)[:MOST_ROWS], "certificates": list(certificates)})
    made = typst.compile(_TEMPLATE.encode(), format="pdf", sys_inputs={"data": data.decode()})
    if not isinstance(made, bytes):
        raise CannotDraft("render")
    return made


def certificate_page(name: str, certificate: Certificate, words: dict[str, str]) -> dict[str, Any]:
    """A certificate as a reader of the excerpt sees it. `words` says the kinds."""
    checked = ", ".join(certificate.verified_by) or "text search"
    lines = [
        f"Made by {certificate.tool} with {', '.join(f'{k} {v}' for k, v in certificate.engines.items())}; read behind: {certificate.sandbox}.",
        f"Opened again and found clean by other tools: {checked}.",
        *certificate.notes,
        *certificate.left_out,
    ]
    return {
        "name": name,
        "sha256": certificate.output_sha256 or "",
        "source": certificate.source_commitment,
        "lines": lines,
        "removed": [
            {"place": r.place, "says": words.get(r.kind, "private detail"), "rule": r.rule, "count": r.count}
            for r in certificate.removed
        ],
        "hidden": [{"place": d.place, "what": d.what, "count": d.count} for d in certificate.hidden_dropped],
    }
