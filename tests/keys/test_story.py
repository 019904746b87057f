"""The keys' own story: link, knock, room, chat, keeping, opening. Each step is believed by the others and by nobody else."""

from client.keys import (
    access,
    agreement,
    chat,
    disclosure,
    envelope,
    grants,
    hold,
    items,
    jws,
    knock,
    link,
    membership,
    notes,
    roots,
    vault,
)
from client.keys.encoding import b64u, hash_bytes, hash_text
from client.keys.jws import SUITE
from tests.keys.world import NOW, POLICY, World


def test_a_place_is_joined_from_its_link_alone() -> None:
    world = World()
    seat = world.seats["ann"]
    text = link.make_link("https://rooms.example", world.link)
    held = link.parse_link(text)
    assert held == world.link
    keys = link.link_keys(held)
    devices = roots.check_devices([world.devcert.compact], held.fingerprint, held.minrev, NOW)
    words = envelope.Envelope(
        suite=SUITE,
        mediation=world.mediation,
        seat=seat,
        rev=1,
        title="Garden wall",
        name="Ann",
        role="party",
        side=world.sides["left"],
        mediator="M",
        starts=NOW,
        ends=NOW + 3600,
        zone="Europe/Vienna",
        agreement={"en": envelope.AgreementText(text="We agree.")},
        agreement_sha256={"en": hash_bytes(b"x").encode().hex()[:64]},
        texts={"side": "Left"},
        charter=world.charter.hash,
    )
    sealed = envelope.seal_envelope(world.dev["mediator"], keys.envelope, words)
    assert envelope.open_envelope(keys.envelope, world.mediation, seat, devices, sealed).body == words
    page = roots.make_page(world.dev["ann"], world.mediation, seat, world.page["ann"].public, b64u(bytes(32)), NOW)
    signed = agreement.make_agreement(
        world.dev["ann"],
        agreement.Agreement(
            suite=SUITE,
            mediation=world.mediation,
            seat=seat,
            dev=world.dev["ann"].public,
            meeting=1,
            text="0" * 64,
            policy=POLICY,
            language="en",
            names=("Ann",),
            alone=True,
            no_recording=True,
            ts=NOW,
        ),
    )
    box = knock.seal_knock(
        world.devcert,
        keys.join,
        knock.Knock(page=page, agreement=signed, cannot_sign=False, names=("Ann",), words="hello"),
    )
    heard = knock.open_knock(world.desk, world.devcert.hash, world.mediation, seat, keys.join, box)
    assert heard.page.body.dev == world.dev["ann"].public
    assert heard.names == ("Ann",)


def test_what_was_kept_opens_with_every_share() -> None:
    world = World()
    joint = world.sheet("mediator", "ann", "ben")
    sheet = membership.check_sheet(joint.compact, world.charter, world.devices)
    key = world.room_key(sheet.body.room)
    here = world.present("mediator", "ann", "ben")
    grant = grants.make_grant(world.dev["mediator"], sheet, world.seats["mediator"], key, here)
    ann = grants.open_grant(grants.check_grant(grant.compact, sheet, here, 0), world.seats["ann"], world.page["ann"])
    assert ann == key
    assert grants.room_code(ann) == grants.room_code(key)
    box, said = chat.seal_chat(
        world.dev["ann"], ann, world.seats["ann"], world.id(), "text", chat.TextBody(text="40 000"), NOW
    )
    read = chat.open_chat(key, world.seats["ann"], world.dev["ann"].public, said.body.id, box)
    assert chat.body_of(read.body) == chat.TextBody(text="40 000")
    keep = hold.make_keep(world.dev["ben"], world.mediation, said.body.id, said.hash, NOW)
    hold.check_keep(keep.compact, world.mediation, said.body.id, said.hash, world.dev["ben"].public)

    sets = access.access_sets(world.charter.body, [world.seats["ann"]])
    sealed = items.seal_item(
        world.dev["ann"],
        world.mediation,
        world.id(),
        sheet.body.room,
        "chat",
        world.seats["ann"],
        said.hash,
        world.charter.hash,
        POLICY,
        sets,
        world.kems(),
        items.pack_content(said.compact),
        NOW,
    )
    item = items.check_item(sealed.item.compact, world.charter, world.dev["ann"].public)
    (sid,) = sets
    header = items.header_of(item)
    private = disclosure.Private(
        recipient=disclosure.Recipient(name="The court", class_="court"),
        purpose="to show",
        language="en",
        profile=disclosure.Profile(id="court", sha256=hash_text("p")),
        salt=b64u(bytes(32)),
    )
    export, worker_kem, worker_sig = (type(world.gate).fresh(), type(world.gate).fresh(), type(world.root).fresh())
    request = disclosure.make_request(
        world.dev["mediator"],
        disclosure.Request(
            suite=SUITE,
            mediation=world.mediation,
            request=world.id(),
            ground="waiver",
            sid=sid,
            items=(disclosure.RequestItem(item=header.item, ct_sha256=header.ct_sha256, pt_commit=header.pt_commit),),
            export_key=export.public,
            reviewer=world.seats["mediator"],
            where="operator",
            recipient=private.recipient.class_,
            profile=private.profile,
            authority="",
            private=disclosure.private_hash(private),
            cooling_hours=24,
            expires=NOW + 999,
            ts=NOW,
        ),
    )
    known = {header.item: item}
    disclosure.check_request(request.compact, world.mediation, world.devices, known)
    people = ("mediator", "ann", "ben")
    worker = disclosure.make_sitting(
        world.dev["mediator"],
        world.mediation,
        request.hash,
        disclosure.WorkerKeys(kem=worker_kem.public, sig=worker_sig.public),
        "b1",
        NOW,
    )
    disclosure.check_sitting(worker.compact, world.devices, request)
    boxes = {}
    for who in people:
        seat, keys = world.seats[who], world.hold[who]
        sealed_private = disclosure.seal_private(keys.kem.public, world.mediation, request.body.request, seat, private)
        assert disclosure.open_private(keys.kem, request, seat, sealed_private) == private
        yes = disclosure.make_consent(keys.sig, keys.kem, request, seat, "unlock", known, ts=NOW)
        yes = disclosure.check_consent(yes.compact, request, seat, keys.sig.public)
        share = disclosure.open_release(export, request, item, seat, yes.body.shares[0].box)
        boxes[seat] = disclosure.seal_sitting_share(worker_kem.public, request.hash, header.item, sid, seat, share)
    gate_share = items.open_share(world.gate, item, sid, access.GATE)
    boxes[access.GATE] = disclosure.seal_sitting_share(
        worker_kem.public, request.hash, header.item, sid, access.GATE, gate_share
    )
    shares = {
        seat: disclosure.open_sitting_share(worker_kem, request.hash, item, sid, seat, box)
        for seat, box in boxes.items()
    }
    content = items.open_item(item, sid, shares, sealed.file)
    assert items.unpack_content(content, header) == (said.compact, b"")

    draft = items.seal_item(
        worker_sig,
        world.mediation,
        world.id(),
        "",
        "draft",
        "",
        "",
        world.charter.hash,
        POLICY,
        {sid: item.body.wraps[0].holders},
        world.kems(),
        b"[redacted]",
        NOW,
    )
    seen = disclosure.check_draft(draft.item.compact, worker, request)
    name, digest = items.header_of(seen).item, hash_bytes(b"[redacted]")
    released = {}
    for who in people:
        seat, keys = world.seats[who], world.hold[who]
        preview = disclosure.seal_preview(keys.kem.public, request.hash, seat, draft.identity, draft.salt)
        assert (
            items.open_file(seen, draft.file, *disclosure.open_preview(keys.kem, request.hash, seat, preview))
            == b"[redacted]"
        )
        yes = disclosure.make_consent(keys.sig, keys.kem, request, seat, "release", {name: seen}, digest, True, NOW)
        yes = disclosure.check_consent(yes.compact, request, seat, keys.sig.public, (name, digest))
        released[seat] = disclosure.open_release(export, request, seen, seat, yes.body.shares[0].box)
    last = disclosure.seal_release(world.gate, request, seen, access.GATE)
    released[access.GATE] = disclosure.open_release(export, request, seen, access.GATE, last)
    assert items.open_item(seen, sid, released, draft.file) == b"[redacted]"


def test_notes_and_vaults_open_for_their_owner() -> None:
    world = World()
    note = notes.Note(
        suite=SUITE,
        mediation=world.mediation,
        sender=world.seats["ann"],
        to=world.seats["mediator"],
        id=world.id(),
        kind="signal",
        body={"help": True},
        ts=NOW,
    )
    box = notes.seal_note(world.dev["ann"], world.page["mediator"].public, note)
    heard = notes.open_note(world.page["mediator"], world.mediation, note.sender, note.to, world.dev["ann"].public, box)
    assert heard.body == note
    kit = vault.new_kit()
    assert vault.parse_kit(" ".join(vault.kit_words(kit))) == kit
    device = vault.new_identity()
    sealed = vault.seal_vault({"root": "é"}, [vault.recipient_of(device), vault.recipient_of(vault.kit_identity(kit))])
    for identity in (device, vault.kit_identity(kit)):
        assert vault.open_vault(sealed, identity) == {"root": "é"}
    assert vault.age_recipient(world.gate.public) == vault.recipient_of(vault.age_identity(world.gate.secret))
    assert jws.object_hash(world.charter.compact) == world.charter.hash
