"""Keys, signatures and seals of In Camera: pure functions over bytes. The browser has the same in `client/web/keys`, camelCased.

What comes from outside is a plain `str`; the `check_*`, `open_*` and `parse_*` functions are the only way to a believed value,
and say `ObjectRefused(reason)`, `LinkRefused(fault)` or `WordsRefused(wrong)` otherwise. `make_*`, `seal_*` are the other end.
A believed signed object is `Signed(body, by, compact, hash)`. In the browser every function that touches a key is async; structs
are plain objects with the names of the wire (`from`, `class`) and without `suite`, which is added; pairs are arrays; None is null.
Only there: `devices.freshSigner/freshOpener/signerOf/openerOf` (keys never shown), `store.Store` (IndexedDB), `schema`.

    refusals    Reason · ObjectRefused
    encoding    b64u unb64u new_id hash_bytes hash_text info pad unpad compact_json
    derive      hkdf(secret, info, salt, length) · seal_aes(key, plaintext, aad) open_aes(key, sealed, aad)
    devices     Signer Opener (protocols) · SoftSigner SoftOpener · signed_by(key, data, signature)
    hpke_box    seal_box(to, info, plaintext, step) open_box(opener, info, box, step)
    jws         sign(kind, body, signer) check(kind, untrusted, keys, payload) unverified object_hash SUITE
    roots       fingerprint · make_devcert(root, dev, nbf, exp, rev) check_devcert(untrusted, root_fingerprint, minrev, now)
                check_devices(untrusted, root_fingerprint, minrev, now) -> {sig: Signed[DevCert]}
                make_page(signer, mediation, seat, kem, nonce, ts, build) check_page(untrusted, mediation, seat, dev, nonce)
    link        new_link(mediation, seat, root_fingerprint, minrev) make_link(origin, link) parse_link(untrusted) link_keys(link)
    membership  make_charter(signer, charter) check_charter(untrusted, devices, mediation, held)
                make_sheet(signer, sheet) check_sheet(untrusted, charter, devices, held, own, continuous) sides_present
                make_card(signer, card) check_card(untrusted, devices, mediation)
    entry       behind_a_door newcomers · make_ring(signer, ring) check_ring(untrusted, sheet, devices)
                make_answer(signer, ring, seat, ts) check_answer(untrusted, ring, sheet) check_entry(new, held, devices, proofs, counted)
    grants      new_room_key(mediation, room, epoch) keeper_of(sheet, present) make_grant(signer, sheet, by, room_key, present, cards)
                check_grant(untrusted, sheet, present, seen) open_grant(grant, seat, page) room_code(room_key)
                frame_key(room_key, dev, page_kem)
    agreement   make_agreement(signer, agreement) check_agreement(untrusted, mediation, seat, dev)
    cards       seal_cards(page_kem, mediation, seat, cards) open_cards(page, mediation, seat, box)
    envelope    seal_envelope(signer, key, envelope) open_envelope(key, mediation, seat, devices, sealed, held_rev)
    knock       seal_knock(devcert, join, knock) open_knock(opener, devcert_hash, mediation, seat, join, box)
    notes       seal_note(signer, page_kem, note) open_note(opener, mediation, sender, to, dev, box)
    chat        seal_chat(signer, room_key, seat, message, kind, body, ts) -> (box, Signed[Chat])
                open_chat(room_key, seat, dev, message, box) check_chat(untrusted, mediation, dev) body_of(chat)
    vault       new_kit kit_words parse_kit kit_identity · age_identity age_recipient recipient_of new_identity
                seal_age(plaintext, recipients) open_age(sealed, identity) · seal_vault(document, recipients) open_vault(sealed, identity)
    hold        new_seed seed_words seed_qr parse_seed hold_keys(seed, mediation, seat)
                make_holder(signer, mediation, seat, keys, tested, ts) check_holder(untrusted, mediation, seat, dev)
                make_keep(signer, mediation, ref, digest, ts) check_keep(untrusted, mediation, ref, digest, dev)
    access      access_set(charter, ground, makers) access_sets(charter, makers, settlement) set_name(ground, holders) GATE
    offices     make_office(signer, mediation, seat, dev, ts) check_office(untrusted, devices, charter)
    authority   make_authority check_authority make_act check_act make_second check_second(untrusted, mediation, seat, hold_sig)
                details_hash seal_details open_details
    items       pack_content(chat, document) unpack_content(content, header)
                seal_item(signer, mediation, item, room, kind, seat, digest, charter, policy, sets, kems, content, ts) -> Sealed
                check_item(untrusted, charter, author) header_of(item) open_share(opener, item, sid, holder)
                open_item(item, sid, shares, file) open_file(item, file, identity, salt)
    disclosure  make_request(signer, request) check_request(untrusted, mediation, keys, items) private_text private_hash seal_private open_private
                make_consent(signer, opener, request, seat, decision, items, draft, shorten, ts)
                check_consent(untrusted, request, seat, hold_sig, draft) open_release seal_release
                make_sitting check_sitting seal_sitting_share open_sitting_share seal_to_reviewer open_from_worker
                check_draft make_verdict check_verdict seal_preview open_preview
    log         leaf_hash tree_root inclusion_path consistency_path included consistent
                make_checkpoint check_checkpoint cosign cosigned_at make_proof proof_text check_proof
    sframe      media frames (RFC 9605)
"""
