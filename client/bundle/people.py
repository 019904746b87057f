"""Whose device and whose paper key is whose: by the mediator's signed sheets, and by each device's own statement."""

from client.bundle.checking import WHY, Run
from client.bundle.package import Parts
from client.keys import hold, membership, roots
from client.keys.jws import Signed, check, object_hash
from client.keys.offices import Office, check_office
from client.keys.refusals import ObjectRefused, Reason


class People:
    """The people of a package, each as far as somebody vouched for them."""

    def __init__(
        self, run: Run, parts: Parts, devices: roots.Devices, mediation: str, charter: membership.Charter
    ) -> None:
        self._charter = charter
        self.devs = _devices(run, parts, devices, mediation)
        for compact in parts.offices:
            with run.blame(f"offices/{object_hash(compact)}.jws"):
                office = check_office(compact, devices, charter)
            self.devs.setdefault(office.body.seat, set()).add(office.body.dev)
        self.names = _names(run, parts, devices, mediation, charter)
        self.paper = {seat: _paper(run, compact, mediation, seat, self.devs) for seat, compact in parts.holders.items()}

    def who(self, seat: str) -> str:
        """A person in words."""
        place = self._charter.seat(seat)
        role = place.role if place else "person"
        names = ", ".join(self.names.get(seat, ()))
        return f"{names} ({role}, place {seat})" if names else f"the {role} at place {seat}"


def _devices(run: Run, parts: Parts, devices: roots.Devices, mediation: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for compact in parts.sheets:
        with run.blame(f"sheets/{object_hash(compact)}.jws"):
            sheet = check("sheet", compact, devices, membership.Sheet)
            if sheet.body.mediation != mediation:
                raise ObjectRefused(Reason.MEDIATION)
        for member in sheet.body.members:
            found.setdefault(member.seat, set()).add(member.dev)
    return found


def _names(
    run: Run, parts: Parts, devices: roots.Devices, mediation: str, charter: membership.Charter
) -> dict[str, tuple[str, ...]]:
    found = {}
    for seat, compact in parts.cards.items():
        with run.blame(f"cards/{seat}.jws"):
            card = membership.check_card(compact, devices, mediation)
            place = charter.seat(seat)
            if card.body.seat != seat or place is None or place.role != card.body.role:
                raise ObjectRefused(Reason.SEAT)
        found[seat] = card.body.names
    return found


def _paper(run: Run, compact: str, mediation: str, seat: str, devs: dict[str, set[str]]) -> Signed[hold.Holder]:
    with run.blame(f"holders/{seat}.jws"):
        by = check("holder", compact, sorted(devs.get(seat, ())), hold.Holder).by
        holder = hold.check_holder(compact, mediation, seat, by)
    if not holder.body.tested:
        run.wrong(f"holders/{seat}.jws", "is a paper key that was never tested")
    return holder


def signers(parts: Parts, devices: roots.Devices, run: Run) -> list[str]:
    """Every device that may have made the request: the mediator's, a custodian's, and those that a sheet names."""
    keys = [*devices, *office_devices(run, parts, devices)]
    for compact in parts.sheets:
        with run.blame(f"sheets/{object_hash(compact)}.jws"):
            keys += [member.dev for member in check("sheet", compact, devices, membership.Sheet).body.members]
    return keys


def office_devices(run: Run, parts: Parts, devices: roots.Devices) -> list[str]:
    """The devices that a mediator's certified device stated to be a custodian's."""
    keys = []
    for compact in parts.offices:
        with run.blame(f"offices/{object_hash(compact)}.jws"):
            keys.append(check("office", compact, devices, Office).body.dev)
    return keys


def in_force(run: Run, devices: roots.Devices, file: str, by: str, ts: int) -> None:
    """A certified device signed while its certificate was in force."""
    if by in devices and not devices[by].body.nbf <= ts < devices[by].body.exp:
        run.wrong(file, WHY[Reason.EXPIRED])
