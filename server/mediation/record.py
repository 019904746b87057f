"""What may be kept locked, who may ask to open it, and which answers count. Who refused is written nowhere in clear and shown to nobody."""

from msgspec import Struct

from client.keys.disclosure import Consent, check_consent, check_request
from client.keys.hold import Keep, check_holder, check_keep
from client.keys.items import Header, check_item, header_of, wrap_of
from client.keys.jws import unverified
from client.keys.refusals import ObjectRefused, Reason
from client.protocol import messages as m
from client.protocol.errors import Code, Refusal
from policies.decide import Refuse, decide
from policies.derive import DAY, terms
from policies.load import Policy
from policies.situation import Plain
from server.mediation import cases, papers
from server.mediation import events as e
from server.mediation.evolve_record import GATE
from server.mediation.model import Opening, State
from server.mediation.moves import room_of
from server.mediation.papers import need_policy
from server.mediation.views import Viewer

MAX_ITEMS = 2000
MAX_REQUESTS = 100


class KeepFacts(Struct, frozen=True, kw_only=True):
    """What only the world can say about an item to be kept: whether the gate's own share opens, its age file.

    `sets`: each group of people, with its reason, whom the rules let open it; None when those rules were never in force here.
    """

    gate_opens: bool
    file_sha256: str | None
    sets: frozenset[frozenset[str]] | None = None


class RecordFacts(Struct, frozen=True, kw_only=True):
    """What the world says to a command about the record."""

    now: int
    keep: KeepFacts | None = None
    policy: Policy | None = None


def register(state: State, actor: Viewer, command: m.HolderRegister) -> tuple[e.AnyEvent, ...]:
    """A tested paper key, stated by the place's device. One that something was sealed for can't be exchanged."""
    if not state.knows(actor.seat, actor.dev):
        raise Refusal(Code.NOT_ALLOWED, rule="admitted-only")
    holder = check_holder(command.holder, state.id, actor.seat, actor.dev)
    if not holder.body.tested:
        raise Refusal(Code.INCOMPLETE, rule="paper-key-tested")
    old = state.holders.get(actor.seat)
    other = old is not None and (old.body.kem, old.body.sig) != (holder.body.kem, holder.body.sig)
    if other and any(actor.seat in kept.holders for kept in state.items.values()):
        raise Refusal(Code.NOT_ALLOWED, rule="paper-key-in-use")
    return (e.HolderRegistered(holder=command.holder),)


def keep(state: State, actor: Viewer, command: m.ItemKeep, facts: RecordFacts) -> tuple[e.AnyEvent, ...]:
    """An item of the joint room, by its author, with the signed yes of everyone present and a tested paper key of each whose yes is needed."""
    room = room_of(state, actor)
    if state.rooms[room].body.kind != "joint" or not state.charter.body.keep:
        raise Refusal(Code.NOT_ALLOWED, rule="joint-only" if state.charter.body.keep else "keeping-off")
    item = check_item(command.item, state.charter, actor.dev)
    header = header_of(item)
    if header.room != room or header.seat != actor.seat:
        raise Refusal(Code.BAD_OBJECT, rule="room")
    if header.item in state.items or any(header_of(k.item).digest == header.digest for k in state.items.values()):
        raise Refusal(Code.STALE, rule="kept")
    if len(state.items) >= MAX_ITEMS:
        raise Refusal(Code.TOO_MANY)
    _agreed(state, actor, room, header, command.agreed)
    holders = {h for wrap in item.body.wraps for h in wrap.holders} - {GATE}
    keyless = sorted(seat for seat in holders if seat not in state.holders)
    if keyless:
        raise Refusal(Code.INCOMPLETE, rule="paper-keys", seats=keyless)
    world = facts.keep
    if world is None or world.file_sha256 is None:
        raise Refusal(Code.INCOMPLETE, rule="upload")
    if world.file_sha256 != header.ct_sha256:
        raise Refusal(Code.BAD_OBJECT, rule="ciphertext")
    if not world.gate_opens:
        raise Refusal(Code.BAD_OBJECT, rule="gate")
    if world.sets is None:
        raise Refusal(Code.NOT_ALLOWED, rule="rules-unknown")
    if {frozenset((wrap.sid.partition(":")[0], *wrap.holders)) for wrap in item.body.wraps} != world.sets:
        raise Refusal(Code.NOT_ALLOWED, rule="holders")
    return (e.ItemKept(item=command.item, blob=command.blob, agreed=command.agreed, at=facts.now),)


def _agreed(state: State, actor: Viewer, room: str, header: Header, statements: tuple[str, ...]) -> None:
    """Everyone present said yes to this very message, and it is one that the author said in this room.

    After a restart the relay no longer knows what was said before: then everyone's signed yes stands for that too.
    """
    ref = unverified("keep", statements[0], Keep).ref if statements else ""
    talk = state.live.talks.get(room)
    said = next((line.seat for line in (talk.lines if talk else ()) if line.message == ref), None)
    if said != actor.seat and not (said is None and room in state.live.before):
        raise Refusal(Code.NOT_ALLOWED, rule="said-here")
    settled = header.kind == "settlement"
    by = {signer_of(state, room, compact, ref, header.digest, settled) for compact in statements}
    missing = [page.seat for page in state.present(room) if page.dev not in by]
    if missing:
        raise Refusal(Code.INCOMPLETE, rule="everyone-present", seats=missing)


def signer_of(state: State, room: str, compact: str, ref: str, digest: str, settlement: bool = False) -> str:
    """The device of a member present who signed this yes. Refused when none did."""
    refused = ObjectRefused(Reason.SIGNATURE)
    for page in state.present(room):
        try:
            return check_keep(compact, state.id, ref, digest, page.dev, settlement).by
        except ObjectRefused as error:
            refused = error
    raise refused


def request(state: State, actor: Viewer, command: m.DisclosureRequest, facts: RecordFacts) -> tuple[e.AnyEvent, ...]:
    """A mediator or the custodian asks. The private part is boxed to every holder, to everybody who must be told, and to nobody else.

    On another reason than agreement it rests on a paper that one person entered and another checked.
    """
    policy = need_policy(facts.policy)
    _may_carry(state, actor)
    if not state.charter.body.disclosure:
        raise Refusal(Code.NOT_ALLOWED, rule="disclosure-off")
    items = {item: kept.item for item, kept in state.items.items() if not kept.erased}
    signers = (*state.certified, *(office.body.dev for office in state.offices.values()))
    asked = check_request(command.request, state.id, signers, items)
    body = asked.body
    if body.ground not in state.charter.body.grounds or body.ground not in policy.grounds:
        raise Refusal(Code.NOT_ALLOWED, rule="ground-off")
    ground = cases.known_ground(policy, body.ground)
    fact = policy.ground(ground)
    if body.cooling_hours < fact.cooling_off_hours:
        raise Refusal(Code.NOT_ALLOWED, rule="cooling-off", hours=fact.cooling_off_hours)
    if not facts.now < body.expires <= facts.now + fact.max_validity_days * DAY:
        raise Refusal(Code.EXPIRED, rule="expires")
    if body.where != "operator" or body.reviewer != actor.seat or asked.by != actor.dev:
        raise Refusal(Code.NOT_ALLOWED, rule="reviewer")
    if asked.hash in state.openings or any(o.request.body.request == body.request for o in state.openings.values()):
        raise Refusal(Code.STALE, rule="request")
    if len(state.openings) >= MAX_REQUESTS:
        raise Refusal(Code.TOO_MANY)
    first = items[body.items[0].item]
    holders = frozenset(wrap_of(first, body.sid).holders) - {GATE}
    if actor.seat not in holders:
        raise Refusal(Code.NOT_ALLOWED, rule="reviewer")
    opening = Opening(request=asked, private=command.private, holders=holders, asked_at=facts.now)
    proposer = actor.seat
    if ground == "waiver":
        if body.authority:
            raise Refusal(Code.BAD_OBJECT, rule="authority")
    else:
        paper = papers.standing_paper(state, body, facts.now)
        if holders & set(paper.paper.body.accused):
            raise Refusal(Code.NOT_ALLOWED, rule="ground.accused", missing=["ground.accused"])
        proposer = paper.paper.body.seat
    case = cases.request_case(policy, state, opening, facts.now)
    table = cases.table(policy, state)
    answer = decide(policy, cases.person(table, proposer), "propose", case, Plain(mediation=table))
    if isinstance(answer, Refuse):
        raise cases.refusal(answer)
    told = terms(policy, table, case).must_be_told
    if not holders | told <= set(command.private) <= holders | told | {body.reviewer}:
        raise Refusal(Code.INCOMPLETE, rule="private", seats=sorted((holders | told) - set(command.private)))
    until = facts.now + fact.notice.days * DAY if told and fact.notice.days else 0
    return (
        e.Requested(
            request=command.request,
            private=command.private,
            at=facts.now,
            told=tuple(sorted(told)),
            notice_until=until,
        ),
    )


def _may_carry(state: State, actor: Viewer) -> None:
    """A mediator on a certified device, or the custodian on the device that a mediator stated."""
    office = state.offices.get(actor.seat)
    if state.is_mediator(actor.seat) and actor.dev in state.certified:
        return
    if office is None or office.body.dev != actor.dev:
        raise Refusal(Code.NOT_ALLOWED, rule="mediators-only")


def consent(state: State, actor: Viewer, command: m.DisclosureConsent, facts: RecordFacts) -> tuple[e.AnyEvent, ...]:
    """A holder's own answer, signed with the paper key; it counts for this request, this private part and (release) this draft only."""
    opening, rid = _asked(state, command.consent)
    holder = state.holders.get(actor.seat)
    if actor.seat not in opening.holders or holder is None:
        raise Refusal(Code.NOT_ALLOWED, rule="holders-only")
    if opening.released_at is not None:
        raise Refusal(Code.GONE, rule="released")
    if facts.now >= opening.request.body.expires:
        raise Refusal(Code.EXPIRED)
    draft = None if opening.draft is None else (header_of(opening.draft).item, opening.draft_digest)
    answer = check_consent(command.consent, opening.request, actor.seat, holder.body.sig, draft)
    if answer.body.decision == "unlock" and opening.draft is not None:
        raise Refusal(Code.STALE, rule="drafted")
    latest = max(
        (c.body.ts for given in (opening.unlocked, opening.agreed) for s, c in given.items() if s == actor.seat),
        default=0,
    )
    if answer.body.ts < latest:
        raise Refusal(Code.STALE, rule="older-answer")
    if answer.body.decision in ("unlock", "release"):
        return (e.Consented(rid=rid, consent=command.consent, at=facts.now),)
    if actor.seat in opening.unlocked or actor.seat in opening.agreed:
        return (e.Withdrawn(rid=rid, seat=actor.seat, at=facts.now),)
    return (e.Answered(rid=rid, seat=actor.seat),)


def _asked(state: State, compact: str) -> tuple[Opening, str]:
    rid = unverified("consent", compact, Consent).rid
    opening = state.openings.get(rid)
    if opening is None:
        raise Refusal(Code.STALE, rule="request")
    return opening, rid
