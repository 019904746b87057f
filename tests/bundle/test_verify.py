"""A package is believed only if everybody whose yes was needed said it about these very bytes."""

import io
import json
import subprocess
import zipfile
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from client.bundle.canonical_zip import read_zip, write_zip
from client.bundle.cli import verify
from client.bundle.package import build_package, draft_content, read_draft
from client.bundle.verify import verify_package
from client.keys import disclosure, hold, membership, roots
from client.keys.devices import SoftOpener, SoftSigner
from client.keys.refusals import ObjectRefused
from client.keys.roots import fingerprint
from tests.bundle.pack import Packing
from tests.keys.world import NOW, World

PACKING = Packing()
PACKAGE = PACKING.build()
ROOT = fingerprint(PACKING.world.root.public)
SEATS = PACKING.world.seats


def blamed(package: bytes, root: str | None = ROOT) -> set[str]:
    report = verify_package(package, root)
    assert not report.consistent
    assert not report.established
    assert report.said == ()
    assert report.verdict.startswith("NOT VALID")
    return {problem.file for problem in report.problems}


def test_a_right_package_says_what_was_authorised_by_whom() -> None:
    report = verify_package(PACKAGE, ROOT)
    assert (report.consistent, report.established, report.problems) == (True, True, ())
    said = "\n".join(report.said)
    for word in (
        "District Court (court)",
        "to show the offer",
        "Ann (party",
        "Ben (party",
        "Mediator (mediator",
        "everyone agreed",
    ):
        assert word in said


def test_without_a_fingerprint_the_signer_is_not_established() -> None:
    report = verify_package(PACKAGE)
    assert (report.consistent, report.established) == (True, False)
    assert report.verdict.startswith("Consistent; signer not established")
    assert report.fingerprint == ROOT


def test_another_mediators_fingerprint_is_noticed() -> None:
    other = fingerprint(SoftSigner.fresh().public)
    assert blamed(PACKAGE, other) == {"keys/root.pem"}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(PACKAGE) - 1), st.integers(1, 255))
def test_a_flipped_byte_anywhere_is_found_and_its_file_named(offset: int, change: int) -> None:
    spoilt = bytearray(PACKAGE)
    spoilt[offset] ^= change
    report = verify_package(bytes(spoilt), ROOT)
    assert not report.consistent
    (problem,) = report.problems
    with zipfile.ZipFile(io.BytesIO(PACKAGE)) as archive:
        infos = archive.infolist()
        table = archive.start_dir
    if offset < table:
        expected = max((info for info in infos if info.header_offset <= offset), key=lambda info: info.header_offset)
        assert expected.filename in str(problem)
    else:
        assert any(info.filename in str(problem) for info in infos) or "end record" in str(problem)


def resealed(**changes: bytes | None) -> bytes:
    """The package with files changed (None: taken out) and the ZIP made right again, as somebody without the mediator's key can."""
    files = read_zip(PACKAGE)
    for name, content in changes.items():
        if content is None:
            del files[name]
        else:
            files[name] = content
    return write_zip(files)


@pytest.mark.parametrize("name", sorted(read_zip(PACKAGE)))
def test_a_changed_file_in_a_sound_zip_is_named(name: str) -> None:
    assert name in blamed(resealed(**{name: read_zip(PACKAGE)[name] + b" "}))
    assert name in blamed(resealed(**{name: None}))


def test_a_file_put_in_is_named() -> None:
    assert blamed(resealed(**{"note.txt": b"hello"})) == {"note.txt"}


# From here on the mediator's own device cheats: the list of hashes and its signature are right each time.


def without(seat: str) -> dict[str, object]:
    parts = PACKING.parts()
    return {"releases": {s: text for s, text in parts.releases.items() if s != seat}}


def test_a_missing_yes_can_not_be_hidden() -> None:
    assert blamed(PACKING.build(**without(SEATS["ben"]))) == {f"consents/release-{SEATS['ben']}.jws"}


def test_somebody_elses_yes_does_not_count() -> None:
    parts = PACKING.parts()
    swapped = parts.releases | {SEATS["ben"]: parts.releases[SEATS["ann"]]}
    assert blamed(PACKING.build(releases=swapped)) == {f"consents/release-{SEATS['ben']}.jws"}


def test_other_bytes_than_those_agreed_to_are_noticed() -> None:
    excerpt = PACKING.parts().excerpt | {"items/02-message.txt": b"forged"}
    assert blamed(PACKING.build(excerpt=excerpt)) <= {f"consents/release-{seat}.jws" for seat in SEATS.values()}
    report = verify_package(PACKING.build(excerpt=excerpt), ROOT)
    assert any("does not fit the bytes" in problem.text for problem in report.problems)


def test_another_recipient_is_noticed() -> None:
    private = json.loads(PACKING.parts().private)
    private["recipient"]["name"] = "The newspaper"
    text = json.dumps(private, separators=(",", ":"), ensure_ascii=False)
    assert blamed(PACKING.build(private=text)) == {"private.json"}


def test_a_paper_key_that_the_mediator_made_up_is_noticed() -> None:
    world, seat = PACKING.world, SEATS["ben"]
    keys = hold.hold_keys(hold.new_seed(), world.mediation, seat)
    forged = hold.make_holder(world.dev["mediator"], world.mediation, seat, keys, True, NOW).compact
    parts = PACKING.parts()
    assert blamed(PACKING.build(holders=parts.holders | {seat: forged})) == {f"holders/{seat}.jws"}


def test_an_untested_paper_key_is_noticed() -> None:
    world, seat = PACKING.world, SEATS["ben"]
    untested = hold.make_holder(world.dev["ben"], world.mediation, seat, world.hold["ben"], False, NOW).compact
    parts = PACKING.parts()
    assert blamed(PACKING.build(holders=parts.holders | {seat: untested})) == {f"holders/{seat}.jws"}


def test_a_charter_with_fewer_people_does_not_fit_what_was_kept() -> None:
    world = PACKING.world
    body = world.charter_body(seats=tuple(seat for seat in world.charter.body.seats if seat.id != SEATS["ben"]))
    smaller = membership.make_charter(world.dev["mediator"], body).compact
    assert any(file.startswith(("items/", "cards/")) for file in blamed(PACKING.build(charters=(smaller,))))


def test_a_request_for_something_else_is_noticed() -> None:
    world = PACKING.world
    other = msgspec.structs.replace(PACKING.request.body, ts=NOW + 1)
    request = disclosure.make_request(world.dev["mediator"], other).compact
    assert "sitting.jws" in blamed(PACKING.build(request=request))


def test_a_draft_by_another_worker_is_noticed() -> None:
    world = PACKING.world
    keys = disclosure.WorkerKeys(kem=SoftOpener.fresh().public, sig=SoftSigner.fresh().public)
    sitting = disclosure.make_sitting(world.dev["mediator"], world.mediation, PACKING.request.hash, keys, "b", NOW)
    assert blamed(PACKING.build(sitting=sitting.compact)) == {"draft.jws"}


def test_an_event_that_is_not_in_the_log_is_noticed() -> None:
    parts = PACKING.parts()
    first = msgspec.structs.replace(parts.events[0], event=parts.events[0].event.replace("asked", "Asked"))
    assert blamed(PACKING.build(events=(first, *parts.events[1:]))) == {"log/000000.tlog-proof"}


def test_a_device_of_another_root_can_not_sign_for_the_mediator() -> None:
    other = World("other")
    keys = roots.DeviceKeys(id=other.id(), sig=other.dev["mediator"].public, kem=other.desk.public)
    cert = roots.make_devcert(other.root, keys, NOW - 60, NOW + 86_400, 3).compact
    parts = msgspec.structs.replace(PACKING.parts(), certs=(cert, *PACKING.parts().certs))
    package = build_package(other.dev["mediator"], parts)
    assert any(file.startswith("certs/") for file in blamed(package))


def test_text_of_others_can_not_pretend_to_be_a_line_of_the_answer() -> None:
    packing = Packing(World("rude"))
    card = membership.Card(
        suite="s1",
        mediation=packing.world.mediation,
        seat=packing.world.seats["ann"],
        names=("Ann\n\x1b[2JValid: all",),
        side=packing.world.sides["left"],
        role="party",
        rev=2,
    )
    packing.cards[1] = membership.make_card(packing.world.dev["mediator"], card)
    report = verify_package(packing.build())
    assert report.consistent
    assert not any("\n" in line or "\x1b" in line for line in report.said)


@given(st.binary(max_size=300))
def test_a_draft_is_read_only_in_its_one_spelling(data: bytes) -> None:
    with pytest.raises(ObjectRefused):
        read_draft(data)


def test_drafts_are_read_as_written_and_in_no_other_spelling() -> None:
    files = read_draft(PACKING.content)
    assert draft_content(files) == PACKING.content
    for other in (
        PACKING.content.replace(b":", b": ", 1),
        PACKING.content + b" ",
        PACKING.content.replace(b'"pdf"', b'"PDF"'),
    ):
        with pytest.raises(ObjectRefused):
            read_draft(other)


def test_the_command_says_it_in_words_and_by_its_exit_code(tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    path.write_bytes(PACKAGE)
    run = CliRunner()
    good = run.invoke(verify, [str(path), "--root", ROOT])
    assert good.exit_code == 0, good.output
    assert "District Court" in good.output
    unknown = run.invoke(verify, [str(path)])
    assert unknown.exit_code == 3
    assert "signer not established" in unknown.output
    path.write_bytes(PACKAGE[:2000] + b"!" + PACKAGE[2001:])
    bad = run.invoke(verify, [str(path), "--root", ROOT])
    assert bad.exit_code == 1
    assert "VERIFY.txt" in bad.output or "SHA256SUMS" in bad.output
    assert run.invoke(verify, [str(path), "--root", "x"]).exit_code == 2


def commands() -> list[str]:
    """The commands that VERIFY.txt shows, one paragraph each."""
    text = read_zip(PACKAGE)["VERIFY.txt"].decode()
    blocks = [block for block in text.split("\n\n") if block.startswith("    ")]
    return [block for block in blocks if not block.startswith(("    incamera", "    excerpt"))]


def test_verify_txt_works_as_it_stands(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(PACKAGE)) as archive:
        archive.extractall(tmp_path)

    def shell(command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)

    sums, signature, consents, said = commands()
    assert shell(sums).returncode == 0
    assert 'Good "incamera-package" signature for mediator' in shell(signature).stdout
    checked = shell(consents).stdout
    assert checked.count("Signature Verified Successfully") == 6
    assert "Failure" not in checked
    assert shell(said).stdout.count('"decision":"release"') == 3
    (tmp_path / "items/01-message.txt").write_text("forged")
    assert shell(sums).returncode != 0
    release = tmp_path / f"consents/release-{SEATS['ben']}.jws"
    release.write_text(release.read_text().replace(".ey", ".eY", 1))
    assert shell(consents).stdout.count("Signature Verified Successfully") == 5
    (tmp_path / "SHA256SUMS").write_text("")
    assert shell(signature).returncode != 0


def test_a_draft_carries_documents_beside_its_texts_and_nothing_else() -> None:
    files = {
        "items/01-message.txt": b"one",
        "items/02-document.pdf": b"%PDF \x00\xff",
        "items/03-document.docx": b"PK",
        "report.json": b'{"a":1}',
        "excerpt.pdf": b"%PDF",
    }
    content = draft_content(files)
    assert read_draft(content) == files
    assert b"documents" not in draft_content({"items/01-message.txt": b"one"}), (
        "drafts of texts alone stay as they were"
    )
    for wrong in ("items/a.jws", "items/a.exe", "other.pdf"):
        with pytest.raises(ValueError, match="a draft holds"):
            draft_content({wrong: b"x"})
    for bad in (
        content.replace(b"02-document.pdf", b"02-document.jws"),
        content.replace(b'"documents":', b'"documents":[],"x":'),
        b'{"documents":[],"files":[],"pdf":"","report":null}',
    ):
        with pytest.raises(ObjectRefused):
            read_draft(bad)
