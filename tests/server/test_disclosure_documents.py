"""A kept document goes through the path of `incamera redact` inside the worker: redacted file, certificate and pictures come out, nothing else."""

import hashlib
import json

import pytest

from client.bundle.package import read_draft
from client.keys.disclosure import seal_to_reviewer
from client.keys.encoding import compact_json, new_id, unb64u
from client.keys.items import header_of
from client.protocol import messages as m
from redaction.verify import verify
from tests.redaction.formats.hiding_pdf import STAYS, Sheet, text
from tests.server.test_disclosure import Case, case

TOLD, HIDDEN = "Quillon Abernathy", "Zephyrine Oakhollow"
COVERED = text(f"Then {TOLD} left the house.", y=700) + text(HIDDEN, y=600) + "0 g 60 590 300 30 re f\n"


async def look(it: Case, item: str, page: int) -> m.Result | m.Failure:
    box = seal_to_reviewer(it.worker.kem, "look", it.rid, it.world.med.seat, compact_json({"item": item, "page": page}))
    return await it.lines["med"].call(m.SittingLook(id=new_id(), page=box))


@pytest.mark.slow
async def test_a_pdf_is_shown_with_what_it_hides_and_leaves_as_a_redacted_file_with_its_certificate(world) -> None:  # type: ignore[no-untyped-def]
    source = Sheet(COVERED).done()
    assert {hit.secret for hit in verify(source, [TOLD, HIDDEN], ocr=False).hits} == {0, 1}, "positive control"
    it = await case(world, document=(source, "application/pdf", f"{HIDDEN}.pdf"))
    await it.unlock("med", "ana", "ben")
    findings = await it.feed()
    assert not isinstance(findings, m.Failure), findings
    file = findings["files"][0]
    assert (file["name"], file["kind"], file["pages"]) == ("01-document.pdf", "pdf", 1)
    assert any(HIDDEN in one["text"] and one["place"] == "page 1" for one in file["hidden"])
    assert any(TOLD in one["text"] for one in findings["findings"])

    drawn = await look(it, header_of(it.item).item, 1)
    assert isinstance(drawn, m.Result), drawn
    pictures = json.loads(await it.boxed("page", drawn.data))
    shown = {name: unb64u(pictures[name]) for name in ("seen", "exposed", "redacted")}
    assert all(data.startswith(b"\x89PNG") for data in shown.values())
    assert len(set(shown.values())) == 3
    assert isinstance(await look(it, header_of(it.item).item, 2), m.Failure)

    content = await it.draft_it()
    files = read_draft(content)
    assert set(files) == {"items/01-document.pdf", "excerpt.pdf", "report.json"}
    for data in files.values():
        assert verify(data, [TOLD, HIDDEN, "Abernathy", "Oakhollow"]).clean
    log = json.loads(files["report.json"])["documents"][0]
    assert log["file"] == "01-document.pdf"
    assert log["certificate"]["output_sha256"] == hashlib.sha256(files["items/01-document.pdf"]).hexdigest()
    assert log["certificate"]["source_commitment"] == hashlib.sha256(bytes.fromhex(file["salt"]) + source).hexdigest()
    assert log["certificate"]["verified_by"]
    assert await it.read("ana") == content
    assert HIDDEN not in world.logged.getvalue()
    assert TOLD not in world.logged.getvalue()
    import pypdfium2

    said = pypdfium2.PdfDocument(files["items/01-document.pdf"])[0].get_textpage().get_text_range()
    assert STAYS in said


@pytest.mark.slow
async def test_a_document_that_does_not_come_out_clean_stops_the_draft_with_a_reason(world) -> None:  # type: ignore[no-untyped-def]
    """One name is kept on purpose where it stands in a picture's words and removed elsewhere; the reviewer learns what stands against it."""
    it = await case(world, document=(b"%PDF-1.4 not a pdf", "application/pdf", "x.pdf"))
    await it.unlock("med", "ana", "ben")
    refused = await it.feed()
    assert isinstance(refused, m.Failure)
    assert refused.facts == {"rule": "file.damaged", "item": header_of(it.item).item}
