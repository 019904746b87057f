"""What the reviewer is proposed: people of the mediation are found however they are written, and only who agreed is named."""

import json
from typing import Any

import pytest

from client.bundle.package import read_draft
from client.keys.encoding import compact_json
from redaction.detect.engine import Detector
from server.disclosure.drafting import Decisions, Review, read_people
from server.disclosure.kept import CannotDraft, Text

pytestmark = pytest.mark.slow
PEOPLE = (
    {"name": "Ada Brook", "nicknames": [], "emails": [], "phones": ["+34 600 111 222"], "role": "party", "consents": True},
    {"name": "Benedikt Stone", "nicknames": ["Benno"], "emails": [], "phones": [], "role": "party", "consents": True},
    {"name": "Lea Quill", "nicknames": [], "emails": [], "phones": [], "role": "counsel", "consents": False},
    {"name": "Mira Holt", "nicknames": [], "emails": [], "phones": [], "role": "mediator", "consents": True},
)  # fmt: skip


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector()


def review(detector: Detector, text: str, people: Any = PEOPLE, profile: str = "third-parties") -> dict[str, Any]:
    """Each finding by its words."""
    known = read_people(compact_json(people)) if people else ()
    shown = json.loads(Review([Text(item="i", name="1.txt", text=text)], profile, "en", detector, known).shown())
    return {one["text"]: one for one in shown["findings"]}


def test_who_agreed_is_kept_and_who_was_not_asked_goes(detector: Detector) -> None:
    text = "Ada Brook and Benno met Lea Quill. Gerard Holloway was there. Mira Holt wrote it down."
    found = review(detector, text)
    assert found["Ada Brook"]["operator"] == found["Benno"]["operator"] == "keep"
    assert found["Lea Quill"]["operator"] == "pseudonym"
    assert found["Gerard Holloway"]["operator"] == "pseudonym"
    assert found["Mira Holt"]["operator"] == "role"


def test_a_misspelt_name_of_the_roster_is_found_and_is_the_same_person(detector: Detector) -> None:
    text = "the thing with thistlwick is done, quilon wants it back"
    people = ({"name": "Quillon Thistlewick", "consents": False},)
    assert not {"thistlwick", "quilon"} & set(review(detector, text, people=()))
    found = review(detector, text, people)
    assert found["thistlwick"]["operator"] == found["quilon"]["operator"] == "pseudonym"
    known = read_people(compact_json(people))
    draft = Review([Text(item="i", name="1.txt", text=text)], "third-parties", "en", detector, known).draft(Decisions())
    assert b"the thing with [Person 1] is done, [Person 1] wants it back" in read_draft(draft)["items/1.txt"]
    agreed = review(detector, text, ({"name": "Quillon Thistlewick"},))
    assert agreed["thistlwick"]["operator"] == agreed["quilon"]["operator"] == "keep"


def test_a_name_with_a_word_of_somebody_else_is_a_strangers(detector: Detector) -> None:
    found = review(detector, "Ada Brook asked Bella Stone and Leo Brook for help.")
    assert found["Ada Brook"]["operator"] == "keep"
    assert found["Bella Stone"]["operator"] == "pseudonym"
    assert found["Leo Brook"]["operator"] == "pseudonym"


def test_a_name_that_two_share_is_that_of_the_one_who_was_not_asked(detector: Detector) -> None:
    people = ({"name": "Ada Brook"}, {"name": "Leo Brook", "consents": False})
    found = review(detector, "Then Mr Brook came to the house.", people)
    assert [one["operator"] for text, one in found.items() if "Brook" in text] == ["pseudonym"]


def test_without_people_every_name_is_a_strangers(detector: Detector) -> None:
    assert review(detector, "Ada Brook met Gerard Holloway.", people=())["Ada Brook"]["operator"] == "pseudonym"


@pytest.mark.parametrize("content", [b"no", b"{}", b'[{"name":""}]', b'[{"name":1}]', b'[{"nicknames":[]}]'])
def test_a_list_that_is_none_is_refused_and_says_nothing_of_it(content: bytes) -> None:
    with pytest.raises(CannotDraft) as refused:
        read_people(content)
    assert (refused.value.rule, refused.value.item) == ("people", "")
