"""`incamera policy`: check a folder of own rules, explain a mediation's rules, show who could ever open something.

Reads rules and made-up cases only; no case of anybody's is ever opened here.
"""

import random
from pathlib import Path
from typing import get_args

import click

from policies.agreement import LANGUAGES, agreement
from policies.decide import Allow
from policies.examine import Examination, examine, summed_up
from policies.explain import explain as explain_rules
from policies.load import SHIPPED, Policy, load
from policies.rooms import SeatFact
from policies.scenarios import Scenario, ScenarioFile
from policies.simulate import as_picture, as_table
from policies.simulate import simulate as simulate_item
from policies.strict import PolicyError, read_struct
from policies.versions import Kind
from policies.words import GROUNDS, ITEM_CLASSES, ROOM_KINDS, Role

_EXAMPLE = (
    SeatFact("mediator", "mediator"),
    SeatFact("party-1", "party", "1"),
    SeatFact("party-2", "party", "2"),
    SeatFact("custodian", "custodian"),
)

_rules = click.option(
    "--rules", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), help="A folder of own rules."
)
_regime = click.option("--regime", required=True, help="The confidentiality rules, for example uma or us-ca.")
_on = click.option(
    "--ground",
    "grounds",
    multiple=True,
    type=click.Choice(GROUNDS),
    help="A reason that is on besides agreement (repeat).",
)


@click.group()
def policy() -> None:
    """Rules: check own ones, explain them, see who could open what. Not legal advice."""


@policy.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--cases", default=2000, show_default=True, type=click.IntRange(0, 200_000), help="Random cases to compare."
)
@click.option("--seed", default=1, show_default=True, type=int, help="The same seed gives the same cases.")
def check(folder: Path, cases: int, seed: int) -> None:
    """Check a folder of rules: does it load, do its scenarios hold, what changed against the shipped rules."""
    shipped = load()
    mine = _load(folder)
    own = _scenarios(folder / "scenarios.yaml")
    found = examine(shipped, mine, _scenarios(SHIPPED / "scenarios.yaml"), own, random.Random(seed), cases)  # noqa: S311
    click.echo(_report(found, mine))
    if not found.fine:
        raise SystemExit(1)


@policy.command()
@_rules
@_regime
@_on
@click.option("--days", default=None, type=int, help="Days for which the locked record is kept (default: the rules').")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
@click.option(
    "--for-lawyers", is_flag=True, help="The facts and sources behind it instead of the text that people sign."
)
def explain(
    folder: Path | None, regime: str, grounds: tuple[str, ...], days: int | None, language: str, for_lawyers: bool
) -> None:
    """Print the agreement that people sign on joining, or the rules behind it."""
    rules = _load(folder)
    on = _checked_grounds(rules, regime, grounds)
    kept = rules.kept("sealed-record").days if days is None else days
    if for_lawyers:
        click.echo(explain_rules(rules, regime, on, kept), nl=False)
        return
    try:
        text = agreement(rules, regime, on, kept, language)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    click.echo(text.text)
    click.echo(f"SHA-256 {text.sha256}")


@policy.command()
@_rules
@_regime
@_on
@click.option(
    "--seat", "seats", multiple=True, metavar="ID:ROLE[:SIDE]", help="A place (repeat); default: a small example."
)
@click.option(
    "--maker", "makers", multiple=True, metavar="ID", help="Whose words are inside (repeat); default: first party."
)
@click.option("--room", type=click.Choice(ROOM_KINDS), default="joint", show_default=True)
@click.option("--item", type=click.Choice(ITEM_CLASSES), default="message", show_default=True)
@click.option("--without", multiple=True, metavar="ID", help="Whose key is lost, or who refuses (repeat).")
@click.option(
    "--picture", type=click.Path(dir_okay=False, path_type=Path), help="Also write an SVG picture to this file."
)
def simulate(
    folder: Path | None,
    regime: str,
    grounds: tuple[str, ...],
    seats: tuple[str, ...],
    makers: tuple[str, ...],
    room: str,
    item: str,
    without: tuple[str, ...],
    picture: Path | None,
) -> None:
    """Show who could ever open one kept item: every group, for every reason that is on."""
    rules = _load(folder)
    on = _checked_grounds(rules, regime, grounds)
    table = tuple(_seat(seat) for seat in seats) or _EXAMPLE
    first_party = next((seat.id for seat in table if seat.role == "party"), table[0].id)
    words_of = frozenset(makers) or frozenset({first_party})
    if not (words_of | frozenset(without)) <= {seat.id for seat in table}:
        raise click.ClickException("--maker and --without name places given with --seat")
    try:
        found = simulate_item(rules, regime, on, table, words_of, room, item, frozenset(without))  # type: ignore[arg-type]
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    click.echo(as_table(rules, found), nl=False)
    if picture is not None:
        picture.write_text(as_picture(rules, found), encoding="utf-8")


def _load(folder: Path | None) -> Policy:
    try:
        return load(folder)
    except PolicyError as error:
        raise click.ClickException(str(error)) from None


def _scenarios(file: Path) -> tuple[Scenario, ...]:
    if not file.is_file():
        return ()
    try:
        return read_struct(file.read_text(encoding="utf-8"), file.name, ScenarioFile).scenarios
    except PolicyError as error:
        raise click.ClickException(str(error)) from None


def _checked_grounds(rules: Policy, regime: str, grounds: tuple[str, ...]) -> frozenset[str]:
    if regime not in rules.regimes:
        raise click.ClickException(f"there is no regime `{regime}`; there are: {', '.join(sorted(rules.regimes))}")
    on = frozenset({"waiver", *grounds})
    unknown = sorted(on - rules.regime(regime).grounds)
    if unknown:
        raise click.ClickException(f"`{regime}` does not have: {', '.join(unknown)}")
    return on


def _seat(text: str) -> SeatFact:
    id_, _, rest = text.partition(":")
    role, _, side = rest.partition(":")
    if not id_ or role not in get_args(Role):
        raise click.ClickException(f"a place is written ID:ROLE or ID:ROLE:SIDE; roles: {', '.join(get_args(Role))}")
    return SeatFact(id_, role, side)  # type: ignore[arg-type]


def _report(found: Examination, mine: Policy) -> str:
    out = [f"{mine.title}", f"Rules version {found.sha256}"]
    if found.based_on:
        out.append(f"On top of the shipped rules {found.based_on}")
    fine = sum(one.fine for one in found.own_scenarios)
    out.append(f"Own scenarios: {fine} of {len(found.own_scenarios)} hold.")
    for one in found.own_scenarios:
        if not one.fine:
            got = (
                "allowed" if isinstance(one.decision, Allow) else f"refused by {', '.join(sorted(one.decision.rules))}"
            )
            out.append(f"  ! {one.scenario.say}: {got}")
    if found.new_regimes:
        out.append(f"New regimes: {', '.join(found.new_regimes)}.")
    out.extend(_changes("were allowed, now refused", found.newly_refused, found.comparison.tightened, found))
    out.extend(_changes("were refused, now allowed", found.newly_allowed, found.comparison.loosened, found))
    for what, because in found.openings.items():
        out.append(f"Declared opening, {what}: {because}")
    if found.problems:
        out.append(f"NOT USABLE, {len(found.problems)} problem(s):")
        out.extend(f"  ! {problem}" for problem in found.problems)
    else:
        out.append(
            "These rules can be used. They apply to new mediations; a running one moves only if nothing becomes looser."
        )
    return "\n".join(out)


def _changes(what: str, scenarios: tuple[str, ...], kinds: dict[Kind, int], found: Examination) -> list[str]:
    total = sum(kinds.values())
    if not scenarios and not total:
        return [f"No case that {what.replace('were', 'was', 1)} ({found.comparison.cases} random cases)."]
    out = [f"These {len(scenarios)} scenarios {what}:"] if scenarios else []
    out.extend(f"  - {say}" for say in scenarios)
    if total:
        out.append(f"{total} of {found.comparison.cases} random cases {what}:")
        out.extend(f"  - {count:5d}  {line}" for count, line in summed_up(kinds))
    return out
