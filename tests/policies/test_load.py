"""A rules folder loads whole and strict or not at all, and says in which file and line it fails."""

import contextlib
import re
import shutil
from pathlib import Path

import pytest

from policies import words
from policies.facts import LawGround
from policies.load import MAX_FILES, SHIPPED, digest, load
from policies.strict import MAX_BYTES, PolicyError, read_struct
from tests.policies.asking import POLICY


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped rules, to be spoilt."""
    target = tmp_path / "rules-folder"
    for path in SHIPPED.rglob("*"):
        if path.suffix in (".yaml", ".cedar", ".cedarschema"):
            copy = target / path.relative_to(SHIPPED)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    return target


def spoil(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text()
    assert old in text, f"{file} has no {old!r}"
    (folder / file).write_text(text.replace(old, new, 1))


def refused(folder: Path) -> PolicyError:
    with pytest.raises(PolicyError) as caught:
        load(folder)
    return caught.value


def test_a_copy_is_the_same_version_and_any_change_is_another(folder: Path) -> None:
    assert load(folder).sha256 == POLICY.sha256
    (folder / "grounds.yaml").write_text((folder / "grounds.yaml").read_text() + "\n# a word\n")
    assert load(folder).sha256 != POLICY.sha256


def test_no_two_folders_share_a_digest_by_moving_bytes_between_name_and_content() -> None:
    assert digest({"ab": b"c"}) != digest({"a": b"bc"})
    assert digest({"a": b"b", "c": b"d"}) != digest({"a": b"bcd"})
    assert re.fullmatch("[0-9a-f]{64}", digest({}))


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        (
            "grounds.yaml",
            "    recipients: [court, counsel-of-party]\n",
            "    recipents: [court]\n",
            "did you mean `recipients`",
        ),
        ("grounds.yaml", "authorities: [duty]", "authorities: [dutty]", "is not one of"),
        ("grounds.yaml", "authorities: [duty]", "authorities: [duty, duty]", "written twice"),
        ("grounds.yaml", "    title: Report of", "    title: A\n    title: Report of", "`title` is written twice"),
        ("grounds.yaml", "offered: false", "offered: off", "must be true or false"),
        ("grounds.yaml", "offered: false", 'offered: "false"', "must be true or false"),
        ("grounds.yaml", "cooling-off-hours: 24", "cooling-off-hours: a day", "must be a whole number"),
        ("grounds.yaml", "cooling-off-hours: 24", "cooling-off-hours: -24", "must be a whole number"),
        ("grounds.yaml", "cooling-off-hours: 24", "cooling-off-hours: 1e9", "must be a whole number"),
        ("grounds.yaml", "    max-validity-days: 30\n", "", "lacks `max-validity-days`"),
        ("grounds.yaml", "authorities: [none]", "authorities: none", "must be a list"),
        ("grounds.yaml", "authorities: [none]", "authorities: &x [none]", "anchors"),
        ("grounds.yaml", "authorities: [none]", "authorities: !!set [none]", "tags"),
        ("grounds.yaml", "  waiver:\n", "  wavier:\n", "is not one of"),
        ("regimes/uma.yaml", "id: uma", "id: on", "means something else in YAML"),
        ("regimes/uma.yaml", "nature: privilege", "nature: no\nprivilege: privilege", "means something else in YAML"),
        ("regimes/uma.yaml", "checked: source", "checked: sources", "is not one of: source, secondary, memory"),
        ("regimes/uma.yaml", 'cite: "4(b)(1)"', "cite: 4", "would be read as a number"),
        ("retention.yaml", "{days: 365,", "{days: 365, weeks: 1,", "`weeks` is not a word"),
        ("recording.yaml", "allowed: false", "allowed: yes", "must be true or false"),
        ("floor.yaml", "version: 1", "version: 1\n  bad: [", "not readable as YAML"),
    ],
)
def test_what_is_misspelt_doubled_or_ambiguous_is_refused_with_its_line(
    folder: Path, file: str, old: str, new: str, says: str
) -> None:
    spoil(folder, file, old, new)
    error = refused(folder)
    assert error.file == file
    assert error.line > 0
    assert says in error.sentence
    assert str(error).startswith(f"{file}, line {error.line}: ")


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("grounds.yaml", "authorities: [order, leave]\n    recipients: [court]", "authorities: [order, subpoena]\n    recipients: [court]", "never releases"),
        ("grounds.yaml", "authorities: [duty]", "authorities: [duty, none]", "only `waiver` rests"),
        ("grounds.yaml", "notice: {who: every-party", "notice: {who: nobody", "only a report"),
        ("grounds.yaml", "notice: {who: every-party", "notice: {who: somebody", "notice goes to one of"),
        ("grounds.yaml", "recipients: [police, protective-agency]", "recipients: [police, insurer]", "more recipients"),
        ("grounds.yaml", "    first-lock: [custodian]\n", "", "two locks"),
        ("grounds.yaml", "second-lock: [mediator, co-mediator]", "second-lock: [custodian]", "two locks"),
        ("grounds.yaml", "second-lock: [mediator, co-mediator]", "second-lock: [party]", "second lock belongs to"),
        ("grounds.yaml", "second-lock: [party] ", "second-lock: [mediator] ", "second lock belongs to"),
        ("grounds.yaml", "max-validity-days: 30", "max-validity-days: 0", "could never be used"),
        ("grounds.yaml", "offered: false\n    authorities: []", "offered: false\n    authorities: [order]", "not offered and yet"),
        ("grounds.yaml", "default-profile: report-minimum", "default-profile: nothing-at-all", "profile"),
        ("floor.yaml", "needs-order: [settlement-dispute, order]", "needs-order: [order]", "always need a court's order"),
        ("floor.yaml", "always: [waiver, order]", "always: [order]", "always agree together"),
        ("floor.yaml", "report-to: [police, protective-agency]", "report-to: [police, protective-agency, court]", "goes to the police"),
        ("floor.yaml", "[legal-advice, participant-misconduct]", "[participant-misconduct]", "not offered"),
        ("regimes/uma.yaml", "read: [dc, maine]", "read: [dc, mane]", "does not list"),
        ("regimes/uma.yaml", "asks: {parties: all, mediator: own, nonparty: own}", "asks: {mediator: own}", "no way in which all parties"),
        ("regimes/uma.yaml", "- {id: estoppel,", "- {id: waiver,", "written twice"),
        ("regimes/uma.yaml", "id: uma", "id: umma", "file name and id"),
        ("regimes/uma.yaml", "record: duty, reach: \"the threat", "record: agreement, reach: \"the threat", "does not accept"),
        ("retention.yaml", "{days: 365, min: 30", "{days: 3, min: 30", "lie outside"),
        ("retention.yaml", "review-days: 90", "review-days: 120", "within 90 days"),
        ("retention.yaml", "erasable: [sealed-record,", "erasable: [ledger,", "can be erased early"),
        ("recording.yaml", "the yes of everyone in the room beforehand", "a yes", "everyone's yes"),
    ],
)  # fmt: skip
def test_facts_that_contradict_each_other_are_refused(folder: Path, file: str, old: str, new: str, says: str) -> None:
    spoil(folder, file, old, new)
    error = refused(folder)
    assert error.file == file
    assert says in error.sentence


def test_agreement_rests_on_nothing_but_the_peoples_yes(folder: Path) -> None:
    spoil(folder, "grounds.yaml", "authorities: [none]", "authorities: [order]")
    assert "only `waiver` rests" in refused(folder).sentence


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('Ground::"waiver"', 'Ground::"wavier"', "does not fit the schema"),
        ("resource.waivers", "resource.wavers", "does not fit the schema"),
        ('Action::"disclose"', 'Action::"discloze"', "does not fit the schema"),
        ("resource.mediation.parties", "resource.mediation.state", "does not fit the schema"),
        ('@id("holders.parties")\n', "", 'needs an @id("group.name")'),
        ('@id("holders.parties")', '@id("HOLDERS")', 'needs an @id("group.name")'),
        ('@id("holders.parties")', '@id("holders.makers")', "is taken by rules/10-holders.cedar"),
        ('@says("Every party must have said yes to exactly these passages.")\n', "", "needs one plain sentence"),
        ("unless {", "unles {", "is not readable as Cedar"),
        ("forbid (principal", "forbit (principal", "neither `permit` nor `forbid`"),
        ("forbid (principal", "grant me everything; forbid (principal", "neither `permit` nor `forbid`"),
    ],
)
def test_a_rule_that_does_not_fit_is_refused_with_its_file_and_line(
    folder: Path, old: str, new: str, says: str
) -> None:
    spoil(folder, "rules/10-holders.cedar", old, new)
    error = refused(folder)
    assert error.file == "rules/10-holders.cedar"
    assert 0 < error.line < 60
    assert says in error.sentence


def test_the_line_of_a_broken_rule_is_where_the_rule_begins(folder: Path) -> None:
    text = (folder / "rules/10-holders.cedar").read_text()
    line = text[: text.index('@id("holders.makers")')].count("\n") + 1
    spoil(folder, "rules/10-holders.cedar", "containsAll(resource.makers)", "containsAll(resource.takers)")
    assert refused(folder).line == line


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "retention.yaml").unlink()
    assert (refused(folder).file, refused(folder).sentence) == ("retention.yaml", "is missing")


def test_an_over_large_folder_is_refused(folder: Path) -> None:
    (folder / "regimes" / "big.yaml").write_text("# " + "x" * MAX_BYTES)
    assert "larger than" in refused(folder).sentence
    (folder / "regimes" / "big.yaml").unlink()
    for number in range(MAX_FILES):
        (folder / f"extra-{number}.yaml").write_text("version: 1\n")
    assert "more than" in refused(folder).sentence


def test_too_many_rules_are_refused(folder: Path) -> None:
    rule = '@id("x.r{n}")\n@says("No.")\nforbid (principal, action == Action::"join", resource) when {{ resource.locked }};\n'
    (folder / "rules" / "90-many.cedar").write_text("".join(rule.format(n=n) for n in range(401)))
    assert "more than 400 rules" in refused(folder).sentence


def test_deep_nesting_and_bytes_that_are_no_text_are_refused(folder: Path) -> None:
    (folder / "floor.yaml").write_text("version: " + "[" * 5000)
    assert refused(folder).file == "floor.yaml"
    (folder / "floor.yaml").write_bytes(b"version: \xff\xfe")
    assert "UTF-8" in refused(folder).sentence


def test_a_billion_laughs_are_refused_before_they_are_heard(folder: Path) -> None:
    bomb = "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n"
    (folder / "floor.yaml").write_text(bomb)
    assert "anchors" in refused(folder).sentence


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError):
        load(tmp_path / "nowhere")


def test_every_word_list_is_the_same_in_python_and_in_the_schema() -> None:
    schema = POLICY.schema_text
    for name, known in {
        "Ground": words.GROUNDS,
        "Authority": words.AUTHORITIES,
        "ItemClass": words.ITEM_CLASSES,
        "Recipient": words.RECIPIENTS,
        "Role": words.ROLES,
        "RoomKind": words.ROOM_KINDS,
        "State": words.STATES,
        "Counting": words.COUNTINGS,
        "HoldReason": words.HOLD_REASONS,
        "KeptClass": words.KEPT_CLASSES,
    }.items():
        listed = re.search(rf"entity {name} enum \[(.*?)\]", schema, flags=re.S)
        assert listed
        assert tuple(re.findall(r'"([^"]+)"', listed.group(1))) == known
    actions = set(re.findall(r'Action::"([a-z-]+)"', POLICY.rules_text()))
    assert actions == set(words.ACTIONS)


def test_every_legal_fact_keeps_its_citation_and_how_it_was_checked() -> None:
    facts: list[LawGround] = [ground for regime in POLICY.regimes.values() for ground in regime.law.grounds]
    assert len(POLICY.regimes) == 15
    assert len(facts) == 79
    assert all(fact.cite for fact in facts)
    tally = {mark: sum(fact.checked == mark for fact in facts) for mark in ("source", "secondary", "memory")}
    assert tally == {"source": 45, "secondary": 17, "memory": 17}
    assert all(holder.cite for regime in POLICY.regimes.values() for holder in regime.law.holders)
    assert len(POLICY.sources.sources) == 24


def test_typed_access_to_the_facts() -> None:
    assert POLICY.ground("waiver").cooling_off_hours == 24
    assert POLICY.ground("report").recipients == ("police", "protective-agency")
    assert POLICY.kept("sealed-record").days == 365
    assert POLICY.regime("us-ca").nonparty_consent == "always"
    assert POLICY.rule("never.notes").effect == "forbid"
    with pytest.raises(KeyError):
        POLICY.regime("atlantis")


def test_the_reader_gives_a_struct_or_an_error_and_nothing_else() -> None:
    from hypothesis import given
    from hypothesis import strategies as st

    from policies.facts import FloorFile

    @given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
    def read(text: str) -> None:
        with contextlib.suppress(PolicyError):
            assert isinstance(read_struct(text, "floor.yaml", FloorFile), FloorFile)

    read()
