"""Document redaction, measured: leaks, kept words, twins, width left, CPU seconds and KiB a page; ours beside others on the same files.

    python -m tests.bench.documents                      ours
    python -m tests.bench.documents --others PYTHON      also PyMuPDF (AGPL), clearleaf (MIT), pdf-redactor (CC0) in that interpreter's environment
    python -m tests.bench.documents --folder DIR         also the files of a folder with a manifest.json

The others live in an environment of the benchmark's own and are driven as programs: nothing of theirs is imported here.
The judge of all is our verifier, which shares no code with our redactor; the study's own checker gave the same verdicts.
"""

import argparse
import json
import math
import os
import random
import resource
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path

import pypdfium2

from redaction import documents, sandbox
from redaction.formats.model import SUFFIX, Kind, Manner
from redaction.sandbox_child import Heard, Preview, Read
from redaction.verify import verify
from tests.redaction.formats.hiding_looks import all_looks
from tests.redaction.formats.hiding_other import all_cases, docx, p, r
from tests.redaction.formats.hiding_pdf import CASES, Sheet, text, twin

OTHERS = ("pymupdf", "clearleaf", "pdf_redactor")
DRIVER = r"""
import json, re, sys
engine, source, target, terms = sys.argv[1], sys.argv[2], sys.argv[3], json.loads(sys.argv[4])
if engine == "pymupdf":
    import pymupdf
    doc = pymupdf.open(source)
    for page in doc:
        for term in terms:
            for rect in page.search_for(term): page.add_redact_annot(rect, fill=(0, 0, 0))
        page.apply_redactions()
    doc.scrub(); doc.save(target, garbage=4, deflate=True)
elif engine == "clearleaf":
    import clearleaf
    doc = clearleaf.open(source)
    for page in doc:
        lines = page.text_lines() if callable(page.text_lines) else page.text_lines
        for line in lines:
            for term in terms:
                at = line["text"].casefold().find(term.casefold())
                while at >= 0:
                    x0, y0, x1, y1 = line["bbox"]; carets = line.get("carets") or []
                    if not line["angle"] and len(carets) > at + len(term): x0, x1 = carets[at], carets[at + len(term)]
                    page.add_redact_annot((x0, y0, x1, y1))
                    at = line["text"].casefold().find(term.casefold(), at + 1)
        page.apply_redactions()
    doc.save(target)
else:
    import pdf_redactor
    o = pdf_redactor.RedactorOptions()
    o.metadata_filters = {"DEFAULT": [lambda v: None]}; o.xmp_filters = [lambda x: None]
    o.content_filters = [(re.compile(re.escape(t), re.I), lambda m: "XXXX") for t in terms]
    o.input_stream = open(source, "rb"); o.output_stream = open(target, "wb")
    pdf_redactor.redactor(o)
"""
WORDS = (
    "the agreement between both sides about boundary wall repairs provides that each shall meet costs within thirty days after notice given by "
    "registered post unless otherwise arranged through their mediator at premises known as orchard house where sessions were held during spring"
).split()
NAMES = (
    "Al Ng|Ida Moss|Eve Lyle|Tom Fry|Ada Pike|Max Orme|Una Voss|Lee Hart|Ann Bell|Rex Cole|Nora Finch|Hugo Marsh|Iris Holme|Paul Denby|Clara Whitt|"
    "Simon Archer|Helen Brody|Oscar Lindt|Martin Ferrow|Dorothy Lang|Quentin Moor|Rosalind Kay|Bernard Stow|Frederick Hale|Gwendolen Price|"
    "Theodora Milne|Alexander Wren|Cornelius Vane|Quillon Abernathy|Wilhelmina Ashworth|Bartholomew Thorne|Christabel Featherstone|Maximilian Wetherby"
).split("|")


def cpu() -> float:
    return sum(
        u.ru_utime + u.ru_stime
        for u in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


def redact(data: bytes, terms: list[str], manner: Manner | None = None) -> documents.Finished:
    """Our whole path: read, find, plan, apply, verify, all behind the wall."""
    manner = manner or Manner()
    source = documents.Source("document-1", data, bytes(32))
    prepared, decisions = documents.term_decisions(documents.prepare([source], manner), terms)
    plan = documents.plan_for([], documents.no_profile(), decisions)
    gone, hidden = documents.secrets_of(prepared, plan, terms)
    return documents.finish(prepared[0], plan, terms, gone, hidden, manner)


def other(python: str, engine: str, data: bytes, terms: list[str], folder: Path) -> bytes | None:
    source, target = folder / "in.pdf", folder / "out.pdf"
    source.write_bytes(data)
    target.unlink(missing_ok=True)
    try:
        done = subprocess.run(
            [python, "-W", "ignore", "-c", DRIVER, engine, str(source), str(target), json.dumps(terms)],
            capture_output=True,
            timeout=120,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    return target.read_bytes() if done.returncode == 0 and target.exists() else None


def corpus(folder: str | None) -> list[tuple[str, bytes, list[str], list[str], list[str], str]]:
    """(name, file, targets, secrets, what must stay, password)."""
    out = [(c.name, c.build(), list(c.targets), c.secrets, list(c.stays), c.password) for c in CASES]
    out += [(c.name, c.data, list(c.targets), c.secrets, list(c.stays), "") for c in (*all_cases(), *all_looks())]
    if folder:
        for entry in json.loads((Path(folder) / "manifest.json").read_text())["files"]:
            out.append(
                (
                    entry["file"],
                    (Path(folder) / entry["file"]).read_bytes(),
                    entry["targets"],
                    entry["secrets"],
                    entry["survive"],
                    "",
                )
            )
    return out


def found_in(data: bytes, secrets: list[str]) -> set[int]:
    """Which secrets the judge sees; pictures are read only when the rest does not show them all."""
    found = {hit.secret for hit in verify(data, secrets, ocr=False).hits}
    return found if len(found) == len(secrets) else found | {hit.secret for hit in verify(data, secrets).hits}


def leaks(folder: str | None, python: str | None) -> None:
    files = corpus(folder)
    # Hundreds of starts of a sandbox would drown what is measured here: the same path runs in this process.
    usual = sandbox.wall
    sandbox.wall = lambda: sandbox.Wall.NONE  # type: ignore[assignment]
    tally: dict[str, Counter[str]] = {"ours": Counter(), **({name: Counter() for name in OTHERS} if python else {})}
    seconds: Counter[str] = Counter()
    controls = 0
    with tempfile.TemporaryDirectory() as name:
        for label, data, targets, secrets, _, password in files:
            pdf = b"%PDF-" in data[:1024]
            controls += bool(password) or found_in(data, secrets) == set(range(len(secrets)))
            for engine in tally:
                if engine != "ours" and (not pdf or password):
                    continue
                before = cpu()
                if engine == "ours":
                    done = redact(data, targets, Manner(password=password))
                    output = done.data
                else:
                    output = other(python or "", engine, data, targets, Path(name))
                seconds[engine] += cpu() - before
                kind = "pdf" if pdf else "other formats"
                if output is None:
                    verdict = "blocked or failed"
                else:
                    found = verify(output, secrets, ocr=False)
                    if not found.hits:
                        found = verify(output, secrets)
                    verdict = "leak" if found.hits else "unsure" if found.unlooked else "clean"
                tally[engine][f"{kind}: {verdict}"] += 1
                if engine == "ours" and verdict != "clean":
                    print(
                        f"  ours, {label}: {verdict}", *(f"({b.says} {b.place})" for b in done.certificate.blocked[:2])
                    )
    sandbox.wall = usual
    print(f"files {len(files)}, with every secret found in the source first: {controls}")
    for engine, counts in tally.items():
        total = sum(counts.values())
        print(f"{engine:13} {dict(sorted(counts.items()))}  {seconds[engine] / total:.2f} CPU s a file")


def dense(pages: int, name: str, seed: int = 3) -> bytes:
    """Pages of 550 words of print; the name stands on each of them three times."""
    import io

    import pikepdf

    chance = random.Random(seed)
    pdf = pikepdf.new()
    for _ in range(pages):
        content = ""
        for k in range(50):
            words = [chance.choice(WORDS) for _ in range(11)]
            if k in (7, 23, 41):
                words[chance.randrange(11)] = name
            content += text(" ".join(words), 60, 790 - 14.4 * k, 10.5)
        page = Sheet()
        page.resources.Font.F1.BaseFont = pikepdf.Name("/Times-Roman")
        page.content = content
        with pikepdf.open(io.BytesIO(page.done())) as one:
            pdf.pages.extend(one.pages)
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def words_of(data: bytes) -> Counter[str]:
    document = pypdfium2.PdfDocument(data)
    return Counter(word for page in document for word in page.get_textpage().get_text_range().split())


def speed(pages: int) -> None:
    name = "Quillon Abernathy"
    data = dense(pages, name)
    start = time.monotonic()
    done = redact(data, [name])
    took = time.monotonic() - start
    # Bubblewrap does not hand up the CPU time of what ran in it: the CPU is counted in a second run behind the other wall.
    before, usual = cpu(), sandbox.wall
    sandbox.wall = lambda: sandbox.Wall.KERNEL  # type: ignore[assignment]
    redact(data, [name])
    sandbox.wall = usual
    spent = cpu() - before
    if done.data is None:
        print("blocked:", [b.says for b in done.certificate.blocked[:3]])
        return
    was, now = words_of(data), words_of(done.data)
    for part in name.split():
        was.pop(part, None)
    kept = sum(min(count, now[word]) for word, count in was.items()) / sum(was.values())
    print(
        f"{pages} dense pages: {spent / pages:.2f} CPU s, {len(done.data) / 1024 / pages:.1f} KiB a page, {took:.1f} s in all, other words kept {kept:.2%}, load {os.getloadavg()[0]:.1f}"
    )
    one = dense(1, name)
    start = time.monotonic()
    heard = sandbox.run(Read(one, Manner()))
    if isinstance(heard, Heard):
        sandbox.run(Preview(one, Manner(), heard.reading, (), 1))
    print(f"first page of a preview, read and drawn: {time.monotonic() - start:.2f} s")


def wrapped(name: str) -> bytes:
    """A paragraph set ragged right with the name in it, as a word processor breaks it."""
    from redaction.formats.pdf.reset import typeface

    face = typeface("serif", 1000)
    words = f"{' '.join(WORDS[:14])} {name} said so {' '.join(WORDS[14:])}".split(" ")
    lines, line = [], ""
    for word in words:
        if line and face.getlength(f"{line} {word}") * 0.0105 > 430:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    lines.append(line)
    return Sheet("".join(text(one, 72, 700 - 15 * k, 10.5) for k, one in enumerate(lines))).done(static_id=True)


def width(python: str | None) -> None:
    for align in ("left", "centre", "right", "nothing"):
        pair = [redact(twin(name, align=align), [name]).data for name in ("Quillon Abernathy", "Ida Moss")]
        print(
            f"PDF twins, aligned {align}: {'equal, byte for byte' if pair[0] is not None and pair[0] == pair[1] else 'DIFFERENT'}"
        )
    pair = [
        redact(docx(p(r(f"On that day {name} said so."))), [name]).data for name in ("Quillon Abernathy", "Ida Moss")
    ]
    print(f"DOCX twins: {'equal, byte for byte' if pair[0] is not None and pair[0] == pair[1] else 'DIFFERENT'}")
    classes = Counter(redact(wrapped(name), [name]).data for name in NAMES)
    total = sum(classes.values())
    bits = -sum(n / total * math.log2(n / total) for n in classes.values())
    alone = sum(1 for n in classes.values() if n == 1)
    print(
        f"width attack, {total} names in a wrapped paragraph: {bits:.2f} of {math.log2(total):.2f} bits left, {alone} names identified alone"
    )
    if python:
        with tempfile.TemporaryDirectory() as folder:
            for engine in OTHERS:
                pair = [
                    other(python, engine, twin(name), [name], Path(folder))
                    for name in ("Quillon Abernathy", "Ida Moss")
                ]
                shown = ["" if one is None else places(one) for one in pair]
                print(f"{engine} twins: {'text places equal' if shown[0] and shown[0] == shown[1] else 'different'}")


def places(data: bytes) -> str:
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(data)
        file.flush()
        done = subprocess.run(["pdftotext", "-bbox", file.name, "-"], capture_output=True, text=True, check=False)
    return "\n".join(line for line in done.stdout.splitlines() if "<word" in line)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--others", help="interpreter of an environment with pymupdf, clearleaf, pdf-redactor")
    parser.add_argument("--folder", help="folder of further files with a manifest.json")
    parser.add_argument("--pages", type=int, default=50)
    parser.add_argument("--only", choices=("leaks", "speed", "width"))
    asked = parser.parse_args()
    print(f"sandbox: {sandbox.wall().value}; kinds written: {', '.join(SUFFIX[kind] for kind in Kind)}")
    if asked.only in (None, "leaks"):
        leaks(asked.folder, asked.others)
    if asked.only in (None, "width"):
        width(asked.others)
    if asked.only in (None, "speed"):
        speed(asked.pages)


if __name__ == "__main__":
    main()
