"""A deployer's own rules narrow, or declare what they open; nothing below the floor can be declared."""

import random
from pathlib import Path

import pytest
from click.testing import CliRunner

from policies.cases import release_in_order, table
from policies.cli import policy as command
from policies.decide import decide
from policies.examine import examine
from policies.load import SHIPPED, Policy, load
from policies.situation import Plain, Room
from policies.strict import PolicyError
from policies.versions import _looser_regime, compare, looser_facts, may_move
from policies.words import GROUNDS
from tests.policies.asking import POLICY, shipped_scenarios, some_cases

REASON = '"Memo of our counsel: the duty applies to our mediators"'
NEW_REGIME = (
    (SHIPPED / "regimes" / "uma.yaml")
    .read_text()
    .replace("id: uma\n", "id: us-xx\n")
    .replace("read: [dc, maine]", "read: []")
)


def folder(tmp_path: Path, own: str, rules: str = "", **files: str) -> Path:
    (tmp_path / "own.yaml").write_text(f"version: 1\ntitle: Our rules\n{own}")
    if rules:
        (tmp_path / "rules").mkdir()
        (tmp_path / "rules" / "ours.cedar").write_text(rules)
    for name, text in files.items():
        path = tmp_path / name.replace("__", "/")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tmp_path


def own(tmp_path: Path, text: str, rules: str = "") -> Policy:
    return load(folder(tmp_path, text, rules))


def test_own_rules_stand_on_top_of_the_shipped_ones(tmp_path: Path) -> None:
    mine = own(
        tmp_path,
        "",
        '@id("own.no-observers")\n@says("Nobody observes here.")\n'
        'forbid (principal, action == Action::"move", resource)\nwhen { context.who.role == Role::"observer" };\n',
    )
    assert mine.own is not None
    assert mine.own.based_on == POLICY.sha256 != mine.sha256
    assert {rule.id for rule in mine.rules} - {rule.id for rule in POLICY.rules} == {"own.no-observers"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("tighten: {atlantis: {turn-off: [order]}}", "there is no regime"),
        ("tighten: {uma: {turn-off: [waiver]}}", "the people themselves can always agree"),
        ("tighten: {us-ca: {turn-off: [report]}}", "does not have `report` on"),
        ("grounds: {waiver: {recipients: [court, police]}}", "recipients can only become fewer"),
        ("grounds: {waiver: {recipients: []}}", "recipients can only become fewer"),
        ("grounds: {waiver: {cooling-off-hours: 12}}", "pause can only become longer"),
        ("grounds: {waiver: {max-validity-days: 60}}", "can only end sooner"),
        ("grounds: {order: {notice-days: 7}}", "notice can only become longer"),
        ("grounds: {waiver: {max-validity-days: 1}}", "could never be used"),
        ("retention-days: {sealed-record: 5}", "kept between"),
        ("retention-days: {sealed-record: 99999}", "kept between"),
        ("open: {us-ca: {turn-on: [report], because: why not}}", "needs its reason"),
        ("open: {sg: {turn-on: [legal-advice], because: " + REASON + "}}", "not offered"),
        ("open: {us-ca: {turn-on: [wavier], because: " + REASON + "}}", "is not one of"),
        ("open: {us-ca: {turn-on: [report]}}", "lacks `because`"),
        ("recording: {because: yes please}", "needs its reason"),
        ("floor: {always: []}", "is not a word this file knows"),
        ("holders: {mediators: never}", "is not a word this file knows"),
    ],
)
def test_a_loosening_is_refused_with_a_sentence(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(PolicyError) as caught:
        own(tmp_path, text + "\n")
    assert caught.value.file == "own.yaml"
    assert says in caught.value.sentence


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (
            '@id("own.open")\n@says("All may.")\npermit (principal, action == Action::"disclose", resource);',
            "only forbid",
        ),
        (
            '@id("holders.ours")\n@says("No.")\nforbid (principal, action == Action::"join", resource);',
            "must be called `own.`",
        ),
        (
            '@id("own.x")\n@says("No.")\nforbid (principal, action == Action::"join", resource) when { resource.lokced };',
            "does not fit the schema",
        ),
    ],
)
def test_own_rules_can_only_forbid_and_must_fit(tmp_path: Path, rule: str, says: str) -> None:
    with pytest.raises(PolicyError) as caught:
        own(tmp_path, "", rule)
    assert (caught.value.file, caught.value.line) == ("rules/ours.cedar", 1)
    assert says in caught.value.sentence


def test_shipped_files_cannot_be_replaced(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="own rules consist of"):
        load(folder(tmp_path, "", **{"grounds.yaml": "version: 1\n"}))


def test_a_shipped_regime_cannot_be_replaced_and_a_new_one_gets_the_floor(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="not replaced"):
        load(folder(tmp_path, "", **{"regimes__uma.yaml": (SHIPPED / "regimes" / "uma.yaml").read_text()}))
    (tmp_path / "regimes" / "uma.yaml").unlink()
    mine = load(folder(tmp_path, "", **{"regimes__us-xx.yaml": NEW_REGIME}))
    assert {"settlement-dispute", "order"} <= mine.regime("us-xx").needs_order
    case = release_in_order(mine, "waiver", table("us-xx"))
    import msgspec

    silent = msgspec.structs.replace(case.resource, waivers=frozenset({"ana", "ben"}))
    assert decide(mine, case.principal, "disclose", case.resource, case.context).allowed
    assert not decide(mine, case.principal, "disclose", silent, case.context).allowed


def test_a_declared_opening_opens_that_and_nothing_else(tmp_path: Path) -> None:
    mine = own(tmp_path, "open: {us-ca: {turn-on: [report, participant-misconduct], because: " + REASON + "}}\n")
    assert mine.regime("us-ca").grounds - POLICY.regime("us-ca").grounds == {"report", "participant-misconduct"}
    # What California's text does not know is opened only with a court's order; a report of danger stands on its duty.
    assert "participant-misconduct" in mine.regime("us-ca").needs_order
    assert "report" not in mine.regime("us-ca").needs_order
    assert mine.regime("uma") == POLICY.regime("uma")


def test_two_regimes_at_once_are_the_stricter_of_both_in_each_point(tmp_path: Path) -> None:
    from policies.agreement import agreement_text

    mine = own(tmp_path, "both: {us-ca-hk: [us-ca, hk]}\n")
    one, other, both = (mine.regime(name) for name in ("us-ca", "hk", "us-ca-hk"))
    assert both.grounds == one.grounds & other.grounds
    assert both.needs_order == (one.needs_order | other.needs_order) & both.grounds
    assert both.nonparty_consent == "always"
    for name in ("us-ca", "hk"):
        assert not list(_looser_regime(mine.regime(name), both, frozenset(GROUNDS)))
    text = agreement_text(mine, "us-ca-hk", frozenset({"waiver"}), 365, "en")
    assert "California's mediation law and Hong Kong's Mediation Ordinance" in text
    found = examine(POLICY, mine, shipped_scenarios(), (), random.Random(3), 50)
    assert found.fine, found.problems
    assert found.new_regimes == ("us-ca-hk",)


@pytest.mark.parametrize("text", ["{uma: [uma, hk]}", "{x: [uma]}", "{x: [uma, hk, sg]}", "{x: [uma, atlantis]}"])
def test_two_regimes_must_be_two_and_have_a_new_name(tmp_path: Path, text: str) -> None:
    with pytest.raises(PolicyError):
        own(tmp_path, f"both: {text}\n")


def test_recording_needs_own_rules_and_everybody(tmp_path: Path) -> None:
    mine = own(tmp_path, "recording: {because: " + REASON + "}\n")
    seats = table("uma", state="open")
    who = seats.seats[0]
    for consents, kind, allowed in (
        ({"med", "ana"}, "joint", True),
        ({"med"}, "joint", False),
        ({"med", "ana"}, "caucus", False),
    ):
        room = Room(id="r", kind=kind, members=frozenset({"med", "ana"}), recording_consents=frozenset(consents))
        assert decide(mine, who, "record", room, Plain(mediation=seats)).allowed is allowed
        assert not decide(POLICY, who, "record", room, Plain(mediation=seats)).allowed


def test_the_examination_names_what_changed_and_accepts_what_is_declared(tmp_path: Path) -> None:
    mine = own(
        tmp_path,
        "tighten: {uma: {everyone-who-took-part: true}}\nopen: {us-ca: {turn-on: [report], because: " + REASON + "}}\n",
    )
    found = examine(POLICY, mine, shipped_scenarios(), (), random.Random(3), 400)
    assert found.fine, found.problems
    assert "Under the Uniform Act the same silent expert does not matter" in found.newly_refused
    assert any("California's chapter has no report" in say for say in found.newly_allowed)
    assert "report" in found.openings["us-ca"]


def test_an_undeclared_loosening_is_a_problem(tmp_path: Path) -> None:
    """Own folders cannot do this; a changed copy of the shipped folder can, and the examination says so."""
    import shutil

    copy = tmp_path / "copy"
    for path in SHIPPED.rglob("*"):
        if path.suffix in (".yaml", ".cedar", ".cedarschema"):
            (copy / path.relative_to(SHIPPED)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy / path.relative_to(SHIPPED))
    rules = copy / "rules" / "10-holders.cedar"
    rules.write_text(
        rules.read_text().replace("containsAll(resource.mediation.parties)", "containsAny(resource.mediation.parties)")
    )
    loose = load(copy)
    found = examine(POLICY, loose, shipped_scenarios(), (), random.Random(3), 300)
    assert not found.fine
    assert any("the yes of a party would not be needed" in problem for problem in found.problems)
    assert any("undeclared" in problem for problem in found.problems)


def test_a_mediation_moves_only_to_rules_that_refuse_at_least_as_much(tmp_path: Path) -> None:
    tighter, opener = tmp_path / "a", tmp_path / "b"
    tighter.mkdir()
    opener.mkdir()
    tight = own(tighter, "grounds: {waiver: {cooling-off-hours: 48}}\n")
    open_ = own(opener, "open: {us-ca: {turn-on: [report], because: " + REASON + "}}\n")
    on = frozenset({"waiver", "order"})
    assert may_move(POLICY, POLICY, "uma", on, random.Random(1), 150).allowed
    assert may_move(POLICY, tight, "uma", on, random.Random(1), 150).allowed
    back = may_move(tight, POLICY, "uma", on, random.Random(1), 600)
    assert not back.allowed
    assert "shorter pause" in back.against[0]
    assert any("random" in line or "cases were refused" in line for line in back.against)
    assert may_move(POLICY, open_, "us-ca", on, random.Random(1), 150).allowed
    with_report = may_move(POLICY, open_, "us-ca", on | {"report"}, random.Random(1), 150)
    assert with_report.against[0] == "the reason `report` would be recognised"
    assert not may_move(open_, POLICY, "atlantis", on, random.Random(1), 10).allowed


def test_the_same_rules_differ_in_nothing() -> None:
    found = compare(POLICY, load(), some_cases(POLICY, 9, 300))
    assert (found.cases, found.tightened, found.loosened) == (300, {}, {})
    assert list(looser_facts(POLICY, load(), "uma", frozenset(POLICY.grounds))) == []


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(command, list(arguments))
    return done.exit_code, done.output


def test_check_says_what_changed_and_ends_well(tmp_path: Path) -> None:
    where = folder(
        tmp_path,
        "tighten: {us-ca: {turn-off: [settlement-enforcement]}}\n",
        **{
            "scenarios.yaml": "version: 1\nscenarios:\n  - {say: No enforcement here, regime: us-ca, "
            "ground: settlement-enforcement, waivers: [], refuse: [ground.recognised]}\n"
        },
    )
    code, said = run("check", str(where), "--cases", "300")
    assert code == 0, said
    assert "Own scenarios: 1 of 1 hold." in said
    assert "random cases were allowed, now refused:" in said
    assert "`settlement-enforcement` under `us-ca` (ground.recognised)" in said
    assert "These rules can be used." in said
    assert run("check", str(where), "--cases", "300") == (code, said)


def test_check_stops_at_a_failing_scenario_and_at_a_misspelt_word(tmp_path: Path) -> None:
    line = "version: 1\nscenarios:\n  - {say: It should be allowed, waivers: [ana], allow: true}\n"
    where = folder(tmp_path, "", **{"scenarios.yaml": line})
    code, said = run("check", str(where), "--cases", "0")
    assert code == 1
    assert "It should be allowed: refused by holders.mediators, holders.parties" in said
    (where / "own.yaml").write_text("version: 1\ntitle: x\ntightn: {}\n")
    code, said = run("check", str(where))
    assert code == 1
    assert "own.yaml, line 3: `tightn` is not a word this file knows here (did you mean `tighten`?)" in said


def test_explain_prints_the_text_that_people_sign_or_what_stands_behind_it() -> None:
    code, said = run("explain", "--regime", "uma", "--ground", "order")
    assert code == 0
    assert said.startswith("AGREEMENT TO MEDIATE")
    assert "SHA-256 " in said
    code, said = run("explain", "--regime", "uma", "--language", "es")
    assert said.startswith("ACUERDO DE MEDIACIÓN")
    code, said = run("explain", "--regime", "eu", "--for-lawyers")
    assert "Not legal advice" in said
    assert "VERIFY before use" in said
    assert "COUNSEL MUST CHECK BEFORE USE" in said
    assert run("explain", "--regime", "atlantis")[0] == 1
    assert run("explain", "--regime", "us-ca", "--ground", "report")[0] == 1
    assert run("explain", "--regime", "uma", "--days", "2")[0] == 1


def test_simulate_shows_who_could_ever_open_it_as_table_and_picture(tmp_path: Path) -> None:
    from xml.etree import ElementTree

    picture = tmp_path / "who.svg"
    seats = ["m<1>:mediator", "a:party:1", "b:party:2", "x:expert", "c:custodian"]
    places = [part for seat in seats for part in ("--seat", seat)]
    code, said = run(
        "simulate", "--regime", "us-ca", "--ground", "order", *places, "--maker", "a", "--picture", str(picture)
    )
    assert code == 0, said
    assert "m<1> + a + b + x + the service's gate" in said
    assert "m<1> + c + the service's gate" in said
    root = ElementTree.fromstring(picture.read_text())
    circles = root.findall(".//{http://www.w3.org/2000/svg}circle")
    assert len(circles) == 2 * 6
    assert sum(circle.get("fill") != "#ffffff" for circle in circles) == 5 + 3
    assert "<script" not in picture.read_text()


def test_simulate_shows_what_a_lost_key_means() -> None:
    code, said = run("simulate", "--regime", "uma", "--without", "party-1")
    assert code == 0
    assert "Nobody can ever open it." in said
    assert "nobody can open it for this reason" in said
    assert run("simulate", "--regime", "uma", "--without", "zoe")[0] == 1
    assert run("simulate", "--regime", "uma", "--seat", "x:king")[0] == 1
    assert "Nobody can ever open it." in run("simulate", "--regime", "uma", "--room", "caucus")[1]
