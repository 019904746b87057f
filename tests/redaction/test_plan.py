"""A plan does what the profile and the reviewer said, the same way every time, and keeps no words."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.masking import age_cap, city_state, initials, last4, state_only, year_only, zip3
from redaction.plan import Accept, Add, Finding, PlanError, Reject, Widen, apply_to_text, make_plan
from redaction.profiles import ProfileError, load_profiles, parse
from redaction.spans import Span

TEXT = "Nico Sandoval, born 4 May 2016, SSN 123-45-6789, lives at 640 Calle Nopal, Reno, NV 89501. Ask Nico."


def at(words: str, kind: str, *, nth: int = 0, person: str | None = None, also: tuple[str, ...] = ()) -> Finding:
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(words, start + 1)
    return Finding("", Span(start, start + len(words), kind, 0.9, "test", person, also))


FINDINGS = [
    at("Nico Sandoval", "PERSON", person="p1", also=("MINOR",)),
    at("4 May 2016", "DATE_OF_BIRTH"),
    at("123-45-6789", "SSN"),
    at("640 Calle Nopal, Reno, NV 89501", "HOME_ADDRESS"),
    at("Nico", "PERSON", nth=1, person="p1", also=("MINOR",)),
]

RESULTS = {
    "frcp-5.2": "N.S., born 2016, SSN xxx-xx-6789, lives at 640 Calle Nopal, Reno, NV 89501. Ask N..",
    "frcrp-49.1": "N.S., born 2016, SSN xxx-xx-6789, lives at Reno, NV. Ask N..",
    "hipaa-safe-harbor": "[Person 1], born 2016, SSN [removed: US social security number], lives at NV. Ask [Person 1].",
    "gdpr-pseudonymous": "[Person 1], born 2016, SSN [removed: US social security number], lives at Reno, NV. Ask [Person 1].",
    "report-minimum": "Nico Sandoval, born 4 May 2016, SSN xxx-xx-6789, lives at 640 Calle Nopal, Reno, NV 89501. Ask Nico.",
}


@pytest.mark.parametrize("name", RESULTS)
def test_each_profile_masks_what_its_rule_names(name: str) -> None:
    plan = make_plan(FINDINGS, load_profiles().stack(name))
    text, report = apply_to_text(TEXT, plan)
    assert text == RESULTS[name]
    assert all(text[entry.start : entry.end] and entry.rule for entry in report)
    assert "Nopal" not in plan.canonical().decode()
    assert "123-45" not in repr(report)


def test_stacking_takes_the_stronger_of_two_in_any_order() -> None:
    profiles = load_profiles()
    for names in itertools.permutations(["frcp-5.2", "hipaa-safe-harbor", "family-minors"]):
        stacked = profiles.stack(*names)
        assert stacked.operator(["SSN"]) == "remove"
        assert stacked.operator(["PERSON", "MINOR"]) == "pseudonym"
        assert stacked.operator(["SCHOOL"]) == "remove"
        assert stacked.rule(["SSN"]) == "hipaa-safe-harbor"
        assert (
            make_plan(FINDINGS, stacked).digest()
            == make_plan(reversed(FINDINGS), profiles.stack(*sorted(names))).digest()
        )


def test_no_profile_keeps_what_must_always_go() -> None:
    profiles = load_profiles()
    assert all(profiles.stack(name).operator(["COUNSEL_ADVICE"]) == "remove" for name in profiles.by_name)


def test_decisions_change_the_plan_and_its_digest() -> None:
    profile = load_profiles().stack("frcp-5.2")
    plain = make_plan(FINDINGS, profile)
    ssn = FINDINGS[2].id
    rejected = make_plan(FINDINGS, profile, [Reject(ssn)])
    assert "123-45-6789" in apply_to_text(TEXT, rejected)[0]
    stronger = make_plan(FINDINGS, profile, [Accept(ssn, "remove")])
    assert "6789" not in apply_to_text(TEXT, stronger)[0]
    wide = make_plan(FINDINGS, profile, [Widen(ssn, FINDINGS[2].span.start - 4, FINDINGS[2].span.end)])
    assert "SSN" not in apply_to_text(TEXT, wide)[0].replace("xxx", "")
    start = TEXT.index("Ask")
    added = make_plan(FINDINGS, profile, [Add("", start, start + 3, "RELATION")])
    assert "[removed: description that points to one person]" in apply_to_text(TEXT, added)[0]
    assert len({one.digest() for one in (plain, rejected, stronger, wide, added)}) == 5


@pytest.mark.parametrize(
    "decision",
    [
        Reject("#1-2:SSN"),
        Accept(FINDINGS[2].id, "keep"),
        Accept(FINDINGS[2].id, "shred"),
        Widen(FINDINGS[2].id, FINDINGS[2].span.start + 1, FINDINGS[2].span.end),
        Add("", 5, 5, "SSN"),
        Add("", 5, 7, "NOSUCHKIND"),
        Add("", 5, 7, "SSN", "keep"),
    ],
)
def test_decisions_that_do_not_fit_are_refused(decision: Accept | Reject | Widen | Add) -> None:
    with pytest.raises(PlanError):
        make_plan(FINDINGS, load_profiles().stack("frcp-5.2"), [decision])


def test_a_plan_for_another_text_is_refused() -> None:
    plan = make_plan(FINDINGS, load_profiles().stack("frcp-5.2"))
    with pytest.raises(PlanError, match="beyond"):
        apply_to_text("short", plan)


def test_rejecting_one_finding_does_not_renumber_people() -> None:
    two = [at("Sandoval", "PERSON", person="p2"), at("Nico", "PERSON", nth=1, person="p1")]
    profile = load_profiles().stack("hipaa-safe-harbor")
    assert "Ask [Person 2]" in apply_to_text(TEXT, make_plan(two, profile))[0]
    assert "Ask [Person 2]" in apply_to_text(TEXT, make_plan(two, profile, [Reject(two[0].id)]))[0]


def test_a_role_word_stands_for_a_person_who_has_one() -> None:
    finding = at("Nico Sandoval", "PERSON", person="m", also=("MEDIATOR_NAME",))
    plan = make_plan([finding], load_profiles().stack("third-parties"), roles={"m": "mediator"})
    assert apply_to_text(TEXT, plan)[0].startswith("[the mediator], born")


@given(st.lists(st.sampled_from(FINDINGS)), st.sampled_from(sorted(load_profiles().by_name)))
def test_doubled_and_shuffled_findings_make_the_same_plan(more: list[Finding], name: str) -> None:
    profile = load_profiles().stack(name)
    assert make_plan([*more, *FINDINGS], profile) == make_plan(FINDINGS, profile)


@st.composite
def overlapping(draw: st.DrawFn) -> list[Finding]:
    kinds = st.sampled_from(["PERSON", "SSN", "HOME_ADDRESS", "DATE_OF_BIRTH", "AGE", "COUNSEL_ADVICE"])
    result = []
    for _ in range(draw(st.integers(0, 10))):
        start = draw(st.integers(0, len(TEXT) - 1))
        span = Span(
            start,
            draw(st.integers(start + 1, len(TEXT))),
            draw(kinds),
            0.5,
            "test",
            draw(st.sampled_from([None, "p1"])),
        )
        result.append(Finding("", span))
    return result


@given(overlapping())
def test_under_the_widest_profile_no_found_word_survives(findings: list[Finding]) -> None:
    plan = make_plan(findings, load_profiles().stack("everything-found"))
    text, report = apply_to_text(TEXT, plan)
    outside = [
        TEXT[place] for place in range(len(TEXT)) if not any(one.span.start <= place < one.span.end for one in findings)
    ]
    for entry in reversed(report):
        text = text[: entry.start] + text[entry.end :]
    assert text == "".join(outside)


@pytest.mark.parametrize(
    ("got", "wanted"),
    [
        (last4("123-45-6789"), "xxx-xx-6789"),
        (last4("DE89370400440532013000"), "xxxxxxxxxxxxxxxxxx3000"),
        (last4("12345"), None),
        (year_only("1984-07-31"), "1984"),
        (year_only("7/31/84"), None),
        (year_only("1984 or 1985"), None),
        (initials("Maria del Carmen Ruiz"), "M.C.R."),
        (initials("Dr. Ana Vale"), "A.V."),
        (age_cap("93"), "90 or older"),
        (age_cap("41"), "41"),
        (age_cap("ninety-three"), None),
        (city_state("640 Calle Nopal #2, Las Vegas NM"), "Las Vegas, New Mexico".replace("New Mexico", "NM")),
        (city_state("12 Elm Street Brooklyn NY 11201"), "NY"),
        (city_state("9a Pargeter Road, Bearwood"), None),
        (state_only("1 Main St, Reno, Nevada"), "Nevada"),
        (zip3("89101-1234", ("893",)), "891**"),
        (zip3("89301", ("893",)), "000"),
        (zip3("8930", ()), None),
    ],
)
def test_operators(got: str | None, wanted: str | None) -> None:
    assert got == wanted


GOOD = """
version: 1
operators: {remove: {strength: 6, says: x}, keep: {strength: 0, says: x}, last4: {strength: 2, says: x}}
kinds: {SSN: number, ADVICE: advice}
always: {ADVICE: remove}
small_zip3: []
profiles:
  a: {title: A, cite: A, mask: {SSN: last4}}
"""


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("SSN: last4}", "SSN: shred}"), "no operator"),
        (("SSN: last4}", "DNA: last4}"), "no kind"),
        (("title: A,", "title: A, colour: red,"), "unknown field"),
        (("title: A,", "title: A, title: B,"), "twice"),
        (("SSN: last4}", "ADVICE: keep}"), "stronger"),
        (("title: A,", "title: A, extends: b,"), "not there"),
        (("title: A,", "title: A, extends: a,"), "circle"),
        (("version: 1", "version: one"), "version"),
        (("always: {", "always: {{"), "profiles"),
    ],
)
def test_a_file_with_a_fault_is_refused_whole(change: tuple[str, str], says: str) -> None:
    assert parse(GOOD).stack("a").operator(["SSN"]) == "last4"
    with pytest.raises(ProfileError, match=says):
        parse(GOOD.replace(*change))


def test_unknown_profiles_are_named() -> None:
    with pytest.raises(ProfileError, match=r"frcp-5\.2"):
        load_profiles().stack("nope")
