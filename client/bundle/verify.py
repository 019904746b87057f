"""Checks a package offline, as somebody who trusts nobody: every byte, every signature, every hash; and says what was authorised by whom.

Without the mediator's fingerprint the answer can only be that everything fits together: whoever made the keys could be anybody.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from client.bundle.authority import check_paper
from client.bundle.canonical_zip import ZipRefused, read_zip
from client.bundle.checking import WHY, BrokenError, Problem, Run
from client.bundle.package import Event, Parts, draft_content, excerpt_name, proof_index, sums, unsigned_files
from client.bundle.people import People, in_force, office_devices, signers
from client.bundle.sshsig import check_sshsig
from client.keys import disclosure, items, log, membership, roots
from client.keys.access import GATE
from client.keys.encoding import hash_bytes
from client.keys.jws import Signed, check, decode_json, object_hash, unverified
from client.keys.offices import Office
from client.keys.refusals import ObjectRefused, Reason

_PEM = re.compile(r"-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA([A-Za-z0-9+/]{43})=\n-----END PUBLIC KEY-----\n\Z")
_LISTS = {"SHA256SUMS", "SHA256SUMS.sig"}
_AUTHORITY = ("authority/paper.jws", "authority/second.jws")


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The answer. `consistent`: nothing is wrong. `established`: the signer is the mediator whose fingerprint was given."""

    consistent: bool
    established: bool
    fingerprint: str
    problems: tuple[Problem, ...]
    said: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """The answer in one sentence."""
        if not self.consistent:
            return "NOT VALID: this package was changed, or is not what it says."
        if not self.established:
            return "Consistent; signer not established. Ask the mediator for their fingerprint and give it with --root."
        return "Valid: consistent, and signed by the mediator whose fingerprint you gave."


def verify_package(untrusted: bytes, root: str | None = None) -> Report:
    """Check a package; `root` is the mediator's fingerprint as the mediator told it."""
    fingerprint = ""
    said: tuple[str, ...] = ()
    try:
        run = Run(read_zip(untrusted))
    except ZipRefused as refused:
        problem = Problem(refused.file, f"was changed: {refused.part}")
        return Report(consistent=False, established=False, fingerprint="", problems=(problem,), said=())
    try:
        signer = _listed(run)
        fingerprint, said = _authorised(run, _parts(run, signer), signer)
    except BrokenError:
        pass
    if root is not None and fingerprint and root != fingerprint:
        run.wrong("keys/root.pem", "is not the root key of the mediator whose fingerprint was given")
    consistent = not run.problems
    return Report(
        consistent=consistent,
        established=consistent and root == fingerprint,
        fingerprint=fingerprint,
        problems=tuple(run.problems),
        said=tuple(map(_printable, said)) if consistent else (),
    )


def _printable(line: str) -> str:
    """Names and purposes are somebody's text: nothing in them may steer a terminal or pretend to be a line of ours."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)


def _listed(run: Run) -> str:
    """The list of hashes holds; the key that signed it."""
    listed, expected = run.text("SHA256SUMS"), sums({n: d for n, d in run.files.items() if n not in _LISTS}).decode()
    if listed != expected:
        theirs, ours = _by_name(listed), _by_name(expected)
        for name in sorted(theirs.keys() | ours.keys()):
            if theirs.get(name) != ours.get(name):
                state = "is missing" if name not in ours else "is not listed" if name not in theirs else "was changed"
                run.wrong(name, state)
        raise BrokenError if run.problems else run.stop("SHA256SUMS", "was changed")
    with run.blame("SHA256SUMS.sig"):
        return check_sshsig(run.text("SHA256SUMS.sig"), listed.encode())


def _by_name(listed: str) -> dict[str, str]:
    pairs = (line.split("  ", 1) for line in listed.splitlines())
    return {pair[1]: pair[0] for pair in pairs if len(pair) == 2}


def _parts(run: Run, signer: str) -> Parts:
    """The package's files, back in the places they were built from."""
    certs = run.folder("certs", ".jws")
    first: dict[str, bool] = {}
    for name, compact in certs.items():
        with run.blame(f"certs/{name}.jws"):
            first[compact] = unverified("devcert", compact, roots.DevCert).dev.sig == signer
    offices = run.folder("offices", ".jws")
    by_custodian = not any(first.values())
    if by_custodian and not any(unverified("office", one, Office).dev == signer for one in offices.values()):
        raise run.stop("SHA256SUMS.sig", "is not by a device that has a certificate in this package")
    log_key = ""
    if "keys/log.pem" in run.files:
        match = _PEM.match(run.text("keys/log.pem"))
        if match is None:
            raise run.stop("keys/log.pem", WHY[Reason.MALFORMED])
        log_key = match[1].replace("+", "-").replace("/", "_")
    events = []
    for name, proof in run.folder("log", ".tlog-proof").items():
        with run.blame(f"log/{name}.tlog-proof"):
            events.append(Event(index=proof_index(proof), event=run.text(f"log/events/{name}.json"), proof=proof))
    excerpt = {name: data for name, data in run.files.items() if excerpt_name(name)}
    return Parts(
        excerpt=excerpt,
        request=run.text("request.jws"),
        private=run.text("private.json"),
        charters=(run.text("charter.jws"), *run.folder("charters", ".jws").values()),
        certs=tuple(sorted(certs.values(), key=lambda compact: not first[compact])),
        sheets=tuple(run.folder("sheets", ".jws").values()),
        cards=run.folder("cards", ".jws"),
        holders=run.folder("holders", ".jws"),
        items=run.folder("items", ".jws"),
        sitting=run.text("sitting.jws"),
        draft=run.text("draft.jws"),
        unlocks=run.folder("consents", ".jws", "unlock-"),
        releases=run.folder("consents", ".jws", "release-"),
        verdict=run.text("verdict.jws") if "verdict.jws" in run.files else "",
        authority=tuple(run.text(name) for name in _AUTHORITY if name in run.files),
        offices=tuple(offices.values()),
        custodian=signer if by_custodian else "",
        log_key=log_key,
        checkpoint=run.text("log/checkpoint.note") if log_key else "",
        events=tuple(events),
    )


def _authorised(run: Run, parts: Parts, signer: str) -> tuple[str, tuple[str, ...]]:
    """Every object holds, and everyone whose yes was needed said it about these very bytes: the root's fingerprint, and the words."""
    with run.blame(""):
        rebuilt = unsigned_files(parts)
    for name in sorted((run.files.keys() | rebuilt.keys()) - _LISTS):
        if run.files.get(name) != rebuilt.get(name):
            run.wrong(name, "does not belong here" if name not in rebuilt else "does not follow from the rest")
    fingerprint, devices = _roots(run, parts, signer)
    with run.blame("request.jws"):
        request = check("request", parts.request, signers(parts, devices, run), disclosure.Request)
    mediation = request.body.mediation
    charters = {}
    for place, compact in enumerate(parts.charters):
        with run.blame(f"charters/{object_hash(compact)}.jws" if place else "charter.jws"):
            charters[object_hash(compact)] = membership.check_charter(compact, devices, mediation)
    people = People(run, parts, devices, mediation, charters[object_hash(parts.charters[0])].body)
    kept = _kept(run, parts, people, charters)
    with run.blame("request.jws"):
        disclosure.check_request(parts.request, mediation, request.by, kept)
    with run.blame("sitting.jws"):
        sitting = disclosure.check_sitting(parts.sitting, signers(parts, devices, run), request)
    in_force(run, devices, "request.jws", request.by, request.body.ts)
    in_force(run, devices, "sitting.jws", sitting.by, sitting.body.ts)
    with run.blame("private.json"):
        private = decode_json(parts.private.encode(), disclosure.Private)
        disclosure.check_private(private, request)
    with run.blame("draft.jws"):
        draft = disclosure.check_draft(parts.draft, sitting, request)
    try:
        content = draft_content(parts.excerpt)
    except ValueError:
        raise run.stop("items", "the files of the excerpt are not what a draft holds") from None
    if items.header_of(draft).size != len(content):
        run.wrong("draft.jws", WHY[Reason.COMMITMENT])
    if parts.verdict:
        with run.blame("verdict.jws"):
            verdict = disclosure.check_verdict(parts.verdict, sitting, request, hash_bytes(content))
        if not verdict.body.verified:
            run.wrong("verdict.jws", "says that blacking out was not confirmed")
    paper = check_paper(run, parts, people, request)
    answers = _answers(run, parts, people, request, kept, draft, content)
    _log(run, parts, mediation, request.hash)
    return fingerprint, (*_words(request, private, people, answers, kept, parts), *paper)


def _roots(run: Run, parts: Parts, signer: str) -> tuple[str, dict[str, Signed[roots.DevCert]]]:
    """The certificates hold under one root: that of the device which signed the package."""
    devices: dict[str, Signed[roots.DevCert]] = {}
    fingerprint = roots.fingerprint(unverified("devcert", parts.certs[0], roots.DevCert).root)
    for compact in parts.certs:
        with run.blame(f"certs/{object_hash(compact)}.jws"):
            start = unverified("devcert", compact, roots.DevCert).nbf
            cert = roots.check_devcert(compact, fingerprint, 1, start)
        devices.setdefault(cert.body.dev.sig, cert)
    if signer not in devices and signer not in office_devices(run, parts, devices):
        raise run.stop("SHA256SUMS.sig", WHY[Reason.SIGNATURE])
    return fingerprint, devices


def _kept(
    run: Run, parts: Parts, people: People, charters: Mapping[str, Signed[membership.Charter]]
) -> dict[str, Signed[items.Item]]:
    """What was kept: each by the device of its place, locked for exactly the people whom its charter names."""
    kept = {}
    for name, compact in parts.items.items():
        with run.blame(f"items/{name}.jws"):
            header = items.header_bytes(unverified("item", compact, items.Item))
            if header.charter not in charters:
                raise ObjectRefused(Reason.CHARTER)
            if header.author not in people.devs.get(header.seat, ()):
                raise ObjectRefused(Reason.DEVICE)
            kept[header.item] = items.check_item(compact, charters[header.charter], header.author)
    return kept


def _answers(
    run: Run,
    parts: Parts,
    people: People,
    request: Signed[disclosure.Request],
    kept: Mapping[str, Signed[items.Item]],
    draft: Signed[items.Item],
    content: bytes,
) -> dict[str, tuple[int, int]]:
    """When each person whose yes was needed gave it: to let the reviewer look, and to release exactly this content."""
    named = (items.header_of(draft).item, hash_bytes(content))
    needed: set[str] = set()
    for item in (draft, *kept.values()):
        with run.blame("request.jws"):
            needed |= set(items.wrap_of(item, request.body.sid).holders) - {GATE}
    answers = {}
    for seat in sorted(needed):
        paper = people.paper.get(seat)
        if paper is None:
            run.wrong(f"holders/{seat}.jws", "is missing: this person's yes was needed")
            continue
        when = []
        for step, given, about in (("unlock", parts.unlocks, None), ("release", parts.releases, named)):
            file = f"consents/{step}-{seat}.jws"
            if seat not in given:
                run.wrong(file, "is missing: this person's yes was needed")
                continue
            with run.blame(file):
                yes = disclosure.check_consent(given[seat], request, seat, paper.body.sig, about)
                if yes.body.decision != step:
                    raise ObjectRefused(Reason.KIND)
            if yes.body.ts > request.body.expires:
                run.wrong(file, "was given after the request had run out")
            when.append(yes.body.ts)
        if len(when) == 2:
            answers[seat] = (when[0], when[1])
    for seat in sorted(parts.unlocks.keys() | parts.releases.keys()):
        if seat not in needed:
            run.wrong(f"consents/…-{seat}.jws", "is by somebody who was not asked")
    return answers


def _log(run: Run, parts: Parts, mediation: str, rid: str) -> None:
    """The events are in the mediation's log, and they are about this request."""
    if not parts.log_key:
        return
    marks = {rid, parts.request, *parts.unlocks.values(), *parts.releases.values()}
    with run.blame("log/checkpoint.note"):
        log.check_checkpoint(parts.checkpoint, mediation, parts.log_key)
    for event in parts.events:
        with run.blame(f"log/{event.index:06d}.tlog-proof"):
            log.check_proof(event.proof, event.event.encode(), mediation, parts.log_key)
        if not any(mark in event.event for mark in marks):
            run.wrong(f"log/events/{event.index:06d}.json", WHY[Reason.REQUEST])


def _day(ts: int) -> str:
    try:
        return datetime.fromtimestamp(ts, UTC).strftime("%d %B %Y, %H:%M UTC")
    except (OverflowError, ValueError, OSError):
        return f"second {ts}"


def _words(
    request: Signed[disclosure.Request],
    private: disclosure.Private,
    people: People,
    answers: Mapping[str, tuple[int, int]],
    kept: Mapping[str, Signed[items.Item]],
    parts: Parts,
) -> list[str]:
    """What was authorised, by whom, when."""
    body = request.body
    reason = {"waiver": "everyone agreed"}.get(body.ground, body.ground)
    lines = [
        f"What: {len(body.items)} kept item(s) of mediation {body.mediation}, blacked out by profile “{private.profile.id}”.",
        f"To: {private.recipient.name} ({private.recipient.class_}).",
        f"For: {private.purpose}",
        f"Reason for opening: {reason}. Asked for on {_day(body.ts)}; valid until {_day(body.expires)}.",
        f"Reviewed by: {people.who(body.reviewer)}; the program ran on the {body.where}'s machine.",
        "Whose yes was needed, and when it was given (to let the reviewer look; to release exactly these bytes):",
        *(f"  - {people.who(seat)}: {_day(one)}; {_day(two)}" for seat, (one, two) in answers.items()),
    ]
    for item in kept.values():
        header = items.header_of(item)
        lines.append(f"Kept item {header.item}: by {people.who(header.seat)}, on {_day(header.ts)}.")
    count = len(parts.events)
    lines.append(f"In the mediation's log: {count} event(s) about this request." if count else "No log proofs inside.")
    return lines
