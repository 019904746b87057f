// The browser half of the vectors. Evaluated in the page; gives back a list of differences (empty: all alike).
async ({ keys, tables, boxes }) => {
  const names = ['encoding', 'derive', 'devices', 'hpke_box', 'jws', 'roots', 'link', 'membership', 'entry', 'grants', 'agreement', 'envelope', 'knock', 'notes', 'cards', 'chat', 'releases', 'holdings', 'words', 'vault', 'hold', 'access', 'offices', 'authority', 'items', 'disclosure', 'log'];
  const k = Object.assign({}, ...(await Promise.all(names.map((name) => import(`/keys/${name}.js`)))));
  const wrong = [];
  const same = (what, got, expected) => {
    const [one, other] = [JSON.stringify(got), JSON.stringify(expected)];
    if (one !== other) wrong.push(`${what}: ${one} is not ${other}`);
  };
  const verdict = async (check) => {
    try {
      await check();
      return 'ok';
    } catch (error) {
      return error.reason ?? error.fault ?? `${error.name}: ${error.message}`;
    }
  };
  const un = k.unb64u;
  const text = (bytes) => new TextDecoder().decode(bytes);

  // values
  for (const row of keys.info) same('info', text(k.info(row.label, ...row.ids)), row.text);
  for (const row of keys.pad) {
    same('pad', k.b64u(k.pad(un(row.content), row.step)), row.padded);
    same('unpad', k.b64u(k.unpad(un(row.padded), row.step)), row.content);
  }
  same('hkdf', k.b64u(await k.hkdf(k.utf8('secret'), k.info('x'), k.utf8('salt'), 42)), keys.hkdf);
  const aes = await k.sha256(k.utf8('incamera vector aes'));
  same('aes', await k.sealAes(aes, k.utf8('hello'), k.info('a'), () => un(keys.aes.iv)), keys.aes.sealed);
  same('aes open', text(await k.openAes(aes, keys.aes.sealed, k.info('a'))), 'hello');
  same('words', await k.toWords(un(keys.words.bytes)), keys.words.words);
  same('from words', k.b64u(await k.fromWords(keys.words.words.join('-').toUpperCase(), 32)), keys.words.bytes);
  same('kit', await k.kitWords(un(keys.kit.kit)), keys.kit.words);
  same('kit parsed', k.b64u(await k.parseKit(keys.kit.words.join(' '))), keys.kit.kit);
  same('kit identity', await k.kitIdentity(un(keys.kit.kit)), keys.kit.identity);
  same('age', k.ageIdentity(un(keys.age.secret)), keys.age.identity);
  same('age secret', k.b64u(k.ageSecret(keys.age.identity)), keys.age.secret);
  same('age recipient', k.ageRecipient(keys.age.public), keys.age.recipient);
  const seed = un(keys.hold.seed);
  const paper = await k.holdKeys(seed, keys.hold.mediation, keys.hold.seat);
  same('hold', [await k.seedWords(seed), k.seedQr(seed), paper.kem.public, paper.sig.public], [keys.hold.words, keys.hold.qr, keys.hold.kem, keys.hold.sig]);
  same('seed', [k.b64u(await k.parseSeed(keys.hold.qr)), k.b64u(await k.parseSeed(keys.hold.words.join(',')))], [keys.hold.seed, keys.hold.seed]);
  const held = await k.parseLink(keys.link.text);
  same('link', [held.mediation, held.seat, held.fingerprint, k.b64u(held.secret), held.minrev], ['mediation', 'seat', 'fingerprint', 'secret', 'minrev'].map((name) => keys.link[name]));
  same('link made', await k.makeLink(keys.link.origin, held), keys.link.text);
  const linked = await k.linkKeys(held);
  same('link keys', [linked.accessText, linked.accessHash, k.b64u(linked.envelope), k.b64u(linked.join)], [keys.link.access, keys.link.access_hash, keys.link.envelope, keys.link.join]);
  for (const row of keys.links) same(`link ${row.text.slice(0, 40)}`, await verdict(() => k.parseLink(row.text)), row.result);
  const room = { mediation: keys.room.mediation, room: keys.room.room, epoch: keys.room.epoch, key: un(keys.room.key), cards: [] };
  same('room code', await k.roomCode(room), keys.room.code);
  same('frame key', k.b64u(await k.frameKey(room, keys.room.dev, keys.room.page)), keys.room.frame);
  same('chat key', k.b64u(await k.chatKey(room, keys.chat.seat, keys.room.dev)), keys.room.chat);
  const speaker = await k.softSigner(un(keys.chat.seed));
  const [box, said] = await k.sealChat(speaker, room, keys.chat.seat, keys.chat.message, keys.chat.kind, keys.chat.body, keys.chat.ts, () => un(keys.chat.iv));
  same('chat', [box, said.compact, said.hash], [keys.chat.box, keys.chat.compact, keys.chat.hash]);
  same('chat open', (await k.openChat(room, keys.chat.seat, speaker.public, keys.chat.message, box)).hash, said.hash);
  same('chat moved', await verdict(() => k.openChat(room, keys.chat.seat, speaker.public, keys.room.room, box)), 'sealed');
  for (const row of keys.access) same('access', k.accessSets(row.charter, row.makers, row.settlement ?? false), row.sets);

  // log
  const { log } = keys;
  const leaves = [];
  for (const event of log.events) leaves.push(await k.leafHash(un(event.salt), k.utf8(event.event)));
  same('leaves', leaves.map(k.b64u), log.leaves);
  for (let n = 0; n <= leaves.length; n++) {
    same('root', k.b64u(await k.treeRoot(leaves.slice(0, n))), log.roots[n]);
    const path = await k.consistencyPath(n, leaves);
    same('consistency', path.map(k.b64u), log.consistency[n]);
    same('consistent', await k.consistent(n, leaves.length, un(log.roots[n]), un(log.roots[leaves.length]), path), true);
    if (n > 0 && n < leaves.length) same('rewritten', await k.consistent(n, leaves.length, un(log.roots[n - 1]), un(log.roots[leaves.length]), path), false);
  }
  const logKey = await k.softSigner(un(log.seed));
  const checkpoint = await k.makeCheckpoint(logKey, log.mediation, leaves);
  const cosigned = await k.cosign(await k.softSigner(un(log.cosigner.seed)), log.cosigner.name, checkpoint, log.cosigner.ts);
  same('checkpoint', [checkpoint.note, cosigned.note], [log.checkpoint, log.cosigned]);
  for (const [n, proof] of log.proofs.entries()) {
    same('proof', k.proofText(await k.makeProof(un(log.events[n].salt), n, leaves, cosigned)), proof);
    const found = await k.checkProof(proof, k.utf8(log.events[n].event), log.mediation, log.key);
    same('proof index', found.index, n);
    same('cosigned', await k.cosignedAt(found.checkpoint, log.cosigner.name, log.cosigner.key), log.cosigner.ts);
    same('other event', await verdict(() => k.checkProof(proof, k.utf8('another'), log.mediation, log.key)), 'log');
  }

  // tables
  const devices = await k.checkDevices([tables.devcert], tables.fingerprint, 1, tables.now);
  const charter = await k.checkCharter(tables.charter, devices, tables.mediation);
  for (const row of tables.devcerts) same(`devcert ${row.name}`, await verdict(() => k.checkDevcert(row.untrusted, row.fingerprint, row.minrev, row.now)), row.result);
  for (const row of tables.pages) same(`page ${row.name}`, await verdict(() => k.checkPage(row.untrusted, tables.mediation, boxes.seats.ann, row.dev, row.nonce)), row.result);
  for (const row of tables.holders) same(`holder ${row.name}`, await verdict(() => k.checkHolder(row.untrusted, tables.mediation, boxes.seats.ann, boxes.devs.ann)), row.result);
  for (const row of tables.charters) {
    const before = row.held ? await k.checkCharter(row.held, devices, tables.mediation) : null;
    same(`charter ${row.name}`, await verdict(() => k.checkCharter(row.untrusted, devices, tables.mediation, before)), row.result);
  }
  for (const row of tables.sheets) {
    const before = row.held ? await k.checkSheet(row.held, charter, devices) : null;
    same(`sheet ${row.name}`, await verdict(() => k.checkSheet(row.untrusted, charter, devices, before, row.own, row.continuous)), row.result);
  }
  for (const row of tables.entries.rows) {
    const [before, next] = [await k.checkSheet(row.held, charter, devices), await k.checkSheet(row.next, charter, devices)];
    same(`entry ${row.name}`, await verdict(() => k.checkEntry(next, before, devices, row.proofs, () => row.counted)), row.result);
  }
  const { papers } = tables;
  const office = await k.checkCharter(papers.charter, devices, tables.mediation);
  for (const row of papers.offices) same(`office ${row.name}`, await verdict(() => k.checkOffice(row.untrusted, devices, office.body)), row.result);
  same('details', await k.detailsHash(papers.details), papers.details_hash);
  const checkOf = { authority: k.checkAuthority, second: k.checkSecond, act: k.checkAct };
  const makeOf = { authority: k.makeAuthority, second: k.makeSecond, act: k.makeAct };
  const papersBy = {};
  for (const [who, paperSeed] of Object.entries(papers.seeds)) papersBy[who] = (await k.holdKeys(un(paperSeed), tables.mediation, boxes.seats[who])).sig;
  for (const [kind, make] of Object.entries(makeOf)) {
    const { suite: _suite, ...said } = papers[kind].body;
    const made = await make(papersBy[kind === 'second' ? 'ben' : 'ann'], said);
    same(kind, [made.compact, made.hash], [papers[kind].compact, papers[kind].hash]);
  }
  for (const row of papers.wrong) same(`wrong ${row.kind}`, await verdict(() => checkOf[row.kind](row.untrusted, tables.mediation, row.seat, papersBy[row.by].public)), row.result);
  const { passing } = tables;
  for (const row of passing.rows) {
    const into = await k.checkSheet(row.sheet, charter, devices);
    const known = row.held ? { body: JSON.parse(new TextDecoder().decode(un(row.held.split('.')[1]))) } : null;
    same(`passing ${row.name}`, await verdict(() => k.checkPassed(row.passed, charter.body, into.body, known)), row.result);
  }
  same('ledger', await k.ledgerHead(passing.statements), passing.holding.ledger);
  const { holding } = passing;
  const told = { mediation: tables.mediation, room: holding.room, epoch: holding.epoch, key: un(holding.key), cards: [] };
  const teller = await k.softSigner(un(holding.seed));
  const { room: heldRoom, sheet: heldSheet, epoch: heldEpoch, seat: heldSeat, ledger: heldLedger, n: heldN, ts: heldTs } = holding;
  same('holding', await k.sealHolding(teller, told, { mediation: tables.mediation, room: heldRoom, sheet: heldSheet, epoch: heldEpoch, seat: heldSeat, ledger: heldLedger, n: heldN, ts: heldTs }, (n) => un(holding.iv).slice(0, n)), holding.box);
  same('holding opens', await verdict(() => k.openHolding(told, holding.seat, teller.public, 6, holding.box)), 'ok');
  same('holding again', await verdict(() => k.openHolding(told, holding.seat, teller.public, 7, holding.box)), 'epoch');
  const sheet = await k.checkSheet(tables.grants.sheet, charter, devices);
  for (const row of tables.grants.rows) same(`grant ${row.name}`, await verdict(() => k.checkGrant(row.untrusted, sheet, row.present, row.seen)), row.result);
  const { objects } = tables;
  for (const row of objects.rows) same(`object ${row.name}`, await verdict(() => k.checkKeep(row.untrusted, objects.mediation, objects.ref, objects.digest, objects.key)), row.result);
  const kept = await k.makeKeep(await k.softSigner(un(objects.seed)), objects.mediation, objects.ref, objects.digest, objects.ts);
  same('keep', [kept.compact, kept.hash], [objects.rows[0].untrusted, objects.hash]);

  // what Python sealed
  const { seats, devs, mediation } = boxes;
  const page = {};
  const hold = {};
  for (const [who, secret] of Object.entries(boxes.page_secrets)) page[who] = await k.softOpener(un(secret));
  for (const [who, paperSeed] of Object.entries(boxes.hold_seeds)) hold[who] = await k.holdKeys(un(paperSeed), mediation, seats[who]);
  const gate = await k.softOpener(un(boxes.gate));
  const desk = await k.softOpener(un(boxes.desk));
  const certified = await k.checkDevices([boxes.devcert], boxes.fingerprint, 1, boxes.now);
  const accepted = await k.checkCharter(boxes.charter, certified, mediation);
  same('box', k.b64u(await k.openBox(gate, k.info(...boxes.box.info), boxes.box.sealed, boxes.box.step)), boxes.box.plain);
  same('box of another purpose', await verdict(() => k.openBox(gate, k.info('y'), boxes.box.sealed, boxes.box.step)), 'sealed');
  const invitation = await k.openEnvelope(un(boxes.envelope.key), mediation, seats.ann, certified, boxes.envelope.sealed);
  same('envelope', invitation.body, boxes.envelope.body);
  const [certificate] = Object.values(certified);
  const heard = await k.openKnock(desk, certificate.hash, mediation, seats.ann, un(boxes.knock.join), boxes.knock.box);
  same('knock', [heard.page.compact, heard.agreement.compact, heard.names, heard.words], [boxes.knock.page, boxes.knock.agreement, boxes.knock.names, boxes.knock.words]);
  same('knock without the link', await verdict(() => k.openKnock(desk, certificate.hash, mediation, seats.ann, new Uint8Array(32), boxes.knock.box)), 'signature');
  same('cards', await k.openCards(page.ann, mediation, seats.ann, boxes.cards.box), [boxes.cards.card]);
  const card = await k.checkCard(boxes.cards.card, certified, mediation);
  const joint = await k.checkSheet(boxes.grant.sheet, accepted, certified);
  const grant = await k.checkGrant(boxes.grant.grant, joint, boxes.grant.present, 0);
  for (const who of ['mia', 'ann', 'ben']) {
    const opened = await k.openGrant(grant, seats[who], page[who]);
    same('room key', [k.b64u(opened.key), await k.roomCode(opened)], [boxes.grant.key, boxes.grant.code]);
  }
  same('ghost', await verdict(() => k.openGrant(grant, seats.ivo, page.ivo)), 'ghost');
  const note = await k.openNote(page.mia, mediation, seats.ann, seats.mia, devs.ann, boxes.note.box);
  same('note', note.body, boxes.note.body);
  same('note by another', await verdict(() => k.openNote(page.mia, mediation, seats.ben, seats.mia, devs.ben, boxes.note.box)), 'sealed');
  for (const identity of [boxes.vault.device, await k.kitIdentity(un(boxes.vault.kit))]) same('vault', await k.openVault(boxes.vault.sealed, identity), boxes.vault.document);
  same('vault of another', await verdict(() => k.openVault(boxes.vault.sealed, k.newIdentity())), 'sealed');

  const { record } = boxes;
  const item = await k.checkItem(record.item, accepted, devs.ann);
  const header = k.headerOf(item);
  const file = un(record.file);
  const request = await k.checkRequest(record.request, mediation, Object.keys(certified), { [header.item]: item });
  const sitting = await k.checkSitting(record.sitting, certified, request);
  const draft = await k.checkDraft(record.draft, sitting, request);
  const draftId = k.headerOf(draft).item;
  same('verdict', (await k.checkVerdict(record.verdict, sitting, request, await k.hashBytes(un(record.draft_content)))).body.verified, true);
  same('verdict on another draft', await verdict(() => k.checkVerdict(record.verdict, sitting, request, request.hash)), 'commitment');
  const [exported, worker] = [await k.softOpener(un(record.export)), await k.softOpener(un(record.worker))];
  const digest = await k.hashBytes(un(record.draft_content));
  const shares = {};
  const released = {};
  for (const who of record.people) {
    const seat = seats[who];
    same('private', await k.openPrivate(hold[who].kem, request, seat, record.privates[who]), record.private);
    const unlock = await k.checkConsent(record.unlock[who], request, seat, hold[who].sig.public);
    const share = await k.openRelease(exported, request, item, seat, unlock.body.shares[0].box);
    const boxed = await k.sealSittingShare(worker.public, request.hash, header.item, record.sid, seat, share);
    shares[seat] = await k.openSittingShare(worker, request.hash, item, record.sid, seat, boxed);
    const [identity, salt] = await k.openPreview(hold[who].kem, request.hash, seat, record.previews[who]);
    same('preview', k.b64u(await k.openFile(draft, un(record.draft_file), identity, salt)), record.draft_content);
    const yes = await k.checkConsent(record.release[who], request, seat, hold[who].sig.public, [draftId, digest]);
    released[seat] = await k.openRelease(exported, request, draft, seat, yes.body.shares[0].box);
    same('release of another draft', await verdict(() => k.checkConsent(record.release[who], request, seat, hold[who].sig.public, [draftId, request.hash])), 'commitment');
  }
  same('without the gate', await verdict(() => k.openItem(item, record.sid, shares, file)), 'share');
  shares.gate = await k.openShare(gate, item, record.sid, 'gate');
  const [chat] = await k.unpackContent(await k.openItem(item, record.sid, shares, file), header);
  same('item', chat, record.chat);
  released.gate = await k.openRelease(exported, request, draft, 'gate', record.gate_release);
  same('draft', k.b64u(await k.openItem(draft, record.sid, released, un(record.draft_file))), record.draft_content);

  // the same again, sealed here, for Python to open
  const dev = {};
  for (const [who, devSeed] of Object.entries(boxes.dev_seeds)) dev[who] = await k.softSigner(un(devSeed));
  const kems = { gate: gate.public };
  for (const who of Object.keys(hold)) kems[seats[who]] = hold[who].kem.public;
  const { suite: _, ...words } = boxes.envelope.body;
  const roomKey = { ...room, key: un(boxes.grant.key) };
  const sets = k.accessSets(accepted.body, [seats.ann]);
  const sealed = await k.sealItem(dev.ann, mediation, header.item, header.room, 'chat', seats.ann, header.digest, accepted.hash, accepted.body.policy, sets, kems, k.packContent(record.chat), boxes.now);
  const sealedHeader = k.headerOf(sealed.item);
  const asked = await k.makeRequest(dev.mia, { ...request.body, items: [{ item: header.item, ct_sha256: sealedHeader.ct_sha256, pt_commit: sealedHeader.pt_commit }] });
  const workerSig = await k.freshSigner();
  const session = await k.makeSitting(dev.mia, mediation, asked.hash, { kem: worker.public, sig: workerSig.public }, 'b-1', boxes.now);
  const content = un(record.draft_content);
  const drafted = await k.sealItem(workerSig, mediation, draftId, '', 'draft', '', '', accepted.hash, accepted.body.policy, sets, kems, content, boxes.now);
  const mine = { unlock: {}, release: {}, previews: {}, privates: {} };
  for (const who of record.people) {
    const { kem, sig } = hold[who];
    const seat = seats[who];
    mine.unlock[who] = (await k.makeConsent(sig, kem, asked, seat, 'unlock', { [header.item]: sealed.item }, '', false, boxes.now)).compact;
    mine.release[who] = (await k.makeConsent(sig, kem, asked, seat, 'release', { [draftId]: drafted.item }, digest, true, boxes.now)).compact;
    mine.previews[who] = await k.sealPreview(kem.public, asked.hash, seat, drafted.identity, drafted.salt);
    mine.privates[who] = await k.sealPrivate(kem.public, mediation, asked.body.request, seat, record.private);
  }
  const vaultRecipients = [await k.recipientOf(boxes.vault.device), await k.recipientOf(await k.kitIdentity(un(boxes.vault.kit)))];
  const back = {
    box: { ...boxes.box, sealed: await k.sealBox(gate.public, k.info(...boxes.box.info), un(boxes.box.plain), boxes.box.step) },
    envelope: { ...boxes.envelope, sealed: await k.sealEnvelope(dev.mia, un(boxes.envelope.key), words) },
    knock: { ...boxes.knock, box: await k.sealKnock(certificate, un(boxes.knock.join), heard) },
    cards: { ...boxes.cards, box: await k.sealCards(page.ann.public, mediation, seats.ann, [card.compact]) },
    grant: { ...boxes.grant, grant: (await k.makeGrant(dev.mia, joint, seats.mia, roomKey, boxes.grant.present, [card.compact])).compact },
    note: { ...boxes.note, box: await k.sealNote(dev.ann, page.mia.public, boxes.note.body) },
    vault: { ...boxes.vault, sealed: await k.sealVault(boxes.vault.document, vaultRecipients) },
    record: {
      ...record,
      ...mine,
      item: sealed.item.compact,
      file: k.b64u(sealed.file),
      request: asked.compact,
      sitting: session.compact,
      draft: drafted.item.compact,
      draft_file: k.b64u(drafted.file),
      verdict: (await k.makeVerdict(workerSig, asked, await k.hashBytes(content), true, boxes.now)).compact,
      gate_release: await k.sealRelease(gate, asked, drafted.item, 'gate'),
    },
  };
  return { wrong, back };
}
