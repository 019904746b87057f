"""What a command leads to: events, or a refusal. Pure: time, uploads and the rules' answers come in `Facts`; signatures are arithmetic.

A refusal tells the actor only what the actor may know: a rule of the charter, a revision, one's own room.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from msgspec import Struct, field

from client.keys.access import access_sets
from client.keys.encoding import unb64u
from client.keys.membership import MEDIATORS, Charter, check_charter
from client.keys.refusals import ObjectRefused, Reason
from client.keys.roots import Devices
from client.protocol import messages as m
from client.protocol.errors import Code, Refusal
from policies.load import Policy
from server.mediation import acts, doors, meetings, moves, papers, record, talk
from server.mediation import events as e
from server.mediation.model import State
from server.mediation.record import KeepFacts, RecordFacts
from server.mediation.views import Viewer, sees_floor

Outcome = tuple[e.AnyEvent, ...]


class Facts(Struct, frozen=True, kw_only=True):
    """What the world says: seconds since 1970, seconds of the steady clock, the complete uploads of the actor's place (id -> size), and the
    version of the rules that is asked for, None when it was never in force here."""

    now: int
    tick: float = 0.0
    uploads: Mapping[str, int] = field(default_factory=dict)
    policy: Policy | None = None
    keep: KeepFacts | None = None

    @property
    def record(self) -> RecordFacts:
        """What concerns the sealed record."""
        return RecordFacts(now=self.now, keep=self.keep, policy=self.policy)


@contextmanager
def checked() -> Iterator[None]:
    """Turn an object's refusal into an answer to the command: what was wrong, in one word."""
    try:
        yield
    except ObjectRefused as refused:
        raise Refusal(_CODES.get(refused.reason, Code.BAD_OBJECT), rule=refused.reason.value) from None


_CODES = {
    Reason.SIGNATURE: Code.BAD_SIGNATURE,
    Reason.REVISION: Code.STALE,
    Reason.CHAIN: Code.STALE,
    Reason.CHARTER: Code.STALE,
    Reason.EPOCH: Code.STALE,
    Reason.GHOST: Code.STALE,
    Reason.OPPOSING: Code.NOT_ALLOWED,
    Reason.NO_CONTACT: Code.NOT_ALLOWED,
    Reason.COUNSEL: Code.NOT_ALLOWED,
    Reason.KEEPER: Code.NOT_ALLOWED,
    Reason.ENTRY: Code.NOT_ALLOWED,
    Reason.EXPIRED: Code.EXPIRED,
}


_AFTER_CLOSE = (
    m.DisclosureRequest | m.DisclosureConsent | m.OfficeAdmit | m.PaperEnter | m.ActAsk | m.SecondGive | m.KnockAnswer
)


def decide(state: State, actor: Viewer, command: m.AnyCommand, facts: Facts) -> Outcome:
    """The events that a command leads to. Raises Refusal."""
    back = isinstance(command, m.KnockSend) and state.role(actor.seat) == "custodian"
    if state.life == "destroyed" or (state.life == "closed" and not back and not isinstance(command, _AFTER_CLOSE)):
        raise Refusal(Code.GONE)
    with checked():
        match command:
            case m.HolderRegister():
                return record.register(state, actor, command)
            case m.ItemKeep():
                return record.keep(state, actor, command, facts.record)
            case m.DisclosureRequest():
                return record.request(state, actor, command, facts.record)
            case m.DisclosureConsent():
                return record.consent(state, actor, command, facts.record)
            case m.OfficeAdmit():
                need_mediator(state, actor)
                return papers.admit_office(state, command)
            case m.PaperEnter():
                return papers.enter(state, actor.seat, command, facts.policy, facts.now)
            case m.ActAsk():
                return acts.ask(state, actor.seat, command, facts.policy, facts.now)
            case m.SecondGive():
                return second(state, actor, command, facts)
            case m.CharterPublish():
                need_mediator(state, actor)
                return charter(state, command, facts.policy)
            case m.SeatPut():
                need_mediator(state, actor)
                return seats(state, command)
            case m.SheetsPublish():
                need_mediator(state, actor)
                return moves.publish(state, actor, command, facts.tick)
            case m.RoomRing():
                need_mediator(state, actor)
                return doors.ring(state, command, facts.tick)
            case m.RingAnswer():
                return doors.answer(state, actor, command)
            case m.RingEnd():
                need_mediator(state, actor)
                return doors.end(state, command)
            case m.GrantPublish():
                return moves.grant(state, actor, command)
            case m.RoomHold():
                return moves.hold(state, actor, command)
            case m.RoomLeave():
                need_known(state, actor)
                return (e.SeatLeft(seat=actor.seat, dev=actor.dev),)
            case m.KnockSend():
                return talk.knock(state, actor, command, facts.now)
            case m.KnockAnswer():
                need_mediator(state, actor)
                return talk.answer(state, command)
            case m.NoteSend():
                return talk.note(state, actor, command)
            case m.HoldingTell():
                return talk.told(state, actor, command)
            case m.ChatPost():
                return talk.post(state, actor, command, facts.now, facts.uploads)
            case m.MediationAdjourn():
                need_mediator(state, actor)
                return meetings.adjourn(state, actor, command, facts.uploads)
            case m.MediationClose():
                need_mediator(state, actor)
                return (e.Closed(at=facts.now),)
            case _:
                raise Refusal(Code.UNAVAILABLE)


def second(state: State, actor: Viewer, command: m.SecondGive, facts: Facts) -> Outcome:
    """Agree to another's paper or act."""
    if papers.seat_of_second(command.second).kind == "authority":
        return papers.check_paper(state, actor.seat, command, facts.policy, facts.now)
    return acts.second(state, actor.seat, command, facts.policy, facts.now)


def need_mediator(state: State, actor: Viewer) -> None:
    """Refuse everybody but a mediator on a certified device."""
    if not sees_floor(state, actor):
        raise Refusal(Code.NOT_ALLOWED, rule="mediators-only")


def need_known(state: State, actor: Viewer) -> None:
    """Refuse visitors."""
    if not state.knows(actor.seat, actor.dev):
        raise Refusal(Code.NOT_ALLOWED, rule="admitted-only")


def charter(state: State, command: m.CharterPublish, policy: Policy | None) -> Outcome:
    """The next revision: what people accepted or what protects them can't be loosened while people are in rooms."""
    new = check_charter(command.charter, state.certified, state.id, state.charter)
    if new.hash == state.charter.hash:
        return ()
    if new.body.rev != state.charter.body.rev + 1:
        raise Refusal(Code.STALE, rule="revision", rev=state.charter.body.rev)
    need_rules(new.body, policy)
    if new.body.root != state.root:
        raise Refusal(Code.BAD_OBJECT, rule="root")
    for sheet in state.rooms.values():
        for member in sheet.body.members:
            seat = new.body.seat(member.seat)
            if seat is None or seat.role != member.role:
                raise Refusal(Code.NOT_ALLOWED, rule="seat-in-room")
    moves.together(new.body, state.rooms)
    if state.past:
        _agreed_terms(state.charter.body, new.body)
    return (e.CharterPublished(charter=command.charter),)


def need_rules(body: Charter, policy: Policy | None) -> None:
    """Refuse a charter under rules that were never in force here, or that says other than they do: nobody could keep to it later."""
    if policy is None or policy.sha256 != unb64u(body.policy).hex():
        raise Refusal(Code.NOT_ALLOWED, rule="rules-unknown")
    known = policy.regimes.get(body.regime)
    if known is None:
        raise Refusal(Code.NOT_ALLOWED, rule="regime-unknown")
    if body.nonparty_consent != known.nonparty_consent:
        raise Refusal(Code.NOT_ALLOWED, rule="nonparty-consent")
    off = sorted(ground for ground in body.grounds if ground not in known.grounds)
    if off:
        raise Refusal(Code.NOT_ALLOWED, rule="reason-unknown", reasons=off)
    kept = policy.kept("sealed-record")
    if body.keep and not kept.min <= body.retention_days <= kept.max:
        raise Refusal(Code.NOT_ALLOWED, rule="retention-days", least=kept.min, most=kept.max)
    for ground in body.grounds:
        access_sets(body, (body.seats[0].id,), settlement=ground == "settlement-enforcement")


def _agreed_terms(old: Charter, new: Charter) -> None:
    """What people have agreed to on joining stays: rules, grounds, dates. Keeping and opening may be turned off, never on."""
    for term in ("regime", "policy", "grounds", "nonparty_consent", "retention_days"):
        if getattr(old, term) != getattr(new, term):
            raise Refusal(Code.NOT_ALLOWED, rule="terms-agreed")
    if (new.keep and not old.keep) or (new.disclosure and not old.disclosure):
        raise Refusal(Code.NOT_ALLOWED, rule="terms-agreed")


def seats(state: State, command: m.SeatPut) -> Outcome:
    """Access hashes and envelopes, for places that the charter knows."""
    known_seats(state.charter.body.seat, command.seats)
    return (e.SeatsPut(seats=command.seats),)


def known_seats(seat: Callable[[str], object | None], plans: tuple[m.SeatPlan, ...]) -> None:
    """Refuse plans for places outside the charter, or two for one place."""
    ids = [plan.seat for plan in plans]
    if len(set(ids)) != len(ids) or any(seat(one) is None for one in ids):
        raise Refusal(Code.BAD_OBJECT, rule="seat")


def create(root: str, devices: Devices, command: m.MediationCreate, policy: Policy | None) -> e.Created:
    """A new mediation, from a charter that one of the mediator's devices signed, under one of these rules. Raises Refusal."""
    with checked():
        first = check_charter(command.charter, devices, command.mediation)
    body = first.body
    if body.rev != 1 or body.root != root:
        raise Refusal(Code.BAD_OBJECT, rule="revision")
    with checked():
        need_rules(body, policy)
    known_seats(body.seat, command.seats)
    given = {plan.seat for plan in command.seats if plan.access is not None}
    if any(seat.id not in given for seat in body.seats if seat.role not in MEDIATORS):
        raise Refusal(Code.INCOMPLETE, rule="access")
    return e.Created(
        mediation=command.mediation,
        root=root,
        devcerts=tuple(cert.compact for cert in devices.values()),
        charter=command.charter,
        seats=command.seats,
    )
